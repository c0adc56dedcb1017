"""The studio: every leg, source and recording of one worker, moved on by ``tick``.

It has no socket and no clock: datagrams come and go through a PacketNet, the time is an argument.
The worker steps it every 20 ms; stories step it on the virtual clock.
"""

from __future__ import annotations

from collections.abc import Callable
from operator import attrgetter
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from telephony.audio import OpenCard, open_sound
from telephony.media import control
from telephony.media.bridge import Bridge
from telephony.media.chores import AtOnce, Chores
from telephony.media.codec import MU_LAW, RATE, encode_frames
from telephony.media.control import Command, MediaEvent
from telephony.media.jitter import JitterRing
from telephony.media.lanes import USUAL, LaneIn, LaneOut
from telephony.media.legs import PTIMES, REPORT_SECONDS, Address, Leg
from telephony.media.net import PacketNet
from telephony.media.person import Person
from telephony.media.player import Library, Source
from telephony.media.recorder import Recorder
from telephony.media.vad import Vad, levels

TICK: Final = 0.020
_CARE_TICKS: Final = 50
_A_BURST: Final = 24
"""Packets of a leg that are heard at once before an order is obeyed; the ring holds more."""
_SIDES: Final = ("left", "right")
_STEADY: Final = attrgetter("steady")


