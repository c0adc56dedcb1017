"""What flows say, as sound: spoken when it is needed, kept by the board's keys."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Protocol

import structlog

from classroom.door.lang import Lang
from classroom.flows.model import PlayNumber
from classroom.flows.shelf import FlowShelf, Shelved
from classroom.speech.errors import SpeechError
from classroom.speech.reading import PAUSE, PAUSE_CLIP
from classroom.speech.reading import texts as readings

_log = structlog.get_logger("flows")


class Reads(Protocol):
    """Renders announcements: prompt key → clip."""

    async def __call__(
        self, lang: Lang, said: dict[str, str], *, soon: bool = False
    ) -> dict[str, str]:
        """Speak these in this language, ``soon`` where a caller waits; raises SpeechError."""


class FlowClips:
    """The clips of every flow of a shelf."""

    def __init__(
        self, shelf: FlowShelf, speak: Reads, house_texts: Callable[[Lang], dict[str, str]]
    ) -> None:
        self._shelf, self._speak, self._house_texts = shelf, speak, house_texts
        self._clips: dict[str, str] = {PAUSE: PAUSE_CLIP}
        self._spoken: dict[str, str] = {}
        """What each of these clips says."""
        self.lang: Lang = "en" if shelf.main_lang == "en" else "zh"
        """What is spoken where nobody chose."""

    def prompts(self) -> dict[str, str]:
        """Clips of every flow: ``LANG/KEY``, and ``KEY`` in the language of the house."""
        words = {lang: self._shelf.texts(lang) for lang in ("zh", "en")}
        ours = self._shelf.keys()
        clips = {}
        for key, clip in self._clips.items():
            lang, _, name = key.rpartition("/")
            if name not in ours or name in words.get(lang, ()):  # else a recording says it
                clips[key] = clip
        plain = {
            key.removeprefix(f"{self.lang}/"): clip
            for key, clip in clips.items()
            if key.startswith(f"{self.lang}/") and "." in key
        }
        return {**clips, **plain, **self._shelf.sounds()}

    def unspoken(self) -> list[str]:
        """Name the flows whose own words cannot be heard yet."""
        return [
            name
            for name, one in self._shelf.flows.items()
            if any(
                f"{lang}/{key}" not in self._clips
                for lang in self._langs([one])
                for key in one.texts(lang)
            )
        ]

    async def render(self, flows: Iterable[Shelved]) -> None:
        """Speak what these flows say in every language that can be chosen in them."""
        flows = self._shelf.with_entered(flows)
        for lang in self._langs(flows):
            for said in self._said(flows, lang):
                if not await self._say(lang, said):
                    break

    async def render_words(self, one: Shelved) -> None:
        """Speak what only this flow and those it enters say: somebody waits for it."""
        flows = self._shelf.with_entered([one])
        for lang in self._langs(flows):
            await self._say(lang, _own(flows, lang), soon=True)

    async def _say(self, lang: Lang, said: dict[str, str], *, soon: bool = False) -> bool:
        """Speak what is new of this; False where it cannot be spoken."""
        missing = {k: v for k, v in said.items() if self._spoken.get(f"{lang}/{k}") != v}
        if not missing:
            return True
        try:
            clips = await self._speak(lang, missing, soon=soon)
        except SpeechError as error:
            _log.warning("flow not rendered", why=str(error))
            return False
        self._clips |= {f"{lang}/{key}": clip for key, clip in clips.items()}
        self._spoken |= {f"{lang}/{key}": missing[key] for key in clips}
        return True

    def _langs(self, flows: list[Shelved]) -> list[Lang]:
        chosen = {lang for one in flows for lang in one.langs} | {self.lang}
        return [lang for lang in ("zh", "en") if lang in chosen]

    def _said(self, flows: list[Shelved], lang: Lang) -> Iterable[dict[str, str]]:
        """What must be spoken: the flows' own words, the house's, the words of values."""
        yield _own(flows, lang)
        if any(lang in one.langs for one in flows):
            yield self._house_texts(lang)
        nodes = [node for one in flows for node in one.sheet.nodes.values()]
        if any(isinstance(node, PlayNumber) for node in nodes):
            yield readings(lang)


def _own(flows: list[Shelved], lang: Lang) -> dict[str, str]:
    return {key: words for one in flows for key, words in one.texts(lang).items()}
