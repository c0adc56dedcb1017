"""``lab letters``: the letters of a data folder, whether or not a server runs."""

from __future__ import annotations

import asyncio
import getpass
import json
import re
import time
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from rich.console import Console
from rich.table import Table
from rich.text import Text

from classroom.business.customers import Customers
from classroom.business.letters import told
from classroom.business.letters.book import Letters
from classroom.business.letters.fax import read_fax
from classroom.business.letters.mail import read_mail
from classroom.business.letters.replies import FaxWish, House, number_of
from classroom.door.letters import FaxParameters, LetterAnswer, LetterEnd, LetterPage
from classroom.errors import Refusal
from classroom.misfit import misfit
from classroom.roll import Roll
from classroom.school.people import People
from classroom.settings import Settings
from classroom.store.engine import Store
from classroom.store.letters import LetterRow
from classroom.words import spoken
from lab.given import bad_option
from lab.parts.cells import printable
from lab.roster import settings_of
from lab.words import Words

Found = TypeVar("Found")
FAXES = (".pdf", ".png", ".tif", ".tiff")


@dataclass(frozen=True, slots=True)
class Desk:
    """What a command has before it."""

    letters: Letters
    settings: Settings
    named: Callable[[str], str]


@asynccontextmanager
async def _open(data: Path) -> AsyncIterator[Desk]:
    settings = settings_of(data)
    store, school = Store(settings.database), settings.school
    try:
        named = Roll(await People(store).everybody()).named
        house = House(school.name_zh, school.name_en, school.lang, settings.letters)
        customers = Customers(store, settings.numbers.place, called=named)
        yield Desk(Letters(store, customers, settings.mailbag, house), settings, named)
    finally:
        await store.close()


def _at(data: Path, work: Callable[[Desk], Coroutine[Any, Any, Found]]) -> Found:
    """Do one thing with the letters of a folder."""

    async def do() -> Found:
        async with _open(data) as desk:
            return await work(desk)

    return asyncio.run(do())


def _me() -> str:
    return f"{getpass.getuser()} (command line)"


def _id(number: str) -> int:
    """Read a letter's number as its sender was told it, or plain."""
    found = re.fullmatch(r"[MFmf]?([0-9]{1,12})", number.strip())
    if found is None:
        raise Refusal(404, "no_letter", number=printable(number)[:40])
    return int(found[1])


# ── looking ──────────────────────────────────────────────────────────────────


def list_all(data: Path, state: str, find: str, limit: int, *, as_json: bool) -> None:
    """Print the letters that fit."""

    async def look(desk: Desk) -> Sequence[BaseModel]:
        states = (state,) if state else ()
        found = await desk.letters.found(states=states, find=find, limit=limit)
        return [told.brief(row, "", desk.named) for row in found]

    rows, words = _at(data, look), Words(spoken())
    if as_json:
        _json(rows)
    elif not rows:
        print(words("letters.none"))
    else:
        _table(
            ("number", "state", "priority", "category", "sender", "subject", "came", "desk"),
            [_cells(row.model_dump(), words) for row in rows], words,
        )  # fmt: skip


def _cells(row: Mapping[str, Any], words: Words) -> list[str]:
    category = words.or_plain("letter_category", row["category"]) if row["category"] else "-"
    sender = row["sender_name"] or row["sender"] or words("letters.nobody")
    subject = row["subject"] or (words("letters.pages", n=row["pages"]) if row["pages"] else "-")
    return [
        row["number"], words(f"letters.{row['state']}"), str(row["priority"]), category, sender,
        subject, _moment(row["came"]), row["desk"] or "-",
    ]  # fmt: skip


def show(data: Path, number: str, *, as_json: bool) -> None:
    """Print one letter, whole."""

    async def look(desk: Desk) -> tuple[LetterPage, Path]:
        row = await desk.letters.one(_id(number))
        about = await desk.letters.about(row)
        page = told.page(row, *about, reader="", named=desk.named, lang=spoken())
        return page, desk.letters.file(row)

    page, file = _at(data, look)
    if as_json:
        print(page.model_dump_json())
        return
    words, console = Words(spoken()), Console()
    for key, value in _facts(page, file, words):
        console.print(Text(f"{words(f'letters.{key}')}  ", style="bold") + Text(printable(value)))
    console.print("", _plain(page.text) or Text(words("letters.no_text")), sep="\n")
    for one in page.sent:
        at, what = _moment(one.at), words(f"letters.{one.what}")
        console.print("", Text(f"── {what}  {at}  → {one.receiver}", style="bold"), sep="\n")
        console.print(_plain(one.text))
        if one.parameters:
            tell = words.or_plain
            said = "; ".join(
                f"{tell('fax', name)}: {tell('fax', str(value))}"
                for name, value in one.parameters.items()
            )
            console.print(Text(printable(said), style="dim"))


