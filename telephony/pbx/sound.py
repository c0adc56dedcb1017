"""What the parties of one call hear: rows of the gain matrix, prompts, music, the recording."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Final, TypeAlias

from telephony.media.control import MediaEngine, Play, Record, SetRow, Stop, StopRecording
from telephony.pbx.events import BoardEvent, PromptMissing, PromptPlayed
from telephony.pbx.party import Mode, Role

Rows: TypeAlias = dict[str, dict[str, float]]
"""Listener → speaker → gain."""

SOFT: Final = 0.15
"""Music under a spoken prompt."""


class Scene(Enum):
    """What the call is in the middle of."""

    SILENCE = "silence"
    PROMPTS = "prompts"
    MUSIC = "music"
    """The caller waits in a queue."""
    RINGBACK = "ringback"
    """Answered by the board, but the far telephone still rings."""
    EARLY = "early"
    """The far telephone sends its own ringing, or says something, before it is answered."""
    TALK = "talk"
    HOLD = "hold"
    CONSULT = "consult"
    """The holder talks to somebody aside, or waits for them to answer."""


@dataclass(frozen=True, slots=True)
class Voice:
    """One answered telephone of a call, as the matrix sees it."""

    name: str
    role: Role
    mode: Mode = Mode.LISTEN
    over: str = ""
    """Whom a supervisor stands behind."""
    muted: bool = False


_TALKERS: Final = frozenset({Role.CALLER, Role.CALLEE, Role.GUEST})


def circle_of(scene: Scene, voices: Sequence[Voice], holder: str | None) -> list[Voice]:
    """List those who talk to each other; a supervisor who barges in stands where the supervised is."""
    if scene is Scene.TALK:
        talk = [voice for voice in voices if voice.role in _TALKERS]
    elif scene is Scene.CONSULT:
        talk = [v for v in voices if v.name == holder or v.role is Role.CONSULTED]
    else:
        return []
    inside = {voice.name for voice in talk}
    barging = (v for v in voices if v.role is Role.SUPERVISOR and v.mode is Mode.BARGE)
    return talk + [voice for voice in barging if voice.over in inside]


def loops_of(scene: Scene, voices: Sequence[Voice], holder: str | None) -> dict[str, str]:
    """Say who hears what round and round: listener → prompt key."""
    waits: dict[str, str] = {}
    asked = [voice.name for voice in voices if voice.role is Role.CONSULTED]
    for voice in voices:
        if voice.role is Role.CALLER and scene in (Scene.MUSIC, Scene.RINGBACK):
            waits[voice.name] = scene.value
        elif voice.role in _TALKERS and scene in (Scene.HOLD, Scene.CONSULT):
            if voice.name != holder:
                waits[voice.name] = "music"
            elif scene is Scene.CONSULT and not asked:
                waits[voice.name] = "ringback"
        elif voice.role is Role.CONSULTED and scene is not Scene.CONSULT:
            waits[voice.name] = "music"
    return waits


def rows_of(
    scene: Scene,
    voices: Sequence[Voice],
    *,
    customer: str = "",
    holder: str | None = None,
    loops: Mapping[str, str] = {},
    prompt: str | None = None,
    hearers: Collection[str] = (),
    recording: str | None = None,
) -> Rows:
    """Write the call's part of the matrix: who hears whom in this scene.

    ``loops`` names the source that plays each prompt key; ``hearers`` hear the ``prompt``; the
    ``customer``'s mouth is left on the recording, and what the customer hears, less loops, right.
    """
    rows: Rows = {voice.name: {} for voice in voices}
    if scene is Scene.EARLY:
        far = next((voice.name for voice in voices if voice.role is Role.CALLEE), "")
        rows.update({v.name: {far: 1.0} for v in voices if far and v.role is Role.CALLER})
    circle = circle_of(scene, voices, holder)
    for listener in circle:
        rows[listener.name] = {
            speaker.name: 1.0 for speaker in circle if speaker is not listener and not speaker.muted
        }
    heard = dict(rows.get(customer, {}))
    _supervise(rows, voices, {voice.name for voice in circle})
    for name, key in loops_of(scene, voices, holder).items():
        if source := loops.get(key):
            rows[name][source] = SOFT if prompt and name in hearers else 1.0
    if prompt:
        for name in hearers:
            if name in rows:
                rows[name][prompt] = 1.0
        if customer in hearers:
            heard[prompt] = 1.0
    if recording:
        rows |= _taped(recording, voices, customer, heard)
    return rows


def _taped(recording: str, voices: Sequence[Voice], customer: str, heard: dict[str, float]) -> Rows:
    """The two channels of a recording; a customer whom nobody hears is not on it either."""
    muted = any(voice.muted for voice in voices if voice.name == customer)
    left = {} if muted else {customer: 1.0}
    return {f"{recording}/left": left, f"{recording}/right": heard}


def _supervise(rows: Rows, voices: Sequence[Voice], talking: set[str]) -> None:
    """A supervisor outside the talk hears what the supervised says and hears; a whisper goes one way."""
    muted = {voice.name for voice in voices if voice.muted}
    aside = [v for v in voices if v.role is Role.SUPERVISOR and v.name not in talking]
    for voice in aside:
        if voice.over in rows:
            mouth = {} if voice.over in muted else {voice.over: 1.0}
            rows[voice.name] = {**mouth, **rows[voice.over]}
    for voice in aside:
        if voice.mode is Mode.WHISPER and voice.over in rows and not voice.muted:
            rows[voice.over] = {**rows[voice.over], voice.name: 1.0}


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
    lang: str = ""
    """The language the caller chose; empty: the house's."""
    hearers: tuple[str, ...] = ()
    """Who hears the prompts; nobody named means the caller."""
    loops: dict[str, str] = field(default_factory=dict)
    """What plays round and round: prompt key → source; a key without a clip has an empty source."""
    recording: str | None = None
    _sources: int = 0

    # ── prompts ──────────────────────────────────────────────────────────────

    def tell(self, keys: tuple[str, ...], now: float, *, to: tuple[str, ...] = ()) -> bool:
        """Play these prompts one after the other; False when there is nothing to play."""
        self.hush(now)
        self.hearers = to
        self.waiting.extend(keys)
        return self._next(now)

    def hush(self, now: float) -> None:
        """Stop the prompt that plays and forget the others."""
        self.waiting.clear()
        if self.prompt:
            self.media.send(Stop(self.prompt))
            self.emit(PromptPlayed(self.call, self.key, self.began, now, self.lang, whole=False))
            self.prompt = None

    def sounds(self, source: str, at: float) -> None:
        """Hear that a source began to sound."""
        if source == self.prompt:
            self.began = at

    def ended(self, source: str, at: float, now: float) -> bool:
        """Hear that a source played out; True when no further prompt follows."""
        if source != self.prompt:
            return False
        self.prompt = None
        self.emit(PromptPlayed(self.call, self.key, self.began, at, self.lang))
        return not self._next(now)

    def _next(self, now: float) -> bool:
        while self.waiting:
            key = self.waiting.popleft()
            clip = self.find(key)
            if clip is None:
                self.emit(PromptMissing(self.call, now, key))
                continue
            self.prompt, self.key, self.began = self._source(), key, now
            self.media.send(Play(self.prompt, (clip,)))
            return True
        return False

    def find(self, key: str) -> str | None:
        """Find a prompt's clip in the caller's language, else in the house's."""
        own = self.clip(f"{self.lang}/{key}") if self.lang else None
        return own or self.clip(key)

    def _source(self) -> str:
        self._sources += 1
        return f"{self.call}/play{self._sources}"

    # ── scenes ───────────────────────────────────────────────────────────────

    def show(
        self,
        scene: Scene,
        voices: Sequence[Voice],
        *,
        customer: str,
        holder: str | None = None,
    ) -> None:
        """Make the matrix agree with the scene."""
        self.turn_loops(set(loops_of(scene, voices, holder).values()))
        caller = tuple(voice.name for voice in voices if voice.role is Role.CALLER)
        self.set_rows(
            rows_of(
                scene,
                voices,
                customer=customer,
                holder=holder,
                loops=self.loops,
                prompt=self.prompt,
                hearers=self.hearers or caller,
                recording=self.recording,
            )
        )

    def set_rows(self, rows: Rows) -> None:
        """Send the rows that changed."""
        for listener, hears in rows.items():
            if self.sent.get(listener) != hears:
                self.media.send(SetRow(listener, hears))
        self.sent = rows

    def turn_loops(self, wanted: set[str]) -> None:
        """Let these prompts play round and round, and no others."""
        if wanted == self.loops.keys():
            return
        for key in [key for key in self.loops if key not in wanted]:
            if source := self.loops.pop(key):
                self.media.send(Stop(source))
        for key in sorted(wanted - self.loops.keys()):
            clip = self.find(key)
            self.loops[key] = self._source() if clip else ""
            if clip:
                self.media.send(Play(self.loops[key], (clip,), loop=True))

    # ── recording ────────────────────────────────────────────────────────────

    def record(self, path: str, now: float, name: str = "") -> None:
        """Begin the recording, from now on; its rows follow with the next ``show``."""
        self.recording = name or self.call
        self.media.send(Record(self.recording, path, since=now))

    def stop_recording(self, now: float) -> None:
        """Close the file: it lasts until now, however late the worker hears of it."""
        if self.recording:
            self.media.send(StopRecording(self.recording, until=now))
            self.recording = None

    def close(self, now: float) -> None:
        """Let go of everything."""
        self.hush(now)
        self.turn_loops(set())
        self.stop_recording(now)
