"""The last calls with a customer, as the next agent may know them."""

from __future__ import annotations

from collections.abc import Callable, Collection

from sqlmodel import col, or_, select

from classroom.door.customers import PastCall
from classroom.store.calls import Call, CallPart, WrapupRow
from classroom.store.engine import Store

LAST = 5
SOUGHT = 50
"""So many calls with a number are searched for those of one virtual customer."""
SUMMARY = 160
"""So much of a summary is told."""


async def past_calls(
    store: Store,
    numbers: Collection[str],
    *,
    reader: str,
    but: str = "",
    name: str | None = None,
    titles: Callable[[str, str], str] = lambda scenario, disposition: disposition,
) -> list[PastCall]:
    """The newest calls with these numbers; of a virtual customer only those under this name."""
    if not numbers:
        return []
    wanted = (
        select(Call)
        .where(or_(col(Call.caller).in_(numbers), col(Call.dialled).in_(numbers)))
        .where(col(Call.id) != but, col(Call.state).in_(("graded", "ended", "abandoned", "broken_off")))
        .order_by(col(Call.started).desc())
    )  # fmt: skip
    async with store.read() as session:
        calls = (await session.exec(wanted.limit(SOUGHT if name is not None else LAST))).all()
        if name is not None:
            calls = [call for call in calls if call.facts.get("name") == name][:LAST]
        ids = [call.id for call in calls]
        written = (
            select(WrapupRow).where(col(WrapupRow.call_id).in_(ids)).order_by(col(WrapupRow.id))
        )
        wrapups = {row.call_id: row.body for row in (await session.exec(written)).all()}
        parts = (await session.exec(select(CallPart).where(col(CallPart.call_id).in_(ids)))).all()
    hands = {(part.call_id, part.agent) for part in parts}
    return [
        _told(
            call, wrapups.get(call.id, {}), titles, out=call.caller not in numbers,
            mine=reader in (call.agent, call.dialled_by) or (call.id, reader) in hands,
        )
        for call in calls
    ]  # fmt: skip


def _told(
    call: Call, body: dict[str, str], titles: Callable[[str, str], str], *, out: bool, mine: bool
) -> PastCall:
    disposition, summary = body.get("disposition", ""), " ".join(body.get("summary", "").split())
    return PastCall(
        at=call.started,
        out=out,
        queue=call.queue,
        answered=call.answered_clock is not None,
        talk_seconds=call.talk_seconds,
        result=call.result,
        disposition=titles(call.scenario or "", disposition) if disposition else "",
        summary=summary if len(summary) <= SUMMARY else summary[: SUMMARY - 1] + "…",
        mine=mine,
    )
