"""What all callers and seats of one process share: sound, the crew at the seats, who met whom."""

from __future__ import annotations

import contextlib
import json
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

from lab.load import calls
from lab.load.errors import CallFailed, LoadFailed
from lab.load.ledger import Ledger
from lab.load.rules import KNOWN
from lab.load.sound import SoundRoom
from lab.load.stage import Post, Stage
from lab.load.telephone import Call, Telephone
from telephony.media.pipe import MediaPipe

EXPIRES: Final = 3600
LEFT_WITHIN: Final = 30.0
"""Seconds, besides wrap-up, in which the last call must have left the board."""
GLANCE: Final = 2.0
"""Seconds from one look at the server's health to the next."""
UNANSWERED: Final = 3
"""So many looks in a row without an answer: the server is gone, and the run is over."""

CLOCK: Final = "worst tick of the load lab's own clock"
EMPTY: Final = "board is empty after the last call"
IDLE: Final = "every desk is idle after the last call"
QUIET: Final = "the server raised no alarm"


@dataclass(slots=True)
class Meeting:
    """A caller waits for whoever answers; both ends learn here how to know each other."""

    caller: int
    """The caller's pitch."""
    met: threading.Event = field(default_factory=threading.Event)
    seat: int = 0
    """The pitch of whoever answered."""
    at: float = 0.0
    over: float | None = None
    """When the caller began to hang up."""
    brief: bool = False
    """The caller will not wait for a talk."""


