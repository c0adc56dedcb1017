"""The one row over the keys that tells what went wrong."""

from __future__ import annotations

from textual.widgets import Label

from lab.parts.cells import cut


class Notice(Label):
    """Shown while it has a sentence."""

    DEFAULT_CSS = """
    Notice { height: 1; width: 100%; padding: 0 1; display: none; color: $background; }
    Notice.-shown { display: block; background: $warning; }
    """

    def __init__(self) -> None:
        super().__init__(id="notice", markup=False)

    def say(self, sentence: str) -> None:
        """Tell this; nothing hides the row."""
        self.set_class(bool(sentence), "-shown")
        self.update(cut(sentence, self.screen.size.width - 2), layout=False)
