"""The class of a demonstration, as whoever comes in knows it; the server's tables are not needed for it."""

from __future__ import annotations

from typing import Final

CLASS_SIZE: Final = 50
FIRST_EXTENSION: Final = 1001
INSTRUCTOR: Final = "teacher"
INSTRUCTOR_EXTENSION: Final = "1000"
"""The instructor has a telephone too: to listen, whisper and take over."""


def demo_password(login: str) -> str:
    """The known password of a demo class."""
    return f"demo-{login}"
