"""Letters as the door tells them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from classroom.business.customers import values_of
from classroom.business.labels import TITLES, title
from classroom.business.letters.replies import number_of
from classroom.door.customers import PastLetter
from classroom.door.lang import Lang
from classroom.door.letters import LetterBrief, LetterPage, LetterTrace, Sent
from classroom.store.customers import CustomerRow
from classroom.store.letters import LetterRow, LetterStep, SentLetter

BRIEF = ("id", "kind", "state", "came", "sender", "sender_name", "subject", "category", "priority",
         "pages")  # fmt: skip
WHOLE = ("receiver", "text", "attached", "automatic", "reasons", "version")
BEGINNING = 160


def brief(row: LetterRow, reader: str, named: Callable[[str], str]) -> LetterBrief:
    """A row of the list."""
    return LetterBrief.model_validate(_brief(row, reader, named))


def _brief(row: LetterRow, reader: str, named: Callable[[str], str]) -> dict[str, object]:
    desk, mine = named(row.taken_by) if row.taken_by else "", row.taken_by == reader
    found = {name: getattr(row, name) for name in BRIEF}
    return {**found, "number": number_of(row), "desk": desk, "mine": mine}


def page(
    row: LetterRow,
    customer: CustomerRow | None,
    steps: Sequence[LetterStep],
    out: Sequence[SentLetter],
    *,
    reader: str,
    named: Callable[[str], str],
    lang: Lang,
) -> LetterPage:
    """One letter, whole."""
    known: Mapping[str, str] = values_of(customer) if customer else {}
    record = {title(name, lang): known[name] for name in TITLES if known.get(name)}
    if customer:
        record = {title("phone", lang): customer.phone, **record}
    return LetterPage.model_validate(
        {
            **_brief(row, reader, named),
            **{name: getattr(row, name) for name in WHOLE},
            "record": record,
            "steps": [
                LetterTrace.model_validate(
                    {"at": one.at, "by": named(one.by), "what": one.what, "note": one.note}
                )
                for one in steps
            ],
            "sent": [sent(one, named) for one in out],
        }
    )


def sent(row: SentLetter, named: Callable[[str], str]) -> Sent:
    """A row of the out-box."""
    return Sent.model_validate({**row.model_dump(), "by": named(row.by) if row.by else ""})


def past(row: LetterRow, answer: str) -> PastLetter:
    """A letter as the customer's card tells it."""
    said = " ".join(answer.split())
    return PastLetter.model_validate(
        {
            "at": row.came, "kind": row.kind, "state": row.state, "number": number_of(row),
            "subject": row.subject, "category": row.category,
            "answer": said if len(said) <= BEGINNING else said[: BEGINNING - 1] + "…",
        }
    )  # fmt: skip
