"""``lab demo``: a server, a class, a customer who calls; you at the seat, or an automatic agent."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import json
import os
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import platformdirs
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from classroom.door.client import DoorClient
from classroom.door.wire import CallRecord, Lang, LessonOrder, LessonState
from classroom.errors import CannotStart, NoRoom
from classroom.practice.own import own_packs
from classroom.school.demo import INSTRUCTOR, demo_password
from classroom.settings import Disk
from classroom.trouble import why_of
from lab.autopilot import MARKED_WITHIN, Autopilot, NoCall, Unmarked
from lab.errors import LabError
from lab.reading import as_object, print_caption, print_scorecard
from lab.server import Announcement
from lab.words import Advice, Words
from scenarios.load import all_scenarios, find
from telephony.media.process import MediaProcess
from telephony.phone import Account, Phone

STUDENT = "s01"
FIRST_CALLER: dict[Lang, str] = {"zh": "broadband-bill", "en": "order-inquiry"}
"""Who calls when nobody was asked for."""
LONGEST_CALL = 900.0
USUAL = {"LAB_SEATS__LOCK": "false"}
"""The demo logs in by itself: nobody at its seat knows a password that would unlock the screen."""
TOLD_EVERY = 10.0
"""Seconds between two lines of progress where nobody sees a bar."""
LONGEST_GOODBYE = 30.0
"""Seconds a demo's server has to put late sounds into its recordings; calls survive its end."""


class DemoFailed(LabError):
    """The demo's server did not open; says why and where to read more."""


@dataclass(frozen=True, slots=True)
class Order:
    """Which customer is to call."""

    seed: int
    scenario: str | None
    """None: nobody was asked for."""
    lang: Lang
    data: Path | None
    voice: str

    @property
    def packs(self) -> tuple[str, ...]:
        """The own scenarios of the data folder."""
        return tuple(own_packs(self.data).scenarios.values()) if self.data else ()


def run(order: Order, *, auto: bool, as_json: bool) -> None:
    """Play the whole demo; ``auto`` or without a terminal, the automatic agent takes the call."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # The server must end with us.
    lang = order.lang if order.scenario is None else find(order.scenario, order.packs).lang
    scenario = order.scenario or FIRST_CALLER[lang]
    if auto or as_json or not (sys.stdin.isatty() and sys.stdout.isatty()):
        asyncio.run(take_automatically(order, scenario, lang, as_json=as_json))
    else:
        sit_down(order, scenario, lang)


# ── the automatic agent ──────────────────────────────────────────────────────


async def take_automatically(order: Order, scenario: str, lang: Lang, *, as_json: bool) -> None:
    """Let the automatic agent take one call; print the talk and the marks."""
    screen, words = Console(stderr=as_json, highlight=False), Words(lang)
    customer = find(scenario, order.packs)
    level = words("briefing.level", level=customer.level)
    async with opened(order, lang) as place:
        screen.print(f"{customer.title} · {level}", style="dim", markup=False)
        lesson = LessonOrder(
            scenarios=[scenario], lang=lang, seed=order.seed, gap_seconds=0.5, calls=1
        )
        async with DoorClient(place.http, lang=lang) as teacher:
            await teacher.login(INSTRUCTOR, demo_password(INSTRUCTOR))
            await prepared(teacher, lesson, words)
            async with asyncio.timeout(LONGEST_CALL):
                record = await _take(place, teacher, screen, words)
    if as_json:
        print(json.dumps(as_object(record), ensure_ascii=False))
        return
    if record.scorecard is None:
        raise NoCall(words("demo.ungraded"))
    print_scorecard(screen, record.scorecard, words)
    kept = record.recording.path if record.recording else "-"
    screen.print(words("demo.kept", path=kept), soft_wrap=True)


async def _take(
    place: Announcement, teacher: DoorClient, screen: Console, words: Words
) -> CallRecord:
    async with DoorClient(place.http, lang=words.lang) as student, MediaProcess() as media:
        session = await student.login(STUDENT, demo_password(STUDENT))
        await student.consent()
        sip = session.sip
        assert sip is not None
        account = Account(sip.extension, sip.password, (sip.host, sip.port))
        async with Phone(account, media=media, local=(sip.host, 0)) as phone:
            await phone.register()
            pilot = Autopilot(
                door=student,
                teacher=teacher,
                phone=phone,
                extension=sip.extension,
                told=lambda caption: print_caption(screen, caption, words),
            )
            try:
                return await pilot.take_one_call()
            except Unmarked as error:
                raise NoCall(_unmarked(place, error.alarm, words)) from error


def _unmarked(place: Announcement, alarm: str, words: Words) -> str:
    """Say that the marks did not come, and what the server's last alarm and its disk tell of that."""
    left = shutil.disk_usage(place.data).free >> 20
    key = "demo.unmarked_alarm" if alarm else "demo.unmarked"
    return words(
        key, seconds=round(MARKED_WITHIN), folder=place.data, left=left, alarm=alarm.rstrip("。.")
    )


