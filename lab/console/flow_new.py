"""Two small screens of the editor: which flow, and which kind of new node."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input, Label, OptionList
from textual.widgets.option_list import Option

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
            yield Input(id="new-name", compact=True, max_length=40)
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
