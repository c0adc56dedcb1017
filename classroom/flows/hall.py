"""Puts the flow room of one server together."""

from __future__ import annotations

import time
from collections.abc import Callable

from classroom.door.lang import Lang
from classroom.flows.lookups import SHAPES, Directory
from classroom.flows.room import FlowRoom
from classroom.flows.shelf import FlowShelf
from classroom.plan import queues_of
from classroom.practice.witness import Witness
from classroom.settings import Settings
from classroom.speech.client import Speech
from classroom.speech.prompts import TEXTS, render, spoken_in
from classroom.store.engine import Store
from classroom.store.ledger import Ledger
from telephony.pbx.commands import AnswerLookup


def flow_room(
    settings: Settings,
    store: Store,
    ledger: Ledger,
    speech: Speech,
    witness: Witness,
    *,
    desks: Callable[[], list[str]],
    changed: Callable[[], None],
    answer: Callable[[AnswerLookup], None],
    alarm: Callable[[str], None],
) -> FlowRoom:
    """Read the flows; ``open`` the room once the switchboard stands."""
    queues = frozenset(queues_of(settings))
    lang, own = settings.school.lang, settings.data / "flows"
    shelf = FlowShelf(own, frozenset(TEXTS["zh"]), queues, SHAPES, lang, desks=desks)
    shelf.load()

    async def speak(lang: Lang, said: dict[str, str], *, soon: bool = False) -> dict[str, str]:
        return await render(speech, lang, said, urgency="call" if soon else "lesson")

    def house_texts(lang: Lang) -> dict[str, str]:
        school = settings.school.name_zh if lang == "zh" else settings.school.name_en
        return spoken_in(lang, school=school, extensions=desks())

    def note(call_id: str, text: str) -> None:
        if call := witness.calls.get(call_id):
            ledger.keep(call.line(time.monotonic(), "note", text))

    return FlowRoom(
        shelf,
        Directory(store, lambda: witness.calls.values(), members=settings.members),
        speak=speak,
        house_texts=house_texts,
        changed=changed,
        answer=answer,
        note=note,
        alarm=alarm,
    )
