"""The keys of the console, and which of them a view shows."""

from __future__ import annotations

from dataclasses import replace

from lab.parts.keys import Key

KEYS = (
    Key("f1,question_mark", "help", "help", "console"),
    Key("f2", "view('floor')", "floor", "console"),
    Key("f3", "view('calls')", "calls", "console"),
    Key("f4", "view('lesson')", "lesson", "console"),
    Key("f5", "view('alarms')", "alarms", "console"),
    Key("f6", "start", "start", "console"),
    Key("f7", "stop", "stop_lesson", "console"),
    Key("f8", "flows", "flows", "console"),
    Key("f9", "view('queues')", "queues", "console"),
    Key("f11,ctrl+k", "customers", "customers", "console", show=False, shown="F11 ^k"),
    Key("f12", "view('lines')", "lines", "console"),
    Key("ctrl+l", "letters", "console_letters", "console"),
    Key("f10", "app.lang", "lang", "console", show=False),
    Key("ctrl+q", "app.quit", "quit", "console", priority=True),
)
"""Every key of the console; those that are not shown in its row stand on the help screen."""


def keys_in(view: str) -> list[Key]:
    """The keys as a view shows them: where lessons begin and end, the letters' has no room."""
    hidden = ("console_letters",) if view == "lesson" else ()
    return [replace(key, show=key.show and key.name not in hidden) for key in KEYS]
