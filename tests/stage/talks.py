"""A school in the middle of a talk: where stories of transfers, conferences and parking begin."""

from __future__ import annotations

from telephony.pbx import commands
from telephony.pbx import events as ev
from telephony.pbx.conference import Conference
from telephony.sip import events as sip
from tests.stage.exchange import Exchange, answering, carrier, dials, plan_of, seat
from tests.stage.loopback import Party
from tests.stage.virtual import World


class Talks:
    """A board, the carrier, and seats 1001… that lift as they are told."""

    def __init__(self, seats: int = 4, *, seed: int = 5, **changes: object) -> None:
        self.world = World(seed)
        self.exchange = Exchange(self.world, plan_of(seats, **changes))
        self.phones = {str(1001 + n): seat(self.world, str(1001 + n)) for n in range(seats)}
        self.customer = carrier(self.world)
        self.legs: dict[str, list[str]] = {}
        for party in (self.customer, *self.phones.values()):
            party.on(sip.Requested, lambda event, party=party: self._polite(party, event))
        self.world.run(1)

    def _polite(self, party: Party, event: sip.Requested) -> None:
        party.core.respond(event.key, 200, self.world.now)

    def lifts(self, *extensions: str, after: float = 1.0) -> None:
        """These seats answer whatever rings."""
        for extension in extensions:
            self.legs[extension] = answering(self.phones[extension], after=after)

    def rings(self, *extensions: str) -> None:
        """These seats ring and nobody lifts."""
        for extension in extensions:
            phone = self.phones[extension]
            phone.on(sip.Invited, lambda event, phone=phone: phone.core.ring(event.leg, phone.now))

    def refuses(self, extension: str, status: int = 486) -> None:
        """This seat says no."""
        phone = self.phones[extension]
        phone.on(sip.Invited, lambda event: phone.core.refuse(event.leg, status, phone.now))

    def talk(self, number: str = "000010001", extension: str = "1001") -> str:
        """A customer calls and this seat answers; returns the call."""
        self.lifts(extension)
        self.exchange.ready(extension)
        self.customer_leg = dials(self.customer, number)
        self.world.run(5)
        assert self.desk(extension) == "talking"
        self.exchange.command(commands.SetDuty(extension, commands.Duty.BREAK, "test"))
        return next(reversed(self.exchange.board.works.calls))

    def does(self, *orders: commands.Command, then: float = 2.0) -> None:
        """Carry out orders, each with a little time after it."""
        for order in orders:
            self.exchange.command(order)
            self.world.run(then)

    def desk(self, extension: str) -> str:
        return self.exchange.desk(extension)

    def hears(self, who: str, whom: str | None = None) -> set[str]:
        """What a party of the only call hears: names of ends, ``music`` or ``ringback``."""
        return {self._called(name) for name in self.exchange.sound.rows.get(self._leg(who), {})}

    def _leg(self, who: str) -> str:
        for leg in self.exchange.board.works.legs.by_name.values():
            if leg.answered and leg.extension == (None if who == "customer" else who):
                return leg.name
        raise AssertionError(f"{who} has no answered leg")

    def _called(self, name: str) -> str:
        if leg := self.exchange.board.works.legs.by_name.get(name):
            return leg.extension or "customer"
        works = self.exchange.board.works
        rooms = [room for room in works.rooms.values() if isinstance(room, Conference)]
        for owner in [*works.calls.values(), *rooms]:
            for key, source in owner.sound.loops.items():
                if source == name:
                    return key
        return "prompt"

    def taped(self, call: str) -> set[str]:
        """Whom the right channel of a call's recording holds."""
        return {self._called(name) for name in self.exchange.sound.rows[f"{call}/right"]}

    def hang_up(self, extension: str) -> None:
        self.phones[extension].hang_up(self.legs[extension][-1])
        self.world.run(1)

    def customer_hangs_up(self) -> None:
        self.customer.hang_up(self.customer_leg)
        self.world.run(1)

    def over(self) -> None:
        """Everything must end and leave nothing behind."""
        self.world.run(120)
        assert self.exchange.leftovers() == {}
        assert self.exchange.only(ev.CallEnded)
