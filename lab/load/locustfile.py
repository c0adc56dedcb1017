"""The users that Locust spawns. Only Locust loads this file: it comes first and patches the sockets."""

from __future__ import annotations

import itertools
import random
import sys
from collections.abc import Iterator
from typing import Any

import gevent
from gevent.os import tp_read
from locust import User, between, constant, events, task
from locust.env import Environment

from lab.errors import LabError
from lab.load import calls
from lab.load.errors import CallFailed
from lab.load.registering import Registrar
from lab.load.scene import Scene
from lab.load.stage import Role, Stage
from telephony.errors import TelephonyError

try:
    STAGE = Stage.read()
except LabError as error:  # started by hand
    print(f"load: {error}", file=sys.stderr)
    sys.exit(2)


class Shared:
    """What this process holds while it calls."""

    scene: Scene
    roles: Iterator[Role]
    registering: Iterator[Role]


@events.init.add_listener
def prepare(environment: Environment, **_: Any) -> None:
    """Seat the crew before the first caller; where that fails there is no run."""

    def note(kind: str, name: str, milliseconds: float, failure: str | None = None, /) -> None:
        environment.events.request.fire(
            request_type=kind,
            name=name,
            response_time=milliseconds,
            response_length=0,
            exception=None if failure is None else CallFailed(failure),
            context={},
        )

    Shared.roles = itertools.cycle(STAGE.callers)
    Shared.registering = itertools.cycle(STAGE.registrants)

    def give_up() -> None:
        print("load: the server does not answer any more", file=sys.stderr)
        if environment.runner is not None:
            environment.runner.quit()

    Shared.scene = Scene(STAGE, note, give_up)
    try:
        Shared.scene.open()
    except (LabError, TelephonyError, OSError) as error:
        print(f"load: {error}", file=sys.stderr)
        Shared.scene.close()
        sys.exit(2)


@events.test_start.add_listener
def listen(environment: Environment, **_: Any) -> None:
    """End in order as soon as whoever opened the stage closes our stdin, or is gone."""

    def wait() -> None:
        tp_read(
            sys.stdin.fileno(), 1
        )  # Not by ``sys.stdin``, whose lock would be missed at the end.
        if environment.runner is not None:
            environment.runner.quit()

    gevent.spawn(wait)


@events.test_stop.add_listener
def audit(**_: Any) -> None:
    """After the last caller has hung up."""
    Shared.scene.audit()


@events.quitting.add_listener
def leave(**_: Any) -> None:
    """Before the table is printed."""
    Shared.scene.close()


class Caller(User):
    """Calls the school's number by the practice trunk, or one seat from another; again and again."""

    fixed_count = len(STAGE.callers)
    wait_time = between(0.5, 2.0)

    def on_start(self) -> None:
        """Pick up a telephone."""
        self.role = next(Shared.roles)
        self.dice = random.Random(self.role.number)
        self.phone = Shared.scene.telephone(self.role.user, self.role.password)

    @task
    def call(self) -> None:
        """One call."""
        calls.place(Shared.scene, self.phone, self.role, self.dice)


class Registrant(User):
    """Registers, refreshes, leaves; again and again."""

    fixed_count = len(STAGE.registrants)
    wait_time = constant(0.5)

    def on_start(self) -> None:
        """Take a seat's account."""
        role = next(Shared.registering)
        phone = Shared.scene.telephone(role.user, role.password)
        self.registrar = Registrar(phone, Shared.scene.ledger)

    @task
    def come_and_go(self) -> None:
        """One round."""
        self.registrar.come_and_go()
