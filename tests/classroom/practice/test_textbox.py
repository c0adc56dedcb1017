"""Short messages in practice: the carrier keeps each, whatever is in it, and a class may send a few."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from classroom.allowance import MOST, WITHIN, Allowance
from classroom.control import COMMANDS
from classroom.door import control as ask
from classroom.errors import Refusal
from classroom.practice import textbox
from classroom.practice.carrier import keep_text
from classroom.practice.company import text_of
from telephony.pbx.desk_orders import SendText
from telephony.pbx.text_events import TextSent
from telephony.sip.message import Headers, Request

pytestmark = pytest.mark.unit

RUDE = '{"at": 1}\n\x1b[2J\x00短信 😀'


def message(body: bytes, to: str = "13800138000") -> Request:
    lines = [("From", "<sip:01062341000@s>;tag=1"), ("To", f"<sip:{to}@c>"), ("Call-ID", "1")]
    return Request("MESSAGE", f"sip:{to}@c", Headers(lines), body)


@pytest.mark.feature("TEL-18")
def test_what_the_practice_carrier_takes_is_kept_for_its_owner_alone(tmp_path: Path) -> None:
    file = tmp_path / "texts.jsonl"
    assert keep_text(file, message(RUDE.encode())) == 202
    assert keep_text(file, message(b"\xff\xfe")) == 202
    first, second = textbox.kept(file)
    assert (first["from"], first["to"], first["text"]) == ("01062341000", "13800138000", RUDE)
    assert second["text"] == "\ufffd\ufffd"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    with file.open("ab") as torn:
        torn.write(b'{"at": 3, "fr\n[]\n"x"\n\xff\n')
    assert len(list(textbox.kept(file))) == 2


def test_a_file_that_cannot_be_written_is_a_carrier_out_of_order(
    tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    assert keep_text(tmp_path / "gone" / "texts.jsonl", message(b"hi")) == 503
    assert list(textbox.kept(tmp_path / "gone" / "texts.jsonl")) == []


def test_a_full_file_takes_no_more_but_the_carrier_still_does(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(textbox, "MOST", 100)
    file = tmp_path / "texts.jsonl"
    assert [keep_text(file, message(b"x" * 90)) for _ in range(3)] == [202] * 3
    assert len(list(textbox.kept(file))) == 1


def test_a_student_sends_a_few_a_minute() -> None:
    now = [0.0]
    allowance = Allowance(lambda: now[0])
    for _ in range(MOST):
        allowance.count("s01")
    with pytest.raises(Refusal) as refused:
        allowance.count("s01")
    assert refused.value.status == 429 and "60" in refused.value.sentence("zh")
    allowance.count("s02")
    now[0] = WITHIN
    allowance.count("s01")


def test_the_order_of_the_door_is_the_command_of_the_board() -> None:
    order = ask.SendText(id="1", number="13800138000", text="hi", ref="n1")
    assert COMMANDS[ask.SendText]("1001", order) == SendText("1001", "13800138000", "hi", "n1")


@pytest.mark.parametrize(
    "wrong",
    [{"number": ""}, {"number": "sip:x"}, {"text": ""}, {"text": "x" * 1001}, {"ref": "a b"}, {"extra": 1}],
)  # fmt: skip
def test_an_order_that_cannot_be_one_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError):
        ask.SendText.model_validate({"id": "1", "number": "13800138000", "text": "hi", **wrong})


@pytest.mark.parametrize(("why", "what"), [("", "text_sent"), ("no_texts", "text_failed")])
def test_it_is_on_the_timeline_of_the_call_it_was_sent_in(why: str, what: str) -> None:
    event = TextSent("c1", 5.0, "1001", "+8613800138000", "n1", 1, "practice", 202, why)
    assert text_of(event) == (what, "+8613800138000")
