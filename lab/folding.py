"""Words on a help page are folded, never cut off: a Chinese sentence has no spaces to break it at."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from rich.columns import Columns
from rich.text import Text
from typer.rich_utils import OptionHighlighter


class Folded(OptionHighlighter):
    """Colours options as Typer does."""

    def __call__(self, text: str | Text) -> Text:
        """Give the text with its colours, to be folded."""
        done = super().__call__(text)
        done.overflow = "fold"
        return done


def together(parts: Iterable[Text]) -> Columns:
    """Put what is said of one option side by side."""
    said = list(parts)
    for part in said:
        part.overflow = "fold"
    return Columns(said)


FOLDING: Final[dict[str, Any]] = {"highlighter": Folded(), "Columns": together}
"""What Typer draws with → what it is to draw with."""