async def prepared(teacher: DoorClient, order: LessonOrder, words: Words) -> LessonState:
    """Begin a lesson and wait until its customers' sentences are rendered, with a bar."""
    lesson = await teacher.start_lesson(order)
    columns = (TextColumn(words("demo.preparing")), BarColumn(), MofNCompleteColumn())
    screen = Console(stderr=True)
    told = time.monotonic()
    with Progress(*columns, console=screen, transient=True, disable=not screen.is_terminal) as bar:
        task = bar.add_task("", total=lesson.to_prepare or None)
        while not lesson.to_prepare or lesson.prepared < lesson.to_prepare:
            await asyncio.sleep(0.3)  # The API tells progress only when asked.
            lesson = next(one for one in await teacher.lessons() if one.id == lesson.id)
            bar.update(task, completed=lesson.prepared, total=lesson.to_prepare or None)
            if not screen.is_terminal and time.monotonic() - told >= TOLD_EVERY:
                told = time.monotonic()
                row = words("demo.prepared", done=lesson.prepared, of=lesson.to_prepare)
                screen.print(row, soft_wrap=True, highlight=False)
    return lesson


# ── the person at the seat ───────────────────────────────────────────────────


def sit_down(order: Order, scenario: str, lang: Lang) -> None:
    """Open the seat; customers call while it is ready, the asked-for one first."""
    from lab.seat.app import run_seat

    others = [one.id for one in all_scenarios(lang, order.packs) if one.id != scenario]
    words = Words(lang)

    async def ready() -> tuple[Announcement, contextlib.AsyncExitStack]:
        async with contextlib.AsyncExitStack() as stack:
            place = await stack.enter_async_context(opened(order, lang))
            teacher = await stack.enter_async_context(DoorClient(place.http, lang=lang))
            await teacher.login(INSTRUCTOR, demo_password(INSTRUCTOR))
            lesson = LessonOrder(
                scenarios=[scenario, *others], lang=lang, seed=order.seed, gap_seconds=0.0,
                know_menu=True,
            )  # fmt: skip
            await prepared(teacher, lesson, words)
            return place, stack.pop_all()

    with asyncio.Runner() as runner:
        place, stack = runner.run(ready())
        try:
            run_seat(
                server=place.http,
                login=STUDENT,
                password=demo_password(STUDENT),
                lang=lang,
                advice=console_beside(place),
            )
        finally:
            runner.run(stack.aclose())
    print(words("demo.kept", path=place.data), file=sys.stderr)


def console_beside(place: Announcement) -> Advice:
    """How to open the instructor's console in another terminal, in the language of the moment."""
    command = os.path.relpath(Path(sys.executable).with_name("lab"))
    if shutil.which("lab") or not Path(command).is_file():
        command = "lab"
    password = demo_password(INSTRUCTOR)
    row = f"{command} console --server {place.http} --login {INSTRUCTOR}"
    return lambda words: (words("demo.beside", password=password), row)


# ── the server ───────────────────────────────────────────────────────────────


