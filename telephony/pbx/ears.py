"""What the media worker reports, brought to the call it belongs to."""

from __future__ import annotations

from typing import Final

from telephony import events as say
from telephony.media import control
from telephony.pbx import events, talk, waiting
from telephony.pbx.call import Call
from telephony.pbx.events import Side
from telephony.pbx.leg import Leg
from telephony.pbx.works import Works

ANSWER_SECONDS: Final = 8.0
"""So long a far end without sound has to answer when it is asked whether it is there."""


def call_of(name: str) -> str:
    """Read the call's id from the name of a leg, source or recording."""
    return name.partition("/")[0]


def side_of(leg: str) -> Side:
    """Read which end a leg is from its name."""
    return "caller" if "/caller" in leg else "callee"


def hear(works: Works, event: control.MediaEvent, now: float) -> None:
    """Act on one media event; what belongs to no call any more is let be."""
    match event:
        case control.Digit(leg=name, digit=digit):
            _leg_said(works, name, say.Pressed(digit), now)
        case control.PlayEnded(source=source, at=at):
            if (call := works.calls.get(call_of(source))) and call.sound.ended(source, at, now):
                waiting.played(call, now)
            if call:
                call.show()
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
    leg = works.legs.by_name.get(name)
    call = works.calls.get(call_of(name))
    if leg and call:
        talk.hear(call, leg, said, now)


def _leg_failed(works: Works, name: str, why: str, now: float) -> None:
    """Without its socket a leg is worth nothing."""
    works.emit(events.Alarm(now, f"A telephone's sound failed: {why}", call_of(name)))
    leg: Leg | None = works.legs.by_name.get(name)
    call: Call | None = works.calls.get(call_of(name))
    if leg and call:
        talk.hear(call, leg, say.Ended("sound failed", lost=True), now)


def _pass_on(works: Works, event: control.MediaEvent, now: float) -> None:
    """Hand on what only the house outside needs."""
    match event:
        case control.SpeechBegan(leg=leg, at=at):
            works.emit(events.SpeechBegan(call_of(leg), at, side_of(leg)))
        case control.SpeechEnded(leg=leg, began=began, at=at):
            works.emit(events.SpeechEnded(call_of(leg), began, at, side_of(leg)))
        case control.RecordingBegan(recording=name, at=at):
            works.emit(events.RecordingBegan(call_of(name), at))
        case control.RecordingClosed(recording=name, path=path, seconds=seconds):
            works.emit(events.RecordingClosed(call_of(name), path, seconds))
        case control.RecordingBroken(recording=name, path=path, why=why, seconds=seconds):
            works.emit(events.RecordingBroken(call_of(name), path, why, seconds))
            works.emit(events.Alarm(now, f"A recording stopped: {why}", call_of(name)))
        case control.LegReport(leg=leg):
            works.emit(events.SoundReport(call_of(leg), side_of(leg), event))
        case control.ClipFailed(source=source, clip=clip, why=why):
            works.emit(events.Alarm(now, f"Prompt {clip} cannot be played: {why}", call_of(source)))
        case _:
            return
