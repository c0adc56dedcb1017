"""The switchboard's lines live: channels in use, who waits, and the conferences with their keys."""

from __future__ import annotations

from typing import Any

from textual import work
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.message import Message
from textual.widgets import Label

from classroom.door import control
from classroom.door.lines import ChannelRow, ConferenceRow, LinesState, WaitingRow
from lab.console.tapes import TapesScreen
from lab.console.telephone import Supervisor
from lab.errors import TOLD, sentence_of
from lab.parts import palette
from lab.parts.cells import clock
from lab.parts.dialogs import NumberScreen
from lab.parts.door import ConsoleDoor
from lab.parts.keys import Key, bind
from lab.parts.player import Player
from lab.parts.table import Cell, Column, Row, Table
from lab.words import Words

CHANNELS = (Column("line_end", 0), Column("state", 10), Column("timer", 8, right=True),
            Column("codec", 8), Column("trunk", 12))  # fmt: skip
WAITING = (Column("queue_name", 0), Column("position", 6, right=True), Column("caller", 14),
           Column("waited", 8, right=True), Column("expected", 8, right=True))  # fmt: skip
MEMBERS = (Column("conference", 14), Column("member", 0), Column("state", 10),
           Column("mark", 10))  # fmt: skip
KEYS = (
    Key("n", "open_room", "open_room", "lines", show=False),
    Key("i", "invite", "invite", "lines", show=False),
    Key("k", "member('Kick')", "kick", "lines", show=False),
    Key("m", "member('MuteMember')", "mute_member", "lines", show=False),
    Key("o", "lock", "lock", "lines", show=False),
    Key("e", "end_room", "end_room", "lines", show=False),
    Key("r", "tapes", "tapes", "lines", show=False),
)
"""The keys of conferences; they mean the row that is chosen."""
COLOURS = {"talking": palette.GREEN, "holding": palette.BLUE}


