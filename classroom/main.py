"""Composes the rooms into one server; the only place that knows them all."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import os
import secrets
import signal
import sys
from collections.abc import Callable, Coroutine
from functools import partial

import structlog

from classroom.answering import answering_of
from classroom.bus import Bus
from classroom.business.office import office_of
from classroom.control import ControlDesk
from classroom.door.api.app import application
from classroom.door.api.house import House
from classroom.door.api.keys import Doorkeeper, Keys
from classroom.door.api.listen import OpenDoor, bind
from classroom.door.wire import FloorEvent, SecuredLine
from classroom.errors import CannotStart, cannot_listen
from classroom.floor import Floor
from classroom.flows.hall import flow_room
from classroom.lock import FolderLock
from classroom.log import log_to_stderr
from classroom.outside import MobileSeats
from classroom.papers import Papers
from classroom.plan import TRUNK, network_of, own_host, recording_of
from classroom.practice import orders
from classroom.practice.afterwards import Afterwards
from classroom.practice.carrying import CarrierProcess
from classroom.practice.desks import DeskRoom
from classroom.practice.marking import Marker
from classroom.practice.own import Packs
from classroom.practice.session import Lessons
from classroom.practice.shelf import Shelf
from classroom.practice.voices import Voices
from classroom.practice.witness import Witness
from classroom.queues.callbacks import promises_of
from classroom.queues.hall import Hall
from classroom.recents import RecentCalls
from classroom.recovery import grade_left_over, tidy
from classroom.retention import Retention
from classroom.roll import Roll, empty_desks
from classroom.school.charges import charges
from classroom.school.people import People
from classroom.seal import Seal
from classroom.settings import Settings
from classroom.speech.client import Speech
from classroom.speech.errors import SpeechError
from classroom.store.engine import Store
from classroom.store.ledger import Ledger
from classroom.store.records import Records
from classroom.store.upgrade import prepare
from classroom.version import version
from classroom.words import say, speak
from telephony.errors import PortTaken as SipPortTaken
from telephony.errors import TelephonyError
from telephony.media import control
from telephony.media.errors import WorkerDied
from telephony.media.process import MediaProcess
from telephony.pbx import events as news
from telephony.pbx.callback_events import RememberServed
from telephony.pbx.commands import SetPlan
from telephony.switchboard import Switchboard

_log = structlog.get_logger("server")


class Server:
    """One classroom, from its database to its door."""

    def __init__(
        self,
        settings: Settings,
        *,
        demo_class: bool = False,
        announce: Callable[[str], None] = lambda text: print(text, file=sys.stderr),
    ) -> None:
        self.settings = settings
        self._demo_class, self._announce = demo_class, announce
        self._closing = contextlib.AsyncExitStack()
        self._trunk_password = settings.practice.trunk_password or secrets.token_hex(16)
        self.sip_port = self.http_port = 0

    async def start(self) -> None:
        """Bring everything up; raises CannotStart and leaves nothing behind."""
        try:
            await self._open()
        except BaseException:
            await self._closing.aclose()
            raise

    async def close(self) -> None:
        """Let the calls end, write everything down, end the children."""
        await self._closing.aclose()

    # ── up ───────────────────────────────────────────────────────────────────

    async def _open(self) -> None:
        settings = self.settings
        least = settings.disk.least_free_mb << 20
        await asyncio.to_thread(prepare, settings.database, least_free=least)
        for folder in (settings.recordings, settings.clips, settings.logs):
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._closing.enter_context(FolderLock(settings.data))
        listener = bind(settings.network.host, settings.network.http_port)
        self._closing.callback(listener.close)
        self.http_port = listener.getsockname()[1]
        await self._open_records()
        await self._open_voices()
        await self._open_calls()
        await self._open_lines()
        await self.office.open(self._announce)
        await self._open_door(OpenDoor(application(self._house()), listener))

    async def _open_records(self) -> None:
        settings = self.settings
        self.store = Store(settings.database)
        self._closing.push_async_callback(self.store.close)
        self.bus: Bus[FloorEvent] = Bus()
        self.floor = Floor(self.bus, self.settings.seats.resting)
        self.ledger = Ledger(self.store, self.floor.alarm)
        self.ledger.start()
        self._closing.push_async_callback(self.ledger.close)
        self.people = People(self.store)
        await self._enrol()
        self._everybody = list(await self.people.everybody())
        self.roll = Roll(self._everybody)
        self.records = Records(self.store, settings.data)
        await tidy(self.store, self.records, settings.data, self.floor.alarm)
        self.shelf = Shelf(packs=Packs(settings.data, self._tell))

    def _tell(self, sentence: str) -> None:
        self.floor.alarm(sentence)
        self._announce(sentence)

    async def _enrol(self) -> None:
        if self._demo_class:
            if await self.people.enrol_class(demo=True):
                self._announce(say("demo_class_made"))
        elif not await self.people.everybody():
            made = await self.people.enrol_instructor()
            self._announce(say("person_made", login=made.login, password=made.password))

    async def _open_voices(self) -> None:
        settings = self.settings
        self.speech = Speech(
            settings.clips,
            engine=settings.voices.engine,
            share=settings.voices.live_share,
            log=settings.logs / "speech.log",
        )
        try:
            await self.speech.start()
        except SpeechError as error:
            await self.speech.close()
            log = settings.logs / "speech.log"
            raise CannotStart("child_missing", child="speech", log=log) from error
        self._closing.push_async_callback(self.speech.close)
        self.voices = Voices(self.speech, settings.school, self._working, self._take_prompts)
        self._closing.push_async_callback(self.voices.close)
        if self.speech.fallback:
            self._announce(self.speech.fallback)

    def _working(self) -> list[str]:
        """The desks, those with a telephone on them first."""
        desks = self.floor.desks.values()
        here = [desk.extension for desk in desks if desk.registered]
        return here + [one for one in self.roll.extensions() if one not in here]

    async def _open_calls(self) -> None:
        settings = self.settings
        self.marker = Marker(settings.logs / "grading.log", self.floor.alarm, self.shelf)
        await self.marker.start()
        self._closing.push_async_callback(self.marker.close)
        self.afterwards = Afterwards(
            ledger=self.ledger, records=self.records, marker=self.marker, floor=self.floor,
            voice=self.voices, data=settings.data, finished=lambda call: self.lessons.finished(call),
        )  # fmt: skip
        self._closing.push_async_callback(self.afterwards.close)
        await grade_left_over(self.records, self.afterwards.grade_left_over)
        self.carrier = CarrierProcess(
            self._setup, log=settings.logs / "carrier.log", hear=self._on_report,
            lost=lambda: self.witness.carrier_lost(), alarm=self.floor.alarm,
        )  # fmt: skip
        self.witness = Witness(
            ledger=self.ledger, floor=self.floor, shelf=self.shelf, carrier=self.carrier,
            roll=self.roll, seconds_of=self.voices.seconds, over=self.afterwards.finish,
            words=lambda key: self.voices.words(key) or self.flows.words(key),
            moved=lambda call: self.lessons.moved(call), place=self._recording_of,
            relative=self._relative, wrap_seconds=settings.desks.wrapup_seconds,
            popped=lambda call, desk: self.office.counter.show(call, desk),
        )  # fmt: skip
        self.office = office_of(
            settings, self.store, self.floor, self.roll, self.shelf, self.witness
        )
        self._closing.push_async_callback(self.office.close)
        self.lessons = Lessons(
            store=self.store, ledger=self.ledger, floor=self.floor, shelf=self.shelf,
            voices=self.voices, callers=self.carrier, expect=self.witness.expect,
        )  # fmt: skip
        self.flows = flow_room(
            settings, self.store, self.ledger, self.speech, self.witness, desks=self._working,
            changed=lambda: self.papers.changed(), alarm=self.floor.alarm,
            answer=lambda it: self.switchboard.command(it),
        )  # fmt: skip

    async def _open_rooms(self) -> None:
        for desk in empty_desks(self._everybody):
            self.floor.set_desk(desk)
        self.answering = await answering_of(
            self.settings, self.store, self.ledger, self.roll, lambda: self.switchboard
        )
        self.papers = Papers(
            self.settings, self._everybody, self.flows, self.answering,
            trunk_password=self._trunk_password, alarm=self.floor.alarm,
        )  # fmt: skip
        self.papers.agreed = await self.people.agreed(self.settings.privacy.retention_days)
        folder, name_of = self.settings.data, self.roll.name_of
        promises = await promises_of(self.store, self.ledger, folder, self.floor.alarm)
        self.hall = Hall(self.papers.queues(), folder, self.floor, promises, name_of)
        self.recents = RecentCalls(self.store, self.ledger)
        self.outside = MobileSeats(self.store, self.ledger, self.floor.alarm)
        self._closing.callback(self.hall.close)
        self.papers.requeue, self.answering.boxes_changed = self.hall.take, self.papers.changed
        self.papers.resort = self.office.post.take

    async def _open_lines(self) -> None:
        await self._open_rooms()
        network = self.settings.network
        self.seal = await asyncio.to_thread(Seal, self.settings) if network.tls else None
        mine = partial(charges, self.settings.supervision, self._everybody)
        self.control = ControlDesk(lambda: self.switchboard, self.floor, mine)
        self.media = MediaProcess(log=self.settings.logs / "media.log")
        self._closing.push_async_callback(self._close_media)
        ways = network_of(self.settings, self.seal.context if self.seal else None)
        self.switchboard = Switchboard(
            self.papers.plan(), media=self.media, on_event=self._on_news, network=ways
        )
        await self._start_switchboard()
        self._closing.push_async_callback(self._close_switchboard)
        self.papers.put = lambda plan: self.switchboard.command(SetPlan(plan))
        self._keep_going(self.papers.watch())
        self._closing.push_async_callback(self.flows.open().close)
        await self._recall()
        self.answering.hand_over()
        days, messages = self.settings.privacy.retention_days, self.answering.forget
        self._keep_going(Retention(self.store, self.settings.data, days, messages).watch())
        self.voices.speak_ahead()
        if self.seal:
            self._keep_going(self.seal.keep())
        await self.carrier.start()
        self._closing.push_async_callback(self.carrier.close)
        self._closing.push_async_callback(self.lessons.close)

    async def _start_switchboard(self) -> None:
        network, logs = self.settings.network, self.settings.logs
        try:
            self.sip_port = (await self.switchboard.start())[1]
        except SipPortTaken as error:
            why = error.__cause__
            raise cannot_listen("sip", error.host, error.port, why, kind=error.kind) from error
        except WorkerDied as error:
            raise CannotStart("child_missing", child="media", log=logs / "media.log") from error
        except TelephonyError as error:
            raise CannotStart("host_unusable", host=network.host, why=error) from error

    def _keep_going(self, work: Coroutine[None, None, None]) -> None:
        """Do something until the server closes."""
        self._closing.callback(asyncio.create_task(work).cancel)

    async def _recall(self) -> None:
        """Tell the board what one before it knew: who served whom, who is to be called back."""
        self.switchboard.command(RememberServed(await self.records.served()))
        self.switchboard.command(self.hall.promises.restored(self.papers.queues()))
        self.switchboard.command(await self.recents.restored())
        await self.outside.restore(self.switchboard.command)

    def _secured(self) -> SecuredLine | None:
        if self.seal is None:
            return None
        proof = self.seal.proof
        return SecuredLine(
            port=self.switchboard.tls_port, fingerprint=proof.fingerprint, ca=proof.ca
        )

    def _setup(self) -> orders.Setup:
        host = own_host(self.settings)
        return orders.Setup(
            board_host=host, board_port=self.sip_port, local_host=host, user=TRUNK,
            password=self._trunk_password, texts=str(self.settings.texts),
            voice="kokoro" if self.speech.engine == "kokoro" else "tone",
        )  # fmt: skip

    async def _open_door(self, door: OpenDoor) -> None:
        await door.start()
        self._closing.push_async_callback(door.close)
        for leave in (self.bus.close, self.control.bus.close, self.ledger.leave_off):
            self._closing.callback(leave)
        host = self.settings.network.written
        self._announce(say("serving", host=host, http_port=self.http_port, sip_port=self.sip_port))

    def _house(self) -> House:
        settings = self.settings
        room = DeskRoom(self.switchboard, self.witness, self.afterwards, self.shelf, self.records)
        return House(
            settings=settings, sip_port=self.sip_port, version=version(),
            keys=Keys(settings.data / "door.key", settings.privacy.token_hours),
            doorkeeper=Doorkeeper(), people=self.people, records=self.records, bus=self.bus,
            floor=self.floor, desks=room, lessons=self.lessons, calls=room, mouth=self.voices,
            control=self.control, secured=self._secured, flows=self.flows, queues=self.hall,
            answering=self.answering, counter=self.office.counter, post=self.office.post,
            agrees=self.papers.agrees,
        )  # fmt: skip

    # ── what happens ─────────────────────────────────────────────────────────

    def _on_news(self, event: news.BoardEvent) -> None:
        self.witness.board(event)
        self.control.tell(event)
        self.flows.heard(event)
        for room in (self.hall, self.recents, self.outside, self.answering):
            room.hear(event)
        if isinstance(event, news.DeskChanged):
            self.lessons.stir()
        elif isinstance(event, news.SoundReport):
            seen = dataclasses.asdict(event.report)
            _log.info("sound", call=event.call, by=event.by, **seen)

    def _on_report(self, report: orders.Report) -> None:
        if isinstance(report, orders.CarrierReady) and report.port != self.papers.carrier_port:
            self.papers.carrier_port = report.port
            self.papers.changed()
        self.witness.carrier(report)

    # ── where things lie ─────────────────────────────────────────────────────

    def _take_prompts(self, prompts: dict[str, str]) -> None:
        self.papers.prompts |= prompts
        self.flows.speak_in(self.voices.lang)
        self.papers.changed()

    def _recording_of(self, call: str) -> str:
        return recording_of(self.settings.recordings.resolve(), call)

    def _relative(self, path: str) -> str:
        return os.path.relpath(path, self.settings.data.resolve())

    # ── down ─────────────────────────────────────────────────────────────────

    async def _close_switchboard(self) -> None:
        """Hang up on everybody; the media worker still owes the ends of recordings."""
        await self.switchboard.close()
        self.media.subscribe(self._last_words)

    def _last_words(self, event: control.MediaEvent) -> None:
        if isinstance(event, control.RecordingClosed):
            self.witness.board(news.RecordingClosed(event.recording, event.path, event.seconds))

    async def _close_media(self) -> None:
        await self.media.close()
        self.witness.give_up()


async def serve(
    settings: Settings,
    *,
    demo_class: bool = False,
    announce: Callable[[str], None] = lambda text: print(text, file=sys.stderr),
    stop: asyncio.Event | None = None,
    opened: Callable[[Server], None] = lambda server: None,
) -> None:
    """Run a classroom until SIGTERM, SIGINT or ``stop``; raises CannotStart.

    ``opened`` is told once the door is open and the ports are known.
    """
    log_to_stderr()
    speak(settings.school.lang)
    stopping = stop or asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        try:
            loop.add_signal_handler(number, stopping.set)
        except NotImplementedError:  # Windows
            signal.signal(number, lambda *_: loop.call_soon_threadsafe(stopping.set))
    server = Server(settings, demo_class=demo_class, announce=announce)
    await server.start()
    opened(server)
    try:
        await stopping.wait()
    finally:
        await server.close()
