"""Voice messages of the own mailbox and its groups: hear, save, delete."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from textual import work
from textual.widget import Widget

from classroom.door.answering_wire import MessageMark, VoiceMessage
from lab.errors import NoPlayer
from lab.parts import palette
from lab.parts.cells import clock
from lab.parts.keys import Key
from lab.parts.player import Player
from lab.parts.table import Cell, Column, Row, Table, TableRows
from lab.seat.desk import Desk
from lab.seat.page import Page
from lab.seat.records import moment
from lab.words import Words

COLUMNS = (
    Column("state", 6), Column("time", 11), Column("caller", 0), Column("box", 10),
    Column("length", 6, right=True),
)  # fmt: skip
COLOURS = {"new": palette.AMBER, "heard": palette.MIST, "saved": palette.GREEN}


class MessagesPage(Page):
    """A table; the new ones first."""

    NAME = "messages"
    KEYS = (
        Key("f5,enter", "play", "play", "messages"),
        Key("f6", "save", "save", "messages"),
        Key("f8", "delete", "delete", "messages"),
    )

    def __init__(self, words: Words, desk: Desk, player: Player) -> None:
        super().__init__(words, desk)
        self.player = player
        self._messages: Sequence[VoiceMessage] = ()
        self._sure = ""
        """The message that the next F8 deletes."""

    def parts(self) -> Iterable[Widget]:
        """The table."""
        yield Table(self.words, COLUMNS, id="messages")

    def retitle(self) -> None:
        """Put everything into the present language."""
        super().retitle()
        self.show()

    async def ask(self) -> None:
        """Ask which messages there are."""
        self._messages = await self.desk.door.messages()
        self.desk.counted(self._messages)
        self.show()

    def show(self) -> None:
        """Draw the rows."""
        rows = [self._row(one) for one in self._messages]
        self.query_one(Table).show(rows, self.words("messages.none"))
        self.query_one(TableRows).focus()

    def _row(self, one: VoiceMessage) -> Row:
        say = self.words
        cells = (
            Cell(say(f"messages.{one.state}"), COLOURS[one.state]),
            Cell(moment(one.left), palette.MIST),
            Cell(one.caller or say("card.withheld")),
            Cell(one.box),
            Cell(clock(one.seconds)),
        )
        return Row(one.id, cells)

    @property
    def _chosen(self) -> str:
        key = self.query_one(Table).chosen
        return key if any(one.id == key for one in self._messages) else ""

    def on_table_rows_opened(self) -> None:
        """Enter plays."""
        self.action_play()

    @work(group="play", exclusive=True)
    async def action_play(self) -> None:
        """Play the chosen message, or stop; heard to its end or not, it is new no longer."""
        if self.player.playing:
            await self.player.stop()
        elif message := self._chosen:
            self.tell(self.words("messages.playing"))
            await self.tried(self._play(message))

    async def _play(self, message: str) -> None:
        path = self.player.keep(message, await self.desk.door.message_sound(message))
        try:
            await self.player.play(path, 0.0)
        except NoPlayer as error:
            raise NoPlayer(self.words("detail.saved", path=error)) from error
        if any(one.id == message and one.state == "new" for one in self._messages):
            await self.desk.door.mark_message(message, MessageMark(state="heard"))
        await self.ask()

    @work(group="mark")
    async def action_save(self) -> None:
        """Keep the chosen message."""
        if message := self._chosen:
            await self.tried(self._mark(message, MessageMark(state="saved")))

    @work(group="mark")
    async def action_delete(self) -> None:
        """Delete the chosen message; asks once."""
        message = self._chosen
        if not message:
            return
        if self._sure != message:
            self._sure = message
            self.tell(self.words("messages.sure"))
            return
        self._sure = ""
        await self.player.stop()
        await self.tried(self._mark(message, MessageMark(state="deleted")))

    async def _mark(self, message: str, mark: MessageMark) -> None:
        await self.desk.door.mark_message(message, mark)
        await self.ask()

    async def on_unmount(self) -> None:
        """A message falls silent with its page."""
        await self.player.stop()
