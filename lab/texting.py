"""``lab text``: short messages to one number or to a file of them, paced, each with what became of it."""

from __future__ import annotations

import asyncio
import csv
import getpass
import json
import os
import re
import secrets
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.table import Table
from rich.text import Text

from classroom.door.client import DoorClient
from classroom.door.control import News, SendText, Subscribe
from classroom.door.control_client import ControlClient
from classroom.door.refused import DoorRefused
from classroom.practice.textbox import kept
from classroom.words import spoken
from lab.errors import LabError, need_server
from lab.parts.cells import printable
from lab.roster import settings_of
from lab.words import Words

MOST: Final = 1_000
"""So many numbers go by one order."""
PATIENCE: Final = 70.0
"""Seconds that a carrier's answer is waited for; two gateways that are silent take so long."""
PASSWORD: Final = "LAB_PASSWORD"
_NUMBER: Final = re.compile(r"[0-9*#+]{1,32}")
_FILLING: Final = re.compile(r"[\s().\-/]")


class NoTexts(LabError):
    """The messages cannot be sent at all."""


@dataclass(frozen=True, slots=True)
class Told:
    """What became of one number's message."""

    number: str
    sent: bool
    result: str
    """One sentence or word of the present language."""
    parts: int = 0


@dataclass(slots=True)
class Round:
    """One text to several numbers."""

    control: ControlClient
    words: Words
    text: str
    name: str = field(default_factory=lambda: secrets.token_hex(4))
    answers: dict[str, asyncio.Future[dict[str, object]]] = field(default_factory=dict)

    async def listen(self) -> None:
        """Hand on what the switchboard tells of our messages."""
        async for news in self.control.heard():
            if not isinstance(news, News):
                continue
            if waiting := self.answers.get(str(news.fields.get("ref"))):
                waiting.set_result(news.fields)

    async def send(self, place: int, number: str) -> Told:
        """Send to one number and wait for what becomes of it."""
        if not _NUMBER.fullmatch(number):
            return Told(number, False, self.words("text.no_number"))
        ref = f"{self.name}-{place}"
        answer = self.answers[ref] = asyncio.get_running_loop().create_future()
        try:
            await self.control.do(SendText, number=number, text=self.text, ref=ref)
            told = await asyncio.wait_for(answer, PATIENCE)
        except DoorRefused as refused:
            return Told(number, False, str(refused))
        except TimeoutError:
            return Told(number, False, self.words("text.no_answer"))
        finally:
            del self.answers[ref]
        why, parts = str(told["why"]), int(str(told["parts"]))
        if not why:
            return Told(number, True, self.words("text.sent"), parts)
        known = f"text.{why}"
        said = self.words(known) if self.words.knows(known) else self.words("text.refused", why=why)
        return Told(number, False, said, parts)


def numbers_of(given: Sequence[str], file: Path | None) -> list[str]:
    """List whom to send to, each once; a file has one number a line, other columns are let be."""
    words, found = Words(spoken()), list(given)
    if file is not None:
        found += rows_of(file)
    found = [_FILLING.sub("", number) for number in found]
    wanted = list(dict.fromkeys(number for number in found if number))
    if not wanted:
        raise NoTexts(words("text.nobody"))
    if len(wanted) > MOST:
        raise NoTexts(words("text.too_many", count=len(wanted), most=MOST))
    return wanted


def rows_of(file: Path) -> Iterator[str]:
    """Read the first column of a file; a first line without a digit is its title."""
    try:
        lines = file.read_text(encoding="utf-8-sig").splitlines()
    except UnicodeDecodeError as error:
        raise NoTexts(Words(spoken())("text.not_utf8", file=file)) from error
    for place, row in enumerate(csv.reader(lines)):
        if row and (place or any(letter.isdigit() for letter in row[0])):
            yield row[0].lstrip("'")


def send(
    server: str,
    login: str,
    text: str,
    wanted: Sequence[str],
    *,
    every: float,
    as_json: bool,
) -> int:
    """Send a text to everybody wanted; 0 when every carrier took it, else 1."""
    words, address = Words(spoken()), need_server(server)
    password = os.environ.get(PASSWORD) or getpass.getpass(words("text.password", login=login))
    told = asyncio.run(_send(address, login, password, text, wanted, every))
    if as_json:
        print(json.dumps([asdict(one) for one in told], ensure_ascii=True))
    else:
        sent = sum(one.sent for one in told)
        Console().print(Text(words("text.sum", sent=sent, count=len(told))))
    return 0 if all(one.sent for one in told) else 1


async def _send(
    server: str, login: str, password: str, text: str, wanted: Sequence[str], every: float
) -> list[Told]:
    words, shows = Words(spoken()), Console(stderr=True)
    async with DoorClient(server, lang=words.lang) as door:
        session = await door.login(login, password)
        if session.role == "student" and len(wanted) > 1:
            raise NoTexts(words("text.instructors"))
        async with ControlClient(server, session.token, lang=words.lang) as control:
            work = Round(control, words, text)
            await control.do(Subscribe, events=["text_sent"])
            listening = asyncio.create_task(work.listen())
            told: list[Told] = []
            for place, number in enumerate(wanted):
                if place:
                    await asyncio.sleep(every)
                told.append(await work.send(place, number))
                shows.print(Text(printable(f"{number}  {told[-1].result}")))
            listening.cancel()
            with suppress(asyncio.CancelledError):
                await listening
    return told


def show_kept(data: Path, *, as_json: bool) -> None:
    """Print what the practice carrier keeps."""
    words, found = Words(spoken()), list(kept(settings_of(data).texts))
    if as_json:
        print(json.dumps(found, ensure_ascii=True))
        return
    table = Table(*(words(f"text.{name}") for name in ("at", "from", "to", "words")))
    for one in found:
        moment = f"{datetime.fromtimestamp(float(one['at'])):%Y-%m-%d %H:%M:%S}"
        cells = (moment, *(str(one[name]) for name in ("from", "to", "text")))
        table.add_row(*(Text(printable(cell)) for cell in cells))
    Console().print(table)
