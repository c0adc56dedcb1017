"""The call card that pops with the ring."""

from __future__ import annotations

from rich.cells import cell_len
from rich.text import Text

from lab.parts import palette
from lab.parts.cells import cut, fit, wrap
from lab.parts.lines import Lines
from lab.seat.customer import past_brief, record_rows
from lab.seat.state import SeatState
from lab.words import Words

WIDEST = 72


def caller_of(state: SeatState, words: Words) -> str:
    """The caller's number as it may be shown."""
    caller = state.card.caller if state.card else state.caller
    if state.card and state.outward:
        caller = state.card.dialled
    return words("card.withheld") if caller in ("", "withheld") else caller


def first_words(state: SeatState, words: Words) -> str:
    """What the agent reads before anybody has said anything."""
    company, far = state.company, caller_of(state, words)
    if state.conference:
        return words("talk.conference", number=state.conference)
    if company.announced:
        return words("talk.announced", number=company.dialled)
    if company.dialled:
        key = "talk.reached" if company.reached else "talk.dialling"
        return words(key, number=company.dialled)
    theirs = state.card is not None and not state.outward
    return words("talk.empty") if theirs else words("talk.inside", number=far)


class RingingPane(Lines):
    """Who calls, where from, how long the wait was, and the customer's record."""

    DEFAULT_CSS = """
    RingingPane { padding: 0 2; background: $background; }
    """

    def __init__(self, words: Words, state: SeatState) -> None:
        super().__init__(id="ringing")
        self.words = words
        self.state = state

    def rows(self, width: int) -> list[Text]:
        """A card in the upper part of the pane."""
        say, card = self.words, self.state.card
        inner = min(width, WIDEST) - 4
        if self.state.conference:
            return self._invited(inner)
        if self.state.company.dialled:
            return self._own(inner)
        facts = {say("card.caller"): caller_of(self.state, say)}
        if card is None:
            facts[say("card.queue")] = say("seat.internal")
        else:
            queue = say.or_plain("queues", card.queue) if card.queue else say("seat.internal")
            facts[say("card.queue")] = queue
            facts[say("card.waited")] = say("card.seconds", n=round(card.waited))
            facts[say("card.dialled")] = card.dialled
        body = [Text(""), *record_rows(facts, inner), Text("")]
        body += self._record(inner) + self._past(inner)
        answer = Text(say("card.answer"), style=f"bold {palette.GREEN}")
        rows = [Text(""), *self._framed(body, inner), Text(""), answer]
        if len(rows) <= self.scrollable_content_region.height:
            return rows
        return [*self._framed([row for row in body if row.plain], inner), answer]

    def _record(self, inner: int) -> list[Text]:
        say, record = self.words, self.state.record
        head = Text(say("card.record"), style=f"bold {palette.BLUE}")
        if record:
            return [head, *record_rows(record, inner)]
        return [
            head,
            *(Text(row, style=palette.MIST) for row in wrap(say("card.no_record"), inner)),
        ]

    def _past(self, inner: int) -> list[Text]:
        """The last calls with this customer, where the number is known."""
        page, say = self.state.customer, self.words
        if page is None or not page.number:
            return []
        head = Text(say("customer.calls"), style=f"bold {palette.BLUE}")
        rows = past_brief(page.calls, say, inner)
        return [Text(""), head, *(rows or [Text(say("customer.first"), style=palette.MIST)])]

    def _own(self, inner: int) -> list[Text]:
        """The own telephone rings for a number that the agent dialled."""
        say, number = self.words, self.state.company.dialled
        body = [Text(""), *record_rows({say("card.number"): number}, inner), Text("")]
        lift = Text(say("card.lift", number=number), style=f"bold {palette.GREEN}")
        return [Text(""), *self._framed(body, inner, "card.own"), Text(""), lift]

    def _invited(self, inner: int) -> list[Text]:
        """The own telephone rings for a conference."""
        say, number = self.words, self.state.conference
        body = [Text(""), *record_rows({say("card.conference"): number}, inner), Text("")]
        answer = Text(say("card.join"), style=f"bold {palette.GREEN}")
        return [Text(""), *self._framed(body, inner, "card.invited"), Text(""), answer]

    def _framed(self, body: list[Text], inner: int, title_key: str = "card.ringing") -> list[Text]:
        edge = palette.RED if self.state.live else palette.AMBER
        title = cut(f" {self.words(title_key)} ", inner)
        top = Text("╭─", style=edge)
        top.append(title, style=f"bold {edge}")
        top.append("─" * (inner + 1 - cell_len(title)) + "╮", style=edge)
        rows = [top]
        for line in body:
            row = Text("│ ", style=edge)
            row.append_text(line)
            row.append(fit("", inner - line.cell_len))
            row.append(" │", style=edge)
            rows.append(row)
        rows.append(Text("╰" + "─" * (inner + 2) + "╯", style=edge))
        return rows
