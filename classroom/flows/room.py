"""The flows of a running school: loaded, spoken, changed while calls run, their questions answered."""

from __future__ import annotations

import asyncio
import contextlib
import re
import time
from collections.abc import Callable, Coroutine, Iterable, Iterator
from pathlib import Path
from typing import Any, Final

import structlog
from ruamel.yaml.error import YAMLError

from classroom.door import flow_wire as wire
from classroom.door.lang import Lang
from classroom.errors import Refusal
from classroom.flows import edits, first, sounds
from classroom.flows.clips import FlowClips, Reads
from classroom.flows.document import Document, read
from classroom.flows.errors import BrokenFlow, FlowFault
from classroom.flows.model import FLOW_NAME, NAME, Variable
from classroom.flows.page import page_of, rows_of
from classroom.flows.shelf import BUNDLED, FlowShelf, Shelved, entered
from classroom.flows.words import say as reason
from classroom.words import say, spoken
from telephony.pbx.commands import AnswerLookup
from telephony.pbx.events import CallStarted
from telephony.pbx.ivr.lookup import Lookup
from telephony.pbx.ivr.news import FlowStuck, LookupAsked

LOOK_EVERY: Final = 2.0
"""Seconds between two looks at the folder."""
SWEEP_EVERY: Final = 3600.0
"""Seconds between two looks for recordings that no flow says any more."""
EDITABLE: Final = 256 * 1024
"""A longer file is edited as a file: keeping comments takes a pass of its own."""

_log = structlog.get_logger("flows")


