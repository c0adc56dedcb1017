"""Screens under test: settle them, read their rows, take their picture as text."""

from __future__ import annotations

import re
from collections.abc import Callable

from rich.cells import cell_len
from textual.app import App
from textual.pilot import Pilot
from textual.widgets import Input, TextArea

PATIENCE = 2000
"""Rounds of the message pump after which a screen that does not get there has failed."""


async def until(pilot: Pilot[int], true: Callable[[], object]) -> None:
    """Let the app work until this holds."""
    for _ in range(PATIENCE):
        if true():
            return
        await pilot.pause(0.005)
    raise AssertionError("the screen never got there:\n" + "\n".join(rows_of(pilot.app)))


async def settle(pilot: Pilot[int]) -> None:
    """Let everything that is under way be drawn; the blinking of cursors is frozen."""
    for _ in range(4):
        await pilot.pause()
    for screen in pilot.app.screen_stack:
        for box in screen.query(Input).results(Input):
            box.cursor_blink = False
        for area in screen.query(TextArea).results(TextArea):
            area.cursor_blink = False
    await pilot.pause()


def rows_of(app: App[int]) -> list[str]:
    """The screen's rows as they are sent to the terminal."""
    strips = app.screen._compositor.render_strips()
    return ["".join(segment.text for segment in strip) for strip in strips]


def picture_of(app: App[int]) -> str:
    """The screen as text, blanks at the end of rows left out."""
    return "\n".join(row.rstrip() for row in rows_of(app)) + "\n"


def assert_aligned(app: App[int]) -> None:
    """Every row fills the terminal exactly, so nothing is pushed over by a wide character."""
    width, height = app.size
    rows = rows_of(app)
    assert len(rows) == height
    assert [cell_len(row) for row in rows] == [width] * height, picture_of(app)


def column_of(app: App[int], text: str) -> list[int]:
    """In which columns this text begins, a row after the other."""
    found = []
    for row in rows_of(app):
        found += [cell_len(row[: match.start()]) for match in re.finditer(re.escape(text), row)]
    return found


def shows(app: App[int], text: str) -> bool:
    """Whether this text can be read on the screen."""
    return any(text in row for row in rows_of(app))
