"""The small screen in which an instructor gives a verdict."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input, Label

from classroom.door.wire import Scorecard, Verdict
from lab.parts.boxes import Box
from lab.parts.cells import points
from lab.words import Words


class VerdictScreen(ModalScreen[Verdict | None]):
    """Score and comment, beside the automatic score."""

    DEFAULT_CSS = """
    VerdictScreen { align: center middle; }
    VerdictScreen > Vertical {
        width: 60; max-width: 90%; height: auto; padding: 1 3; background: $surface;
        border-left: outer $secondary;
    }
    VerdictScreen .title { text-style: bold; color: $secondary; }
    VerdictScreen .quiet { color: $text-muted; margin-bottom: 1; }
    VerdictScreen Input { border: none; height: 1; padding: 0 1; background: $panel; margin-bottom: 1; }
    VerdictScreen Input:focus { border: none; background: $primary 25%; }
    VerdictScreen #problem { color: $error; }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss(None)", show=False, id="verdict.cancel", tooltip="Cancel"),
    ]

    def __init__(self, words: Words, card: Scorecard | None) -> None:
        super().__init__()
        self.words = words
        self.card = card

    def compose(self) -> ComposeResult:
        """Two fields."""
        say = self.words
        score, out_of = (points(self.card.score), points(self.card.out_of)) if self.card else "--"
        with Vertical():
            yield Label(say("verdict.title"), classes="title")
            automatic = say("verdict.automatic", score=score, out_of=out_of)
            yield Label(automatic, classes="quiet")
            yield Label(say("verdict.score"))
            yield Box(id="verdict-score", compact=True)
            yield Label(say("verdict.comment"))
            yield Box(id="verdict-comment", compact=True)
            yield Label("", id="problem")
            yield Label(say("verdict.save"), classes="quiet")

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter goes on to the comment, then saves."""
        score = _score(self.query_one("#verdict-score", Input).value)
        if score is None:
            self.query_one("#problem", Label).update(self.words("verdict.bad_score"))
            self.query_one("#verdict-score", Input).focus()
        elif event.input.id == "verdict-score":
            self.query_one("#problem", Label).update("")
            self.query_one("#verdict-comment", Input).focus()
        else:
            self.dismiss(Verdict(score=score, comment=event.value.strip()))


def _score(text: str) -> float | None:
    try:
        score = float(text)
    except ValueError:
        return None
    return score if 0 <= score <= 100 else None
