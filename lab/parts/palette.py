"""The colours of all screens: calm in practice, a red rail when live."""

from __future__ import annotations

from textual.theme import Theme

NIGHT = "#10161d"
DUSK = "#161e27"
SLATE = "#1f2a35"
STONE = "#3a4856"
MIST = "#8496a8"
SNOW = "#dde5ec"
TEAL = "#63b8ad"
DEEP_TEAL = "#1d4a48"
BLUE = "#7fa8d9"
DEEP_BLUE = "#22374f"
AMBER = "#e3b26b"
GREEN = "#8cc48a"
ROSE = "#e58a8f"
RED = "#d0303f"

CALM = Theme(
    name="calm",
    primary=TEAL,
    secondary=BLUE,
    accent=AMBER,
    success=GREEN,
    warning=AMBER,
    error=ROSE,
    foreground=SNOW,
    background=NIGHT,
    surface=DUSK,
    panel=SLATE,
    dark=True,
    variables={
        "footer-background": DUSK,
        "footer-key-foreground": AMBER,
        "footer-description-foreground": SNOW,
        "border": STONE,
        "border-blurred": STONE,
        "scrollbar": STONE,
        "scrollbar-background": NIGHT,
        "scrollbar-hover": MIST,
        "scrollbar-active": TEAL,
        "input-cursor-background": TEAL,
        "input-selection-background": "#63b8ad 35%",
    },
)
"""Registered by both apps."""

ACTIVITY = {
    "idle": MIST,
    "offered": AMBER,
    "talking": GREEN,
    "holding": BLUE,
    "wrapping": AMBER,
    "consulting": BLUE,
    "three_way": GREEN,
}
"""The colour of each activity of a desk."""

DUTY = {"ready": GREEN, "break": AMBER, "off": MIST}
"""The colour of each duty of a desk."""