def _facts(page: LetterPage, file: Path, words: Words) -> list[tuple[str, str]]:
    head = dict(zip(("number", "state", "priority", "category", "sender", "subject", "came", "desk"),
                    _cells(page.model_dump(), words), strict=True))  # fmt: skip
    head["sender"] = f"{page.sender_name} <{page.sender}>" if page.sender_name else head["sender"]
    why = [
        words("letters.because", rule=words.or_plain("letter_rule", one.rule), found=one.found,
              where=words(f"letters.in_{one.where}"), priority=f"{one.priority:+}")
        for one in page.reasons
    ]  # fmt: skip
    steps = [
        f"{_moment(one.at)} {one.by} {words(f'letters.was_{one.what}')} {one.note}".rstrip()
        for one in page.steps
    ]
    record = "; ".join(f"{label}: {value}" for label, value in page.record.items())
    rest = {
        "receiver": page.receiver, "why": words("letters.and").join(why), "customer": record,
        "attached": ", ".join(f"{one.name} ({one.size} B)" for one in page.attached),
        "no_receipt": words(f"letters.not_{page.automatic}") if page.automatic else "",
        "steps": "; ".join(steps), "file": str(file),
    }  # fmt: skip
    return [(key, value) for key, value in {**head, **rest}.items() if value]


def out(data: Path, to: str, limit: int, *, as_json: bool) -> None:
    """Print the out-box."""

    async def look(desk: Desk) -> Sequence[BaseModel]:
        found = await desk.letters.out(limit, to)
        return [told.sent(row, desk.named) for row in found]

    rows, words = _at(data, look), Words(spoken())
    if as_json:
        _json(rows)
    elif not rows:
        print(words("letters.none_out"))
    else:
        cells = [
            [_moment(one["at"]), words(f"letters.{one['kind']}"), words(f"letters.{one['what']}"),
             one["receiver"], one["subject"], one["text"].partition("\n")[0], one["by"] or "-"]
            for one in (row.model_dump() for row in rows)
        ]  # fmt: skip
        _table(("at", "kind", "what", "receiver", "subject", "text", "by"), cells, words)


# ── doing ────────────────────────────────────────────────────────────────────


def bring(data: Path, files: Sequence[Path], *, fax_from: str, to: str, words: str) -> None:
    """Take letters in."""
    for file in files:
        row = _at(data, lambda desk, file=file: _brought(desk, file, fax_from, to, words))  # type: ignore[misc]  # the default binds it
        print(Words(spoken())("letters.brought", file=file.name, number=number_of(row),
                              priority=row.priority))  # fmt: skip


async def _brought(desk: Desk, file: Path, fax_from: str, to: str, words: str) -> LetterRow:
    suffix = file.suffix.lower()
    if suffix != ".eml" and suffix not in FAXES:
        raise Refusal(422, "letter_suffix", file=file.name)
    with file.open("rb") as source:
        given = desk.letters.fitting(source.read((desk.settings.letters.largest_mb << 20) + 1))
    if suffix == ".eml":
        return await desk.letters.bring(read_mail(given, receiver=to))
    place, number = desk.settings.numbers.place, to or desk.settings.letters.fax.number
    return await desk.letters.bring(read_fax(given, place, number=fax_from, to=number, text=words))


def answer(data: Path, number: str, text: str, fax: Mapping[str, str | None]) -> None:
    """Answer a letter."""
    try:
        said = LetterAnswer(version=0, text=text, fax=FaxParameters.model_validate(fax))
    except ValidationError as error:
        raise bad_option(misfit(error)[0], Words(spoken())("letters.unreadable")) from error
    wish = FaxWish(said.fax.number, said.fax.header, said.fax.resolution)

    async def write(desk: Desk) -> LetterRow:
        row = await desk.letters.one(_id(number))
        return await desk.letters.answer(
            _id(number), row.version, said.text, _me(), wish, takes=True
        )

    row = _at(data, write)
    print(Words(spoken())("letters.sent", number=number_of(row)))


def close(data: Path, number: str, note: str) -> None:
    """Be done with a letter without an answer."""
    try:
        said = LetterEnd(version=0, note=note)
    except ValidationError as error:
        raise bad_option("--note", Words(spoken())("letters.unreadable")) from error

    async def write(desk: Desk) -> LetterRow:
        row = await desk.letters.one(_id(number))
        return await desk.letters.close(_id(number), row.version, _me(), said.note, takes=True)

    print(Words(spoken())("letters.done", number=number_of(_at(data, write))))


# ── drawing ──────────────────────────────────────────────────────────────────


def _json(rows: Sequence[BaseModel]) -> None:
    print(json.dumps([row.model_dump() for row in rows], ensure_ascii=False))


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]], words: Words) -> None:
    table = Table(box=None, pad_edge=False)
    for name in heads:
        table.add_column(words(f"letters.{name}"), overflow="fold", no_wrap=name == "number")
    for row in rows:
        table.add_row(*(Text(printable(cell)) for cell in row))
    Console().print(table)


def _plain(text: str) -> Text:
    return Text("\n".join(printable(line) for line in text.split("\n")))


def _moment(at: float) -> str:
    return time.strftime("%Y-%m-%d %H:%M", time.localtime(at))