def data_folder(chosen: Path | None) -> Path:
    """Return the folder the demo keeps its calls in: a new one a run unless one was named."""
    if chosen is not None:
        chosen.mkdir(parents=True, exist_ok=True)
        return chosen
    home = platformdirs.user_data_path("callcenter-lab") / "demo"
    home.mkdir(parents=True, exist_ok=True)
    return Path(tempfile.mkdtemp(prefix="demo-", dir=home))


def _place(chosen: Path | None, lang: Lang) -> tuple[Path, Path]:
    """Make the data folder and the server's log in it; raises DemoFailed."""
    try:
        data = data_folder(chosen)
        log = data / "server.log"
        log.touch()
    except OSError as error:
        if error.errno == errno.ENOSPC and (full := _full(chosen or Path.home(), lang)):
            raise DemoFailed(full) from error
        folder = chosen or error.filename
        why = CannotStart("folder_unusable", folder=folder, why=why_of(error, lang))
        raise DemoFailed(why.sentence(lang)) from error
    return data, log


def _full(folder: Path, lang: Lang) -> str:
    """Say that the folder's disk has too little room for a server; empty where it has enough."""
    while not folder.exists():
        folder = folder.parent
    left, needed = shutil.disk_usage(folder).free >> 20, Disk().least_free_mb
    full = NoRoom("disk_full", folder=folder, left=left, needed=needed)
    return full.sentence(lang) if left < needed else ""


@contextlib.asynccontextmanager
async def opened(
    order: Order, lang: Lang, settings: Mapping[str, str] | None = None, *, apart: bool = False
) -> AsyncIterator[Announcement]:
    """Run a server on free ports of this machine for as long as the block lasts.

    ``settings`` are ``LAB_…`` variables of its own; ``apart``, Ctrl-C in this terminal does not reach it.

    Raises:
        DemoFailed: the folder cannot be used, or the server ended before it was open.
    """
    data, log = _place(order.data, lang)
    clips = platformdirs.user_cache_path("callcenter-lab") / "clips"
    command = [
        *(sys.executable, "-m", "lab.cli", "serve", "--data", str(data), "--demo-class"),
        *("--host", "127.0.0.1", "--sip-port", "0", "--http-port", "0"),
        *("--lang", lang, "--voice", order.voice, "--announce"),
    ]
    with log.open("ab") as errors:
        server = await asyncio.create_subprocess_exec(
            *command,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=errors,
            env={**USUAL, "LAB_VOICES__CLIPS": str(clips), **os.environ, **(settings or {})},
            start_new_session=apart,
        )
    assert server.stdout is not None
    try:
        with Console(stderr=True).status(Words(lang)("demo.opening")):
            line = await server.stdout.readline()
        if not line:
            await server.wait()
            raise DemoFailed(_last_words(log, Words(lang)))
        yield Announcement.model_validate_json(line)
    finally:
        with Console(stderr=True).status(Words(lang)("demo.closing")):
            hurried = await _end(server)
        if hurried:
            print(Words(lang)("demo.hurried", seconds=round(LONGEST_GOODBYE)), file=sys.stderr)


async def _end(server: asyncio.subprocess.Process) -> bool:
    """Let the server close in order, but not for ever; tell whether it had to be stopped."""
    with contextlib.suppress(ProcessLookupError):
        server.terminate()
    try:
        await asyncio.wait_for(server.wait(), LONGEST_GOODBYE)
    except (TimeoutError, asyncio.CancelledError) as hurry:
        server.kill()
        await server.wait()
        if isinstance(hurry, asyncio.CancelledError):
            raise
        return True
    return False


def _last_words(log: Path, words: Words) -> str:
    """Return the sentence that the server ended with, without its frame."""
    said = log.read_text("utf-8", "replace")
    framed = said.rpartition("╭")[2].splitlines()[1:] if "╭" in said else []
    if not any(line.startswith("╰") for line in framed):  # A full disk has no room for reasons.
        return _full(log.parent, words.lang) or words("demo.no_server", log=log)
    return " ".join(line for line in (row.strip("│╰╯─ ") for row in framed) if line)
