"""Mails and faxes as they come: whatever is broken in them, what can be read is read."""

from __future__ import annotations

import struct
from base64 import b64encode
from email.message import EmailMessage

import pytest

from classroom.business.letters.fax import MOST_PAGES, pages_needed, pages_of, read_fax
from classroom.business.letters.mail import LONGEST, Incoming, read_mail
from classroom.business.letters.rules import fits, sort
from classroom.business.letters.settings import RULES, LetterArea, Rule
from classroom.errors import Refusal
from telephony.pbx.numbering import CHINA, Place

pytestmark = pytest.mark.unit

NEST = b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n"
HERE = Place(CHINA, "10")


def raw(*lines: str | bytes, body: bytes = b"hello") -> bytes:
    head = b"\r\n".join(one if isinstance(one, bytes) else one.encode() for one in lines)
    return head + b"\r\n\r\n" + body


@pytest.mark.parametrize(
    ("mail", "why"),
    [
        (b"X-A: b\r\n" * 2_001 + b"\r\nhi", "letter_headers"),
        (b"X-A: b\n" + b" c\n" * 2_001 + b"\nhi", "letter_headers"),
        (b"X-A: b\r" * 2_002 + b"\rhi", "letter_headers"),
        (b"Subject: " + b"a" * (256 << 10) + b"\r\n\r\nhi", "letter_headers"),
        (raw("From: a@b.c", body=b"--x\r\n\r\nhi\r\n" * 10_000), "letter_lines"),
        (raw("From: a@b.c", body=b"\n" * 30_000), "letter_lines"),
    ],
)
def test_a_mail_of_nothing_but_lines_is_refused_before_it_is_parsed(mail: bytes, why: str) -> None:
    with pytest.raises(Refusal) as refused:
        read_mail(mail)
    assert refused.value.key == why and "{" not in refused.value.sentence("zh")


def test_a_long_attachment_and_a_long_header_line_are_read() -> None:
    lines = (b"a" * 76 + b"\r\n") * 40_000
    assert read_mail(raw("From: a@b.c", "Subject: s", body=lines)).text.startswith("aaa")
    assert read_mail(raw("Subject: " + "=?utf-8?q?a?= " * 10_000)).subject == "a" * 300


@pytest.mark.feature("TEL-20")
def test_a_mail_with_chinese_names_and_files_is_read() -> None:
    mail = EmailMessage()
    mail["From"], mail["Reply-To"] = "王建国 <Wang@Example.com>", "other@example.com"
    mail["Subject"], mail["Message-ID"], mail["References"] = "投诉：断网", "<2@x>", "<1@x>"
    mail.set_content("请处理。\n\n\n\n谢谢")
    mail.add_attachment(b"abc", maintype="image", subtype="png", filename="../截图.png")
    read = read_mail(bytes(mail))
    assert (read.sender, read.sender_name) == ("wang@example.com", "王建国")
    assert (read.subject, read.text) == ("投诉：断网", "请处理。\n\n谢谢")
    assert (read.reply_to, read.thread) == ("other@example.com", "<1@x> <2@x>")
    assert read.attached == (("../截图.png", 3),) and read.automatic == ""


@pytest.mark.parametrize(
    "subject",
    [
        b"=?gb2312?B?" + b64encode("㐀话费".encode("gb18030")) + b"?=",
        b"=?GB18030?B?" + b64encode("㐀话费".encode("gb18030")) + b"?=",
        "㐀话费".encode("gb18030"),
        "㐀话费".encode(),
    ],
)
@pytest.mark.feature("TEL-20")
def test_a_subject_is_read_in_whatever_letters_it_was_written(subject: bytes) -> None:
    body = "正文".encode("gb18030")
    read = read_mail(raw(b"From: a@b.cn", b"Subject: " + subject, body=body))
    assert (read.subject, read.text) == ("㐀话费", "正文")


@pytest.mark.parametrize(
    "data",
    [
        b"\x00\xff\xfe rubbish",
        raw("From: <<<>>>", "Subject: =?x-none?Q?=ZZ?= =?utf-8?B?!!!?="),
        raw("Content-Type: text/plain; charset=nope", "Content-Transfer-Encoding: base64"),
        raw("Content-Type: multipart/mixed; boundary=x", body=b"--x\r\nContent-Type: multipart/"),
        raw("Content-Type: multipart/mixed", body=b"no boundary at all"),
        raw("Content-Type: text/html", body=b"<!" * 40_000 + b"<a " * 40_000),
        b"".join(NEST % (n, n) for n in range(400)),
    ],
)  # fmt: skip
def test_what_is_broken_is_taken_as_it_is(data: bytes) -> None:
    read = read_mail(data)
    assert read.data == data and read.sender == ""
    assert len(read.text) <= LONGEST and "\x00" not in read.text + read.subject


def test_a_page_is_read_without_what_is_not_to_be_read() -> None:
    body = "<style>p{}</style><p>您好&amp;<br>退款</p><script>alert(1)</script>".encode()
    read = read_mail(raw("Content-Type: text/html; charset=utf-8", body=body))
    assert read.text == "您好&\n退款"


def test_what_would_move_a_cursor_is_left_out_and_a_long_text_is_cut() -> None:
    read = read_mail(raw("Subject: a\x1b[2J\u202eb", body=b"x\x1b[31m\x07" + b"y" * 30_000))
    assert read.subject == "a[2Jb" and read.text.startswith("x[31my")
    assert len(read.text) == LONGEST and read.text.endswith("…")


