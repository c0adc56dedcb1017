"""Recording a talk: always or on demand, in silence while a card number is said."""

from __future__ import annotations

from typing import Final

from telephony.media import control
from telephony.pbx.call import Call
from telephony.pbx.call_events import RecordingPaused, RecordingResumed
from telephony.pbx.errors import NotNow
from telephony.pbx.leg import Leg

UNDER_WAY: Final = 0.2
"""Seconds that the last words of a pause may still be on their way to the recording."""


def at_answer(call: Call, now: float) -> None:
    """Begin to record a talk that is always recorded."""
    wanted = call.plan.calls.record == "always" and (call.queue is None or call.queue.plan.record)
    if wanted and not call.tapes:
        tape(call, now)


def tape(call: Call, now: float) -> bool:
    """Begin a recording; the second and later ones of a call have a number."""
    number = call.tapes + 1
    suffix = f"-{number}" if number > 1 else ""
    path = call.plan.recording_path(f"{call.id}{suffix}")
    if path is None:
        return False
    call.tapes = number
    call.sound.record(path, now, f"{call.id}/tape{number}" if number > 1 else "")
    return True


def start(call: Call, leg: Leg, now: float) -> None:
    """Record from now on."""
    if call.sound.recording:
        raise NotNow("recording", "The talk is being recorded already.")
    if call.plan.calls.record == "never" or not tape(call, now):
        raise NotNow("never_recorded", "This house records no talks; ask who runs it.")


def stop(call: Call, leg: Leg, now: float) -> None:
    """Record no more."""
    if not call.sound.recording:
        raise NotNow("not_recording", "The talk is not being recorded.")
    if call.plan.calls.record == "always":
        raise NotNow("always_recorded", "Talks are always recorded here; pause it instead.")
    unpause(call, leg.extension or "", now)
    call.sound.stop_recording(now)


def pause(call: Call, leg: Leg, paused: bool, reason: str, now: float) -> None:
    """Write silence in both channels while something is said that nobody may keep."""
    recording = call.sound.recording
    if not recording:
        raise NotNow("not_recording", "The talk is not being recorded.")
    if not paused:
        return unpause(call, leg.extension or "", now)
    if call.paused_at is None:
        call.paused_at = now
        call.works.media.send(control.PauseRecording(recording, paused=True))
        call.wake("pause", now + call.plan.calls.longest_pause)
        call.emit(RecordingPaused(call.id, now, leg.extension or "", reason))
    return None


def unpause(call: Call, extension: str, now: float) -> None:
    """Record what is said again."""
    if call.paused_at is None:
        return
    began, call.paused_at = call.paused_at, None
    call.sleep("pause")
    if call.sound.recording:
        recording, at = call.sound.recording, now + UNDER_WAY
        call.works.media.send(control.PauseRecording(recording, paused=False, at=at))
    call.emit(RecordingResumed(call.id, now, extension, now - began))


def handed_on(call: Call, now: float) -> None:
    """A pause ends with the talk of whoever asked for it."""
    unpause(call, "", now)


def forgotten(call: Call, now: float) -> None:
    """A pause that nobody ended ends by itself."""
    unpause(call, "", now)
