"""``lab grade``: grade a stored call again, whether or not a server runs."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

from rich.console import Console

from classroom.door.wire import Scorecard
from classroom.practice.marking import mark
from classroom.practice.own import own_packs
from classroom.store.engine import Store
from classroom.store.records import Records
from classroom.words import spoken
from grader.evidence import Evidence
from lab.errors import LabError
from lab.reading import card_object, print_scorecard
from lab.roster import settings_of
from lab.words import Words


class NotGradable(LabError):
    """There is no such call, or nothing in it to grade."""


async def _evidence(data: Path, call_id: str) -> Evidence:
    settings = settings_of(data)
    store = Store(settings.database)
    try:
        records = Records(store, settings.data)
        evidence = await records.evidence(call_id)
        known = [call.call_id for call in await records.calls(limit=3)]
    finally:
        await store.close()
    words = Words(spoken())
    if evidence is None:
        latest = ", ".join(known) or words("errors.none_yet")
        raise NotGradable(words("errors.no_call", data=data, call=call_id, latest=latest))
    if not evidence.scenario:
        raise NotGradable(words("errors.no_practice", call=call_id))
    return evidence


def grade_again(call_id: str, data: Path, *, as_json: bool) -> None:
    """Print a fresh scorecard of a stored call; the stored one stays as it is."""
    evidence = asyncio.run(_evidence(data, call_id))
    card = Scorecard.model_validate(mark(evidence, own=own_packs(data)))
    if as_json:
        print(json.dumps({"call_id": call_id, **card_object(card)}, ensure_ascii=False))
    else:
        print_scorecard(Console(), card, Words(evidence.lang))