class Scene:
    """Opened once in a process, before the first caller."""

    def __init__(
        self, stage: Stage, ledger: Ledger, lost: Callable[[], None] = lambda: None
    ) -> None:
        """``lost`` is called on a thread of its own when the server is gone."""
        self.stage, self.ledger = stage, ledger
        self._lost = lost
        self.media = MediaPipe(log=stage.tapes / "media.log")
        self.sound = SoundRoom(self.media, stage.tapes, stage.pitches, stage.sip[0])
        self._hertz = {role.number: role.hertz for role in stage.callers}
        self._meetings: dict[str, Meeting] = {}
        self._phones: list[Telephone] = []
        self._served = threading.Condition()
        self._serving = 0
        self._audited = False
        self._closing = threading.Event()
        self._glancing: threading.Thread | None = None

    # ── up ───────────────────────────────────────────────────────────────────

    def open(self) -> None:
        """Start the sound and seat the crew; raises LoadFailed or CallFailed."""
        self.media.start()
        self.sound.wake()
        for post in self.stage.posts:
            self._seat(post)
        self._glancing = threading.Thread(target=self._glance, name="health", daemon=True)
        self._glancing.start()

    def telephone(self, user: str, password: str) -> Telephone:
        """Make a telephone that lives as long as the scene."""
        phone = Telephone(user, password, self.stage.sip)
        phone.open(self.stage.sip[0])
        self._phones.append(phone)
        return phone

    def _seat(self, post: Post) -> None:
        seat = post.seat
        phone = self.telephone(seat.extension, seat.password)
        phone.on_call = lambda call: self._take(call, post)
        status = phone.register(EXPIRES)
        if status != 200:
            raise LoadFailed(f"seat {seat.extension} cannot register: {status}")
        if post.ready:
            try:
                self.ask("POST", "desk", seat.token, {"duty": "ready"})
            except CallFailed as error:
                raise LoadFailed(f"seat {seat.extension} cannot get ready: {error}") from error

    def _take(self, call: Call, post: Post) -> None:
        with self._served:
            self._serving += 1
        try:
            calls.take(self, call, post)
        finally:
            with self._served:
                self._serving -= 1
                self._served.notify_all()

    def settle(self) -> None:
        """Wait until every seat has hung up and written its rows."""
        with self._served:
            self._served.wait_for(lambda: not self._serving, LEFT_WITHIN)

    # ── who met whom ─────────────────────────────────────────────────────────

    def expect(self, number: str, *, brief: bool = False) -> Meeting:
        """A caller with this number is on the way."""
        found = self._meetings[number] = Meeting(self._hertz[number], brief=brief)
        return found

    def meeting(self, number: str) -> Meeting:
        """Find whom a call comes from; raises CallFailed."""
        try:
            return self._meetings[number]
        except KeyError:
            raise CallFailed("a call came from a number that nobody here has") from None

    def meet(self, meeting: Meeting, hertz: int) -> None:
        """A seat that hums this pitch has taken the caller's call."""
        meeting.seat, meeting.at = hertz, time.monotonic()
        meeting.met.set()

    # ── the server, asked over HTTP ──────────────────────────────────────────

    def ask(
        self, method: str, path: str, token: str = "", body: dict[str, str] | None = None
    ) -> Any:
        """Ask the API; raises CallFailed."""
        request = urllib.request.Request(
            f"http://{self.stage.http}/api/{path}",
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Authorization": f"Bearer {token}", "Content-Type": "application/json"},
        )
        try:
            with urllib.request.urlopen(request, timeout=15) as answer:
                return json.loads(answer.read())
        except urllib.error.HTTPError as error:
            said = error.read().decode("utf-8", "replace")
            raise CallFailed(f"HTTP {error.code}: {said}") from error
        except (OSError, ValueError) as error:
            raise CallFailed("the server does not answer") from error

    def _glance(self) -> None:
        """Look at the server's health as long as callers call and it answers."""
        unanswered = 0
        while unanswered < UNANSWERED:
            if self._closing.wait(GLANCE):
                return
            began = time.monotonic()
            try:
                self.ask("GET", "health")
            except CallFailed as failed:
                unanswered += 1
                self.ledger("HTTP", "GET /api/health", _since(began), str(failed))
            else:
                unanswered = 0
                self.ledger("HTTP", "GET /api/health", _since(began))
        threading.Thread(target=self._lost, name="lost", daemon=True).start()

    # ── down ─────────────────────────────────────────────────────────────────

    def audit(self) -> None:
        """After the last call, once: nothing is left on the board, and nobody cried out."""
        with self._served:
            done, self._audited = self._audited, True
        if done:
            return
        self._closing.set()
        if self._glancing is not None:
            self._glancing.join()
        self.settle()
        for phone in self._phones:
            for stray in phone.rules.strays:
                self.ledger("RULE", KNOWN, 0.0, stray)
        self.ledger("RULE", KNOWN, 0.0)
        self.ledger("RTP", CLOCK, self.sound.worst)
        self._left()
        self._alarms()

    def close(self) -> None:
        """Unregister the crew and let everything go."""
        self._closing.set()
        for phone in self._phones:
            phone.close()
        self._phones.clear()
        with contextlib.suppress(OSError):
            self.media.close()

    def _left(self) -> None:
        """Wait until both questions are answered well, each with its own time, or time is up."""
        began = time.monotonic()
        waiting = {EMPTY: self._on_board, IDLE: self._not_idle}
        while waiting:
            late = time.monotonic() - began > LEFT_WITHIN + self.stage.wrapup
            for row, wrong in list(waiting.items()):
                why, gone = self._wrong(wrong)
                if not why or late or gone:
                    self.ledger("RULE", row, _since(began), why)
                    del waiting[row]
            if waiting:
                time.sleep(0.25)  # The API tells it only when asked.

    def _wrong(self, ask: Callable[[], str | None]) -> tuple[str | None, bool]:
        """Say what is wrong, and whether there is nobody left to ask."""
        try:
            return ask(), False
        except CallFailed as failed:
            return str(failed), True

    def _on_board(self) -> str | None:
        count = self.ask("GET", "health")["calls"]
        return f"{count} calls are left on the board" if count else None

    def _not_idle(self) -> str | None:
        desks = self.ask("GET", "desks", self.stage.teacher)
        stuck = [f"{one['extension']} {one['activity']}" for one in desks]
        stuck = [one for one in stuck if not one.endswith(" idle")]
        return f"{len(stuck)} desks are not idle, the first: {stuck[0]}" if stuck else None

    def _alarms(self) -> None:
        began = time.monotonic()
        try:
            alarms = self.ask("GET", "health")["alarms"]
            told = f"{len(alarms)} alarms, the last: {alarms[-1]}" if alarms else None
        except CallFailed as failed:
            told = str(failed)
        self.ledger("RULE", QUIET, _since(began), told)


def _since(began: float) -> float:
    return (time.monotonic() - began) * 1000
