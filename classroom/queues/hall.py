"""Hears the board's news for the queues: figures for the floor, lines for tools, callbacks for a restart."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

import structlog

from classroom.door.queues import QueueChanged, QueueState
from classroom.floor import Floor
from classroom.queues.log import QueueLog
from classroom.words import say
from telephony.pbx import events as news
from telephony.pbx.callback_events import (
    CallbackBooked,
    CallbackMoved,
    KeptCallback,
    RestoreCallbacks,
)
from telephony.pbx.plan import QueuePlan
from telephony.pbx.service import Service

KEPT: Final = "callbacks.json"
TELL_SECONDS: Final = 1.0
"""The floor hears of a queue at most this often."""

_log = structlog.get_logger("queues")


class Hall:
    """Every queue of the school, as people outside the switchboard see it."""

    def __init__(
        self,
        plans: Mapping[str, QueuePlan],
        folder: Path,
        floor: Floor,
        name_of: Callable[[str], str] = lambda extension: extension,
        *,
        clock: Callable[[], float] = time.monotonic,
        wall: Callable[[], float] = time.time,
    ) -> None:
        self._floor, self._clock, self._wall, self._name_of = floor, clock, wall, name_of
        self._services = {
            name: Service(name, plan.service_level, plan.short_abandon)
            for name, plan in plans.items()
        }
        self._plans = plans
        self._file = folder / KEPT
        self.callbacks: dict[str, KeptCallback] = {}
        self.log = QueueLog(folder, self._epoch)
        self._due: asyncio.TimerHandle | None = None
        self._stirred: set[str] = set()

    def _epoch(self, at: float) -> float:
        return self._wall() - (self._clock() - at) if at else self._wall()

    def take(self, plans: Mapping[str, QueuePlan]) -> None:
        """The queues are set otherwise from now on; figures of those that stay go on."""
        for name, plan in plans.items():
            known = self._services.get(name)
            if known is None or known.threshold != plan.service_level:
                self._services[name] = Service(name, plan.service_level, plan.short_abandon)
        for name in [name for name in self._services if name not in plans]:
            del self._services[name]
        self._plans = plans

    # ── the news ─────────────────────────────────────────────────────────────

    def hear(self, event: news.BoardEvent) -> None:
        """Take one event of the board."""
        self.log.hear(event)
        for name, service in self._services.items():
            if service.hear(event):
                self._stir(name)
        match event:
            case news.DeskChanged():
                for name in self._services:
                    self._stir(name)
            case news.DeskPaused(extension=extension, missed=missed):
                self._floor.alarm(
                    say("desk_paused", desk=extension, name=self._name_of(extension), missed=missed)
                )
            case CallbackBooked():
                self._booked(event)
            case CallbackMoved():
                self._moved(event)

    def _stir(self, queue: str) -> None:
        """Tell the floor of this queue soon, however much happens until then."""
        self._stirred.add(queue)
        if self._due is None:
            self._due = asyncio.get_running_loop().call_later(TELL_SECONDS, self.tell)

    def tell(self) -> None:
        """Tell the floor of every queue in which something happened."""
        self._due = None
        stirred, self._stirred = self._stirred, set()
        for name in sorted(stirred & self._services.keys()):
            self._floor.set_queue(QueueChanged(queue=self.state(name)))

    def states(self) -> list[QueueState]:
        """Every queue as it is now."""
        return [self.state(name) for name in self._services]

    def state(self, name: str) -> QueueState:
        """One queue as it is now."""
        service, plan = self._services[name], self._plans[name]
        score = service.score(self._clock())
        crew = [
            desk
            for desk in self._floor.desks.values()
            if plan.members is None or desk.extension in plan.members
        ]
        ready = [desk for desk in crew if desk.duty == "ready" and desk.registered]
        figures = {key: value for key, value in asdict(score).items() if key != "queue"}
        return QueueState(
            name=name,
            threshold=service.threshold,
            ready=len(ready),
            free=sum(desk.activity == "idle" for desk in ready),
            on_break=sum(desk.duty == "break" for desk in crew),
            callbacks=sum(kept.queue == name for kept in self.callbacks.values()),
            **figures,
        )

    # ── callbacks ────────────────────────────────────────────────────────────

    def _booked(self, event: CallbackBooked) -> None:
        self.callbacks[event.callback] = KeptCallback(
            event.callback, event.queue, event.number, event.caller, event.line,
            event.since, event.rank,
        )  # fmt: skip
        self._keep()
        if event.queue in self._services:
            self._stir(event.queue)

    def _moved(self, event: CallbackMoved) -> None:
        kept = self.callbacks.get(event.callback)
        if kept is None:
            return
        if event.state == "over":
            del self.callbacks[event.callback]
        else:
            self.callbacks[event.callback] = KeptCallback(**{**asdict(kept), "tries": event.tries})
        if event.why == "given_up":
            self._floor.alarm(say("callback_given_up", number=event.number, tries=event.tries))
        elif event.why.startswith("not_reached"):
            self._floor.alarm(say("callback_not_reached", number=event.number, tries=event.tries))
        self._keep()
        if event.queue in self._services:
            self._stir(event.queue)

    def _keep(self) -> None:
        """Write the open callbacks down; times as UTC, because clocks begin anew."""
        shift = self._wall() - self._clock()
        rows = [
            {**asdict(kept), "since": kept.since + shift, "rank": kept.rank + shift}
            for kept in self.callbacks.values()
        ]
        fresh = self._file.with_suffix(".new")
        try:
            fresh.write_text(json.dumps(rows, ensure_ascii=False), encoding="utf-8")
            fresh.chmod(0o600)
            fresh.replace(self._file)
        except OSError as error:
            _log.warning("callbacks not kept", why=error.strerror)

    def restored(self) -> RestoreCallbacks:
        """Read what a server before this one had promised; a torn file promises nothing."""
        shift = self._wall() - self._clock()
        try:
            rows: list[dict[str, Any]] = json.loads(self._file.read_text(encoding="utf-8"))
            found = [
                KeptCallback(**{**row, "since": row["since"] - shift, "rank": row["rank"] - shift})
                for row in rows
            ]
        except FileNotFoundError:
            found = []
        except (OSError, ValueError, TypeError, KeyError):
            self._floor.alarm(say("callbacks_torn", file=self._file))
            found = []
        self.callbacks = {kept.callback: kept for kept in found}
        return RestoreCallbacks(tuple(found))

    def close(self) -> None:
        """Write nothing any more."""
        if self._due is not None:
            self._due.cancel()
            self._due = None
        self.log.close()