class LinesPane(Vertical):
    """Three tables, one below the other."""

    DEFAULT_CSS = """
    LinesPane { height: 1fr; }
    LinesPane .title { height: 1; width: 100%; padding: 0 2; color: $primary; }
    LinesPane #channels { height: 2fr; }
    """

    class Told(Message):
        """A sentence for the row over the keys."""

        def __init__(self, sentence: str) -> None:
            super().__init__()
            self.sentence = sentence

    def __init__(
        self, words: Words, supervisor: Supervisor, door: ConsoleDoor, player: Player
    ) -> None:
        super().__init__(id="lines")
        self.words = words
        self.door, self.player = door, player
        self.supervisor = supervisor
        self.lines = LinesState(channels=[], waiting=[], conferences=[])
        bind(self, KEYS, words)

    def compose(self) -> ComposeResult:
        """Channels, waiting callers, conferences."""
        for name, columns in (("channels", CHANNELS), ("waiting", WAITING), ("rooms", MEMBERS)):
            yield Label(id=f"{name}-title", classes="title", markup=False)
            yield Table(self.words, columns, id=name)

    def show(self) -> None:
        """Draw the lines as they are."""
        say, lines = self.words, self.lines
        for name in ("channels", "waiting", "rooms"):
            self.query_one(f"#{name}-title", Label).update(say(f"lines.{name}"))
        channels = [self._channel(one, n) for n, one in enumerate(lines.channels)]
        self.query_one("#channels", Table).show(channels, say("lines.no_channels"))
        waiting = [self._waiting(one) for one in lines.waiting]
        self.query_one("#waiting", Table).show(waiting, say("lines.nobody"))
        members = [row for room in lines.conferences for row in self._room(room)]
        self.query_one("#rooms", Table).show(members, say("lines.no_rooms"))

    def _channel(self, one: ChannelRow, number: int) -> Row:
        say = self.words
        end = f"{one.extension} {one.name}".strip() or one.number or say("card.withheld")
        codec = f"{one.codec}+" if one.secured else one.codec
        cells = (
            Cell(end),
            Cell(say(f"channel.{one.state}"), COLOURS.get(one.state, palette.AMBER)),
            Cell(clock(one.seconds)),
            Cell(codec, palette.MIST),
            Cell(one.trunk, palette.MIST),
        )
        return Row(f"{one.call_id}/{number}", cells)

    def _waiting(self, one: WaitingRow) -> Row:
        expected = self.words("activity.offered") if one.offered else clock(one.expected)
        cells = (
            Cell(self.words.or_plain("queues", one.queue)),
            Cell(str(one.position)),
            Cell(one.caller or self.words("card.withheld")),
            Cell(clock(one.waited), palette.AMBER),
            Cell(expected, palette.MIST),
        )
        return Row(one.call_id, cells)

    def _room(self, room: ConferenceRow) -> list[Row]:
        """One row a member; an empty conference has one row, too."""
        say = self.words
        marks = " ".join(
            say(f"lines.{mark}")
            for mark, on in (("locked", room.locked), ("taped", room.recorded))
            if on
        )
        rows = [
            Row(
                f"{room.name}/{one.number}",
                (
                    Cell(room.name, palette.TEAL),
                    Cell(f"{one.number} {one.name}".strip()),
                    Cell(say(f"channel.{one.state}"), COLOURS.get(one.state, palette.AMBER)),
                    Cell(say("lines.muted") if one.muted else marks, palette.AMBER),
                ),
            )
            for one in room.members
        ]
        empty = (Cell(room.name, palette.TEAL), Cell(say("lines.empty")), Cell(""), Cell(marks))
        return rows or [Row(f"{room.name}/", empty)]

    # ── conferences ──────────────────────────────────────────────────────────

    @property
    def _chosen(self) -> tuple[ConferenceRow | None, str]:
        """The conference of the chosen row, and its member."""
        name, _, number = self.query_one("#rooms", Table).chosen.partition("/")
        return next((room for room in self.lines.conferences if room.name == name), None), number

    async def _order(self, order: type[control.Order], **values: Any) -> None:
        try:
            await self.supervisor.order(order, **values)
        except TOLD as error:
            self.post_message(self.Told(sentence_of(error, self.words)))
        else:
            self.post_message(self.Told(""))

    async def _ask(self, key: str) -> str | None:
        say = self.words
        return await self.app.push_screen_wait(
            NumberScreen(say, say(f"keys.{key}"), say(f"lines.ask_{key}"))
        )

    def action_tapes(self) -> None:
        """Hear conferences that are over."""
        self.app.push_screen(TapesScreen(self.words, self.door, self.player))

    @work(group="rooms")
    async def action_open_room(self) -> None:
        """Open a conference under a number that is typed."""
        if name := await self._ask("open_room"):
            await self._order(control.OpenConference, name=name)

    @work(group="rooms")
    async def action_invite(self) -> None:
        """Ring somebody for the chosen conference."""
        room, _ = self._chosen
        if room and (number := await self._ask("invite")):
            await self._order(control.Invite, name=room.name, number=number)

    @work(group="rooms")
    async def action_member(self, what: str) -> None:
        """Put the chosen member out, or let nobody hear it, or everybody again."""
        room, number = self._chosen
        member = next((one for one in room.members if one.number == number), None) if room else None
        if room is None or member is None:
            return
        if what == "Kick":
            await self._order(control.Kick, name=room.name, number=number)
        else:
            await self._order(
                control.MuteMember, name=room.name, number=number, muted=not member.muted
            )

    @work(group="rooms")
    async def action_lock(self) -> None:
        """Nobody steps in uninvited, or everybody again."""
        if room := self._chosen[0]:
            await self._order(control.LockConference, name=room.name, locked=not room.locked)

    @work(group="rooms")
    async def action_end_room(self) -> None:
        """Send everybody home."""
        if room := self._chosen[0]:
            await self._order(control.EndConference, name=room.name)
