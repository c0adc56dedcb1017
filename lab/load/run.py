"""``lab load``: a server of its own, a class at its seats, Locust in a process of its own, one verdict."""

from __future__ import annotations

import asyncio
import contextlib
import importlib.util
import os
import secrets
import signal
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from rich.console import Console

from classroom.door.client import DoorClient, DoorLost
from classroom.plan import TRUNK
from classroom.school.demo import CLASS_SIZE, INSTRUCTOR, demo_password
from lab import demo
from lab.load import stage as stages
from lab.load.errors import LoadFailed
from lab.load.stage import MOST_CALLERS, Seat, Stage
from lab.load.tally import Tally
from lab.server import Announcement
from lab.words import Lang, Words
from scenarios.numbers import SCHOOL

FAILED: Final = 1
ENDED: Final = 130
"""The exit code of a good run that was ended by Ctrl-C, as shells have it."""
WRAPUP: Final = 1.0
"""Seconds that a seat writes its summary: nobody sits there."""
A_SECOND: Final = 5
"""Callers that begin within one second."""
FAREWELL: Final = 120
"""Seconds that calls under way may take to end after the time is over."""
LATE_MS: Final = 40.0
"""Our own clock this late is told: part of what was measured is then our own doing."""
LOCUSTFILE: Final = Path(__file__).with_name("locustfile.py")
DRILL: Final = "LAB_LOAD_DRILL_PASSWORD"
"""A fire drill: callers prove themselves with this instead of the trunk's password."""


@dataclass(frozen=True, slots=True)
class Order:
    """What was asked for."""

    users: int
    seconds: int
    talk: float
    report: Path
    lang: Lang


def run(order: Order) -> None:
    """Run it all and print the verdict; ends with 1 where something failed. Raises LoadFailed."""
    for name in ("SIGTERM", "SIGHUP"):  # The server must end with us.
        if number := getattr(signal, name, None):
            signal.signal(number, signal.default_int_handler)
    words = Words(order.lang)
    if importlib.util.find_spec("locust") is None:
        raise LoadFailed(words("load.not_installed"))
    if order.users > MOST_CALLERS:
        raise LoadFailed(words("load.too_many", most=MOST_CALLERS))
    order.report.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="lab-load-") as folder:
        verdict, ended = asyncio.run(_run(order, Path(folder), words))
    if verdict:
        Console(stderr=True, highlight=False).print(verdict, style="bold red", soft_wrap=True)
        sys.exit(FAILED)
    if ended:
        sys.exit(ENDED)


async def _run(order: Order, folder: Path, words: Words) -> tuple[str, bool]:
    """Return what went wrong in a sentence, or nothing; and whether Ctrl-C ended it."""
    data, password = folder / "data", secrets.token_hex(16)
    house = demo.Order(seed=0, scenario=None, lang=order.lang, data=data, voice="tone")
    settings = {
        "LAB_PRACTICE__TRUNK_PASSWORD": password,
        "LAB_DESKS__WRAPUP_SECONDS": str(WRAPUP),
    }
    async with demo.opened(house, order.lang, settings, apart=True) as place:
        scene = await prepared(order, place, folder, password, words)
        scene.write(folder / "stage.json")
        users = len(scene.callers) + len(scene.registrants)
        code, ended = await _call(order, folder, users, words)
        alive = await _answers(place, order.lang)
    _keep(data / "server.log", order.report)
    tally = Tally.read(order.report)
    return told(tally, code, alive=alive, report=order.report, words=words), ended


