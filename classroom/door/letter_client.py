"""The letters' part of the client: the line and the own ones for a seat, all of them for instructors."""

from __future__ import annotations

from classroom.door.asking import Asking
from classroom.door.customers import LetterKind, LetterState
from classroom.door.letters import LetterAnswer, LetterBrief, LetterEnd, LetterPage, Sent


class LetterDoor(Asking):
    """The letters, from outside."""

    async def letters(
        self, *, state: LetterState | None = None, find: str = "", limit: int = 100, after: int = 0
    ) -> list[LetterBrief]:
        """The line in its order, then the done ones; a student finds the line and the own letters."""
        query = {"state": state, "find": find, "limit": limit, "after": after}
        return await self._list(LetterBrief, "letters", query)

    async def next_letter(self) -> LetterPage:
        """The letter at the own desk, or the next of the line; 409 unless ready and idle, 404 for none."""
        return LetterPage.model_validate_json(await self._ask("POST", "letters/next"))

    async def letter(self, letter: int) -> LetterPage:
        """One letter, whole."""
        return LetterPage.model_validate_json(await self._ask("GET", f"letters/{letter}"))

    async def letter_file(self, letter: int) -> bytes:
        """The letter as it came."""
        return await self._ask("GET", f"letters/{letter}/file")

    async def answer_letter(self, letter: int, answer: LetterAnswer) -> LetterPage:
        """Answer it; status 409 where somebody else has it by now."""
        told = await self._ask("POST", f"letters/{letter}/answer", answer)
        return LetterPage.model_validate_json(told)

    async def return_letter(self, letter: int, end: LetterEnd) -> LetterPage:
        """Give it back to the line, at its old place."""
        told = await self._ask("POST", f"letters/{letter}/return", end)
        return LetterPage.model_validate_json(told)

    async def close_letter(self, letter: int, end: LetterEnd) -> LetterPage:
        """Be done with it without an answer."""
        told = await self._ask("POST", f"letters/{letter}/close", end)
        return LetterPage.model_validate_json(told)

    async def bring_letter(
        self, data: bytes, kind: LetterKind = "mail", *, sender: str = "", text: str = ""
    ) -> LetterPage:
        """Take a letter in: a mail, or the pages of a fax; instructors only, as what follows."""
        query = {"kind": kind, "sender": sender, "text": text}
        told = await self._ask("POST", "letters", data, query)
        return LetterPage.model_validate_json(told)

    async def letters_out(self, receiver: str = "", limit: int = 100) -> list[Sent]:
        """The out-box: receipts and answers, the newest first."""
        return await self._list(Sent, "letters/out", {"receiver": receiver, "limit": limit})
