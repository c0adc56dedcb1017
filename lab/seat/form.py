"""Form fields of one row each: a word to type, or one choice of a few."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from rich.text import Text
from textual import events, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Input, Label

from classroom.door.wire import FormField
from lab.parts import palette
from lab.parts.boxes import Box, at_once
from lab.parts.cells import cut
from lab.parts.dialogs import ChoiceScreen
from lab.words import Words


class Choice(Widget, can_focus=True):
    """One row: the chosen title; arrows step through, a digit or Enter chooses."""

    DEFAULT_CSS = """
    Choice { height: 1; width: 1fr; padding: 0 1; background: $panel; }
    Choice:focus { background: $primary 25%; }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "step(-1)", show=False, id="choice.left", tooltip="Choice before"),
        Binding("right", "step(1)", show=False, id="choice.right", tooltip="Choice after"),
        Binding("enter,space", "open", show=False, id="choice.open", tooltip="All choices"),
    ]

    @dataclass
    class Chosen(Message):
        """A choice was made."""

        choice: Choice
        value: str

        @property
        def control(self) -> Choice:
            """The widget it happened in."""
            return self.choice

    def __init__(
        self, words: Words, title: str, options: Mapping[str, str], value: str = "", *, name: str
    ) -> None:
        super().__init__(name=name)
        self.words = words
        self.title_text = title
        self.options = dict(options)
        self.value = value if value in options else ""

    def render(self) -> Text:
        """The chosen title between arrows."""
        if not self.value:
            return Text(f"‹ {self.words('wrapup.choose')} ›", style=palette.MIST)
        return Text(f"‹ {cut(self.options[self.value], self.size.width - 4)} ›", style=palette.SNOW)

    def choose(self, value: str) -> None:
        """Take this choice."""
        if value != self.value:
            self.value = value
            self.refresh()
            _keep(self, value)
            self.post_message(self.Chosen(self, value))

    def action_step(self, step: int) -> None:
        """Take the choice before or after."""
        names = list(self.options)
        if names:
            at = names.index(self.value) + step if self.value else (0 if step > 0 else -1)
            self.choose(names[at % len(names)])

    @work
    async def action_open(self) -> None:
        """Show all choices."""
        chosen = await self.app.push_screen_wait(
            ChoiceScreen(self.words, self.title_text, self.options)
        )
        if chosen is not None:
            self.choose(chosen)

    async def on_key(self, event: events.Key) -> None:
        """A digit chooses; arrows do at once, so that quick keys keep their order."""
        await at_once(self, event)
        names = list(self.options)
        if event.character and event.character.isdecimal():
            event.stop()
            if 1 <= int(event.character) <= len(names):
                self.choose(names[int(event.character) - 1])

    def on_click(self) -> None:
        """The mouse shows all choices."""
        self.action_open()


class FieldBox(Box):
    """A field that is typed."""

    def watch_value(self, value: str) -> None:
        """What is typed is known before anything else is drawn."""
        _keep(self, value)


def _keep(field: Widget, value: str) -> None:
    """Write a field's value into the form it stands in, at once: its message may come after a drawing."""
    panes = (above for above in field.ancestors if isinstance(above, FormPane))
    for pane in panes:
        pane.keep(field.name or "", value)


class FormPane(Vertical):
    """The fields of one call; every change is written into the values it shows, and told as ``Filled``."""

    DEFAULT_CSS = """
    FormPane { height: auto; }
    FormPane Horizontal { height: 1; }
    FormPane Label { width: 13; color: $text-muted; padding-right: 1; }
    FormPane Input { width: 1fr; height: 1; border: none; padding: 0 1; background: $panel; }
    FormPane Input:focus { border: none; background: $primary 25%; }
    """

    @dataclass
    class Filled(Message):
        """A field has a new value."""

        field: str
        value: str

    @dataclass
    class Settled(Message):
        """A field was left, or a choice was made."""

    def __init__(self, words: Words, *, id: str) -> None:
        super().__init__(id=id)
        self.words = words
        self._shown: tuple[Sequence[FormField], str] = ((), "")
        self._values: dict[str, str] = {}

    def keep(self, name: str, value: str) -> None:
        """A field has another value now."""
        if self._values.get(name, "") != value:
            self._values[name] = value

    async def load(self, fields: Sequence[FormField], values: dict[str, str]) -> None:
        """Show these fields with what was filled in so far; ``values`` are kept true from now on."""
        self._values = values
        if (fields, self.words.lang) == self._shown and self.children:
            self.fill(values)
            return
        self._shown = (list(fields), self.words.lang)
        await self.remove_children()
        rows: list[Widget] = [
            FieldRow(self.words, field, values.get(field.id, "")) for field in fields
        ]
        await self.mount(*(rows or [Label(self.words("form.none"), classes="empty")]))

    def fill(self, values: dict[str, str]) -> None:
        """Put these values into the fields, but for the one that is being typed into."""
        self._values = values
        with self.prevent(Input.Changed):
            for box in self.query(Input):
                if not box.has_focus:
                    box.value = values.get(box.name or "", "")
        for choice in self.query(Choice):
            choice.value = values.get(choice.name or "", "")
            choice.refresh()

    def on_input_changed(self, event: Input.Changed) -> None:
        """A typed field."""
        event.stop()
        self.post_message(self.Filled(event.input.name or "", event.value))

    def on_choice_chosen(self, event: Choice.Chosen) -> None:
        """A chosen field."""
        event.stop()
        self.post_message(self.Filled(event.choice.name or "", event.value))
        self.post_message(self.Settled())

    def on_input_blurred(self, event: Input.Blurred) -> None:
        """A typed field was left."""
        event.stop()
        self.post_message(self.Settled())

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter settles a typed field."""
        event.stop()
        self.post_message(self.Settled())


class FieldRow(Horizontal):
    """A label and its field."""

    def __init__(self, words: Words, field: FormField, value: str) -> None:
        super().__init__()
        self.words = words
        self.field = field
        self.value = value

    def compose(self) -> ComposeResult:
        """The label with a star where the field is required."""
        field = self.field
        star = "*" if field.required else ""
        yield Label(f"{cut(field.title, 11)}{star}", markup=False)
        if field.choices:
            options = {choice: choice for choice in field.choices}
            yield Choice(self.words, field.title, options, self.value, name=field.id)
        else:
            yield FieldBox(self.value, name=field.id, compact=True)
