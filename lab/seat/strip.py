"""One row over the talk: a hold or a consultation with its time, or who is on the line."""

from __future__ import annotations

from textual.widgets import Label

from lab.parts.cells import clock, cut
from lab.seat.ringing import caller_of
from lab.seat.state import SeatState
from lab.words import Words


class Strip(Label):
    """Says whom the agent talks to, and who waits."""

    DEFAULT_CSS = """
    Strip { height: 1; width: 1fr; padding: 0 1; background: $panel; }
    Strip.-held { background: $secondary; color: $background; text-style: bold; }
    """

    def __init__(self, words: Words, state: SeatState) -> None:
        super().__init__(id="strip", markup=False)
        self.words = words
        self.state = state

    def show(self, now: float) -> None:
        """Draw this second."""
        self.set_class(self.state.held, "-held")
        self.update(cut(self._text(now), self.screen.size.width - 3), layout=False)

    def _text(self, now: float) -> str:
        state, say = self.state, self.words
        company = state.company
        if state.held_at is not None:
            word = say(f"activity.{company.manner or 'holding'}")
            what = "talk.aside_banner" if company.aside else "talk.hold_banner"
            banner = say(what, number=company.asked) if company.aside else say(what)
            return f"❚❚ {word} {clock(now - state.held_at)}  {banner}"
        parts = [caller_of(state, say)]
        if company.third:
            parts.insert(0, say("talk.three_way_banner", number=company.third))
        elif company.asked:
            parts.insert(0, say("talk.waiting_banner", number=company.asked))
        elif state.conference:
            parts = [say("talk.conference_banner", number=state.conference)]
        elif company.dialled:
            key = "talk.reached_banner" if company.reached else "talk.dialled_banner"
            parts = [say(key, number=company.dialled)]
        if state.card:
            queue = say.or_plain("queues", state.card.queue) if state.card.queue else ""
            record = state.record if state.outward else state.card.record
            parts += [queue, *list(record.values())[:2]]
        return "  ".join(part for part in parts if part)
