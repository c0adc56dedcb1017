"""The switchboard's panel as the door shows it: numbers with the names of the people behind them."""

from __future__ import annotations

from classroom.door.lines import ChannelRow, ConferenceRow, LinesState, MemberRow, WaitingRow
from classroom.floor import Floor
from telephony.pbx.panel import Channel, Panel, Room, Waiting


def lines_of(panel: Panel, floor: Floor, now: float) -> LinesState:
    """Write the panel for a screen."""
    return LinesState(
        channels=[_channel(one, floor, now) for one in panel.channels],
        waiting=[_waiting(one, floor) for one in panel.waiting],
        conferences=[_room(one, floor, now) for one in panel.rooms],
    )


def seen_by(lines: LinesState, desks: frozenset[str], queues: frozenset[str]) -> LinesState:
    """Leave what one who has these desks in charge may see: their calls, and who waits for them."""
    calls = {one.call_id for one in lines.channels if one.extension in desks}
    channels = [one for one in lines.channels if one.call_id in calls]
    waiting = [one for one in lines.waiting if one.queue in queues]
    return LinesState(channels=channels, waiting=waiting, conferences=[])


def _name(floor: Floor, extension: str) -> str:
    desk = floor.desks.get(extension)
    return desk.name if desk else ""


def _caller(floor: Floor, call: str) -> str:
    known = floor.calls.get(call)
    return known.caller if known else ""


def _channel(one: Channel, floor: Floor, now: float) -> ChannelRow:
    outside = "" if one.extension else one.number or _caller(floor, one.call)
    return ChannelRow(
        call_id=one.call, extension=one.extension, name=_name(floor, one.extension),
        trunk=one.trunk, number=outside, state=one.state, seconds=round(now - one.since, 1),
        codec=one.codec, secured=one.secured,
    )  # fmt: skip


def _waiting(one: Waiting, floor: Floor) -> WaitingRow:
    return WaitingRow(
        queue=one.queue, call_id=one.call, caller=one.number or _caller(floor, one.call),
        position=one.position, waited=round(one.waited, 1), expected=round(one.expected, 1),
        offered=one.offered,
    )  # fmt: skip


def _room(one: Room, floor: Floor, now: float) -> ConferenceRow:
    members = [
        MemberRow(
            number=seat.number, name=_name(floor, seat.number), state=seat.state, muted=seat.muted
        )
        for seat in one.members
    ]
    return ConferenceRow(
        name=one.name, chair=one.chair, seconds=round(now - one.since, 1), locked=one.locked,
        recorded=one.recorded, members=members,
    )  # fmt: skip
