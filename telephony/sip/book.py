"""The book of what a core keeps beyond transactions: legs and subscriptions, by name and by dialog."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from telephony.errors import UnknownLeg
from telephony.sip.dialog import Dialog
from telephony.sip.headers import EventPackage, Replaces
from telephony.sip.leg import Leg
from telephony.sip.message import Request
from telephony.sip.tables import LegState
from telephony.sip.transaction import ServerTransaction


class Usage(Protocol):
    """What a dialog carries besides a call: a subscription's one side (RFC 5057)."""

    @property
    def name(self) -> str:
        """The key the room above knows it by."""
        ...

    @property
    def dialog(self) -> Dialog:
        """The dialog it lives in."""
        ...

    def wants(self, method: str, event: EventPackage) -> bool:
        """Say whether a request of this method and package is meant for it."""
        ...

    def came(self, came: ServerTransaction, now: float) -> None:
        """Take that request."""
        ...


class Book:
    """Finds the leg or the subscription that a message or a command is about."""

    __slots__ = ("_dialogs", "_usages", "legs", "usages")

    def __init__(self) -> None:
        self.legs: dict[str, Leg] = {}
        self.usages: dict[str, Usage] = {}
        self._dialogs: dict[tuple[str, str], Leg] = {}
        self._usages: dict[tuple[str, str], list[Usage]] = {}

    def counts(self) -> dict[str, int]:
        """Count what is kept."""
        return {
            "legs": len(self.legs),
            "dialogs": len(self._dialogs),
            "subscriptions": len(self.usages),
        }

    # ── legs ─────────────────────────────────────────────────────────────────

    def keep(self, leg: Leg) -> None:
        """Enter a leg."""
        self.legs[leg.id] = leg
        self._dialogs[leg.dialog.key] = leg

    def forget(self, leg: Leg) -> None:
        """Strike a leg out."""
        self.legs.pop(leg.id, None)
        self._dialogs.pop(leg.dialog.key, None)

    def leg(self, name: str) -> Leg:
        """Return the leg of this name; UnknownLeg where it has ended."""
        known = self.legs.get(name)
        if known is None:
            raise UnknownLeg(name)
        return known

    def leg_in(self, call_id: str, tag: str) -> Leg | None:
        """Return the leg whose dialog has this Call-ID and this tag of ours."""
        return self._dialogs.get((call_id, tag))

    def leg_of(self, request: Request) -> Leg | None:
        """Return the leg whose dialog a request belongs to (RFC 3261 §12.2.2)."""
        leg = self._dialogs.get((request.call_id, request.to.tag))
        return leg if leg is not None and leg.knows(request.from_.tag) else None

    def replaced(self, by: Replaces) -> tuple[Leg | None, int]:
        """Return the leg to be replaced, or the status that says why not (RFC 3891 §3)."""
        leg = self._dialogs.get((by.call_id, by.to_tag))
        if leg is None or leg.told or not leg.knows(by.from_tag) or not leg.dialog.remote_tag:
            return None, 481
        early = leg.state in (LegState.CALLING, LegState.RINGING, LegState.OFFERED)
        if early:
            return (leg, 0) if leg.outgoing else (None, 481)
        return (None, 486) if by.early_only else (leg, 0)

    # ── subscriptions ────────────────────────────────────────────────────────

    def watch(self, usage: Usage) -> Callable[[], None]:
        """Enter a subscription; call what is returned to strike it out."""
        self.usages[usage.name] = usage
        beside = self._usages.setdefault(usage.dialog.key, [])
        beside.append(usage)

        def strike() -> None:
            if self.usages.pop(usage.name, None) is not None:
                beside.remove(usage)
                if not beside:
                    self._usages.pop(usage.dialog.key, None)

        return strike

    def usage_of(self, request: Request) -> Usage | None:
        """Return the subscription a SUBSCRIBE or NOTIFY belongs to (RFC 6665 §4.4.1)."""
        event = request.event
        for usage in self._usages.get((request.call_id, request.to.tag), ()):
            if usage.dialog.remote_tag in ("", request.from_.tag) and usage.wants(
                request.method, event
            ):
                return usage
        return None

    def refer_event(self, request: Request) -> EventPackage:
        """Name the subscription that a REFER begins: by number where it is not the only one."""
        beside = self._usages.get((request.call_id, request.to.tag), ())
        taken = any(one.wants("SUBSCRIBE", EventPackage("refer")) for one in beside)
        return EventPackage("refer", str(request.cseq[0]) if taken else "")

    def dialog_of(self, request: Request) -> Dialog | None:
        """Return the dialog a request belongs to, whatever uses it."""
        leg = self.leg_of(request)
        if leg is not None:
            return leg.dialog
        beside = self._usages.get((request.call_id, request.to.tag), ())
        return next((one.dialog for one in beside), None)
