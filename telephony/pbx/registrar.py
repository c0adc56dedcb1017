"""Where each extension's telephones are: bindings with an expiry, as RFC 3261 §10.3 orders them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import Final

from telephony.errors import BadMessage
from telephony.sip import headers as grammar
from telephony.sip import uri as uris
from telephony.sip.events import Flow
from telephony.sip.message import Request
from telephony.sip.uri import Uri

SHORTEST: Final = 30
LONGEST: Final = 3600
USUAL: Final = 600
MOST_CONTACTS: Final = 5
MOST_NAMES: Final = 64


@dataclass(frozen=True, slots=True)
class Binding:
    """One telephone of an extension."""

    contact: str
    """The address as the telephone wrote it; what is sent to it goes back over ``flow``."""
    flow: Flow
    expires_at: float
    call_id: str
    cseq: int


@dataclass(frozen=True, slots=True)
class Verdict:
    """What to answer, and whether the extension came or went by it."""

    status: int
    headers: tuple[tuple[str, str], ...] = ()
    changed: bool = False


def _way_to(contact: Uri, flow: Flow) -> Flow:
    """Find the way to a contact: as it says where it can be believed, else as its REGISTER came.

    A contact with the host that the REGISTER came from is believed; any other is behind NAT.
    """
    if flow.reliable or contact.host != flow.remote[0]:
        return flow
    return replace(flow, remote=(contact.host, contact.port or 5060))


@dataclass(slots=True)
class Registrar:
    """All bindings by extension."""

    bindings: dict[str, list[Binding]] = field(default_factory=dict)
    names: dict[str, None] = field(default_factory=dict)
    """What the telephones call this server, the newest last."""

    def of(self, extension: str) -> list[Binding]:
        """List an extension's telephones, the one that registered last first."""
        return self.bindings.get(extension, [])

    def register(self, extension: str, request: Request, flow: Flow, now: float) -> Verdict:
        """Carry out a REGISTER of somebody whose name is proved."""
        contacts = request.headers.all("Contact")
        before = bool(self.of(extension))
        sequence = request.cseq[0]
        if any(b.call_id == request.call_id and b.cseq > sequence for b in self.of(extension)):
            return Verdict(500)
        try:
            wanted = [(text, self._expiry(text, request)) for text in contacts]
        except BadMessage:
            return Verdict(400)
        if any(0 < expires < SHORTEST for _, expires in wanted):
            return Verdict(423, (("Min-Expires", str(SHORTEST)),))
        for text, expires in wanted:
            if text == "*":
                if expires or len(wanted) > 1:
                    return Verdict(400)
                self.bindings.pop(extension, None)
                continue
            self._bind(extension, text, min(expires, LONGEST), request, flow, now)
        self._learn(request)
        return Verdict(200, self._listed(extension, now), before != bool(self.of(extension)))

    def _learn(self, request: Request) -> None:
        """Note by which names the telephone asked for us; the oldest are forgotten."""
        for name in (uris.parse(request.uri).host.lower(), request.to.uri.host.lower()):
            self.names.pop(name, None)
            self.names[name] = None
        while len(self.names) > MOST_NAMES:
            del self.names[next(iter(self.names))]

    def _expiry(self, text: str, request: Request) -> int:
        said = request.headers.get("Expires", str(USUAL))
        if text != "*":
            said = grammar.name_addr(text).param("expires") or said
        return int(said[:9]) if said.isascii() and said.isdigit() else USUAL

    def _bind(
        self, extension: str, text: str, expires: int, request: Request, flow: Flow, now: float
    ) -> None:
        uri = grammar.name_addr(text).uri
        contact, flow = str(uri), _way_to(uri, flow)
        others = [b for b in self.of(extension) if b.contact != contact and b.flow != flow]
        if expires:
            binding = Binding(contact, flow, now + expires, request.call_id, request.cseq[0])
            others = [binding, *others][:MOST_CONTACTS]
        self._keep(extension, others)

    def _listed(self, extension: str, now: float) -> tuple[tuple[str, str], ...]:
        return tuple(
            ("Contact", f"<{binding.contact}>;expires={max(1, round(binding.expires_at - now))}")
            for binding in self.of(extension)
        )

    def _keep(self, extension: str, bindings: Iterable[Binding]) -> None:
        kept = list(bindings)
        if kept:
            self.bindings[extension] = kept
        else:
            self.bindings.pop(extension, None)

    def expire(self, now: float) -> list[str]:
        """Forget what has run out; returns the extensions that are gone by it."""
        return self._drop(lambda binding: binding.expires_at <= now)

    def broken(self, flow: Flow) -> list[str]:
        """Forget what was reached over a stream that broke."""
        return self._drop(lambda binding: binding.flow == flow)

    def _drop(self, dead: Callable[[Binding], bool]) -> list[str]:
        gone = []
        for extension, bindings in list(self.bindings.items()):
            alive = [binding for binding in bindings if not dead(binding)]
            if len(alive) != len(bindings):
                self._keep(extension, alive)
                if not alive:
                    gone.append(extension)
        return gone

    def next_expiry(self) -> float | None:
        """Say when the first binding runs out."""
        every = [b.expires_at for bindings in self.bindings.values() for b in bindings]
        return min(every, default=None)
