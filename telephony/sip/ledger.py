"""The transactions of one core by name: finds what a message belongs to, once per request."""

from __future__ import annotations

import re
from functools import partial
from typing import TypeAlias

from telephony.sip.events import Flow
from telephony.sip.message import Request, Response
from telephony.sip.station import Station, branch_in
from telephony.sip.tables import Event
from telephony.sip.transaction import (
    ClientTransaction,
    ClientUser,
    InviteClient,
    InviteServer,
    PlainClient,
    PlainServer,
    ServerTransaction,
)

_BRANCH = re.compile(r"branch\s*=\s*([^\s;,]+)")
COOKIE = "z9hG4bK"
LARGEST_DATAGRAM = 1300
_MergeKey: TypeAlias = tuple[str, int, str, str]


class Ledger:
    """Every transaction that has not terminated."""

    __slots__ = ("_clients", "_merged", "_servers", "station")

    def __init__(self, station: Station) -> None:
        self.station = station
        self._clients: dict[tuple[str, str], ClientTransaction] = {}
        self._servers: dict[str, ServerTransaction] = {}
        self._merged: dict[_MergeKey, str] = {}

    def __len__(self) -> int:
        return len(self._clients) + len(self._servers)

    def branch(self) -> str:
        """Make a name for a new request of ours."""
        return COOKIE + self.station.token(9)

    @property
    def noted(self) -> int:
        """Count the requests noted to tell merged ones."""
        return len(self._merged)

    # ── clients ──────────────────────────────────────────────────────────────

    def ask(self, request: Request, flow: Flow, user: ClientUser, now: float) -> ClientTransaction:
        """Send a request of ours; its Via holds the branch."""
        branch, data = branch_in(request.headers.get("Via")), bytes(request)
        key = (branch, request.method)
        kind = InviteClient if request.method == "INVITE" else PlainClient
        wide = self._widened(request.method, len(data), flow)
        if wide is not None:
            request.carry(self.station.via(wide, branch))
            data = bytes(request)
        sent = kind(self.station, request, wide or flow, partial(self._clients.pop, key), user)
        sent.narrow = flow if wide is not None else None
        self._clients[key] = sent
        sent.start(data, now)
        return sent

    def _widened(self, method: str, size: int, flow: Flow) -> Flow | None:
        """Choose a stream for a request that is too large for a datagram (§18.1.1)."""
        large = self.station.large
        if size <= LARGEST_DATAGRAM or flow.transport != "udp" or large is None:
            return None
        return None if method == "CANCEL" else large(flow)

    def take_response(self, response: Response, now: float) -> None:
        """Hand a response to the request it answers; a stray one is dropped (§17.1.3)."""
        sent = self._clients.get((response.via.branch, response.cseq[1]))
        if sent is not None:
            sent.receive(response, now)

    def broken(self, flow: Flow, now: float) -> None:
        """Tell every request of ours that waits on this flow."""
        for sent in [one for one in self._clients.values() if one.flow == flow]:
            sent.broken(now)

    # ── servers ──────────────────────────────────────────────────────────────

    def take_request(self, request: Request, flow: Flow, now: float) -> ServerTransaction | None:
        """Begin a transaction for a new request; None for a repeat, which is dealt with here."""
        key = _server_key(request, request.method)
        known = self._servers.get(key)
        if known is not None:
            known.repeated(now)
            return None
        kind = InviteServer if request.method == "INVITE" else PlainServer
        merge = None if request.to.tag else _merge_key(request)
        came = kind(self.station, request, flow, partial(self._close, key, merge), key)
        self._servers[key] = came
        if merge is not None:
            came.merged = self._merged.setdefault(merge, key) != key
        came.start(now)
        return came

    def take_ack(self, ack: Request, now: float) -> bool:
        """Settle the ACK of a refusal; False for an ACK that belongs to a 2xx."""
        known = self._servers.get(_server_key(ack, "INVITE"))
        if known is None or known.state.name == "ACCEPTED":
            return False
        known.step(Event.ACK, now)
        return True

    def cancelled(self, cancel: Request) -> ServerTransaction | None:
        """Return the INVITE that a CANCEL is about (§9.2)."""
        return self._servers.get(_server_key(cancel, "INVITE"))

    def server(self, key: str) -> ServerTransaction | None:
        """Return the request of this key while it is open."""
        return self._servers.get(key)

    def loops(self, request: Request) -> bool:
        """Say whether the request is one of ours that came back unchanged (§16.3)."""
        for branch in _BRANCH.findall(",".join(request.headers.all("Via"))):
            sent = self._clients.get((branch, request.method))
            if sent is not None and sent.request.uri == request.uri:
                return True
        return False

    def _close(self, key: str, merge: _MergeKey | None) -> None:
        del self._servers[key]
        if merge is not None and self._merged.get(merge) == key:
            del self._merged[merge]


def _server_key(request: Request, method: str) -> str:
    via, branch = request.via, request.via.branch
    if branch.startswith(COOKIE) and branch != COOKIE:
        return f"{branch}|{via.host}|{via.port}|{method}"
    # A peer of RFC 2543: its requests are told apart by what they say (§17.2.3).
    return f"{request.call_id}|{request.cseq[0]}|{request.from_.tag}|{via.host}|{via.port}|{method}"


def _merge_key(request: Request) -> _MergeKey:
    number, method = request.cseq
    return request.call_id, number, method, request.from_.tag
