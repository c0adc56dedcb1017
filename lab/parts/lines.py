"""A scrolling pane whose rows are laid out by the cell, so that wide characters line up."""

from __future__ import annotations

from rich.console import Console
from rich.segment import Segment
from rich.style import Style
from rich.text import Text
from textual import events
from textual.geometry import Region, Size
from textual.scroll_view import ScrollView
from textual.strip import Strip


class Lines(ScrollView):
    """Shows the rows that ``rows(width)`` lays out, and lays them out again on a new width."""

    DEFAULT_CSS = """
    Lines {
        height: 1fr;
        overflow-x: hidden;
        overflow-y: auto;
        scrollbar-size-vertical: 1;
        scrollbar-gutter: stable;
    }
    """

    FOLLOWS = False
    """Whether the pane stays at its end while rows are added."""

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._strips: list[Strip] = []
        self._width = 0

    def rows(self, width: int) -> list[Text]:
        """Lay out everything in rows of at most ``width`` cells."""
        return []

    def lay_out(self) -> None:
        """Lay out again, because what is shown or its width changed."""
        width = self.scrollable_content_region.width
        if width <= 0:
            return
        at_end = self.scroll_offset.y >= self.max_scroll_y - 1
        self._width = width
        console = self.app.console
        self._strips = [Strip(_segments(row, console)) for row in self.rows(width)]
        self.virtual_size = Size(width, len(self._strips))
        self.refresh()
        if self.FOLLOWS and at_end:
            self.scroll_end(animate=False)

    def on_resize(self, event: events.Resize) -> None:
        """The width may be a new one."""
        self.lay_out()

    def on_mount(self) -> None:
        """Lay out as soon as the width is known."""
        self.call_after_refresh(self.lay_out)

    def render_line(self, y: int) -> Strip:
        """Draw one row of the screen."""
        index = y + self.scroll_offset.y
        base = self.rich_style
        strip = self._strips[index] if index < len(self._strips) else Strip([])
        return strip.adjust_cell_length(self._width or self.size.width, base).apply_style(
            Style(bgcolor=base.bgcolor) + Style(color=base.color)
        )

    def show_row(self, row: int, rows: int = 1) -> None:
        """Scroll so that these rows can be seen."""
        self.scroll_to_region(Region(0, row, self._width or 1, rows), animate=False)


def _segments(row: Text, console: Console) -> list[Segment]:
    """The row's pieces; rich drops the style of a text that has no spans, so it is added here."""
    base = console.get_style(row.style, default=Style.null())
    return [
        Segment(segment.text, base + (segment.style or Style.null()))
        for segment in row.render(console)
        if segment.text
    ]
