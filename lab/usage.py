"""What ``lab --help`` and a mistyped command say, in the language of the person who types."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from importlib.metadata import version
from itertools import pairwise
from typing import Annotated, Any, Final, TypeVar

import typer
from typer.core import TyperCommand, TyperGroup
from typer.exceptions import TyperException

from classroom.words import speak, spoken
from lab.options import Tongue
from lab.words import LANGS, Lang, Words

VARIABLE: Final = "LAB_SCHOOL__LANG"
"""The school's language, as the server's settings read it too."""
TITLES: Final = {
    "ARGUMENTS_PANEL_TITLE": "arguments",
    "OPTIONS_PANEL_TITLE": "options",
    "COMMANDS_PANEL_TITLE": "commands",
    "ERRORS_PANEL_TITLE": "error",
    "DEFAULT_STRING": "default",
    "ENVVAR_STRING": "variable",
    "REQUIRED_LONG_STRING": "required",
    "RICH_HELP": "try",
    "ABORTED_TEXT": "aborted",
}
"""The words of the frame around every help page: where Typer keeps one → its name in ``[usage]``."""
MISTAKES: Final = (
    ("missing", r"Missing (?:option|argument) '(?P<name>[^']+)'.*"),
    ("no_option", r"No such option: (?P<name>\S+)(?: \(Possible options: (?P<guess>.+)\))?"),
    ("no_command", r"No such command '(?P<name>.+?)'\.(?: Did you mean (?P<guess>.+)\?)?"),
    ("which_command", r"Missing command\."),
    ("too_much", r"Got unexpected extra argument\(s\) \((?P<name>.+)\)"),
    ("no_value", r"Option '(?P<name>.+)' requires an argument\."),
    ("choices", r"Invalid value for '(?P<name>[^']+)'.*is not one of (?P<near>.+)\."),
    ("whole", r"Invalid value for '(?P<name>[^']+)'.*valid integer.*"),
    ("number", r"Invalid value for '(?P<name>[^']+)'.*valid number.*"),
    ("least", r"Invalid value for '(?P<name>[^']+)'.*greater than or equal to (?P<near>\S+)"),
)
"""What Typer says of a mistyped command → the name of our sentence in ``[usage]``."""


def asked(args: Sequence[str]) -> Lang:
    """Find the language that a command line asks for, else the variable's, else Chinese."""
    given = [os.environ.get(VARIABLE, "")]
    given += [after for word, after in pairwise(args) if word == "--lang"]
    given += [word.removeprefix("--lang=") for word in args if word.startswith("--lang=")]
    known: list[Lang] = [lang for one in given for lang in LANGS if lang == one]
    return known[-1] if known else "zh"


# ── the pages ────────────────────────────────────────────────────────────────


def key_of(path: Sequence[str], param: Any) -> str:
    """Name the sentence of an option or argument: the command's own, else its group's, else anyone's."""
    long = max(param.opts, key=len).lstrip("-").replace("-", "_").lower()
    words = Words(spoken())
    keys = [f"options.{'_'.join([*path[:end], long])}" for end in range(len(path), -1, -1)]
    return next((key for key in keys if words.knows(key)), keys[0])


