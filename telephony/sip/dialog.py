"""A dialog: who talks with whom, by which way, and which request comes next (RFC 3261 §12)."""

from __future__ import annotations

from dataclasses import dataclass, replace

from telephony.sip import headers as grammar
from telephony.sip import uri as uris
from telephony.sip.events import Flow
from telephony.sip.headers import NameAddr, Replaces
from telephony.sip.hosts import host
from telephony.sip.message import Headers, Request, Response
from telephony.sip.uri import Uri


def way_to(target: Uri, flow: Flow) -> Flow:
    """Turn a UDP flow towards an address; names are looked up by the skin, so they stay put.

    A private Contact from a public source sits behind NAT: the flow it came by is the way back.
    """
    known = host(target.host)
    if flow.reliable or not known.literal:
        return flow
    remote = (target.host, target.port or 5060)
    if remote == flow.remote or (known.private and not host(flow.remote[0]).private):
        return flow
    tcp = flow.transport == "udp" and (target.param("transport") or "").lower() == "tcp"
    return replace(flow, remote=remote, transport="tcp" if tcp else flow.transport)


@dataclass(slots=True)
class Dialog:
    """One dialog; ``remote_tag`` is "" until the far end chose it."""

    call_id: str
    local: NameAddr
    remote: NameAddr
    target: str
    contact: str
    flow: Flow
    local_seq: int = 0
    remote_seq: int | None = None
    routes: tuple[str, ...] = ()
    behind: str = ""
    """An address of theirs that only the flow reaches: a NAT lies between."""

    @property
    def key(self) -> tuple[str, str]:
        """What a request that comes within it names: the Call-ID and our tag."""
        return self.call_id, self.local.tag

    @property
    def remote_tag(self) -> str:
        """The far end's half of the name."""
        return self.remote.tag

    def replaces(self) -> Replaces:
        """Name this dialog as its far end knows it (RFC 3891 §3)."""
        return Replaces(self.call_id, self.remote_tag, self.local.tag)

    def confirm(self, response: Response) -> None:
        """Take the far end's tag, target and the way to it from a response to our INVITE."""
        self.remote = response.to
        asked = uris.parse(self.target).host
        if not self.behind and asked != self.flow.remote[0] and host(asked).literal:
            self.behind = asked
        self.routes = tuple(reversed(response.headers.all("Record-Route")))
        self.retarget(response)

    def retarget(self, message: Request | Response) -> None:
        """Take a new remote target from a Contact (§12.2)."""
        contact = message.contact
        if contact is not None:
            self.target = str(contact.uri)
        first = grammar.name_addr(self.routes[0]).uri if self.routes else uris.parse(self.target)
        if first.host != self.behind:
            self.flow = way_to(first, self.flow)

    def fresh(self, request: Request) -> bool:
        """Note a request's sequence number; False if it is older than one seen (§12.2.2)."""
        number = request.cseq[0]
        if self.remote_seq is not None and number <= self.remote_seq:
            return False
        self.remote_seq = number
        return True

    def request(self, method: str, via: str, seq: int | None = None) -> Request:
        """Begin a request within the dialog; ACK and CANCEL name the ``seq`` they belong to."""
        if seq is None:
            self.local_seq += 1
            seq = self.local_seq
        uri, routes = self.target, list(self.routes)
        if routes and grammar.name_addr(routes[0]).uri.param("lr") is None:
            # A strict router wants its own address in the request line (§12.2.1.1).
            uri, routes = str(grammar.name_addr(routes[0]).uri), [*routes[1:], f"<{uri}>"]
        fields = {"Via": [via], "Max-Forwards": ["70"]}
        if routes:
            fields["Route"] = routes
        fields["From"], fields["To"] = [str(self.local)], [str(self.remote)]
        fields["Call-ID"], fields["CSeq"] = [self.call_id], [f"{seq} {method}"]
        if method not in ("BYE", "CANCEL", "MESSAGE"):
            fields["Contact"] = [self.contact]
        return Request(method, uri, Headers.of(fields))


def of_request(request: Request, flow: Flow, tag: str, contact: str) -> Dialog:
    """Begin the dialog of an INVITE or SUBSCRIBE that came in (§12.1.1)."""
    dialog = Dialog(
        call_id=request.call_id,
        local=request.to.tagged(tag),
        remote=request.from_,
        target=str(request.from_.uri),
        contact=contact,
        flow=flow,
        remote_seq=request.cseq[0],
        routes=tuple(request.headers.all("Record-Route")),
    )
    if request.via.host != flow.remote[0] and len(request.headers.all("Via")) == 1:
        dialog.behind = request.via.host
    dialog.retarget(request)
    return dialog
