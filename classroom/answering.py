"""Calls that nobody takes: forwards and voice messages between the board, the store and the door."""

from __future__ import annotations

import contextlib
import dataclasses
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from sqlmodel import select

from classroom.door.answering_wire import ForwardsState, MessageMark, VoiceMessage
from classroom.errors import Refusal
from classroom.roll import Roll
from classroom.settings import Settings
from classroom.store.answering import BoxRow, ForwardRow, VoiceMessageRow
from classroom.store.engine import Store
from classroom.store.ledger import Ledger
from telephony.media.recorder import recover
from telephony.pbx.commands import Command, LoadMessages, MarkMessage, SetForwards
from telephony.pbx.events import BoardEvent
from telephony.pbx.forwards import VOICEMAIL, Forwards
from telephony.pbx.mail_events import MessageChanged, MessageDropped, MessageLeft
from telephony.pbx.mailbox import BoxPlan, Message
from telephony.pbx.numbering import Kind
from telephony.pbx.trunk_events import ForwardsChanged
from telephony.switchboard import Switchboard

FOLDER: Final = "voicemail"
NO_TIME: Final = 1_000_000_000.0
"""No message is older than this (2001)."""


class Answering:
    """Forwards and mailboxes of one school."""

    def __init__(
        self,
        store: Store,
        ledger: Ledger,
        settings: Settings,
        command: Callable[[Command], None],
    ) -> None:
        self._store, self._ledger, self._command = store, ledger, command
        self._data, self._settings = settings.data.resolve(), settings.voicemail
        self._place = settings.numbers.place
        self._messages: dict[str, VoiceMessageRow] = {}
        self._pins: dict[str, str] = {}
        self._desks: frozenset[str] = frozenset()
        self.forwards: dict[str, Forwards] = {}
        """Each desk's wishes."""
        self.boxes_changed: Callable[[], None] = lambda: None
        """A mailbox is another now; the switchboard's plan has to follow."""

    async def load(self, desks: frozenset[str]) -> None:
        """Read everything; messages whose row was lost in a crash are found by their files."""
        self._desks = desks
        (self._data / FOLDER).mkdir(parents=True, exist_ok=True, mode=0o700)
        async with self._store.read() as session:
            for wish in (await session.exec(select(ForwardRow))).all():
                state = ForwardsState.model_validate(wish.body)
                self.forwards[wish.extension] = Forwards(**state.model_dump())
            self._pins = {row.name: row.pin for row in (await session.exec(select(BoxRow))).all()}
            for row in (await session.exec(select(VoiceMessageRow))).all():
                self._messages[row.id] = row
        self._date()
        self._find_lost()

    def _date(self) -> None:
        """Messages of a version that counted from the machine's start get their files' times, once."""
        for row in self._messages.values():
            if row.left_at < NO_TIME and row.state != "deleted":
                with contextlib.suppress(OSError):
                    row.left_at = (self._data / row.path).stat().st_mtime
                    self._ledger.keep(row)

    def _find_lost(self) -> None:
        for file in sorted((self._data / FOLDER).glob("*-*.wav")):
            box, _, call = file.stem.rpartition("-")
            if call in self._messages:
                continue
            try:
                seconds = recover(file)
            except (OSError, ValueError):
                continue
            if seconds < 1:
                file.unlink(missing_ok=True)
                continue
            left = file.stat().st_mtime
            self._keep(Message(call, box, "", left, str(file), seconds))

    def hand_over(self) -> None:
        """Tell the board which messages there are."""
        kept = [row for row in self._messages.values() if row.state != "deleted"]
        self._command(LoadMessages(tuple(self._message(row) for row in kept)))

    # ── the plan ─────────────────────────────────────────────────────────────

    def boxes(self) -> dict[str, BoxPlan]:
        """Write the mailboxes: one a desk, and those of groups."""
        usual = self._settings
        owners = dict.fromkeys(sorted(self._desks), ()) | dict(usual.groups)
        return {
            name: BoxPlan(
                name, self._pins.get(name, ""), longest=usual.longest, silence=usual.silence,
                most=usual.most, owners=tuple(people),
            )
            for name, people in owners.items()
        }  # fmt: skip

    def path(self, box: str, call: str) -> str | None:
        """Say where a message is written."""
        return str(self._data / FOLDER / f"{box}-{call}.wav")

    # ── what the board tells ─────────────────────────────────────────────────

    def hear(self, event: BoardEvent) -> None:
        """Keep what changed."""
        match event:
            case ForwardsChanged(extension=extension, forwards=forwards):
                self.forwards[extension] = forwards
                body = state_of(forwards).model_dump(mode="json")
                self._ledger.keep(ForwardRow(extension=extension, body=body))
            case MessageLeft(message=message):
                self._keep(message)
            case MessageChanged(message=message):
                self._keep(message)
                if message.state == "deleted":
                    Path(message.path).unlink(missing_ok=True)
            case MessageDropped(path=path):
                Path(path).unlink(missing_ok=True)
            case _:
                return

    def _keep(self, message: Message) -> None:
        row = VoiceMessageRow(
            id=message.id, box=message.box, caller=message.caller, left_at=message.left,
            path=str(Path(message.path).relative_to(self._data)), seconds=message.seconds,
            state=message.state,
        )  # fmt: skip
        self._messages[row.id] = row
        self._ledger.keep(row)

    def _message(self, row: VoiceMessageRow) -> Message:
        told = VoiceMessage.model_validate(shown(row).model_dump())
        path = str(self._data / row.path)
        return Message(told.id, told.box, told.caller, told.left, path, told.seconds, told.state)

    # ── what people ask ──────────────────────────────────────────────────────

    def wishes(self, extension: str) -> ForwardsState:
        """What a desk wishes now."""
        return state_of(self.forwards.get(extension, Forwards()))

    def wish(self, extension: str, state: ForwardsState) -> None:
        """Send a desk's calls on from now on; raises Refusal for a number that leads nowhere."""
        for target in (state.always, state.busy, state.unanswered, *state.follow):
            if target == extension:
                raise Refusal(422, "forward_to_oneself")
            if target and not self._leads(target):
                raise Refusal(422, "forward_nowhere", number=target)
        self._command(SetForwards(extension, Forwards(**state.model_dump())))

    def _leads(self, target: str) -> bool:
        if target == VOICEMAIL or target in self._desks:
            return True
        number = self._place.dialled(target)
        return number is not None and number.kind is not Kind.EMERGENCY

    def messages(self, extension: str) -> list[VoiceMessage]:
        """The messages a desk may hear: its own and its groups', the new ones first."""
        mine = [row for row in self._messages.values() if self._may_hear(extension, row.box)]
        kept = [shown(row) for row in mine if row.state != "deleted"]
        return sorted(kept, key=lambda one: (one.state != "new", -one.left))

    def mark(self, extension: str, message: str, mark: MessageMark) -> None:
        """Carry to the board what a person did with a message."""
        row = self._find(extension, message)
        self._command(MarkMessage(row.box, row.id, mark.state))

    def forget(self, before: float) -> None:
        """Delete every message left before a moment (seconds since 1970)."""
        for row in list(self._messages.values()):
            if row.left_at < before and row.state != "deleted":
                self._command(MarkMessage(row.box, row.id, "deleted"))

    def sound(self, extension: str, message: str) -> Path:
        """Where the sound of a message lies."""
        return self._data / self._find(extension, message).path

    def choose_pin(self, extension: str, pin: str) -> None:
        """Protect the own mailbox."""
        self._pins[extension] = pin
        self._ledger.keep(BoxRow(name=extension, pin=pin))
        self.boxes_changed()

    def _find(self, extension: str, message: str) -> VoiceMessageRow:
        row = self._messages.get(message)
        if row is None or row.state == "deleted" or not self._may_hear(extension, row.box):
            raise Refusal(404, "no_message")
        return row

    def _may_hear(self, extension: str, box: str) -> bool:
        groups: Mapping[str, list[str]] = self._settings.groups
        return box == extension or extension in groups.get(box, [])


def state_of(forwards: Forwards) -> ForwardsState:
    """Write wishes as they cross the door."""
    return ForwardsState.model_validate(dataclasses.asdict(forwards))


def shown(row: VoiceMessageRow) -> VoiceMessage:
    """Write a message as it crosses the door."""
    return VoiceMessage.model_validate(
        {
            "id": row.id, "box": row.box, "caller": row.caller, "left": row.left_at,
            "seconds": row.seconds, "state": row.state,
        }
    )  # fmt: skip


async def answering_of(
    settings: Settings,
    store: Store,
    ledger: Ledger,
    roll: Roll,
    board: Callable[[], Switchboard],
) -> Answering:
    """Make the keeper of one school's forwards and messages, with everything kept before."""
    keeper = Answering(store, ledger, settings, lambda order: board().command(order))
    await keeper.load(frozenset(roll.extensions()))
    return keeper
