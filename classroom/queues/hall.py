"""Hears the board's news for the queues: figures for the floor, lines for tools."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Final

from classroom.door.queues import QueueChanged, QueueState
from classroom.floor import Floor
from classroom.queues.callbacks import Promises
from classroom.queues.log import QueueLog
from classroom.words import say
from telephony.pbx import events as news
from telephony.pbx.callback_events import CallbackBooked, CallbackMoved
from telephony.pbx.plan import QueuePlan
from telephony.pbx.service import Service

TELL_SECONDS: Final = 1.0
"""The floor hears of a queue at most this often."""


class Hall:
    """Every queue of the school, as people outside the switchboard see it."""

    def __init__(
        self,
        plans: Mapping[str, QueuePlan],
        folder: Path,
        floor: Floor,
        promises: Promises,
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
        self.promises = promises
        self.log = QueueLog(folder, self._epoch)
        self._due: asyncio.TimerHandle | None = None
        self._stirred: set[str] = set()

    def _epoch(self, at: float) -> float:
        return self._wall() - (self._clock() - at) if at else self._wall()

    def take(self, plans: Mapping[str, QueuePlan]) -> None:
        """The queues are set otherwise from now on; figures of those that stay go on.

        Where what counts as in time is another, they begin anew; who waits is counted on.
        """
        for name, plan in plans.items():
            known = self._services.setdefault(
                name, Service(name, plan.service_level, plan.short_abandon)
            )
            if (known.threshold, known.short_abandon) != (plan.service_level, plan.short_abandon):
                known.threshold, known.short_abandon = plan.service_level, plan.short_abandon
                known.begin_anew()
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
            case CallbackBooked() | CallbackMoved():
                self.promises.hear(event)
                if event.queue in self._services:
                    self._stir(event.queue)

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

    def served_by(self, desks: Collection[str]) -> frozenset[str]:
        """Name the queues in which one of these desks serves."""
        serves = {
            name
            for name, plan in self._plans.items()
            if plan.members is None or any(desk in plan.members for desk in desks)
        }
        return frozenset(serves if desks else ())

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
            callbacks=self.promises.count(name),
            **figures,
        )

    def close(self) -> None:
        """Write nothing any more."""
        if self._due is not None:
            self._due.cancel()
            self._due = None
        self.log.close()
