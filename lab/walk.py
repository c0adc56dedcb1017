"""One walk through a flow by text: what the caller would hear, key by key; no telephone, no clock."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from datetime import datetime

from classroom.flows.shelf import FlowShelf, Shelved
from classroom.speech.prompts import TEXTS
from classroom.speech.reading import words as said
from lab.words import Lang, Words
from telephony.pbx import ivr
from telephony.pbx.ivr.states import State
from telephony.pbx.ivr.visit import Visit


class Walk:
    """A visit whose prompts are lines of text and whose records are the person at the keyboard."""

    def __init__(
        self,
        flow: Shelved,
        shelf: FlowShelf,
        words: Words,
        *,
        caller: str = "",
        moment: datetime | None = None,
    ) -> None:
        self.words = words
        self._texts = {lang: shelf.texts(lang) | flow.texts(lang) for lang in ("zh", "en")}
        flows = {name: one.flow for name, one in shelf.flows.items()}
        self.visit = Visit(
            flow.flow,
            flows,
            called=next(iter(flow.sheet.numbers), flow.trial),
            caller=caller,
            reader=self._read,
            moment=moment or datetime.now(),
        )
        self._lang: Lang = words.lang
        self.left = ""
        """How the flow was left."""
        self.spoken: list[tuple[str, Lang]] = []
        """What the caller heard since somebody last took it away: words and their language."""

    @property
    def over(self) -> bool:
        """Whether the flow was left."""
        return bool(self.left)

    @property
    def looking(self) -> bool:
        """Whether the walk waits for an answer of the records."""
        return self.visit.state is State.LOOKING

    def begin(self) -> list[str]:
        """Enter the flow."""
        return self._follow(self.visit.begin())

    def typed(self, line: str) -> list[str]:
        """Take keys, silence, an answer of the records (``name=value …``), or a hang-up."""
        if line == "/":
            last = self._follow(self.visit.hung_up())
            self.left = "hung_up"
            return [self.words("ivr.hung_up"), *last]
        if self.looking:
            return self._answer(line)
        if not line:
            return self._follow(self.visit.silence())
        told: list[str] = []
        for key in line:
            told += self._follow(self.visit.press(key))
        return told

    def _answer(self, line: str) -> list[str]:
        if line == "!":
            return self._follow(self.visit.unanswered())
        pairs = [pair.partition("=") for pair in line.split()]
        found = {name: value for name, _, value in pairs}
        return self._follow(self.visit.answered(found or None))

    def _follow(self, acts: Iterable[ivr.Act]) -> list[str]:
        todo, told = deque(acts), list[str]()
        while todo:
            match todo.popleft():
                case ivr.Tell(prompts=prompts):
                    told.append(f"  {self._say(prompts)}")
                    heard = [key for key in prompts if not self._words(key).startswith("[")]
                    self.spoken.append((self._say(heard), self._lang))
                    todo.extend(self.visit.played())
                case ivr.Speak(lang=lang):
                    self._lang = "en" if lang == "en" else "zh"
                case ivr.Chose(menu=menu, key=key):
                    told.append(self.words("ivr.chose", node=menu, key=key))
                case ivr.Entered(node=node, count=count):
                    told.append(self.words("ivr.entered", node=node, count=count))
                case ivr.Scored(mark=mark):
                    told.append(self.words("ivr.scored", mark=mark))
                case ivr.Ask(ask=ask, given=given):
                    asked = " ".join(f"{name}={value}" for name, value in given.items())
                    told.append(self.words("ivr.asked", ask=ask, given=asked))
                case ivr.Stuck(node=node):
                    self.left = "stuck"
                    told.append(self.words("ivr.stuck", node=node))
                case ivr.Leave(to=to):
                    self.left = "left"
                    told.append(self.words("ivr.left", to=_where(to, self.words)))
        return told

    def _say(self, prompts: Iterable[str]) -> str:
        return " ".join(self._words(key) for key in prompts)

    def _words(self, key: str) -> str:
        own = self._texts[self._lang].get(key) or TEXTS[self._lang].get(key)
        return own or (key if key.startswith("“") else f"[{key}]")

    def _read(self, kind: str, value: str, lang: str) -> tuple[str, ...]:
        spoken = said(kind, value, "en" if lang == "en" else "zh" if lang else self._lang)
        if spoken is None:
            return (f"“{value}?”",)
        return (f"“{(' ' if (lang or self._lang) == 'en' else '').join(spoken)}”",)


def _where(to: ivr.Exit, words: Words) -> str:
    match to:
        case ivr.ToQueue(queue=name):
            return words("ivr.to_queue", name=name)
        case ivr.ToExtension(extension=name):
            return words("ivr.to_extension", name=name)
        case ivr.ToNumber(number=name):
            return words("ivr.to_number", name=name)
        case ivr.ToVoicemail(box=name):
            return words("ivr.to_voicemail", name=name)
        case _:
            return words("ivr.to_end")