async def prepared(
    order: Order, place: Announcement, folder: Path, password: str, words: Words
) -> Stage:
    """Log the class in and give everybody a part."""
    say = Console(stderr=True, highlight=False).print
    parts = stages.share_out(order.users, CLASS_SIZE)
    say(words("load.logging_in", count=parts.seats))
    seats = [await _seat(place, f"s{n:02}", order.lang) for n in range(1, parts.seats + 1)]
    async with DoorClient(place.http, lang=order.lang) as teacher:
        session = await teacher.login(INSTRUCTOR, demo_password(INSTRUCTOR))
    trunk = (TRUNK, os.environ.get(DRILL, password))
    callers, registrants, posts = stages.cast_roles(
        parts, seats, hotline=SCHOOL[order.lang], trunk=trunk
    )
    tapes = folder / "tapes"
    tapes.mkdir()
    counts = parts.model_dump(exclude={"outside"})
    say(words("load.calling", users=order.users, seconds=order.seconds, **counts))
    return Stage(
        http=place.http, sip=(place.http.rpartition(":")[0], place.sip_port),
        teacher=session.token, callers=callers, registrants=registrants, posts=posts,
        talk=order.talk, wrapup=WRAPUP, tapes=tapes,
    )  # fmt: skip


async def _seat(place: Announcement, login: str, lang: Lang) -> Seat:
    async with DoorClient(place.http, lang=lang) as door:
        session = await door.login(login, demo_password(login))
        await door.consent()
    assert session.sip is not None
    return Seat(
        login=login,
        extension=session.sip.extension,
        password=session.sip.password,
        token=session.token,
    )


async def _call(order: Order, folder: Path, users: int, words: Words) -> tuple[int, bool]:
    """Run Locust to its end; its table goes to our stdout. Returns its exit code, and whether Ctrl-C came.

    It has a session of its own: a key pressed here ends it by the end of its stdin, so that calls under
    way end as they would; pressed again, it is stopped as it stands.
    """
    command = [
        *(sys.executable, "-m", "locust", "-f", str(LOCUSTFILE), "--headless", "--only-summary"),
        *("-u", str(users), "-r", str(A_SECOND), "-t", f"{order.seconds}s"),
        *("--stop-timeout", str(FAREWELL), "--exit-code-on-error", str(FAILED), "-L", "WARNING"),
        *("--csv", str(order.report / "load"), "--html", str(order.report / "load.html")),
    ]
    for old in order.report.glob("load*"):
        old.unlink()
    process = await asyncio.create_subprocess_exec(
        *command,
        stdin=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        env={**os.environ, stages.VARIABLE: str(folder / "stage.json")},
        start_new_session=True,
    )
    assert process.stdin is not None
    try:
        return await process.wait(), False
    except asyncio.CancelledError:
        if task := asyncio.current_task():
            task.uncancel()
        Console(stderr=True, highlight=False).print(words("load.ending"), soft_wrap=True)
        process.stdin.close()
        return await process.wait(), True
    finally:
        if process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()


async def _answers(place: Announcement, lang: Lang) -> bool:
    """Say whether the server is still there."""
    async with DoorClient(place.http, lang=lang) as door:
        try:
            await door.health()
        except DoorLost:
            return False
    return True


def _keep(log: Path, report: Path) -> None:
    """The server's log outlives its folder."""
    with contextlib.suppress(OSError):
        (report / "server.log").write_bytes(log.read_bytes())


def told(tally: Tally, code: int, *, alive: bool, report: Path, words: Words) -> str:
    """Print what was good; return what was not, in one sentence."""
    failures: Sequence[tuple[str, str, int]] = tally.failures
    row, why = failures[0][:2] if failures else ("-", "-")
    figures = {
        "calls": tally.calls, "rules": tally.rules, "row": row, "why": why,
        "path": report / "load.html",
    }  # fmt: skip
    if not tally.calls:
        return words("load.nothing")
    if tally.worst > LATE_MS:
        print(words("load.late", worst=round(tally.worst)))
    if not alive:
        log = report / "server.log"
        return words("load.died", failed=tally.calls_failed, log=log, **figures)
    if tally.calls_failed or tally.rules_broken:
        return words("load.failed", failed=tally.calls_failed, broken=tally.rules_broken, **figures)
    if failures or code:
        return words("load.requests", failed=sum(n for *_, n in failures), **figures)
    print(words("load.good", calls=tally.calls, rules=tally.rules))
    print(words("load.kept", path=report / "load.html"))
    return ""
