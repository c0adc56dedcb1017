"""What the server has spoken: announcements, customers before they call, agents' lines."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Coroutine, Iterable
from pathlib import Path
from typing import Any

import structlog

from classroom.door import wire
from classroom.practice.lines import lines_of, render_first, render_rest
from classroom.practice.mouth import sounding
from classroom.practice.session import Progress
from classroom.settings import School
from classroom.speech.client import Speech
from classroom.speech.errors import SpeechError
from classroom.speech.prompts import AGENTS, render, spoken_in
from scenarios.model import Scenario

_log = structlog.get_logger("voices")
FIRST = ("welcome", "menu", "rate.ask", "rate.thanks")
"""What a caller hears when all goes well; nobody waits for the rest to be rendered."""
PORTION = 25
"""So many of the rest are handed to the board at a time."""


class Voices:
    """The speech process as lessons, calls and the door use it."""

    def __init__(
        self,
        speech: Speech,
        school: School,
        extensions: Callable[[], Iterable[str]],
        changed: Callable[[dict[str, str]], None],
    ) -> None:
        self._speech, self._school = speech, school
        self._extensions, self._changed = extensions, changed
        self._lang: wire.Lang = school.lang
        self._clips: dict[str, str] = {}
        self._later: set[asyncio.Task[None]] = set()

    @property
    def engine(self) -> str:
        """Which voice engine speaks."""
        return self._speech.engine

    async def close(self) -> None:
        """Stop rendering ahead."""
        for task in list(self._later):
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task

    # ── the house's announcements ────────────────────────────────────────────

    async def set_language(self, lang: wire.Lang, progress: Progress) -> None:
        """Render what the next caller will hear and tell the board; the rest follows by itself."""
        words = self._texts(lang)
        self._lang = lang
        soon = {k: text for k, text in words.items() if k in FIRST or k.startswith("agent.")}
        try:
            clips = await render(self._speech, lang, soon, progress)
        except SpeechError as error:
            _log.error("announcements not rendered", why=str(error))
            return
        self._take(lang, clips)
        self._do_later(self._render_all(lang, words))

    def speak_ahead(self) -> None:
        """Render the house's announcements before anybody gives a lesson: strangers may call."""
        self._do_later(self.set_language(self._lang, lambda done, of: None))

    async def _render_all(self, lang: wire.Lang, words: dict[str, str]) -> None:
        keys = list(words)
        for first in range(0, len(keys), PORTION):
            part = {key: words[key] for key in keys[first : first + PORTION]}
            self._take(lang, await render(self._speech, lang, part, urgency="lesson"))

    def _take(self, lang: wire.Lang, clips: dict[str, str]) -> None:
        """Hand on what is rendered, unless the house speaks another language by now."""
        if lang != self._lang:
            return
        self._clips |= clips
        self._changed(clips)

    @property
    def lang(self) -> wire.Lang:
        """What the announcements speak."""
        return self._lang

    def words(self, key: str) -> str:
        """The words of an announcement, ``KEY`` or ``LANG/KEY``; nothing for music and tones."""
        lang, _, name = key.rpartition("/")
        spoken: wire.Lang = "en" if lang == "en" else "zh" if lang else self._lang
        return self._texts(spoken).get(name, "")

    def seconds(self, key: str) -> float:
        """How long an announcement sounds."""
        clip = self._clips.get(key)
        return sounding(Path(clip)) if clip else 0.0

    def _texts(self, lang: wire.Lang) -> dict[str, str]:
        school = self._school.name_zh if lang == "zh" else self._school.name_en
        return spoken_in(lang, school=school, extensions=self._extensions())

    # ── customers and agents ─────────────────────────────────────────────────

    async def customer(
        self, scenario: Scenario, seed: int, given: dict[str, str], progress: Progress
    ) -> dict[str, str | None]:
        """Render a customer, what is likely said first; sentence key → clip."""
        said = await asyncio.to_thread(lines_of, scenario, seed, given)
        try:
            clips = await render_first(self._speech, said, progress)
        except SpeechError as error:
            _log.error("customer not rendered", scenario=scenario.id, why=str(error))
            return dict.fromkeys(said.customer)
        self._do_later(render_rest(self._speech, said))
        return clips

    async def say(self, text: str, lang: wire.Lang, voice: str | None) -> bytes | None:
        """Speak a line of a running call; none when speech is at its limit or cannot."""
        try:
            clip = await self._speech.render(text, voice=voice or AGENTS[lang], urgency="live")
        except SpeechError:
            return None
        return await asyncio.to_thread(clip.read_bytes)

    async def speak(self, text: str, lang: wire.Lang) -> Path:
        """Speak a line of a call that is over; raises SpeechError."""
        return await self._speech.render(text, voice=AGENTS[lang], urgency="after")

    def _do_later(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(_quietly(work), name="rendering ahead")
        self._later.add(task)
        task.add_done_callback(self._later.discard)


async def _quietly(work: Coroutine[Any, Any, None]) -> None:
    try:
        await work
    except SpeechError as error:
        _log.warning("not rendered ahead", why=str(error))
