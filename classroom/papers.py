"""The switchboard's papers: the plan made of settings, trunks, people and flows, and every change of it.

``lab.toml`` and ``trunks.yaml`` are looked at every two seconds. What changed in them is read whole or not at
all; the board routes new calls by it, calls in progress keep the plan they came in by.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

import structlog

from classroom import holidays, trunks
from classroom.answering import Answering
from classroom.errors import BadSettings, ClassroomError
from classroom.flows.room import FlowRoom
from classroom.misfit import fault
from classroom.plan import board_plan, queues_of
from classroom.queues.settings import lost_members
from classroom.settings import FILE, Settings
from classroom.store.people import Person
from classroom.trunks import TrunkEntry
from classroom.words import say
from telephony.pbx.errors import PlanError
from telephony.pbx.plan import BoardPlan, QueuePlan

LOOK_EVERY: Final = 2.0
"""Seconds between two looks at the files."""
LIVE: Final = ("callers", "outbound", "hours", "queues", "desks", "calls", "recording", "letters")
"""Sections of ``lab.toml`` that are taken while the server runs; the others need a new start."""

_log = structlog.get_logger("papers")


class Papers:
    """Everything that becomes the board's plan."""

    def __init__(
        self,
        settings: Settings,
        people: Sequence[Person],
        flows: FlowRoom,
        answering: Answering,
        *,
        trunk_password: str,
        alarm: Callable[[str], None],
    ) -> None:
        self._settings, self._people = settings, people
        self._flows, self._answering = flows, answering
        self._trunk_password, self._alarm = trunk_password, alarm
        self._own: list[TrunkEntry] = trunks.read(settings.data, settings.numbers.place)
        self._written = Settings.load(settings.data)
        """The file as it was read last, without what the command line says."""
        given, said = settings.letters.smtp_port, self._written.letters.smtp_port
        self._mail_port = {"smtp_port": given} if given != said else {}
        """What the command line says of ``[letters]``: it goes before the file."""
        self._seen = self._stamps()
        self._lost: list[tuple[str, str]] = []
        self._nobodys: set[str] = set()
        """Mobile seats that are nobody's, told of already."""
        self.carrier_port = 0
        """Where the practice carrier's telephones are; 0: nowhere yet."""
        self.agreed: set[str] = set()
        """The log-ins of those who agreed to being recorded."""
        self.prompts: dict[str, str] = {}
        """The house's own announcements."""
        self.put: Callable[[BoardPlan], None] = lambda plan: None
        """Brings a new plan to the board."""
        self.requeue: Callable[[dict[str, QueuePlan]], None] = lambda queues: None
        """Tells who keeps figures of the queues that they changed."""
        self.resort: Callable[[Settings], None] = lambda settings: None
        """Tells who sorts letters that the rules may have changed."""

    def plan(self) -> BoardPlan:
        """Write the plan as things are; raises BadSettings where they contradict each other."""
        try:
            return self._plan(self._settings, self._own)
        except PlanError as error:
            file = self._settings.data / file_of(error)
            raise BadSettings("bad_plan", file=file, why=fault(error), where=error.code) from error

    def queues(self) -> dict[str, QueuePlan]:
        """The queues as they are set."""
        return queues_of(self._settings)

    def agrees(self, login: str) -> None:
        """Somebody agreed to being recorded, and may work outside where that is set."""
        if login not in self.agreed:
            self.agreed.add(login)
            if self._settings.desks.mobile:
                self.changed()

    def changed(self) -> None:
        """Something that the plan is made of is another now: a prompt, a flow, a port."""
        try:
            self.put(self.plan())
        except BadSettings as error:
            self._refuse_for(error)

    async def watch(self) -> None:
        """Take in what people write into the three files, until cancelled."""
        while True:
            await asyncio.sleep(LOOK_EVERY)
            self.look()

    def look(self) -> None:
        """Take what changed since the last look, or say why not."""
        seen = self._stamps()
        if seen == self._seen:
            return
        days = self._settings.data / holidays.FILE
        anew = [holidays.FILE] if seen.get(days) != self._seen.get(days) else []
        self._seen = seen
        try:
            written = Settings.load(self._settings.data)
            own = trunks.read(self._settings.data, written.numbers.place)
            self._take(written, own, anew)
        except PlanError as error:
            file = self._settings.data / file_of(error)
            self._refuse(say("bad_plan", file=file, why=fault(error)), f"bad_plan {error.code}")
        except ClassroomError as error:
            self._refuse_for(error)

    # ── inside ───────────────────────────────────────────────────────────────

    def _take(self, written: Settings, own: list[TrunkEntry], anew: list[str]) -> None:
        before = self._written
        areas = [one for one in Settings.model_fields if one != "data"]
        other = [one for one in areas if getattr(before, one) != getattr(written, one)]
        live = {one: getattr(written, one) for one in other if one in LIVE}
        if "letters" in live:
            live["letters"] = written.letters.model_copy(update=self._mail_port)
        settings = self._settings.model_copy(update=live)
        told = [*live, *_changed(self._own, own), *anew]
        if told:
            plan = self._plan(settings, own)
            self._settings, self._own = settings, own
            self.requeue(queues_of(settings))
            self.resort(settings)
            self.put(plan)
            self._say("papers_taken", ", ".join(told))
        self._written = written
        if late := [one for one in other if one not in LIVE]:
            self._say("papers_later", ", ".join(late))

    def _plan(self, settings: Settings, own: list[TrunkEntry]) -> BoardPlan:
        plan = board_plan(
            settings,
            self._people,
            trunk_password=self._trunk_password,
            carrier_port=self.carrier_port,
            own=own,
            answering=self._answering,
            agreed=self.agreed,
            prompts={**self._flows.clips.prompts(), **self.prompts},
            flows=self._flows.shelf,
            unspoken=self._flows.clips.unspoken(),
        )
        self._warn(settings, plan)
        return plan

    def _warn(self, settings: Settings, plan: BoardPlan) -> None:
        """Tell once of members and numbers that are gone: no class ends for that."""
        lost = lost_members(settings.queues, self._people)
        for queue, member in lost:
            if (queue, member) not in self._lost:
                _log.warning("member_lost", queue=queue, member=member)
                self._alarm(say("member_lost", queue=queue, member=member))
        known = {person.extension for person in self._people}
        for extension in settings.desks.mobile.keys() - known - self._nobodys:
            self._nobodys.add(extension)
            self._alarm(say("mobile_lost", extension=extension))
        for number in plan.openings.keys() - plan.numbers.keys() - {"*"} - self._nobodys:
            self._nobodys.add(number)
            self._alarm(say("hours_nobodys", number=number))
        self._lost = lost

    def _say(self, key: str, what: str) -> None:
        _log.info(key, what=what)
        self._alarm(say(key, what=what))

    def _refuse_for(self, error: ClassroomError) -> None:
        places = str(error.values.get("where", "")).split(".")
        told = ".".join(one for one in places if not any(letter.isdigit() for letter in one))
        self._refuse(str(error), f"{error.key} {told}".rstrip())

    def _refuse(self, why: str, code: str) -> None:
        """Tell the instructor; the log names the fault and where it is, never what is written there."""
        _log.warning("papers not taken", why=code)
        self._alarm(say("papers_refused", why=why.rstrip("。.")))

    def _stamps(self) -> dict[Path, tuple[int, int]]:
        found = {}
        for path in (self._settings.data / name for name in (FILE, trunks.FILE, holidays.FILE)):
            try:
                state = path.stat()
            except OSError:
                continue
            found[path] = (state.st_mtime_ns, state.st_size)
        return found


def file_of(error: PlanError) -> str:
    """Which file a fault of the plan is mended in."""
    return trunks.FILE if error.code == "number_lost" else FILE


def _changed(before: Sequence[TrunkEntry], after: Sequence[TrunkEntry]) -> list[str]:
    """Name the trunks that came, went or are another now."""
    old, new = ({one.name: one for one in entries} for entries in (before, after))
    names = sorted(name for name in old.keys() | new.keys() if old.get(name) != new.get(name))
    return [f"trunk {name}" for name in names]
