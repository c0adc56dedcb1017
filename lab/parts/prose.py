"""Sentences on a screen, broken into rows as Chinese and English are broken."""

from __future__ import annotations

from rich.text import Text
from textual.geometry import Size
from textual.widget import Widget

from lab.parts.cells import wrap


class Prose(Widget):
    """As many rows as its text needs; no row begins with a comma or a full stop."""

    DEFAULT_CSS = """
    Prose { height: auto; }
    """

    def __init__(self, text: str = "", *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._text = text

    def update(self, text: str) -> None:
        """Show another text."""
        if text != self._text:
            self._text = text
            self.refresh(layout=True)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """Count the rows that the text needs in this width."""
        return len(wrap(self._text, width))

    def render(self) -> Text:
        """Lay the rows out."""
        return Text("\n".join(wrap(self._text, self.content_size.width)))
