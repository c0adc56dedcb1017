"""A page beside the calls: it lies over the seat between calls and gives way to any call."""

from __future__ import annotations

from collections.abc import Awaitable, Iterable
from typing import ClassVar

from textual import work
from textual.app import App, ComposeResult
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Label

from lab.errors import TOLD, ServerLost, sentence_of
from lab.parts.keyrow import KeyRow
from lab.parts.keys import Key, bind
from lab.parts.notice import Notice
from lab.seat.desk import Desk
from lab.seat.lock import LockScreen
from lab.words import Words

BACK = Key("escape", "back", "back", "page", shown="Esc")
ALWAYS = (
    BACK,
    Key("f10", "app.lang", "lang", "page"),
    Key("ctrl+q", "app.quit", "quit", "page", priority=True),
)


class Page(Screen[None]):
    """A title, the parts of the page, what went wrong, the keys."""

    NAME: ClassVar[str]
    """The title is ``NAME.title``."""
    KEYS: ClassVar[tuple[Key, ...]] = ()

    DEFAULT_CSS = """
    Page { background: $background; }
    Page .page-title { height: 1; width: 100%; padding: 0 1; background: $surface; color: $primary;
        text-style: bold; }
    Page .page-row { height: 1; margin: 0 1; }
    Page .page-label { color: $text-muted; padding-right: 1; }
    Page Input { height: 1; border: none; padding: 0 1; background: $panel; }
    Page Input:focus { border: none; background: $primary 25%; }
    """

    def __init__(self, words: Words, desk: Desk) -> None:
        super().__init__()
        self.words = words
        self.desk = desk
        self._bind()

    def _bind(self) -> None:
        bind(self, (*self.KEYS, *ALWAYS), self.words)

    def compose(self) -> ComposeResult:
        """Title, parts, notice, keys."""
        yield Label(id="page-title", classes="page-title", markup=False)
        yield from self.parts()
        yield Notice()
        yield KeyRow()

    def parts(self) -> Iterable[Widget]:
        """What the page shows."""
        raise LookupError(self.NAME)

    def on_mount(self) -> None:
        """Put the words in and read."""
        self.retitle()
        self.read()

    @work(group="read", exclusive=True)
    async def read(self) -> None:
        """Ask the server for what is shown."""
        await self.tried(self.ask())

    async def ask(self) -> None:
        """Ask and show; what goes wrong is told."""
        raise LookupError(self.NAME)

    def retitle(self) -> None:
        """Put everything into the present language."""
        self._bind()
        self.refresh_bindings()
        self.tell("")
        self.query_one("#page-title", Label).update(self.words(f"{self.NAME}.title"))

    def tell(self, sentence: str) -> None:
        """Show one sentence over the keys."""
        self.query_one(Notice).say(sentence)

    async def tried(self, doing: Awaitable[object]) -> bool:
        """Do it; what goes wrong becomes one sentence."""
        self.tell("")
        try:
            await doing
        except ServerLost:
            self.tell(self.words("seat.lost"))
        except TOLD as error:
            self.tell(sentence_of(error, self.words))
        else:
            return True
        return False

    def action_back(self) -> None:
        """Back to the seat."""
        self.dismiss()


def clear_the_way(app: App[int], desk: Desk) -> None:
    """Close the pages when a call comes, so that they never hide a ring."""
    if desk.state.between or not any(isinstance(screen, Page) for screen in app.screen_stack):
        return
    while len(app.screen_stack) > 1 and not isinstance(app.screen, LockScreen):
        above = isinstance(app.screen, Page)
        app.screen.dismiss(None)
        if above:
            return
