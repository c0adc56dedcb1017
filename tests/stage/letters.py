"""What a stage server knows of letters."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence

from classroom.door.customers import LetterState
from classroom.door.letters import (
    FaxParameters,
    LetterAnswer,
    LetterBrief,
    LetterEnd,
    LetterPage,
    Sent,
)
from classroom.door.wire import Lang
from classroom.words import say
from lab.errors import Refused


class StageLetters(ABC):
    """The line of letters and one desk of it."""

    lang: Lang

    def __init__(self) -> None:
        self.the_letters: list[LetterPage] = []
        self.the_sent: list[Sent] = []
        self.faxed: FaxParameters | None = None
        self.quicker = False
        """Somebody else has the letter by now."""

    @abstractmethod
    def _ask(self, what: str, value: object = None) -> None: ...

    async def letters(
        self, *, state: LetterState | None = None, find: str = "", limit: int = 100, after: int = 0
    ) -> Sequence[LetterBrief]:
        self._ask("letters")
        self._ask("letters_by", (state, find))
        names = set(LetterBrief.model_fields)
        return [
            LetterBrief.model_validate(one.model_dump(include=names)) for one in self.the_letters
        ]

    async def next_letter(self) -> LetterPage:
        self._ask("next_letter")
        for at, one in enumerate(self.the_letters):
            if one.state in ("waiting", "returned", "at_desk"):
                return self._put(at, state="at_desk", mine=True)
        raise Refused(say("no_letter_waits", self.lang), 404)

    async def letter(self, letter: int) -> LetterPage:
        self._ask("letter", letter)
        return self.the_letters[self._at(letter)]

    async def answer_letter(self, letter: int, answer: LetterAnswer) -> LetterPage:
        self._ask("answer_letter", (letter, answer.text))
        self.faxed = answer.fax
        if self.quicker:
            values = {"number": f"M{letter:06}", "by": "1009", "at": "12:00:00"}
            raise Refused(say("letter_gone", self.lang, **values), 409)
        sent = Sent(id=1, letter_id=letter, at=0.0, kind="mail", what="answer", sender="a@b.cn",
                    receiver="c@d.cn", text=answer.text)  # fmt: skip
        return self._put(self._at(letter), state="answered", sent=[sent])

    async def letters_out(self, receiver: str = "", limit: int = 100) -> Sequence[Sent]:
        self._ask("letters_out", receiver)
        return self.the_sent

    async def return_letter(self, letter: int, end: LetterEnd) -> LetterPage:
        self._ask("return_letter", letter)
        return self._put(self._at(letter), state="returned")

    async def close_letter(self, letter: int, end: LetterEnd) -> LetterPage:
        self._ask("close_letter", (letter, end.note))
        return self._put(self._at(letter), state="closed")

    def _at(self, letter: int) -> int:
        return [one.id for one in self.the_letters].index(letter)

    def _put(self, at: int, **changes: object) -> LetterPage:
        one = self.the_letters[at]
        self.the_letters[at] = one.model_copy(update={**changes, "version": one.version + 1})
        return self.the_letters[at]
