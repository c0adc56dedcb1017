"""The SIP user agent core without sockets, clocks or dice (RFC 3261 §8, §9, §12-15).

After each call of ``receive``, ``broken``, ``tick`` or a command, send what ``outbox`` returns, act
on what ``events`` returns, and call ``tick`` no later than ``next_timer`` says.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from telephony.errors import BadMessage, WrongMoment
from telephony.sip import headers as grammar
from telephony.sip import message as messages
from telephony.sip import rules
from telephony.sip import uri as uris
from telephony.sip.auth import Answerer, Credentials
from telephony.sip.correspondence import Correspondence
from telephony.sip.dialog import Dialog
from telephony.sip.events import Address, Flow, SipEvent
from telephony.sip.headers import NameAddr, Replaces
from telephony.sip.incoming import IncomingLeg
from telephony.sip.message import Lines, Request, Response
from telephony.sip.outgoing import OutgoingLeg
from telephony.sip.reception import Reception
from telephony.sip.referral import FRAGMENT, Referral, fragment
from telephony.sip.station import Station, Timings
from telephony.sip.subscription import Notifier
from telephony.sip.tables import LegState
from telephony.sip.uri import Uri

METHODS = (
    "INVITE", "ACK", "CANCEL", "BYE", "OPTIONS", "MESSAGE", "INFO", "PRACK", "UPDATE", "NOTIFY",
)  # fmt: skip
"""What every core takes."""
EXTENSIONS = ("100rel", "timer")
"""What every core knows; "replaces" is for those whose room above acts on Invited.replaces."""
SWITCHBOARD = (*METHODS, "REFER", "SUBSCRIBE")
"""What a core takes whose room above acts on Referred and Subscribed too."""
LARGEST_MESSAGE = 32_768
LARGEST_BODY = 16_384


class SipCore(Correspondence):
    """Calls and requests over flows; every time is an argument."""

    def __init__(
        self,
        *,
        entropy: Callable[[int], bytes],
        user_agent: str,
        methods: Iterable[str] = METHODS,
        supported: Iterable[str] = EXTENSIONS,
        packages: Iterable[str] = (),
        relays: bool = False,
        timings: Timings | None = None,
        advertise: Callable[[Flow], Address] | None = None,
        large: Callable[[Flow], Flow | None] | None = None,
    ) -> None:
        super().__init__(
            Station(
                entropy=entropy,
                user_agent=user_agent,
                methods=tuple(methods),
                supported=tuple(supported),
                packages=tuple(packages),
                relays=relays,
                timings=timings or Timings(),
                advertise=advertise,
                large=large,
            )
        )
        self._reception = Reception(self._station, self._ledger, self._book)

    # ── the five verbs of the skin ───────────────────────────────────────────

    def receive(self, flow: Flow, data: bytes, now: float) -> None:
        """Take one message of the network; whatever it holds, nothing is raised."""
        if not data.strip(b"\r\n\0 ") or data[0] < 4:
            return  # A keep-alive (RFC 5626), or STUN.
        try:
            message = messages.parse(data)
        except BadMessage:
            return
        try:
            rules.check(message, len(data), LARGEST_MESSAGE, LARGEST_BODY)
            if isinstance(message, Response):
                self._ledger.take_response(message, now)
            else:
                self._reception.take(message, flow, now)
        except BadMessage as bad:
            if isinstance(message, Request):
                self._reception.complain(message, flow, bad)

    def broken(self, flow: Flow, why: str, now: float) -> None:
        """Learn that nothing gets through a flow; requests waiting on it fail with 503."""
        self._ledger.broken(flow, now)

    def tick(self, now: float) -> None:
        """Do what is due."""
        while (due := self._station.alarms.ring(now)) is not None:
            due[0].ring(due[1], now)

    def next_timer(self) -> float | None:
        """Return when ``tick`` is wanted next."""
        return self._station.alarms.next()

    def events(self) -> list[SipEvent]:
        """Return and forget what happened."""
        happened, self._station.happened = self._station.happened, []
        return happened

    def outbox(self) -> list[tuple[Flow, bytes]]:
        """Return and forget what is to be sent."""
        outgoing, self._station.outgoing = self._station.outgoing, []
        return outgoing

    # ── what is left ─────────────────────────────────────────────────────────
    def counts(self) -> dict[str, int]:
        """Count what is kept."""
        return {
            **self._book.counts(),
            "transactions": len(self._ledger),
            "noted": self._ledger.noted,
            "timers": len(self._station.alarms),
        }

    @property
    def legs(self) -> tuple[str, ...]:
        """The names of the legs that have not ended."""
        return tuple(self._book.legs)

    @property
    def subscriptions(self) -> tuple[str, ...]:
        """The names of those who watch, and of what we watch."""
        return tuple(self._book.usages)

    def state(self, leg: str) -> LegState:
        """Say where a leg stands; OVER once it has ended."""
        known = self._book.legs.get(leg)
        return LegState.OVER if known is None else known.state

    @property
    def idle(self) -> bool:
        """Nothing is kept."""
        return not any(self.counts().values())

    # ── calls ────────────────────────────────────────────────────────────────

    def invite(
        self,
        *,
        to: Uri | str,
        from_: NameAddr | str,
        flow: Flow,
        contact: str,
        sdp: bytes | None,
        headers: Lines = (),
        credentials: Credentials | None = None,
        patience: float | None = None,
        progress: float | None = None,
        routes: Iterable[str] = (),
        hops: int = 70,
        now: float,
    ) -> str:
        """Call somebody; ``contact`` is a user or an address. No sign of life in ``patience``: 408.

        So it is where nothing but 100 came in ``progress``: trying is no telephone that rings.
        ``routes`` are proxies to pass (``<sip:host;lr>``), the first of which ``flow`` leads to;
        ``hops`` is Max-Forwards: one less than that of the call this one goes on from.
        """
        target, lines = to if isinstance(to, Uri) else uris.parse(to), messages.allowed(headers)
        caller = grammar.name_addr(from_) if isinstance(from_, str) else from_
        name, tag = self._station.token(), self._station.token()
        dialog = Dialog(
            call_id=f"{self._station.token()}@{flow.local[0]}",
            local=caller.tagged(tag),
            remote=NameAddr(target.bare() if target.scheme != "tel" else target),
            target=str(target),
            contact=self._contact(contact, flow),
            flow=flow,
            routes=tuple(routes),
        )
        leg = OutgoingLeg(name, self._ledger, dialog, self._book.forget)
        if credentials is not None:
            leg.answerer = Answerer(credentials, self._station.entropy)
        self._book.keep(leg)
        leg.invite(sdp, lines, now, patience, hops, progress)
        return name

    def ring(
        self,
        leg: str,
        now: float,
        *,
        status: int = 180,
        sdp: bytes | None = None,
        headers: Lines = (),
    ) -> None:
        """Tell the caller that it rings (180), or let him hear something (183)."""
        self._incoming(leg, "ring").ringing(status, sdp, headers, now)

    def answer(self, leg: str, sdp: bytes | None, now: float, headers: Lines = ()) -> None:
        """Answer an incoming leg; Confirmed follows. None where the early 18x said it all."""
        self._incoming(leg, "answer").answer(sdp, headers, now)

    def refuse(
        self, leg: str, status: int, now: float, reason: str = "", headers: Lines = ()
    ) -> None:
        """Refuse an incoming leg; Ended follows."""
        self._incoming(leg, "refuse").refuse(status, reason, headers, now)

    def hang_up(self, leg: str, now: float, headers: Lines = ()) -> None:
        """End a leg by CANCEL, refusal or BYE, whichever fits; again is nothing."""
        known = self._book.legs.get(leg)
        if known is not None:
            known.hang_up(now, messages.allowed(headers))

    def offer(self, leg: str, sdp: bytes | None, now: float, *, update: bool = False) -> None:
        """Offer anew by re-INVITE or UPDATE; OfferAnswered or OfferRefused follows.

        Before the answer it is an UPDATE always. None asks the far end for its offer: Reoffered.
        """
        self._book.leg(leg).offer(sdp, now, update=update)

    def accept_offer(self, leg: str, sdp: bytes, now: float) -> None:
        """Answer the offer of Reoffered; of Answered or Progressed where our INVITE had none."""
        self._book.leg(leg).accept_offer(sdp, now)

    def refuse_offer(self, leg: str, status: int, now: float) -> None:
        """Refuse what Reoffered told."""
        self._book.leg(leg).refuse_offer(status, now)

    def send(
        self,
        leg: str,
        method: str,
        body: bytes,
        content_type: str,
        now: float,
        headers: Lines = (),
    ) -> str:
        """Send MESSAGE or INFO within a call; Responded follows under the key returned."""
        return self._book.leg(leg).send(method, body, content_type, now, headers)

    # ── referring ────────────────────────────────────────────────────────────

    def refer(
        self,
        leg: str,
        target: Uri | str | None,
        now: float,
        *,
        replaces: str | None = None,
        referred_by: str = "",
        headers: Lines = (),
    ) -> str:
        """Ask the far end to call ``target``; ReferProgressed follows under the key returned.

        ``replaces`` is another leg of ours, whose far end the new call is to reach in place of us;
        ``target`` may then be None.
        """
        asked = self._book.leg(leg)
        taken = self._book.leg(replaces).dialog if replaces is not None else None
        uri = str(target) if target is not None else taken.target if taken is not None else ""
        if taken is not None:
            uri += f"?{taken.replaces().escaped()}"
        key = self._station.token()
        asked.may("refer")
        referral = Referral(key, self._ledger, leg, asked.dialog)
        referral.answerer = asked.answerer
        referral.strike = self._book.watch(referral)
        own = f"<{asked.dialog.local.uri}>"
        referral.ask(str(uris.parse(uri)), referred_by or own, messages.allowed(headers), now)
        return key

    def accept_refer(self, key: str, now: float) -> None:
        """Take on what Referred asks (202) and say that it is under way (100)."""
        came = self._ledger.server(key)
        if came is None or not came.open:
            raise WrongMoment("be accepted", "answered already")
        dialog = self._book.dialog_of(came.request)
        if dialog is None:
            raise WrongMoment("be accepted", "over")
        quiet = came.request.headers.get("Refer-Sub").strip().lower() == "false"
        response = came.response(202)
        response.headers.add("Contact", dialog.contact)
        if quiet:
            response.headers.add("Refer-Sub", "false")
        came.reply(response, now)
        if not quiet:
            event = self._book.refer_event(came.request)
            watcher = Notifier(key, self._ledger, dialog, event, tells=False)
            watcher.strike = self._book.watch(watcher)
            watcher.start(fragment(100), FRAGMENT, int(self._station.timings.ring_limit), now)

    def refer_progress(self, key: str, status: int, now: float, reason: str = "") -> None:
        """Say how the call goes; a final status is the last word. Too late is nothing."""
        watcher = self._book.usages.get(key)
        if isinstance(watcher, Notifier) and not watcher.finished:
            said = fragment(status, reason)
            if status < 200:
                watcher.notify(said, FRAGMENT, now)
            else:
                watcher.close(said, FRAGMENT, "noresource", now)

    def replaces(self, leg: str) -> Replaces:
        """Name a leg as its far end knows it: for the Replaces header of somebody's INVITE."""
        return self._book.leg(leg).dialog.replaces()

    # ── the parts ────────────────────────────────────────────────────────────

    def _incoming(self, leg: str, what: str) -> IncomingLeg:
        known = self._book.leg(leg)
        if not isinstance(known, IncomingLeg):
            raise WrongMoment(what, "outgoing")
        return known
