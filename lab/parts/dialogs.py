"""The small screens that lie over the others: the notice, help, a choice, a number."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar, Final
from unicodedata import normalize

from rich.cells import cell_len
from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Button, Input, Label, OptionList, Static
from textual.widgets.option_list import Option

from lab.parts import palette
from lab.parts.boxes import Box
from lab.parts.prose import Prose
from lab.words import Words

HANDLES: Final = "1234567890abcdefghijklmnopqrstuvwxyz"
"""The keys of a menu's rows; rows beyond them are reached by the arrows."""


class NoticeScreen(ModalScreen[bool]):
    """What is recorded, who may listen and until when; agreed to before the first call."""

    DEFAULT_CSS = """
    NoticeScreen { align: center middle; }
    NoticeScreen > Vertical {
        width: 64; max-width: 90%; height: auto; max-height: 90%; padding: 1 3;
        background: $surface; border-left: outer $accent;
    }
    NoticeScreen .title { text-style: bold; color: $accent; margin-bottom: 1; }
    NoticeScreen VerticalScroll { height: auto; max-height: 14; }
    NoticeScreen Horizontal { height: 1; margin-top: 1; }
    NoticeScreen Button { border: none; height: 1; margin-right: 2; }
    NoticeScreen Button:focus { background: $success; color: $background; }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", show=False, id="notice.leave", tooltip="Do not agree"),
    ]

    def __init__(self, words: Words, notice: str) -> None:
        super().__init__()
        self.words = words
        self.notice = notice

    def compose(self) -> ComposeResult:
        """The notice and two buttons."""
        with Vertical():
            yield Label(self.words("notice.title"), classes="title")
            with VerticalScroll(can_focus=False):
                yield Prose(self.notice)
            with Horizontal():
                agree = self.words("notice.agree")
                yield Button(agree, id="agree", variant="success", compact=True)
                yield Button(self.words("notice.leave"), id="leave", compact=True)

    def on_button_pressed(self, event: Button.Pressed) -> None:
        """Either button is an answer."""
        self.dismiss(event.button.id == "agree")

    def action_leave(self) -> None:
        """Escape does not agree."""
        self.dismiss(False)


class ChoiceScreen(ModalScreen[str | None]):
    """One choice of a few, by arrow keys, by number or by letter."""

    DEFAULT_CSS = """
    ChoiceScreen { align: center middle; }
    ChoiceScreen > Vertical {
        width: 36; height: auto; padding: 1 2; background: $surface; border-left: outer $accent;
    }
    ChoiceScreen .title { text-style: bold; color: $accent; margin-bottom: 1; }
    ChoiceScreen OptionList { height: auto; border: none; background: $surface; padding: 0; }
    ChoiceScreen OptionList:focus { border: none; }
    ChoiceScreen .hint { color: $text-muted; margin-top: 1; }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss(None)", show=False, id="choice.cancel", tooltip="Cancel"),
    ]

    def __init__(self, words: Words, title: str, choices: Mapping[str, str]) -> None:
        super().__init__()
        self.words = words
        self.title_text = title
        self.choices = dict(choices)

    def compose(self) -> ComposeResult:
        """The choices, numbered."""
        with Vertical():
            yield Label(self.title_text, classes="title")
            yield OptionList(
                *(
                    Option(f"{HANDLES[at : at + 1] or ' '}  {title}", id=name)
                    for at, (name, title) in enumerate(self.choices.items())
                ),
                markup=False,
            )
            yield Label(self.words("choice.cancel"), classes="hint")

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Chosen by Enter."""
        self.dismiss(event.option_id)

    def on_key(self, event: events.Key) -> None:
        """Digits choose, letters from the eleventh on."""
        pressed = normalize("NFKC", event.character or "").casefold()
        at = HANDLES.find(pressed) if len(pressed) == 1 else -1
        names = list(self.choices)
        if 0 <= at < len(names):
            event.stop()
            self.dismiss(names[at])


class NumberScreen(ModalScreen[str | None]):
    """A number is typed; only what a telephone can dial gets in."""

    DEFAULT_CSS = """
    NumberScreen { align: center middle; }
    NumberScreen > Vertical {
        width: 40; height: auto; padding: 1 2; background: $surface; border-left: outer $accent;
    }
    NumberScreen .title { text-style: bold; color: $accent; margin-bottom: 1; }
    NumberScreen Input { border: none; height: 1; padding: 0 1; background: $panel; }
    NumberScreen Input:focus { border: none; background: $primary 25%; }
    NumberScreen .hint { color: $text-muted; margin-top: 1; }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss(None)", show=False, id="number.cancel", tooltip="Cancel"),
    ]

    def __init__(self, words: Words, title: str, hint: str, *, optional: bool = False) -> None:
        super().__init__()
        self.words = words
        self.title_text = title
        self.hint = hint
        self.optional = optional

    def compose(self) -> ComposeResult:
        """What for, the number, how."""
        with Vertical():
            yield Label(self.title_text, classes="title", markup=False)
            yield Label(self.hint, markup=False)
            yield Box(id="number", compact=True, restrict=r"[0-9*#+]*", max_length=32)
            yield Label(self.words("choice.number"), classes="hint")

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter takes it; an empty one only where that means something."""
        if event.value or self.optional:
            self.dismiss(event.value)


class TextScreen(ModalScreen[str | None]):
    """A short message is written."""

    DEFAULT_CSS = """
    TextScreen { align: center middle; }
    TextScreen > Vertical {
        width: 70; max-width: 96%; height: auto; padding: 1 2; background: $surface;
        border-left: outer $accent;
    }
    TextScreen .title { text-style: bold; color: $accent; margin-bottom: 1; }
    TextScreen Input { border: none; height: 1; padding: 0 1; background: $panel; }
    TextScreen Input:focus { border: none; background: $primary 25%; }
    TextScreen .hint { color: $text-muted; margin-top: 1; }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss(None)", show=False, id="text.cancel", tooltip="Cancel"),
    ]

    def __init__(
        self, words: Words, title: str, hint: str, begun: str = "", *, most: int = 335
    ) -> None:
        super().__init__()
        self.words = words
        self.title_text, self.hint, self.begun, self.most = title, hint, begun, most

    def compose(self) -> ComposeResult:
        """What for, the words, how."""
        with Vertical():
            yield Label(self.title_text, classes="title", markup=False)
            yield Label(self.hint, markup=False)
            yield Box(
                self.begun, id="text", compact=True, max_length=self.most, select_on_focus=False
            )
            yield Label(self.words("choice.number"), classes="hint")

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter takes it, if there is anything."""
        if event.value.strip():
            self.dismiss(event.value)


class HelpScreen(ModalScreen[None]):
    """How to use the screen below, and what its keys do."""

    DEFAULT_CSS = """
    HelpScreen { align: center middle; }
    HelpScreen > Vertical {
        width: 68; max-width: 96%; height: auto; max-height: 96%; padding: 1 3;
        background: $surface; border-left: outer $primary;
    }
    HelpScreen .title { text-style: bold; color: $primary; margin-bottom: 1; }
    HelpScreen VerticalScroll { height: auto; max-height: 19; scrollbar-size-vertical: 1; }
    HelpScreen .hint { color: $text-muted; }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,f1,q,Q", "dismiss(None)", show=False, id="help.close", tooltip="Close"),
    ]

    def __init__(self, words: Words, text: str, keys: Sequence[tuple[str, str]]) -> None:
        super().__init__()
        self.words = words
        self.text = text
        self.keys = keys

    def compose(self) -> ComposeResult:
        """The text, then the keys with their tooltips."""
        with Vertical():
            yield Label(f"{self.words('help.title')}", classes="title")
            with VerticalScroll():
                yield Prose(self.text)
                yield Static(self._table())
            yield Label(self.words("help.close"), classes="hint")

    def _table(self) -> Text:
        rows = Text()
        widest = max((cell_len(key) for key, _ in self.keys), default=0)
        for key, tip in self.keys:
            rows.append(f"\n{key}{' ' * (widest - cell_len(key))}  ", style=palette.AMBER)
            rows.append(tip)
        return rows