def pages(command: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Walk through a command and everything below it."""
    yield path, command
    for name, below in getattr(command, "commands", {}).items():
        yield from pages(below, (*path, name))


def expect(front: TyperGroup, lang: Lang) -> None:
    """Speak a language from here on; whoever does not ask for one with ``--lang`` gets it, too."""
    speak(lang)
    for _, command in pages(front):
        for param in command.params:
            if "--lang" in param.opts and param.default in LANGS:
                param.default, param.show_default = lang, False


def dress(front: TyperGroup, lang: Lang) -> None:
    """Write every help page below a command in one language."""
    # What draws pages takes as long to load as all the rest, and most commands show none.
    from rich.markup import escape
    from typer import rich_utils

    from lab.folding import FOLDING

    words = Words(lang)
    titles = {title: words(f"usage.{name}") for title, name in TITLES.items()}
    for name, part in (titles | FOLDING).items():
        setattr(rich_utils, name, part)
    for path, command in pages(front):
        command.help = escape(words(f"commands.{'_'.join(path) or 'lab'}"))
        command.options_metavar = words("usage.some_options")
        if isinstance(command, TyperGroup):
            command.subcommand_metavar = words("usage.some_command")
        for param in command.params:
            param.help = escape(words(key_of(path, param)))
            plain(param)
        if shown := command.get_help_option(typer.Context(command)):
            shown.help = words("options.help")
            plain(shown)


def plain(param: Any) -> None:
    """Show no value for a switch, which takes none, and a number's range once only."""
    if getattr(param, "is_flag", False):
        param.metavar = ""
    elif param.type_descriptor.is_ranged:
        param.metavar = f"<{param.type_descriptor.ranged_type_name}>"


def dress_for(ctx: Any) -> None:
    """Write the pages in the language that the command line asked for."""
    top = ctx.find_root().command
    if isinstance(top, Front):
        dress(top, top.lang)


class Page(TyperCommand):
    """A command whose help page is in the person's language."""

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Draw the page."""
        dress_for(ctx)
        super().format_help(ctx, formatter)

    def get_usage(self, ctx: Any) -> str:
        """Write the line that shows how the command is typed."""
        return in_words(super().get_usage(ctx))


class Chapter(TyperGroup):
    """A group of commands whose help page is in the person's language."""

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Draw the page."""
        dress_for(ctx)
        super().format_help(ctx, formatter)

    def get_usage(self, ctx: Any) -> str:
        """Write the line that shows how the command is typed."""
        return in_words(super().get_usage(ctx))


def in_words(usage: str) -> str:
    """Say the first word of a usage line in the language of this process."""
    return usage.replace("Usage: ", Words(spoken())("usage.usage"), 1)


# ── the front door ───────────────────────────────────────────────────────────


class Misuse(typer.BadParameter):
    """The command line cannot be read; the text is the whole sentence."""

    def format_message(self) -> str:
        """Give the sentence as it is."""
        return self.message


def sentence(told: str) -> str:
    """Say what Typer tells of a mistyped command in the language of this process."""
    words = Words(spoken())
    for name, pattern in MISTAKES:
        if found := re.fullmatch(pattern, told, re.DOTALL):
            parts = {part: text or "" for part, text in found.groupdict().items()}
            if parts.get("guess"):
                parts["guess"] = words("usage.guess", guess=parts["guess"])
            return words(f"usage.{name}", **parts)
    return words("usage.unreadable", why=told)


@contextmanager
def explained(front: Front) -> Iterator[None]:
    """Say every mistake of a command line in the person's language; raises Misuse."""
    try:
        yield
    except (EOFError, typer.Abort):
        dress(front, front.lang)
        raise
    except TyperException as error:
        dress(front, front.lang)
        if isinstance(error, Misuse) or type(error).__name__ == "NoArgsIsHelpError":
            raise
        raise Misuse(sentence(error.format_message()), getattr(error, "ctx", None)) from error


class Front(Chapter):
    """The command ``lab`` itself: it finds the language before anything else is read."""

    lang: Lang = "zh"

    def make_context(
        self, info_name: str | None, args: list[str], parent: Any = None, **extra: Any
    ) -> Any:
        """Read the command line."""
        self.lang = asked(args)
        expect(self, self.lang)
        with explained(self):
            return super().make_context(info_name, args, parent, **extra)

    def invoke(self, ctx: Any) -> Any:
        """Do what was asked for."""
        with explained(self):
            return super().invoke(ctx)


def tongue(lang: Tongue = "zh") -> None:
    """Take ``--lang`` before the command's name, too."""


def tell_version(wanted: bool) -> None:
    """Print which version of the product this is, and end."""
    if wanted:
        typer.echo(f"lab {version('callcenter-lab')}")
        raise typer.Exit


def front(
    lang: Tongue = "zh",
    version: Annotated[
        bool, typer.Option("--version", callback=tell_version, is_eager=True)
    ] = False,
) -> None:
    """Take ``--lang`` and ``--version`` before the command's name."""


Function = TypeVar("Function", bound=Callable[..., Any])


class Commands(typer.Typer):
    """Commands whose pages are in the tables, under ``[commands]`` and ``[options]``."""

    def __init__(
        self,
        *,
        cls: type[TyperGroup] = Chapter,
        callback: Callable[..., Any] = tongue,
        **settings: Any,
    ) -> None:
        super().__init__(cls=cls, no_args_is_help=True, callback=callback, **settings)

    def command(self, name: str | None = None, **settings: Any) -> Callable[[Function], Function]:
        """Add a command; its page is in the tables."""
        return super().command(name, cls=Page, **settings)
