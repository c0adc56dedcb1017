"""Where a message goes when the connection it belongs to is gone (RFC 3261 §18.2.2, §18.4)."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

from telephony.errors import BadMessage
from telephony.sip import headers as grammar
from telephony.sip import message as messages
from telephony.sip import uri as uris
from telephony.sip.events import Address, Flow
from telephony.sip.message import Response

USUAL_PORTS = {"udp": 5060, "tcp": 5060, "tls": 5061}


def instead(flow: Flow, data: bytes) -> Flow | None:
    """Return the flow to open for these bytes: to the Via of a response, to the target of a request."""
    try:
        message = messages.parse(data)
        if isinstance(message, Response):
            via = message.via
            host, port = via.param("received") or via.host, via.port
            transport = flow.transport
        else:
            routes = message.headers.all("Route")
            target = grammar.name_addr(routes[0]).uri if routes else uris.parse(message.uri)
            host, port, transport = target.host, target.port, _stream(target.param("transport"))
    except (BadMessage, IndexError):
        return None
    if not host:
        return None
    transport = "tls" if flow.transport == "tls" else transport
    remote: Address = (host, port or USUAL_PORTS[transport])
    return replace(flow, transport=transport, remote=remote, connection=0)


def _stream(named: str | None) -> Literal["tcp", "tls"]:
    return "tls" if (named or "").lower() == "tls" else "tcp"
