"""Watching and being watched: the two sides of a subscription (RFC 6665), each within its dialog."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from telephony.sip import headers as grammar
from telephony.sip.auth import Answerer
from telephony.sip.dialog import Dialog
from telephony.sip.events import Notified, Unsubscribed, WatchEnded
from telephony.sip.headers import EventPackage
from telephony.sip.ledger import Ledger
from telephony.sip.leg import renewed
from telephony.sip.message import Lines, Request, Response
from telephony.sip.transaction import ClientTransaction, ServerTransaction

Body: TypeAlias = "bytes | Callable[[int], bytes]"
"""What a NOTIFY says; a function is given the number of the NOTIFY, from 0 on."""


class Notifier:
    """The side that is watched: one NOTIFY at a time, the newest state last."""

    __slots__ = (
        "_asked", "_count", "_deadline", "_next", "_said", "answerer", "dialog", "event", "finished",
        "ledger", "name", "station", "strike", "tells",
    )  # fmt: skip

    def __init__(
        self, name: str, ledger: Ledger, dialog: Dialog, event: EventPackage, *, tells: bool = True
    ) -> None:
        self.name = name
        self.ledger = ledger
        self.station = ledger.station
        self.dialog = dialog
        self.event = event
        self.tells = tells
        """Its end is told as Unsubscribed."""
        self.answerer: Answerer | None = None
        self.finished = False
        self.strike: Callable[[], None] = _nothing
        self._deadline = 0.0
        self._count = 0
        self._said: tuple[Body, str] = (b"", "")
        self._next: str | None = None
        self._asked: ClientTransaction | None = None

    def wants(self, method: str, event: EventPackage) -> bool:
        """SUBSCRIBE refreshes or ends it."""
        return method == "SUBSCRIBE" and event == self.event

    def start(self, body: Body, content_type: str, expires: int, now: float) -> None:
        """Tell the first state; a fetch (0 seconds) is told and is over (§4.4.3)."""
        self._said = (body, content_type)
        if expires:
            self.lasts(expires, now)
            self._say("", now)
        else:
            self.finish("timeout", now)

    def lasts(self, expires: int, now: float) -> None:
        """Run for so many seconds from now."""
        self._deadline = now + expires
        self.station.alarms.set((self, "EXPIRED"), self._deadline)

    def came(self, came: ServerTransaction, now: float) -> None:
        """Take a refresh, or the end (§4.2.1); what was said last is said again."""
        expires = seconds_of(came.request, self.station.timings.longest_subscription)
        if 0 < expires < self.station.timings.shortest_subscription:
            came.reply(too_brief(came, self.station.timings.shortest_subscription), now)
            return
        response = came.response(200)
        response.headers.add("Expires", str(expires))
        response.headers.add("Contact", self.dialog.contact)
        came.reply(response, now)
        self.dialog.retarget(came.request)
        if expires:
            self.lasts(expires, now)
            self._say("", now)
        else:
            self.finish("timeout", now)

    def notify(self, body: Body, content_type: str, now: float) -> None:
        """Tell a new state."""
        if not self.finished:
            self._said = (body, content_type)
            self._say("", now)

    def close(self, body: Body, content_type: str, reason: str, now: float) -> None:
        """Tell the last state."""
        if not self.finished:
            self._said = (body, content_type)
            self.finish(reason, now)

    def finish(self, reason: str, now: float) -> None:
        """Say the last NOTIFY."""
        if not self.finished:
            self.finished = True
            self.station.alarms.cancel((self, "EXPIRED"))
            self._say(f"terminated;reason={reason}", now)

    def ring(self, name: str, now: float) -> None:
        """Take an alarm: nobody refreshed."""
        self.finish("timeout", now)

    def responded(self, sent: ClientTransaction, response: Response, now: float) -> None:
        """Take the answer to a NOTIFY; one that is refused ends the subscription (§4.2.2)."""
        if response.status < 200:
            return
        if response.status in (401, 407) and self.answerer and self.answerer.learn(response):
            self.dialog.local_seq += 1
            via = self.station.via(sent.flow, self.ledger.branch())
            again = renewed(sent.request, via, self.dialog.local_seq)
            self.answerer.sign(again)
            self._asked = self.ledger.ask(again, sent.flow, self, now)
            return
        self._asked = None
        if response.status >= 300 and response.status not in (480, 491, 500, 503):
            self._over(f"NOTIFY was refused with {response.status}")
        else:
            self._go_on(now)

    def unanswered(self, sent: ClientTransaction, status: int, now: float) -> None:
        """Learn that the watcher is not there any more."""
        self._asked = None
        self._over("NOTIFY stayed without answer")

    def _say(self, state: str, now: float) -> None:
        self._next = state
        if self._asked is None:
            self._go_on(now)

    def _go_on(self, now: float) -> None:
        state, self._next = self._next, None
        if state is None:
            if self.finished:
                self._over("ended")
            return
        via = self.station.via(self.dialog.flow, self.ledger.branch())
        request = self.dialog.request("NOTIFY", via)
        left = max(0, round(self._deadline - now))
        request.headers.add("Event", str(self.event))
        request.headers.add("Subscription-State", state or f"active;expires={left}")
        request.headers.add("User-Agent", self.station.user_agent)
        body, content_type = self._said
        if content_type:
            request.headers.add("Content-Type", content_type)
            request.body = body if isinstance(body, bytes) else body(self._count)
        self._count += 1
        if self.answerer:
            self.answerer.sign(request)
        self._asked = self.ledger.ask(request, self.dialog.flow, self, now)

    def _over(self, why: str) -> None:
        self.finished = True
        self._next = None
        self.station.alarms.cancel((self, "EXPIRED"))
        self.strike()
        if self.tells:
            self.tells = False
            self.station.emit(Unsubscribed(self.name, why))


class Watch:
    """The side that watches: SUBSCRIBE, kept fresh; each NOTIFY answered and told (§4.1)."""

    __slots__ = (
        "_asked", "_expires", "_heard", "_lines", "answerer", "dialog", "event", "ledger", "name",
        "station", "strike", "wanted",
    )  # fmt: skip

    def __init__(
        self,
        name: str,
        ledger: Ledger,
        dialog: Dialog,
        event: EventPackage,
        expires: int,
        lines: Lines,
    ) -> None:
        self.name = name
        self.ledger = ledger
        self.station = ledger.station
        self.dialog = dialog
        self.event = event
        self.answerer: Answerer | None = None
        self.strike: Callable[[], None] = _nothing
        self.wanted = True
        self._expires = expires
        self._heard = False
        self._lines = list(lines)
        self._asked: ClientTransaction | None = None

    def wants(self, method: str, event: EventPackage) -> bool:
        """NOTIFY brings what it waits for."""
        return method == "NOTIFY" and event == self.event

    def subscribe(self, now: float, expires: int | None = None) -> None:
        """Ask, or ask again."""
        via = self.station.via(self.dialog.flow, self.ledger.branch())
        request = self.dialog.request("SUBSCRIBE", via)
        request.headers.add("Event", str(self.event))
        request.headers.add("Expires", str(self._expires if expires is None else expires))
        request.headers.add("User-Agent", self.station.user_agent)
        request.headers.extend(self._lines)
        if self.answerer:
            self.answerer.sign(request)
        self._asked = self.ledger.ask(request, self.dialog.flow, self, now)

    def stop(self, now: float) -> None:
        """Ask for the end; the last NOTIFY is waited for."""
        if self.wanted:
            self.wanted = False
            self.station.alarms.cancel((self, "REFRESH"))
            self.station.alarms.set((self, "GONE"), now + self.station.timings.patience)
            if self._asked is None:
                self.subscribe(now, 0)

    def came(self, came: ServerTransaction, now: float) -> None:
        """Take a NOTIFY."""
        request = came.request
        came.reply(came.response(200), now)
        if not self.dialog.remote_tag:
            self.dialog.remote = request.from_
            self.dialog.routes = tuple(request.headers.all("Record-Route"))
        self.dialog.retarget(request)
        state, given = state_of(request)
        self._heard = True
        if self.wanted:
            self.station.alarms.cancel((self, "GONE"))
        if self.wanted or state != "terminated":
            kind = request.headers.get("Content-Type")
            told = Notified(self.name, state, given.get("reason", ""), request.body, kind, request)
            self.station.emit(told)
        if state == "terminated":
            self._over(given.get("reason", "") or "the far end ended it", 0)

    def ring(self, name: str, now: float) -> None:
        """Take an alarm."""
        if name == "REFRESH" and self._asked is None:
            self.subscribe(now)
        elif name == "GONE":
            self._over("no NOTIFY came", 408)

    def responded(self, sent: ClientTransaction, response: Response, now: float) -> None:
        """Take the answer to a SUBSCRIBE."""
        if response.status < 200:
            return
        if response.status in (401, 407) and self.answerer and self.answerer.learn(response):
            self._again(sent, now)
            return
        self._asked = None
        if response.status == 423 and (least := _number(response, "Min-Expires")) > self._expires:
            self._expires = least
            self.subscribe(now)
        elif response.status >= 300:
            self._over(response.reason, response.status)
        else:
            self._accepted(response, now)

    def unanswered(self, sent: ClientTransaction, status: int, now: float) -> None:
        """Learn that nobody answered the SUBSCRIBE."""
        self._asked = None
        self._over("SUBSCRIBE stayed without answer", status)

    def _accepted(self, response: Response, now: float) -> None:
        if self.answerer:
            self.answerer.settled()
        if not self.dialog.remote_tag:
            self.dialog.confirm(response)
        if not self.wanted:
            if response.cseq[0] == self.dialog.local_seq and _number(response, "Expires"):
                self.subscribe(now, 0)
            return
        seconds = _number(response, "Expires") or self._expires
        # Early enough that a refresh repeated to its end is still in time.
        self.station.alarms.set((self, "REFRESH"), now + max(seconds * 0.5, seconds - 40))
        if not self._heard:
            self.station.alarms.set((self, "GONE"), now + self.station.timings.patience)
        else:
            self.station.alarms.cancel((self, "GONE"))

    def _again(self, sent: ClientTransaction, now: float) -> None:
        assert self.answerer is not None
        self.dialog.local_seq += 1
        via = self.station.via(sent.flow, self.ledger.branch())
        again = renewed(sent.request, via, self.dialog.local_seq)
        self.answerer.sign(again)
        self._asked = self.ledger.ask(again, sent.flow, self, now)

    def _over(self, why: str, status: int) -> None:
        for name in ("REFRESH", "GONE"):
            self.station.alarms.cancel((self, name))
        self.strike()
        if self.name:
            told, self.name = self.name, ""
            self.station.emit(WatchEnded(told, why, status))


def state_of(request: Request) -> tuple[str, dict[str, str]]:
    """Read Subscription-State; without one the subscription is over (§4.1.3)."""
    state, semicolon, rest = request.headers.get("Subscription-State").partition(";")
    return state.strip().lower() or "terminated", dict(grammar.params(semicolon + rest))


def seconds_of(request: Request, most: int) -> int:
    """Read for how long a SUBSCRIBE asks; an hour where it does not say."""
    text = request.headers.get("Expires").strip()
    return min(int(text[:9]), most) if text.isascii() and text.isdigit() else min(3600, most)


def too_brief(came: ServerTransaction, least: int) -> Response:
    """Refuse a subscription that would not last (§4.2.1.1)."""
    response = came.response(423)
    response.headers.add("Min-Expires", str(least))
    return response


def _number(response: Response, name: str) -> int:
    text = response.headers.get(name).strip()
    return int(text[:9]) if text.isascii() and text.isdigit() else 0


def _nothing() -> None:
    """Do nothing: it was never entered."""
