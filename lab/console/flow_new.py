"""Two small screens of the editor: one line of text, and which kind of new node."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input, Label, OptionList
from textual.widgets.option_list import Option

from lab.parts.boxes import Box
from lab.words import Words


class NewNodeScreen(ModalScreen[tuple[str, str] | None]):
    """A name and a type."""

    DEFAULT_CSS = """
    NewNodeScreen { align: center middle; }
    NewNodeScreen > Vertical {
        width: 44; height: auto; padding: 1 2; background: $surface; border-left: outer $accent;
    }
    NewNodeScreen .title { text-style: bold; color: $accent; margin-bottom: 1; }
    NewNodeScreen Input { border: none; height: 1; padding: 0 1; background: $panel; }
    NewNodeScreen Input:focus { border: none; background: $primary 25%; }
    NewNodeScreen OptionList {
        height: auto; border: none; background: $surface; padding: 0; margin-top: 1;
    }
    NewNodeScreen .hint { color: $text-muted; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss(None)", show=False, id="new.cancel", tooltip="Cancel"),
    ]

    def __init__(self, words: Words, types: Mapping[str, str]) -> None:
        super().__init__()
        self.words = words
        self.types = dict(types)

    def compose(self) -> ComposeResult:
        """The name first, then the types."""
        with Vertical():
            yield Label(self.words("flow.new_title"), classes="title")
            yield Label(self.words("flow.new_name"), classes="hint")
            yield Box(id="new-name", compact=True, max_length=40)
            yield OptionList(
                *(Option(title, id=name) for name, title in self.types.items()), markup=False
            )

    def on_input_submitted(self) -> None:
        """On to the types."""
        self.query_one(OptionList).focus()

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Chosen; without a name the name is asked for first."""
        name = self.query_one("#new-name", Input).value.strip()
        if name and event.option_id:
            self.dismiss((name, event.option_id))
        else:
            self.query_one("#new-name", Input).focus()


class AskScreen(ModalScreen[str | None]):
    """One line of text."""

    DEFAULT_CSS = """
    AskScreen { align: center middle; }
    AskScreen > Vertical {
        width: 60; height: auto; padding: 1 2; background: $surface; border-left: outer $accent;
    }
    AskScreen .title { text-style: bold; color: $accent; margin-bottom: 1; }
    AskScreen Input { border: none; height: 1; padding: 0 1; background: $panel; }
    AskScreen Input:focus { border: none; background: $primary 25%; }
    AskScreen .hint { color: $text-muted; }
    AskScreen .below { color: $text-muted; margin-top: 1; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss(None)", show=False, id="ask.cancel", tooltip="Cancel"),
    ]

    def __init__(self, words: Words, title: str, hint: str, *, longest: int = 400) -> None:
        super().__init__()
        self.words = words
        self.title_text = title
        self.hint = hint
        self.longest = longest

    def compose(self) -> ComposeResult:
        """What for, how, the line."""
        with Vertical():
            yield Label(self.title_text, classes="title", markup=False)
            yield Label(self.hint, classes="hint", markup=False)
            yield Box(id="asked", compact=True, max_length=self.longest)
            yield Label(self.words("choice.number"), classes="below", markup=False)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter takes it, unless it is empty."""
        if event.value.strip():
            self.dismiss(event.value.strip())
