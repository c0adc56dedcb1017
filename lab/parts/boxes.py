"""Boxes to type in: what is typed quickly arrives in its order, and what is pasted is all there."""

from __future__ import annotations

import re

from textual import events
from textual.widget import Widget
from textual.widgets import Input, TextArea

from lab.parts.cells import printable


async def at_once(widget: Widget, event: events.Key) -> None:
    """Do what a key does in this widget here and now.

    The library lets Backspace or Enter bubble up to the app, while letters are taken at once: those of one
    quick burst overtook it, and it took the wrong one.
    """
    for binding in widget._bindings.key_to_bindings.get(event.key, ()):
        if not binding.priority and await widget.app.run_action(binding.action, widget):
            event.stop()
            event.prevent_default()
            return


class Box(Input):
    """One line. Pasted lines become one; what no such box takes, such as blanks in a number, stays out."""

    async def _on_key(self, event: events.Key) -> None:
        await at_once(self, event)

    def _on_paste(self, event: events.Paste) -> None:
        event.stop()
        event.prevent_default()
        lines = (printable(line).strip() for line in event.text.splitlines())
        text = " ".join(filter(None, lines))
        if self.restrict:
            text = "".join(letter for letter in text if re.fullmatch(self.restrict, letter))
        if self.max_length:
            room = self.max_length - len(self.value) + len(self.selected_text)
            text = text[: max(room, 0)]
        self.replace(text, *self.selection)


class Sheet(TextArea):
    """Several lines."""

    async def _on_key(self, event: events.Key) -> None:
        await at_once(self, event)
