"""``lab letters``: mail and faxes on the command line."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from lab.options import Data, Json, Tongue
from lab.usage import Commands

letters = Commands()

Number = Annotated[str, typer.Argument(metavar="NUMBER")]


@letters.command("list")
def list_all(
    data: Data,
    which: Annotated[
        Literal["all", "waiting", "at_desk", "returned", "answered", "closed"],
        typer.Option("--state", metavar="<str>"),
    ] = "all",
    find: str = "",
    limit: Annotated[int, typer.Option(min=1)] = 100,
    as_json: Json = False,
    lang: Tongue = "zh",
) -> None:
    """The letters: the line first, in its order, then the done ones, the newest first."""
    from lab import letters as post

    post.list_all(data, "" if which == "all" else which, find, limit, as_json=as_json)


@letters.command("show")
def show(number: Number, data: Data, as_json: Json = False, lang: Tongue = "zh") -> None:
    """One letter, whole: why it stands where it stands, what was done, what went out."""
    from lab import letters as post

    post.show(data, number, as_json=as_json)


@letters.command("bring")
def bring(
    files: Annotated[list[Path], typer.Argument(metavar="FILES")],
    data: Data,
    fax_from: Annotated[str, typer.Option("--fax-from", metavar="NUMBER")] = "",
    to: str = "",
    words: Annotated[str, typer.Option("--text")] = "",
    lang: Tongue = "zh",
) -> None:
    """Take letters in: mails as .eml, faxes as .pdf, .png or .tif."""
    from lab import letters as post

    post.bring(data, files, fax_from=fax_from, to=to, words=words)


@letters.command("answer")
def answer(
    number: Number,
    words: Annotated[str, typer.Argument(metavar="TEXT")],
    data: Data,
    fax_to: Annotated[str, typer.Option("--fax-to", metavar="NUMBER")] = "",
    header: str = "",
    resolution: Annotated[
        Literal["standard", "fine", "superfine"] | None, typer.Option(metavar="<str>")
    ] = None,
    lang: Tongue = "zh",
) -> None:
    """Answer a letter; the answer lies in the out-box."""
    from lab import letters as post

    post.answer(data, number, words, {"number": fax_to, "header": header, "resolution": resolution})


@letters.command("close")
def close(number: Number, data: Data, note: str = "", lang: Tongue = "zh") -> None:
    """Be done with a letter that needs no answer."""
    from lab import letters as post

    post.close(data, number, note)


@letters.command("out")
def out(
    data: Data,
    to: str = "",
    limit: Annotated[int, typer.Option(min=1)] = 100,
    as_json: Json = False,
    lang: Tongue = "zh",
) -> None:
    """The out-box: receipts and answers, the newest first."""
    from lab import letters as post

    post.out(data, to, limit, as_json=as_json)
