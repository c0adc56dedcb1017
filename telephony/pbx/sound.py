"""What the parties of one call hear: rows of the gain matrix, prompts, music, the recording."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Final, TypeAlias

from telephony.media.control import MediaEngine, Play, Record, SetRow, Stop, StopRecording
from telephony.pbx.events import BoardEvent, PromptMissing, PromptPlayed

Rows: TypeAlias = dict[str, dict[str, float]]
"""Listener → speaker → gain."""

SOFT: Final = 0.15
"""Music under a spoken prompt."""


class Scene(Enum):
    """What the caller is in the middle of."""

    SILENCE = "silence"
    PROMPTS = "prompts"
    MUSIC = "music"
    """Waits in a queue."""
    RINGBACK = "ringback"
    """Answered by the board, but the far telephone still rings."""
    TALK = "talk"
    HOLD = "hold"


LOOPS: Final[Mapping[Scene, str]] = {
    Scene.MUSIC: "music",
    Scene.HOLD: "music",
    Scene.RINGBACK: "ringback",
}
"""What plays round and round in a scene, by prompt key."""


def rows_of(
    scene: Scene,
    *,
    caller: str,
    callee: str | None = None,
    holder: str | None = None,
    prompt: str | None = None,
    loop: str | None = None,
    recording: str | None = None,
) -> Rows:
    """Write the call's part of the matrix: who hears whom in this scene."""
    rows: Rows = {caller: {}}
    if callee:
        rows[callee] = {}
    if scene is Scene.TALK and callee:
        rows[caller][callee] = 1.0
        rows[callee][caller] = 1.0
    if loop:
        waits = (callee or caller) if holder == caller else caller
        rows[waits][loop] = SOFT if prompt and waits == caller else 1.0
    if prompt:
        rows[caller][prompt] = 1.0
    if recording:
        heard = {speaker: gain for speaker, gain in rows[caller].items() if speaker != loop}
        rows[f"{recording}/left"] = {caller: 1.0}
        rows[f"{recording}/right"] = heard
    return rows


@dataclass(slots=True)
class Sound:
    """One call's sound; it sends only what changed."""

    call: str
    media: MediaEngine
    clip: Callable[[str], str | None]
    emit: Callable[[BoardEvent], None]
    sent: Rows = field(default_factory=dict)
    waiting: deque[str] = field(default_factory=deque)
    """Prompt keys still to be played."""
    prompt: str | None = None
    """The source that plays now."""
    key: str = ""
    began: float = 0.0
    loop: str | None = None
    looping: str = ""
    recording: str | None = None
    _sources: int = 0

    # ── prompts ──────────────────────────────────────────────────────────────

    def tell(self, keys: tuple[str, ...], now: float) -> bool:
        """Play these prompts one after the other; False when there is nothing to play."""
        self.hush(now)
        self.waiting.extend(keys)
        return self._next(now)

    def hush(self, now: float) -> None:
        """Stop the prompt that plays and forget the others."""
        self.waiting.clear()
        if self.prompt:
            self.media.send(Stop(self.prompt))
            self.emit(PromptPlayed(self.call, self.key, self.began, now, whole=False))
            self.prompt = None

    def ended(self, source: str, at: float, now: float) -> bool:
        """Hear that a source played out; True when no further prompt follows."""
        if source != self.prompt:
            return False
        self.prompt = None
        self.emit(PromptPlayed(self.call, self.key, self.began, at))
        return not self._next(now)

    def _next(self, now: float) -> bool:
        while self.waiting:
            key = self.waiting.popleft()
            clip = self.clip(key)
            if clip is None:
                self.emit(PromptMissing(self.call, now, key))
                continue
            self.prompt, self.key, self.began = self._source(), key, now
            self.media.send(Play(self.prompt, (clip,)))
            return True
        return False

    def _source(self) -> str:
        self._sources += 1
        return f"{self.call}/play{self._sources}"

    # ── scenes ───────────────────────────────────────────────────────────────

    def show(
        self, scene: Scene, caller: str, callee: str | None = None, holder: str | None = None
    ) -> None:
        """Make the matrix agree with the scene."""
        self._turn_loop(LOOPS.get(scene, ""))
        rows = rows_of(
            scene,
            caller=caller,
            callee=callee,
            holder=holder,
            prompt=self.prompt,
            loop=self.loop,
            recording=self.recording,
        )
        for listener, hears in rows.items():
            if self.sent.get(listener) != hears:
                self.media.send(SetRow(listener, hears))
        self.sent = rows

    def _turn_loop(self, key: str) -> None:
        if key == self.looping:
            return
        if self.loop:
            self.media.send(Stop(self.loop))
        clip = self.clip(key) if key else None
        self.loop, self.looping = (self._source() if clip else None), key
        if self.loop and clip:
            self.media.send(Play(self.loop, (clip,), loop=True))

    # ── recording ────────────────────────────────────────────────────────────

    def record(self, path: str) -> None:
        """Begin the recording; its rows follow with the next ``show``."""
        self.recording = self.call
        self.media.send(Record(self.call, path))

    def stop_recording(self) -> None:
        """Close the file."""
        if self.recording:
            self.media.send(StopRecording(self.recording))
            self.recording = None

    def close(self, now: float) -> None:
        """Let go of everything."""
        self.hush(now)
        self._turn_loop("")
        self.stop_recording()