@pytest.mark.feature("TEL-20")
@pytest.mark.parametrize(
    ("lines", "envelope", "why"),
    [
        (["From: a@b.cn"], None, ""),
        (["From: a@b.cn", "Auto-Submitted: no"], "a@b.cn", ""),
        (["From: a@b.cn", "Auto-Submitted: auto-replied; x=y"], None, "machine"),
        (["From: a@b.cn", "Auto-Submitted: auto-generated"], None, "machine"),
        (["From: a@b.cn", "List-Id: <x.y>"], None, "list"),
        (["From: a@b.cn", "Precedence: Bulk"], None, "list"),
        (["From: a@b.cn", "X-Auto-Response-Suppress: All"], None, "machine"),
        (["From: a@b.cn"], "", "bounce"),
        (["From: a@b.cn", "Return-Path: <>"], None, "bounce"),
        (["From: a@b.cn", "Content-Type: multipart/report; boundary=x"], None, "bounce"),
        (["From: Mailer-Daemon@b.cn"], None, "machine"),
        (["From: noreply@b.cn"], None, "machine"),
        (["Subject: x"], None, "no_sender"),
    ],
)  # fmt: skip
def test_machines_are_told_from_people(lines: list[str], envelope: str | None, why: str) -> None:
    assert read_mail(raw(*lines), envelope=envelope).automatic == why


# ── faxes ────────────────────────────────────────────────────────────────────


def tiff(pages: int, order: str = "<", *, round_and_round: bool = False) -> bytes:
    data = (b"II*\x00" if order == "<" else b"MM\x00*") + struct.pack(f"{order}I", 8)
    for page in range(pages):
        after = 0 if page == pages - 1 else 8 + 18 * (page + 1)
        after = 8 if round_and_round else after
        data += struct.pack(f"{order}H12xI", 1, after)
    return data


@pytest.mark.feature("TEL-21")
@pytest.mark.parametrize(
    ("data", "suffix", "pages"),
    [
        (b"%PDF-1.4 /Type /Pages /Type/Page /Type\n/Page\n", ".pdf", 2),
        (b"%PDF-1.7 nothing to be seen", ".pdf", 1),
        (b"\x89PNG\r\n\x1a\n....", ".png", 1),
        (tiff(3), ".tif", 3),
        (tiff(2, ">"), ".tif", 2),
        (tiff(1, round_and_round=True), ".tif", 1),
        (tiff(MOST_PAGES + 5), ".tif", MOST_PAGES),
    ],
)
def test_a_fax_is_a_file_of_pages(data: bytes, suffix: str, pages: int) -> None:
    assert pages_of(data) == (suffix, pages)
    fax = read_fax(data, HERE, number="138 0013 8000", to="01062349999", text="  办理 ")
    assert (fax.sender, fax.pages, fax.text) == ("+8613800138000", pages, "办理")


@pytest.mark.parametrize("data", [b"", b"GIF89a", b"II*\x00", b"MM\x00*\x00\x00\xff\xff", b"%PD"])
def test_what_is_no_fax_is_refused(data: bytes) -> None:
    with pytest.raises(Refusal, match="PDF, PNG or TIFF"):
        read_fax(data, HERE, number="")


def test_a_fax_from_nowhere_is_taken_one_from_nonsense_is_not() -> None:
    assert read_fax(tiff(1), HERE, number="").automatic == "no_sender"
    with pytest.raises(Refusal, match="no telephone number"):
        read_fax(tiff(1), HERE, number="no number")


def test_pages_are_counted_by_lines_of_eighty() -> None:
    assert [pages_needed(text) for text in ("", "x\n" * 59, "x\n" * 60, "汉" * 41 * 60)] == [
        1,
        1,
        2,
        2,
    ]


# ── rules ────────────────────────────────────────────────────────────────────


@pytest.mark.feature("TEL-20")
def test_rules_say_what_it_is_about_how_much_it_hurries_and_why() -> None:
    letter = Incoming("mail", b"x", ".eml", subject="ＶＩＰ　ＢＩＬＬ", text="我要投诉！请尽快退款")
    found = sort(letter, {"note": "vip 客户"}, RULES)
    assert (found.category, found.priority) == ("complaint", 120 + 60 + 30 + 15)
    told = [(one.rule, one.where, one.found) for one in found.reasons]
    assert told == [
        ("vip", "record", "VIP"), ("complaint", "text", "投诉"), ("urgent", "text", "尽快"),
        ("bill", "subject", "bill"),
    ]  # fmt: skip


def test_an_english_word_is_found_whole_and_all_that_a_rule_asks_must_be_there() -> None:
    letter = Incoming(
        "mail", b"x", ".eml", sender="a@vip.example", text="The billboard is an order."
    )
    assert sort(letter, {}, RULES).category == "order"
    both = Rule(name="b", senders=("*@vip.*",), words=("order",), reply="Hi", priority=-5)
    assert sort(letter, {}, [both]).replies == ("Hi",)
    assert sort(letter, {}, [both.model_copy(update={"kinds": ("fax",)})]).reasons == ()
    assert sort(Incoming("mail", b"", ".eml", text="order"), {}, [both]).reasons == ()


@pytest.mark.parametrize(
    ("pattern", "text", "so"),
    [
        ("a@b.cn", "a@b.cn", True), ("a@b.cn", "xa@b.cn", False), ("*@b.cn", "a@b.cn", True),
        ("+8610*", "+861062340001", True), ("ab*ba", "aba", False), ("*a*b*", "xxayyb", True),
        ("*" * 59 + "x", "a" * 300, False), ("*a" * 30, "a" * 300, True), ("*b*a", "aab", False),
    ],
)  # fmt: skip
def test_a_star_stands_for_any_letters(pattern: str, text: str, so: bool) -> None:
    assert fits(pattern, text) is so


def test_a_rule_that_asks_nothing_is_refused_in_words() -> None:
    with pytest.raises(ValueError, match="the rule all for letters asks nothing"):
        LetterArea.model_validate({"rules": [{"name": "all", "priority": 5}]})
