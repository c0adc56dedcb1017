"""Whether a request is for us at all: the names and addresses by which this board is asked."""

from __future__ import annotations

from telephony.pbx.trunk import trunk_at
from telephony.pbx.works import Works
from telephony.sip import uri as uris
from telephony.sip.events import Requested


def for_us(works: Works, event: Requested) -> bool:
    """Say whether the host that is asked is this board (RFC 3261 §8.2.2.1).

    A carrier that asks for nobody in particular may know us by a name of its own. What a telephone that
    proved its name calls its server is one of our names from then on, so names in the DNS and routers'
    addresses that nobody wrote down are known, too.
    """
    flow, asked = event.flow, uris.parse(event.request.uri)
    host = asked.host.lower()
    ours = {flow.local[0], works.legs.advertise(flow), works.plan.realm, *works.registrar.names}
    return (
        host in ours
        or works.answers_to(host)
        or (not asked.user and trunk_at(works.plan, flow, works.reach) is not None)
    )
