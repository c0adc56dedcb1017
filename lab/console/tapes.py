"""The recordings of conferences that are over: what there is, how long it is, and its sound."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence

from textual import work
from textual.app import ComposeResult
from textual.screen import Screen
from textual.widgets import Label

from classroom.door.lines import ConferenceTape
from lab.errors import TOLD, NoPlayer, sentence_of
from lab.parts import palette
from lab.parts.cells import clock, cut
from lab.parts.door import ConsoleDoor
from lab.parts.keyrow import KeyRow
from lab.parts.keys import Key, bind
from lab.parts.player import Player
from lab.parts.table import Cell, Column, Row, Table, TableRows
from lab.words import Words

COLUMNS = (Column("conference", 14), Column("time", 0), Column("length", 8, right=True))
KEYS = (
    Key("space", "play", "play", "tapes", shown="Space"),
    Key("escape", "dismiss(None)", "back", "tapes", shown="Esc"),
)


class TapesScreen(Screen[None]):
    """Space plays the chosen one, or falls silent."""

    AUTO_FOCUS = "TableRows"
    DEFAULT_CSS = """
    TapesScreen { background: $background; }
    TapesScreen .head { height: 1; width: 100%; padding: 0 2; background: $surface; }
    TapesScreen #notice { height: 1; width: 100%; padding: 0 2; display: none; color: $background; }
    TapesScreen #notice.-shown { display: block; background: $warning; }
    """

    def __init__(self, words: Words, door: ConsoleDoor, player: Player) -> None:
        super().__init__()
        self.words, self.door, self.player = words, door, player
        self.tapes: Sequence[ConferenceTape] = ()
        bind(self, KEYS, words)

    def compose(self) -> ComposeResult:
        """Title and rows."""
        yield Label(self.words("lines.tapes"), classes="head", markup=False)
        yield Table(self.words, COLUMNS, id="tapes")
        yield Label(id="notice", markup=False)
        yield KeyRow()

    def on_mount(self) -> None:
        """Read what there is."""
        self.read()

    @work(group="tapes", exclusive=True)
    async def read(self) -> None:
        """Ask the server."""
        try:
            self.tapes = await self.door.conferences()
        except TOLD as error:
            self.tell(sentence_of(error, self.words))
            return
        rows = [
            Row(
                one.id,
                (
                    Cell(one.name, palette.TEAL),
                    Cell(time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(one.began))),
                    Cell(clock(one.seconds)),
                ),
            )
            for one in self.tapes
        ]
        self.query_one(Table).show(rows, self.words("lines.no_tapes"))

    def on_table_rows_opened(self, event: TableRows.Opened) -> None:
        """Enter plays, too."""
        self.action_play()

    @work(group="play")
    async def action_play(self) -> None:
        """Play the chosen one from its beginning, or fall silent."""
        say = self.words
        if self.player.playing:
            await self.player.stop()
            self.tell(say("detail.stopped"))
            return
        rows = self.query_one(TableRows)
        if not self.tapes:
            return
        tape = self.tapes[rows.index]
        try:
            name = f"conference-{tape.id}"
            path = self.player.kept(name)
            if path is None:
                sound = await self.door.conference_recording(tape.id)
                path = await asyncio.to_thread(self.player.keep, name, sound)
            self.tell(say("detail.playing", at=clock(0)))
            if await self.player.play(path, 0.0):
                self.tell("")
        except NoPlayer as error:
            self.tell(say("detail.saved", path=error))
        except TOLD as error:
            self.tell(sentence_of(error, say))

    def tell(self, sentence: str) -> None:
        """Show one sentence over the keys."""
        notice = self.query_one("#notice", Label)
        notice.set_class(bool(sentence), "-shown")
        notice.update(cut(sentence, self.size.width - 4))

    async def on_unmount(self) -> None:
        """Fall silent on leaving."""
        await self.player.stop()