class Studio:
    """A MediaEngine: obeys commands, moves 20 ms a tick, tells what happened."""

    def __init__(
        self,
        net: PacketNet,
        *,
        entropy: Callable[[int], bytes],
        now: float,
        epoch: float = 0.0,
        loader: Chores | None = None,
        writer: Chores | None = None,
        sound: Chores | None = None,
        open_card: OpenCard = open_sound,
    ) -> None:
        self._net = net
        self._entropy = entropy
        self._epoch = epoch
        self._bridge = Bridge()
        self._ring = JitterRing()
        self._legs: dict[str, Leg] = {}
        self._lane_in = LaneIn(self._ring)
        self._lane_out = LaneOut()
        self._lined_up = False
        self._others: list[Leg] = []
        self._coded: list[Leg] = []
        self._sources: dict[str, tuple[Source, int]] = {}
        self._vads: dict[str, Vad] = {}
        self._library = Library(loader or AtOnce())
        self._recorder = Recorder(writer or AtOnce())
        self._person = Person(self._bridge, sound or AtOnce(), open_card)
        self._told: list[MediaEvent] = []
        self._now = now
        self._reached: float | None = None
        self._ticks = 0
        self._name = f"{entropy(8).hex()}@lab.invalid"
        self._laws = np.zeros(0, np.uint8)
        self._in_band: set[str] = set()
        self._arrange()
        self._verbs = self._name_verbs()

    def _name_verbs(self) -> dict[type[Any], Callable[[Any], None]]:
        return {
            control.OpenLeg: self._open_leg,
            control.AimLeg: self._aim_leg,
            control.CloseLeg: lambda c: self._close_leg(c.leg),
            control.LimitSpeakers: lambda c: self._bridge.limit(c.group, c.speakers, c.most),
            control.SetRow: self._set_row,
            control.Play: self._play,
            control.Stop: self._stop,
            control.Press: self._press,
            control.Watch: self._watch,
            control.Record: self._record,
            control.PauseRecording: self._pause,
            control.StopRecording: lambda c: self._stop_recording(c.recording, c.until),
            control.OpenSound: lambda c: self._person.open(c.microphone, c.speaker),
            control.CloseSound: lambda _: self._person.close(),
        }

    # ── the three verbs of a MediaEngine, and the clock's ────────────────────

    def send(self, command: Command, reached: float | None = None) -> None:
        """Carry out a command; its sound changes with the next tick.

        ``reached``: where the caller is late, the moment up to which the sockets have been emptied.
        """
        self._reached = reached
        self._flush()
        verb = self._verbs.get(type(command))
        if verb is not None:
            verb(command)

    def events(self) -> list[MediaEvent]:
        """Return and forget what happened since the last call."""
        told, self._told = self._told, []
        return told + self._person.events() + self._recorder.events()

    @property
    def legs(self) -> int:
        """How many legs are open."""
        return len(self._legs)

    def collect(self, now: float) -> bool:
        """Take what the net brought; more often than a tick, so that jitter is measured well."""
        self._now, came = now, False
        legs, lane = self._legs, self._lane_in
        for name, is_control, datagram, source in self._net.arrivals():
            leg, came = legs.get(name), True
            if leg is None:
                continue
            if is_control:
                leg.hear_control(datagram, source, now, self._epoch + now)
                continue
            data = datagram if leg.key is None else leg.opened(datagram)
            if data is None:
                continue
            if leg in lane:
                self._flush()
            if leg.flowing and len(data) == USUAL and source == leg.far:
                lane.add(leg, data, now)
            else:
                self._hear(leg, data, source, now)
        return came

    def _catch_up(self) -> None:
        """Have a burst heard that came before an order."""
        for _ in range(_A_BURST):
            if not self.collect(self._now):
                break
        self._flush()

    def _flush(self) -> None:
        """Have every packet heard that came so far."""
        for leg, data, now in self._lane_in.flush():
            if leg.far is not None:
                self._hear(leg, data, leg.far, now)

    def _hear(self, leg: Leg, data: bytes, source: Address, now: float) -> None:
        self._lane_in.settle(leg)
        leg.hear(data, source, now, int(now * RATE) & 0xFFFFFFFF, self._ring, self._told)
        if leg.flowing:
            self._lane_in.load(leg)

    def tick(self, now: float, due: float | None = None) -> None:
        """Move every call on by 20 ms; the sound is that of the moment the tick was due."""
        self.collect(now)
        self._flush()
        due = now if due is None else due
        self._listen(due)
        self._play_on(due)
        self._person.listen()
        heard = self._bridge.mix()
        if self._in_band:
            self._press_in_band(heard)
        codes = encode_frames(heard, self._laws_of_rows(len(heard)))
        for leg in self._coded:
            if leg.coder is not None:
                codes[leg.row] = leg.coder.encode(heard[leg.row])
        self._recorder.write(codes, due)
        self._person.talk(heard)
        self._talk(codes)
        self._ticks += 1
        if self._ticks % _CARE_TICKS == 0:
            self._care(now)

    def close(self) -> None:
        """End every recording and leg."""
        for recording in self._recorder.names():
            self._stop_recording(recording)
        for leg in list(self._legs):
            self._close_leg(leg)
        self._person.close()

    # ── the parts of a tick ──────────────────────────────────────────────────

    def _listen(self, now: float) -> None:
        if not self._legs:
            return
        frames = self._ring.read(self._places)
        self._bridge.spoken[self._columns] = frames
        if self._vads:
            for vad, level in zip(self._ears, levels(frames[self._watched]).tolist(), strict=True):
                self._told.extend(vad.hear(level, now))

    def _play_on(self, now: float) -> None:
        for name, (source, column) in list(self._sources.items()):
            began, frame = source.begun, source.next_frame()
            if source.begun and not began:
                self._told.append(control.PlayBegan(name, now))
            while source.failed:
                self._told.append(control.ClipFailed(name, *source.failed.pop(0)))
            if frame is not None:
                self._bridge.spoken[column] = frame
                continue
            del self._sources[name]
            self._bridge.close_column(name)
            if not source.stopping:
                self._told.append(control.PlayEnded(name, now))

    def _press_in_band(self, heard: npt.NDArray[np.float32]) -> None:
        for name in list(self._in_band):
            leg = self._legs[name]
            tone = leg.keys.next_tone()
            if tone is not None:
                heard[leg.row] = tone
            if not leg.keys.busy:
                self._in_band.discard(name)

    def _laws_of_rows(self, rows: int) -> npt.NDArray[np.uint8]:
        if len(self._laws) != rows:
            self._laws = np.full(rows, MU_LAW, np.uint8)
            for leg in self._legs.values():
                self._laws[leg.row] = leg.law
            self._coded = [leg for leg in self._legs.values() if leg.coder is not None]
        return self._laws

    def _talk(self, codes: npt.NDArray[np.uint8]) -> None:
        lane = self._lane_out
        if not self._lined_up or not all(map(_STEADY, lane.legs)):
            lane.line_up(self._legs.values())
            self._others = [leg for leg in self._legs.values() if not leg.steady]
            self._lined_up = True
        self._net.send_all(lane.speak(codes))
        for leg in self._others:
            for packet in leg.speak(codes[leg.row].tobytes()):
                if leg.far is not None:
                    self._net.send(leg.name, packet, leg.far)
            if leg.steady:
                self._lined_up = False

    def _care(self, now: float) -> None:
        """Once a second: who fell silent, whose report is due, whether the sound card lives."""
        self._person.check()
        self._lane_out.settle()
        for leg in self._legs.values():
            self._lane_in.settle(leg)
            silent = leg.check(now)
            if silent is not None:
                self._told.append(silent)
            if leg.far is not None and now >= leg.next_report:
                leg.next_report = now + REPORT_SECONDS
                self._report(leg, now, bye=False)

    def _report(self, leg: Leg, now: float, *, bye: bool) -> None:
        assert leg.far is not None
        data = leg.control_report(now, self._epoch + now, self._name, bye=bye)
        self._net.send(leg.name, data, (leg.far[0], leg.far[1] + 1), control=True)

    # ── the commands ─────────────────────────────────────────────────────────

    def _open_leg(self, command: control.OpenLeg) -> None:
        why = ""
        if command.leg in self._legs:
            why = "a leg of this name is open already"
        elif command.ptime not in PTIMES:
            why = f"a packet lasts {', '.join(map(str, PTIMES))} ms, not {command.ptime}"
        else:
            try:
                self._net.open(command.leg, command.host, command.port)
            except (OSError, OverflowError) as error:
                where = f"{command.host}:{command.port}"
                why = f"RTP port {where} cannot be opened: {error}"
        if why:
            self._told.append(control.LegFailed(command.leg, why))
            return
        name, bridge = command.leg, self._bridge
        places = (self._ring.open(), bridge.open_column(name), bridge.open_row(name))
        first_report = self._now + REPORT_SECONDS / 2
        leg = Leg.drawn(name, places, command.ptime, self._entropy(10), first_report)
        self._legs[name] = leg
        self._arrange()

    def _aim_leg(self, command: control.AimLeg) -> None:
        leg = self._legs.get(command.leg)
        if leg is None:
            self._told.append(control.LegFailed(command.leg, "no leg of this name is open"))
            return
        self._lane_in.settle(leg)
        self._lane_out.settle()
        self._lined_up = False
        try:
            leg.take_aim(command, self._now)
        except (ValueError, KeyError):
            why = f"media can only be sent to an IP address, not to {command.host}"
            if command.suite:
                why += ", and secured only with a whole key of a known suite"
            self._told.append(control.LegFailed(command.leg, why))
            return
        if not command.receives:
            self._ring.restart(leg.place)
        self._laws = np.zeros(0, np.uint8)

    def _close_leg(self, name: str) -> None:
        leg = self._legs.pop(name, None)
        if leg is None:
            return
        self._lane_in.settle(leg)
        self._lane_out.settle()
        if leg.far is not None:
            self._report(leg, self._now, bye=True)
        self._told.append(leg.report(int(self._ring.concealed[leg.place])))
        self._net.close(name)
        self._ring.close(leg.place)
        self._bridge.close_column(name)
        self._bridge.close_row(name)
        self._vads.pop(name, None)
        self._in_band.discard(name)
        self._arrange()

    def _arrange(self) -> None:
        """Line the open legs up for the vectorised steps."""
        legs = self._legs.values()
        self._places = np.array([leg.place for leg in legs], np.intp)
        self._columns = np.array([leg.column for leg in legs], np.intp)
        self._ears = [self._vads[name] for name in self._legs if name in self._vads]
        watched = [n for n, name in enumerate(self._legs) if name in self._vads]
        self._watched = np.array(watched, np.intp)
        self._laws = np.zeros(0, np.uint8)
        self._lined_up = False

    def _set_row(self, command: control.SetRow) -> None:
        """Let a listener hear others; whom he did not hear yet, from what is said now on."""
        store = self._store(self._bridge.new_to(command.listener, command.hears))
        if self._reached is not None and command.at is not None:
            not_yet_here = max(0, round((command.at - self._reached) / TICK))
            store = {name: ticks + not_yet_here for name, ticks in store.items()}
        self._bridge.set_row(command.listener, command.hears, store)

    def _store(self, speakers: list[str]) -> dict[str, int]:
        """Tell how many ticks of these legs' sound wait to be played."""
        legs = [self._legs[name] for name in speakers if name in self._legs]
        if legs and self._reached is None:
            self._catch_up()
        return {leg.name: self._ring.store(leg.place) for leg in legs}

    def _play(self, command: control.Play) -> None:
        column = self._bridge.open_column(command.source)
        source = Source(command.clips, command.loop, self._library)
        self._sources[command.source] = (source, column)

    def _stop(self, command: control.Stop) -> None:
        if command.source in self._sources:
            self._sources[command.source][0].stop()

    def _press(self, command: control.Press) -> None:
        leg = self._legs.get(command.leg)
        if leg is None or leg.aim is None:
            return
        leg.press(command.digits)
        if leg.aim.event_type is None:
            self._in_band.add(command.leg)

    def _watch(self, command: control.Watch) -> None:
        if not command.speech:
            self._vads.pop(command.leg, None)
        elif command.leg in self._legs and command.leg not in self._vads:
            self._vads[command.leg] = Vad(command.leg)
        self._arrange()

    def _record(self, command: control.Record) -> None:
        if command.recording in self._recorder:
            return
        left, right = (f"{command.recording}/{side}" for side in _SIDES)
        rows = (self._bridge.open_row(left), self._bridge.open_row(right))
        self._recorder.open(command.recording, command.path, rows, command.since)
        self._laws = np.zeros(0, np.uint8)

    def _pause(self, command: control.PauseRecording) -> None:
        if command.recording not in self._recorder:
            return
        at = command.at
        if at is not None:
            rows = (self._bridge.row(f"{command.recording}/{side}") for side in _SIDES)
            at += TICK * max(self._store([who for row in rows for who in row]).values(), default=0)
        self._recorder.pause(command.recording, command.paused, at)

    def _stop_recording(self, recording: str, until: float | None = None) -> None:
        if recording not in self._recorder:
            return
        self._recorder.close(recording, until)
        for side in _SIDES:
            self._bridge.close_row(f"{recording}/{side}")
