"""Whether a request is for us at all: the names and addresses by which this board is asked.

What a telephone that proved its name calls its server is one of our names from then on, so names in the
DNS and routers' addresses that nobody wrote down are known, too. A carrier may know us by a name of its own.
"""

from __future__ import annotations

from telephony.pbx.dialplan import Refuse, route
from telephony.pbx.trunk import Source, trunk_at
from telephony.pbx.works import Works
from telephony.sip import uri as uris
from telephony.sip.events import Flow, Invited, Referred, Requested
from telephony.sip.message import Request


def options_status(works: Works, event: Requested) -> int:
    """Answer an OPTIONS: 404 for another host (RFC 3261 §8.2.2.1), or for nobody here (§11.2).

    Only a registered telephone learns that there is nobody: strangers shall not find out who is there,
    and carriers ask for names of their own to see whether we live.
    """
    flow, asked = event.flow, uris.parse(event.request.uri)
    if not _is_ours(works, flow, asked.host):
        known = not asked.user and trunk_at(works.plan, flow, works.reach) is not None
        return 200 if known else 404
    return 404 if asked.user and _nobody(works, flow, asked.user) else 200


def for_us(works: Works, event: Invited) -> bool:
    """Say whether a desk's INVITE is for us: we are no proxy into the world (RFC 3261 §16.3).

    A telephone that never registers names us in From, whose user it has proved to be.
    """
    return _meant(works, event.flow, event.request, uris.parse(event.request.uri).host)


def hands_on_inside(works: Works, event: Referred, flow: Flow) -> bool:
    """Say whether a desk's REFER names somebody who is reached through us, by the same rule.

    A number with another host is somebody else's, however much it looks like one of ours.
    """
    return _meant(works, flow, event.request, event.target.host)


def _meant(works: Works, flow: Flow, request: Request, host: str) -> bool:
    mine = request.from_.uri.host.lower() == host.lower()
    return mine or not host or _is_ours(works, flow, host)


def _is_ours(works: Works, flow: Flow, host: str) -> bool:
    host = host.lower()
    ours = {flow.local[0], works.legs.advertise(flow), works.plan.realm, *works.registrar.names}
    return host in ours or works.answers_to(host)


def _nobody(works: Works, flow: Flow, user: str) -> bool:
    """Say whether a telephone of ours asks for a number that leads nowhere; codes are not looked at."""
    bindings = works.registrar.bindings.items()
    asks = next((desk for desk, found in bindings if any(b.flow == flow for b in found)), None)
    if asks is None or user.startswith(("*", "#")):
        return False
    return isinstance(route(works.plan, user, Source(asks, "", "practice", extension=asks)), Refuse)
