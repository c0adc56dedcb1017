"""A proxy that record-routes: the stand-in between two telephones (RFC 3261 §16, stateless)."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

from telephony.sip import headers as grammar
from telephony.sip import message as messages
from telephony.sip import uri as uris
from telephony.sip.auth import Challenger
from telephony.sip.events import Address, Flow
from telephony.sip.message import Headers, Request, Response, reason_of
from tests.stage.virtual import World


class Proxy:
    """Sends requests on along the route, or to where ``knows`` says; responses back along the Vias."""

    def __init__(
        self,
        world: World,
        host: str,
        name: str,
        *,
        knows: dict[str, Address] | None = None,
        challenger: Challenger | None = None,
        dead: bool = False,
        patience: float | None = None,
        rewrites: Callable[[Request | Response], None] | None = None,
        redirects: dict[str, str] | None = None,
    ) -> None:
        self.world = world
        self.address: Address = (host, 5060)
        self.name = name
        self.knows = knows or {}
        self.challenger = challenger
        self.dead = dead
        self.patience = patience
        self.rewrites = rewrites
        self.redirects = redirects or {}
        self._out: list[tuple[Flow, bytes]] = []
        self._settled: set[str] = set()
        self._waiting: dict[str, tuple[float, Flow, Request]] = {}
        world.add(self.address, self, lambda: None)

    # ── an engine of the world ───────────────────────────────────────────────

    def receive(self, flow: Flow, data: bytes, now: float) -> None:
        if self.dead:
            return
        message = messages.parse(data)
        if isinstance(message, Response):
            self._back(message)
        elif message.method == "ACK" and message.via.branch in self._settled:
            return
        else:
            self._on(message, flow, now)

    def tick(self, now: float) -> None:
        for key, (at, flow, request) in list(self._waiting.items()):
            if at <= now:
                del self._waiting[key]
                self._say(request, flow, 480)

    def next_timer(self) -> float | None:
        return min((at for at, _, _ in self._waiting.values()), default=None)

    def outbox(self) -> list[tuple[Flow, bytes]]:
        out, self._out = self._out, []
        return out

    # ── requests ─────────────────────────────────────────────────────────────

    def _on(self, request: Request, flow: Flow, now: float) -> None:
        seen = request.via.seen_from(*flow.remote)
        request.headers.set("Via", str(seen), *request.headers.all("Via")[1:])
        first = request.method == "INVITE" and not request.to.tag
        if first and self.challenger is not None:
            judged = self.challenger.judge(request, now)
            if not judged.passed:
                self._say(request, flow, 407, self.challenger.challenge(now))
                return
        user = uris.parse(request.uri).user
        if first and user in self.redirects:
            self._say(request, flow, 302, [("Contact", self.redirects[user])])
            return
        if first and self.patience is not None and seen.branch not in self._waiting:
            self._say(request, flow, 100)
            self._waiting[seen.branch] = now + self.patience, flow, request
        self._forward(request)

    def _forward(self, request: Request) -> None:
        headers = request.headers
        routes = headers.all("Route")
        if routes and grammar.name_addr(routes[0]).uri.host == self.address[0]:
            routes = routes[1:]
            headers.set("Route", *routes) if routes else headers.drop("Route")
        headers.set("Max-Forwards", str(int(headers.get("Max-Forwards", "70")) - 1))
        if request.method == "INVITE":
            recorded = headers.all("Record-Route")
            headers.set("Record-Route", f"<sip:{self.address[0]};lr>", *recorded)
        if self.rewrites is not None:
            self.rewrites(request)
        target = grammar.name_addr(routes[0]).uri if routes else uris.parse(request.uri)
        to = self.knows.get(target.user) or self.knows.get(target.host)
        # The branch is the same for INVITE, its CANCEL and the ACK of its refusal (§16.11).
        branch = hashlib.sha256(request.via.branch.encode()).hexdigest()[:12]
        own = f"SIP/2.0/UDP {self.address[0]}:5060;branch=z9hG4bK{self.name}{branch}"
        headers.set("Via", own, *headers.all("Via"))
        self._send(to or (target.host, target.port or 5060), bytes(request))

    def _say(
        self,
        request: Request,
        flow: Flow,
        status: int,
        lines: list[tuple[str, str]] | None = None,
    ) -> None:
        """Answer in one's own name."""
        fields = Headers()
        fields.set("Via", *request.headers.all("Via"))
        for name in ("From", "To", "Call-ID", "CSeq"):
            fields.add(name, request.headers.get(name))
        if status > 100:
            fields.set("To", f"{request.headers.get('To')};tag={self.name}")
            self._settled.add(request.via.branch)
        for name, value in lines or []:
            fields.add(name, value)
        self._out.append((flow, bytes(Response(status, reason_of(status), fields))))

    # ── responses ────────────────────────────────────────────────────────────

    def _back(self, response: Response) -> None:
        _, *vias = response.headers.all("Via")
        response.headers.set("Via", *vias)
        top = grammar.via(vias[0])
        if response.status > 100 and top.branch in self._waiting:
            if self._waiting[top.branch][0] <= self.world.now:
                return
            del self._waiting[top.branch]
        if self.rewrites is not None:
            self.rewrites(response)
        port = int(top.param("rport") or top.port or 5060)
        self._send((top.param("received") or top.host, port), bytes(response))

    def _send(self, to: Address, data: bytes) -> None:
        self._out.append((Flow("loop", self.address, to), data))
