"""The rulebook is shown messages that a broken switchboard would send."""

import pytest

from lab.load.rules import ACK_ENDS, BYE_200, CANCELLED, ONE_ANSWER, OVER, Rulebook, Watch

pytestmark = pytest.mark.unit


def request(method: str, *, tag: str = "", number: int = 1) -> bytes:
    to = f"<sip:95@host>;tag={tag}" if tag else "<sip:95@host>"
    return _message(f"{method} sip:95@host SIP/2.0", to, f"{number} {method}")


def response(status: int, method: str, *, tag: str = "b", number: int = 1) -> bytes:
    return _message(f"SIP/2.0 {status} Said", f"<sip:95@host>;tag={tag}", f"{number} {method}")


def _message(start: str, to: str, cseq: str) -> bytes:
    lines = [
        start, "Via: SIP/2.0/UDP host;branch=z9hG4bKx", "From: <sip:a@host>;tag=a", f"To: {to}",
        "Call-ID: one", f"CSeq: {cseq}", "Content-Length: 0", "", "",
    ]  # fmt: skip
    return "\r\n".join(lines).encode()


class Wire:
    """A call that was answered properly; what follows is the test's."""

    def __init__(self) -> None:
        self.book = Rulebook()
        self.at = 0.0
        self.ours(request("INVITE"))
        self.theirs(response(401, "INVITE", tag="no"))
        self.ours(request("ACK", tag="no"))
        self.ours(request("INVITE", number=2))
        self.theirs(response(180, "INVITE", number=2))
        self.theirs(response(200, "INVITE", number=2))
        self.ours(request("ACK", tag="b", number=2))

    def ours(self, data: bytes) -> None:
        self.book.sees(data, False, self.at)

    def theirs(self, data: bytes) -> None:
        self.at += 0.1
        self.book.sees(data, True, self.at)

    def over(self) -> Watch:
        return self.book.close("one")

    def goodbye(self, status: int = 200) -> None:
        self.ours(request("BYE", tag="b", number=3))
        self.theirs(response(status, "BYE", number=3))


def test_a_proper_call_breaks_nothing_and_its_goodbye_is_timed() -> None:
    wire = Wire()
    wire.goodbye()
    watch = wire.over()
    assert watch.broken == {}
    assert watch.bye_sent is not None and watch.bye_answered is not None
    assert watch.bye_answered - watch.bye_sent == pytest.approx(0.1)


def test_a_bye_answered_481_is_broken() -> None:
    wire = Wire()
    wire.goodbye(481)
    assert wire.over().broken == {BYE_200: "BYE was answered 481"}


def test_a_bye_without_an_answer_is_broken() -> None:
    wire = Wire()
    wire.ours(request("BYE", tag="b", number=3))
    assert wire.over().broken == {BYE_200: "BYE was not answered"}


def test_two_who_answer_one_invite_are_broken() -> None:
    wire = Wire()
    wire.theirs(response(200, "INVITE", tag="c", number=2))
    wire.goodbye()
    assert list(wire.over().broken) == [ONE_ANSWER]


def test_a_refusal_after_the_answer_is_broken() -> None:
    wire = Wire()
    wire.theirs(response(486, "INVITE", number=2))
    wire.goodbye()
    assert list(wire.over().broken) == [ONE_ANSWER]


def test_a_200_that_crossed_with_its_ack_is_forgiven_a_late_one_is_not() -> None:
    wire = Wire()
    wire.theirs(response(200, "INVITE", number=2))
    assert wire.book.watches["one"].broken == {}
    wire.at += 10
    wire.theirs(response(200, "INVITE", number=2))
    wire.goodbye()
    assert list(wire.over().broken) == [ACK_ENDS]


def test_a_bye_after_ours_was_answered_is_broken() -> None:
    wire = Wire()
    wire.goodbye()
    wire.theirs(request("BYE", tag="a", number=1))
    assert list(wire.over().broken) == [OVER]


def test_byes_that_cross_are_allowed_and_a_repeated_one_is_the_network() -> None:
    wire = Wire()
    wire.ours(request("BYE", tag="b", number=3))
    wire.theirs(request("BYE", tag="a", number=1))
    wire.theirs(request("BYE", tag="a", number=1))
    wire.theirs(response(200, "BYE", number=3))
    assert wire.over().broken == {}


def cancelled(*answers: int) -> Watch:
    book = Rulebook()
    book.sees(request("INVITE"), False, 0.0)
    book.sees(response(180, "INVITE"), True, 0.1)
    book.sees(request("CANCEL"), False, 0.2)
    book.sees(response(200, "CANCEL"), True, 0.3)
    for status in answers:
        book.sees(response(status, "INVITE"), True, 0.4)
    return book.watches["one"]


def test_a_cancelled_invite_is_settled_by_its_487_alone() -> None:
    waiting = cancelled()
    assert waiting.leaving and not waiting.settled
    watch = cancelled(487)
    watch.close()
    assert watch.settled and watch.broken == {}


def test_a_cancelled_invite_that_is_answered_otherwise_is_broken() -> None:
    assert cancelled(486).broken == {CANCELLED: "the INVITE was answered 486"}
    forgotten = cancelled()
    forgotten.close()
    assert list(forgotten.broken) == [CANCELLED]


def test_an_answer_that_crossed_with_the_cancel_waits_for_the_bye() -> None:
    watch = cancelled(200)
    assert not watch.settled and watch.broken == {}


def test_a_request_of_a_call_that_never_was_is_a_stray() -> None:
    book = Rulebook()
    book.sees(request("BYE", tag="a"), True, 0.0)
    assert book.strays == ["BYE came for a call that is not"]


def test_what_comes_late_for_a_call_that_was_is_forgiven() -> None:
    wire = Wire()
    wire.goodbye()
    wire.over()
    wire.theirs(request("BYE", tag="a", number=1))
    assert wire.book.strays == []


def test_noise_belongs_to_no_call() -> None:
    assert Rulebook().sees(b"\x00\x01", True, 0.0) == ""
