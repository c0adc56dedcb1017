"""One call from both its ends: who places it, who takes it, and what is measured of it."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from lab.load.errors import CallFailed
from lab.load.heard import Heard
from lab.load.ledger import Ledger
from lab.load.rules import CANCELLED, OF_A_CALL, Watch
from lab.load.sound import SoundLine
from lab.load.stage import Limits, Post, Role
from lab.load.telephone import Call, Telephone
from telephony.errors import BadSdp
from telephony.media.control import LegReport
from telephony.sip import events as sip

if TYPE_CHECKING:
    from lab.load.scene import Scene

WHOLE: Final = "whole call"
"""The row that counts calls: good where nothing at all went wrong at its caller."""
LONGEST: Final = 600.0
MENU: Final = "1"
_PATIENCE: Final = (0.5, 2.5)
"""Seconds of the menu that a caller hears before the key is pressed."""
_REACH: Final = (0.3, 1.2)
"""Seconds that a seat rings."""
_WAYS: Final = {"queue": "through the menu", "inside": "seat to seat"}


# ── who calls ────────────────────────────────────────────────────────────────


def place(scene: Scene, phone: Telephone, role: Role, dice: random.Random) -> None:
    """Place one call and write down all that is to be known of it."""
    began = time.monotonic()
    failure = None
    try:
        with _failed_steps(scene.ledger, began):
            if dice.random() < scene.stage.impatient:
                _give_up(scene, phone, role, dice)
            else:
                _talk(scene, phone, role, dice)
    except CallFailed as failed:
        failure = str(failed)
    scene.ledger("SIP", WHOLE, _ms(began), failure)


def _talk(scene: Scene, phone: Telephone, role: Role, dice: random.Random) -> None:
    meeting = scene.expect(role.number)
    line = scene.sound.line(role.hertz)
    call = phone.dial(role.dials, role.number, line.offer())
    try:
        _set_up(scene, call, line, _WAYS[role.task])
        if role.task == "queue":
            call.stays(dice.uniform(*_PATIENCE))
            line.press(MENU)
        _wait_for(call, meeting.met.is_set, scene.stage.limits.queue_seconds)
        if role.task == "queue":
            scene.ledger("SIP", "INVITE to an agent's answer", (meeting.at - call.began) * 1000)
        line.listen()
        call.stays(scene.stage.talk * dice.uniform(0.75, 1.25))
        heard = line.judged(meeting.seat)
        meeting.over = time.monotonic()
        watch = call.close()
        _goodbye(scene.ledger, watch)
        _hold_to_rules(scene.ledger, watch, OF_A_CALL)
        _judge(scene, "caller", heard, line.report())
    finally:
        call.close()
        line.close()


def _give_up(scene: Scene, phone: Telephone, role: Role, dice: random.Random) -> None:
    """Hang up while it rings, in the menu, in the queue, or just as somebody answers."""
    scene.expect(role.number, brief=True)
    line = scene.sound.line(role.hertz)
    call = phone.dial(role.dials, role.number, line.offer())
    try:
        _set_up(scene, call, line, _WAYS[role.task], rings=True)
        if role.task == "queue":
            call.stays(dice.uniform(*_PATIENCE))
            line.press(MENU)
        call.stays(dice.uniform(0.0, _REACH[1]))
        began = time.monotonic()
        watch = call.close()
        scene.ledger("SIP", "early hang-up to its answer", _ms(began))
        _hold_to_rules(scene.ledger, watch, (*OF_A_CALL, CANCELLED))
    finally:
        call.close()
        line.close()


def _set_up(scene: Scene, call: Call, line: SoundLine, way: str, *, rings: bool = False) -> None:
    """Wait for the answer, or only until it rings; the first ring on the way is measured."""
    limit = scene.stage.limits.setup_seconds
    rang = False
    while True:
        event = call.next(limit - (time.monotonic() - call.began))
        match event:
            case sip.Progressed(status=180) if not rang:
                rang = True
                scene.ledger("SIP", f"INVITE to 180, {way}", _ms(call.began))
                if rings:
                    return None
            case sip.Answered(sdp=bytes() as sdp):
                scene.ledger("SIP", f"INVITE to 200, {way}", _ms(call.began))
                return _aim(line, sdp)
            case sip.Refused():
                raise _Step(f"INVITE to 200, {way}", f"{event.status} {event.reason}".strip())
            case sip.Ended():
                raise _Step(f"INVITE to 200, {way}", event.why)
            case None:
                raise _Step(f"INVITE to 200, {way}", f"no answer within {limit:.0f} s")


def _aim(line: SoundLine, sdp: bytes) -> None:
    try:
        line.aim(sdp)
    except BadSdp as bad:
        raise CallFailed(f"the answer's SDP: {bad}") from bad


def _wait_for(call: Call, met: Callable[[], bool], seconds: float) -> None:
    end = time.monotonic() + seconds
    while not met():
        event = call.next(0.05)
        if isinstance(event, sip.Ended):
            raise _Step("INVITE to an agent's answer", f"ended while waiting: {event.why}")
        if time.monotonic() > end:
            raise _Step("INVITE to an agent's answer", f"no agent within {seconds:.0f} s")


# ── who is called ────────────────────────────────────────────────────────────


def take(scene: Scene, call: Call, post: Post) -> None:
    """Ring, answer, hum and listen until the caller hangs up."""
    began = time.monotonic()
    try:
        with _failed_steps(scene.ledger, began):
            _serve(scene, call, post, random.Random(call.leg))
    except CallFailed as failed:
        scene.ledger("SIP", "call at a seat", _ms(began), str(failed))
    else:
        scene.ledger("SIP", "call at a seat", _ms(began))


def _serve(scene: Scene, call: Call, post: Post, dice: random.Random) -> None:
    meeting = scene.meeting(call.number)
    line = scene.sound.line(post.hertz)
    try:
        call.ring()
        call.next(dice.uniform(*_REACH))
        try:
            if not call.answer(line.accept(call.offer)):
                return None  # Whoever called changed their mind; the board withdrew the call.
        except BadSdp as bad:
            call.refuse(bad.status)
            raise CallFailed(f"the offer's SDP: {bad}") from bad
        if meeting.brief:
            _until_over(call)
            return _hold_to_rules(scene.ledger, call.close(), OF_A_CALL)
        call.until(sip.Confirmed, scene.stage.limits.setup_seconds)
        scene.meet(meeting, post.hertz)
        line.listen()
        _until_over(call)
        heard = line.judged(meeting.caller, meeting.over)
        _hold_to_rules(scene.ledger, call.close(), OF_A_CALL)
        _judge(scene, "seat", heard, line.report())
    finally:
        call.close()
        line.close()


def _until_over(call: Call) -> None:
    end = time.monotonic() + LONGEST
    while (rest := end - time.monotonic()) > 0:
        event = call.next(rest)
        if isinstance(event, sip.Ended):
            if event.cause != "remote":
                raise CallFailed(f"lost: {event.why}")
            return
    raise CallFailed("the board never hung up")


# ── what it was like ─────────────────────────────────────────────────────────


def _judge(scene: Scene, who: str, heard: Heard, report: LegReport) -> None:
    """Write the rows of one end; raises CallFailed for the first that is bad."""
    note, limits = scene.ledger, scene.stage.limits
    rows = (*_heard_rows(who, heard, limits), *_packet_rows(who, report, limits))
    for name, milliseconds, failure in rows:
        note("RTP", name, milliseconds, failure)
    bad = [failure for _, _, failure in rows if failure]
    if bad:
        raise CallFailed(bad[0])


def _hold_to_rules(note: Ledger, watch: Watch, rules: Sequence[str]) -> None:
    """Write the rows of the rules; raises CallFailed for the first that was broken."""
    for rule in rules:
        note("RULE", rule, 0.0, watch.broken.get(rule))
    for why in watch.broken.values():
        raise CallFailed(why)


_Row = tuple[str, float, str | None]


def _heard_rows(who: str, heard: Heard, limits: Limits) -> list[_Row]:
    partner = "a seat" if who == "caller" else "the caller"
    hears = f"a {who} hears {partner}"
    if heard.after is None:
        return [(hears, heard.seconds * 1000, f"one-way audio: in {heard.seconds:.1f} s nothing")]
    gaps = heard.missing * 1000
    gap = f"{gaps:.0f} ms of the talk were not heard" if gaps > limits.gap_ms else None
    stranger = f"somebody else's {heard.stranger} Hz was heard" if heard.stranger else None
    return [
        (hears, heard.after * 1000, None),
        (f"gaps in what a {who} hears", gaps, gap),
        (f"nobody else is heard by a {who}", 0.0, stranger),
    ]


def _packet_rows(who: str, report: LegReport, limits: Limits) -> list[_Row]:
    expected = report.received + report.lost
    share = report.lost / expected if expected else 1.0
    lost = f"{report.lost} of {expected} packets lost" if share > limits.lost_share else None
    jitter = report.jitter_ms
    rough = f"jitter of {jitter:.0f} ms" if jitter > limits.jitter_ms else None
    return [
        (f"sound lost on the way to a {who}", report.lost * 20.0, lost),
        (f"jitter at a {who}", jitter, rough),
    ]


def _goodbye(note: Ledger, watch: Watch) -> None:
    if watch.bye_sent is not None and watch.bye_answered is not None:
        note("SIP", "BYE to its answer", (watch.bye_answered - watch.bye_sent) * 1000)


# ── words ────────────────────────────────────────────────────────────────────


class _Step(CallFailed):
    """A call failed at a step that has a row of its own."""

    def __init__(self, row: str, why: str) -> None:
        super().__init__(f"{row}: {why}")
        self.row, self.why = row, why


@contextmanager
def _failed_steps(note: Ledger, began: float) -> Iterator[None]:
    """Write the row of a step that failed, besides that of the call."""
    try:
        yield
    except _Step as step:
        note("SIP", step.row, _ms(began), step.why)
        raise


def _ms(began: float) -> float:
    return (time.monotonic() - began) * 1000
