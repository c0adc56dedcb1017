"""The row of keys at the foot of a screen."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.binding import Binding
from textual.widgets import Footer


class KeyRow(Footer):
    """A footer that is made anew only when it shows other keys.

    Every hop of the focus asks for a new one, and to make one takes longer than to draw the rest.
    """

    def __init__(self) -> None:
        super().__init__(show_command_palette=False, compact=True)
        self._shown: list[tuple[Binding, bool, str]] | None = None

    def compose(self) -> ComposeResult:
        """Remember what is shown from now on."""
        self._shown = self._due() if self._bindings_ready else None
        yield from super().compose()

    async def recompose(self) -> None:
        """Show the keys of the moment."""
        if self.is_attached and (self._shown is None or self._shown != self._due()):
            await super().recompose()

    def _due(self) -> list[tuple[Binding, bool, str]]:
        active = self.screen.active_bindings.values()
        return [(one.binding, one.enabled, one.tooltip) for one in active if one.binding.show]
