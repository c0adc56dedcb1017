"""What the media worker reports, brought to the call it belongs to."""

from __future__ import annotations

from typing import Final

from telephony import events as say
from telephony.media import control
from telephony.pbx import events, voicemail
from telephony.pbx.alarms import alarm
from telephony.pbx.events import Side
from telephony.pbx.works import Works

ANSWER_SECONDS: Final = 8.0
"""So long a far end without sound has to answer when it is asked whether it is there."""


def call_of(name: str) -> str:
    """Read from the name of a leg, source or recording the call it was made for."""
    return name.partition("/")[0]


def place_of(works: Works, name: str) -> tuple[str, Side]:
    """Say which call a leg is in and as what; one that is gone was where it was made."""
    if leg := works.legs.by_name.get(name):
        return leg.call, leg.side
    return call_of(name), next(side for side in SIDES if f"/{side}" in name)


SIDES: Final[tuple[Side, ...]] = ("caller", "callee", "guest")


def hear(works: Works, event: control.MediaEvent, now: float) -> None:
    """Act on one media event; what belongs to no call any more is let be."""
    match event:
        case control.Digit(leg=name, digit=digit):
            _leg_said(works, name, say.Pressed(digit), now)
        case control.PlayBegan(source=source, at=at):
            if call := works.calls.get(call_of(source)):
                call.sound.sounds(source, at)
        case control.PlayEnded(source=source, at=at):
            if owner := works.owner(call_of(source)):
                owner.played(source, at, now)
        case control.MediaLost(leg=name):
            if (leg := works.legs.by_name.get(name)) and not leg.gone:
                works.legs.ping(leg, now)
                works.alarms.set(("silence", name), now + ANSWER_SECONDS)
        case control.LegFailed(leg=name, why=why):
            _leg_failed(works, name, why, now)
        case _:
            _pass_on(works, event, now)


def still_silent(works: Works, name: str, now: float) -> None:
    """A far end without sound that did not say either that it is there has gone."""
    if works.legs.unanswered(name):
        _leg_said(works, name, say.Ended("vanished", lost=True), now)


def _leg_said(works: Works, name: str, said: say.CallEvent, now: float) -> None:
    if leg := works.legs.by_name.get(name):
        works.hear(leg, said, now)


def _leg_failed(works: Works, name: str, why: str, now: float) -> None:
    """Without its socket a leg is worth nothing."""
    works.emit(alarm(now, "sound_failed", call_of(name), why=why))
    _leg_said(works, name, say.Ended("sound failed", lost=True), now)


def _spoke(works: Works, leg: str, speaking: bool, now: float) -> None:
    """Tell a mailbox that its caller speaks or fell silent."""
    known = works.legs.by_name.get(leg)
    call = works.calls.get(known.call) if known else None
    if call and call.mail and known is call.caller:
        call.mail.spoke(call, speaking, now)
        call.show()


def _pass_on(works: Works, event: control.MediaEvent, now: float) -> None:
    """Hand on what only the house outside needs."""
    match event:
        case control.SpeechBegan(leg=leg, at=at):
            call, side = place_of(works, leg)
            works.emit(events.SpeechBegan(call, at, side))
            _spoke(works, leg, True, now)
        case control.SpeechEnded(leg=leg, began=began, at=at):
            call, side = place_of(works, leg)
            works.emit(events.SpeechEnded(call, began, at, side))
            _spoke(works, leg, False, now)
        case control.RecordingBegan(recording=name) if name in works.drafts:
            return
        case control.RecordingClosed() | control.RecordingBroken() if voicemail.closed(
            works, event, now
        ):
            return
        case control.RecordingBegan(recording=name, at=at):
            works.emit(events.RecordingBegan(call_of(name), at))
        case control.RecordingClosed(recording=name, path=path, seconds=seconds):
            works.emit(events.RecordingClosed(call_of(name), path, seconds))
        case control.RecordingBroken(recording=name, path=path, why=why, seconds=seconds):
            works.emit(events.RecordingBroken(call_of(name), path, why, seconds))
            works.emit(alarm(now, "recording_stopped", call_of(name), why=why))
        case control.LegReport(leg=leg):
            works.emit(events.SoundReport(*place_of(works, leg), event))
        case control.ClipFailed(source=source, clip=clip, why=why):
            works.emit(alarm(now, "prompt_failed", call_of(source), clip=clip, why=why))
        case _:
            return