class FlowRoom:
    """Every flow of this school."""

    def __init__(
        self,
        shelf: FlowShelf,
        records: Lookup,
        *,
        speak: Reads,
        house_texts: Callable[[Lang], dict[str, str]],
        changed: Callable[[], None],
        answer: Callable[[AnswerLookup], None],
        note: Callable[[str, str], None],
        alarm: Callable[[str], None],
    ) -> None:
        self.shelf, self._records = shelf, records
        self.clips = FlowClips(shelf, speak, house_texts)
        self._changed, self._answer = changed, answer
        self._note, self._alarm = note, alarm
        self._firsts: dict[str, asyncio.Event] = {}
        """Flows that callers wait for: set once their own words are spoken."""
        self._saving = asyncio.Lock()
        self._tasks: set[asyncio.Task[None]] = set()
        self._seen: dict[Path, tuple[int, int]] = {}

    # ── life ─────────────────────────────────────────────────────────────────

    def open(self) -> FlowRoom:
        """Read every file, tell what is wrong, and watch the folder."""
        if self.shelf.folder is not None:
            sounds.sweep(self.shelf.folder, time.time())
        self._load()
        self._do(self._watch())
        self._do(self._render_all())
        return self

    async def close(self) -> None:
        """Stop watching and rendering."""
        for task in list(self._tasks):
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task

    def _load(self) -> None:
        self.shelf.load()
        self._seen = self._stamps()
        for mistakes in self.shelf.broken.values():
            self._alarm(mistakes[0].told(self.clips.lang))

    def _stamps(self) -> dict[Path, tuple[int, int]]:
        folder = self.shelf.folder
        if folder is None or not folder.is_dir():
            return {}
        found = {}
        for path in folder.glob("*.yaml"):
            with contextlib.suppress(OSError):
                state = path.stat()
                found[path] = (state.st_mtime_ns, state.st_size)
        return found

    async def _watch(self) -> None:
        """Take in what was written into the folder by other hands."""
        swept = time.monotonic()
        while True:
            await asyncio.sleep(LOOK_EVERY)
            if time.monotonic() - swept >= SWEEP_EVERY and self.shelf.folder is not None:
                swept = time.monotonic()
                await asyncio.to_thread(sounds.sweep, self.shelf.folder, time.time())
            if self._stamps() != self._seen:
                self._load()
                await self._render_all()

    # ── what the switchboard needs ───────────────────────────────────────────

    def speak_in(self, lang: Lang) -> None:
        """From here on the house's own language is this."""
        if lang != self.clips.lang:
            self.clips.lang = lang
            self._do(self._render_all())

    def words(self, key: str) -> str:
        """The words of a flow's prompt, ``KEY`` or ``LANG/KEY``; nothing for values read aloud."""
        lang, _, name = key.rpartition("/")
        return self.shelf.texts(lang or self.clips.lang).get(name, "")

    def heard(self, event: object) -> None:
        """Take an event of the board."""
        match event:
            case LookupAsked(ask="note"):
                self._note(event.call, event.given.get("text", ""))
                self._answer(AnswerLookup(event.call, event.ticket, {}))
            case LookupAsked(ask=first.READY):
                self._do(self._tell_ready(event))
            case LookupAsked():
                self._do(self._look_up(event))
            case CallStarted(dialled=dialled) if tried := self.shelf.trials().get(dialled):
                if tried not in self._firsts:
                    self._firsts[tried] = asyncio.Event()
                    self._do(self._make_ready(self.shelf.flows[tried]))
            case FlowStuck():
                why = reason(f"stuck_{event.why}", spoken())
                self._alarm(say("flow_stuck", flow=event.flow, node=event.node, why=why))

    async def _look_up(self, asked: LookupAsked) -> None:
        answer = AnswerLookup(asked.call, asked.ticket, failed=True)
        try:
            found = await self._records.look_up(asked.call, asked.ask, asked.given)
            answer = AnswerLookup(asked.call, asked.ticket, found)
        finally:
            self._answer(answer)

    async def _make_ready(self, one: Shelved) -> None:
        """Speak a flow that somebody has dialled: its own words first, then what it shares."""
        try:
            await self.clips.render_words(one)
            self._changed()
        finally:
            self._firsts.pop(one.name).set()
        await self._render([one])

    async def _tell_ready(self, asked: LookupAsked) -> None:
        if spoken_now := self._firsts.get(asked.given["flow"]):
            await spoken_now.wait()
        self._answer(AnswerLookup(asked.call, asked.ticket, {}))

    # ── what people ask ──────────────────────────────────────────────────────

    def rows(self, lang: Lang) -> list[wire.FlowRow]:
        """Every flow."""
        return rows_of(self.shelf, lang)

    def page(self, name: str, lang: Lang) -> wire.FlowPage:
        """One flow as it is saved."""
        if name in self.shelf.broken:
            folder = self.shelf.folder
            try:
                text = read(folder / f"{name}.yaml") if folder else ""
            except FlowFault:
                text = ""
            return page_of(self.shelf, name, text, lang, saved=False)
        return page_of(self.shelf, name, self._find(name).text, lang, saved=True)

    def new(self, new: wire.FlowNew, lang: Lang) -> wire.FlowPage:
        """Draft a flow that is not there yet; nothing is saved."""
        if self.shelf.folder is None or not _named(new.name):
            raise Refusal(422, "flow_name")
        if new.name in self.shelf.flows or new.name in self.shelf.broken:
            raise Refusal(409, "flow_taken", name=new.name)
        text = edits.fresh(new.name, new.title.strip() or new.name)
        return page_of(self.shelf, new.name, text, lang, saved=False)

    def edit(self, name: str, change: wire.FlowEdit, lang: Lang) -> wire.FlowPage:
        """Change one node, one prompt or the head of a draft; nothing is saved."""
        return self._edit(
            name,
            change.node or name,
            change.text,
            lambda: edits.edited(change.text, change.part, change.node, change.fields),
            lang,
        )

    def store(self, name: str, change: wire.FlowVariables, lang: Lang) -> wire.FlowPage:
        """Write all the variables of a draft; nothing is saved."""
        wanted = [
            (one.name, Variable(value=one.value, secret=one.secret)) for one in change.variables
        ]
        return self._edit(name, name, change.text, lambda: edits.stored(change.text, wanted), lang)

    def _edit(
        self, name: str, what: str, text: str, doing: Callable[[], str], lang: Lang
    ) -> wire.FlowPage:
        if len(text) > EDITABLE:
            raise Refusal(422, "flow_large", most=EDITABLE // 1024)
        try:
            Document(name, text)
            after = doing()
        except (BrokenFlow, YAMLError, KeyError, TypeError, ValueError, AttributeError) as error:
            why = error.told(lang) if isinstance(error, FlowFault) else _first(error)
            raise Refusal(422, "flow_edit", node=what, why=why) from error
        return page_of(self.shelf, name, after, lang, saved=False)

    def keep_sound(self, name: str, prompt: str, data: bytes) -> wire.FlowSound:
        """Take a recording in; the flow says it once its prompt names the file."""
        folder = self.shelf.folder
        if folder is None or not _named(name) or re.fullmatch(NAME, prompt) is None:
            raise Refusal(422, "flow_name")
        try:
            with _kept(name):
                file, seconds = sounds.keep(folder, name, prompt, data)
        except sounds.NoSound as error:
            raise Refusal(422, "flow_sound", why=str(error)) from error
        return wire.FlowSound(file=file, seconds=seconds)

    async def remove(self, name: str) -> None:
        """Take a flow of the school's own away; calls in progress go on as they began."""
        folder = self.shelf.folder
        path = folder / f"{name}.yaml" if folder is not None and _named(name) else None
        if path is None or not path.is_file():
            raise Refusal(409, "flow_shipped", name=self._find(name).name)
        inside = [
            one.name
            for one in self.shelf.flows.values()
            if one.name != name and name in entered(one.sheet)
        ]
        if inside:
            raise Refusal(409, "flow_entered", name=name, other=inside[0])
        with _kept(name):
            await asyncio.to_thread(path.unlink)
        self._load()
        await self._render_all()

    async def put(
        self, name: str, text: str, lang: Lang, version: str | None = None
    ) -> wire.FlowPage:
        """Check, save and put live; what is wrong is on the page and nothing is saved then.

        ``version``: of the saved text that this one was made from. Raises Refusal where another is
        there by now, so that nobody's work is written over unseen.
        """
        folder = self.shelf.folder
        if folder is None or not _named(name):
            raise Refusal(422, "flow_name")
        path = folder / f"{name}.yaml"
        try:
            one = await asyncio.to_thread(self.shelf.fit, name, text, path=path)
        except BrokenFlow:
            return await asyncio.to_thread(page_of, self.shelf, name, text, lang, saved=False)
        async with self._saving:
            there = await asyncio.to_thread(self._saved, name)
            if version is not None and version != wire.version_of(there):
                raise Refusal(409, "flow_changed", name=name)
            with _kept(name):
                await asyncio.to_thread(_write, path, text)
        self.shelf.put(one)
        self._seen = self._stamps()
        await self._render([one])
        return await asyncio.to_thread(self.page, name, lang)

    def _saved(self, name: str) -> str:
        """The text that is saved at this moment, by whoever; nothing where there is none."""
        for folder in (self.shelf.folder, BUNDLED):
            if folder is not None and (path := folder / f"{name}.yaml").is_file():
                with contextlib.suppress(FlowFault):
                    return read(path)
                break
        return ""

    async def trial(self, name: str, lang: Lang) -> wire.FlowRow:
        """Render a flow so that a seat can try it; the row says what to dial."""
        one = self._find(name)
        await self._render([one])
        return next(row for row in self.rows(lang) if row.name == one.name)

    def _find(self, name: str) -> Shelved:
        try:
            return self.shelf.find(name)
        except FlowFault as error:
            raise Refusal(404, "no_flow", name=name) from error

    # ── sound ────────────────────────────────────────────────────────────────

    async def _render_all(self) -> None:
        """Flows that a number leads to, then the school's own, which seats dial to try them."""
        await self._render([one for one in self.shelf.flows.values() if one.sheet.numbers])
        folder, flows = self.shelf.folder, self.shelf.flows.values()
        if own := [one for one in flows if one.path.parent == folder and not one.sheet.numbers]:
            await self._render(own)

    async def _render(self, flows: Iterable[Shelved]) -> None:
        """Speak what these flows say, then go live."""
        await self.clips.render(flows)
        self._changed()

    def _do(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work, name="flows")
        self._tasks.add(task)
        task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            self._alarm(say("flow_broke", why=f"{type(error).__name__}: {error}"))


@contextlib.contextmanager
def _kept(name: str) -> Iterator[None]:
    """Say it in a sentence where the disk takes nothing: full, or not ours to write."""
    try:
        yield
    except OSError as error:
        _log.warning("flow not kept", why=error.strerror or type(error).__name__)
        raise Refusal(507, "flow_not_kept", name=name) from error


def _named(name: str) -> bool:
    return re.fullmatch(FLOW_NAME, name) is not None


def _first(error: Exception) -> str:
    """The heart of what a parser says."""
    problem = getattr(error, "problem", None) or str(error)
    return str(problem).strip().splitlines()[0][:120] if str(problem).strip() else "?"


def _write(path: Path, text: str) -> None:
    """Write a file whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = path.with_suffix(".yaml.new")
    try:
        draft.write_text(text, encoding="utf-8", newline="")
        draft.replace(path)
    except OSError:
        draft.unlink(missing_ok=True)
        raise
