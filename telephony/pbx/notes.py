"""Words between seats outside calls: MESSAGE from one telephone to another's (RFC 3428)."""

from __future__ import annotations

from telephony.pbx.admission import Admission, TurnedAway
from telephony.pbx.works import Works
from telephony.sip import uri as uris
from telephony.sip.events import Requested


def pass_on(works: Works, admission: Admission, event: Requested, now: float) -> None:
    """Carry a seat's words to every telephone of another desk.

    Accepted (202) says that they went out, not that somebody read them; nothing is kept of them.
    """
    core, request = works.legs.core, event.request
    asked = admission.check(request, now)
    if isinstance(asked, TurnedAway):
        return core.respond(event.key, asked.status, now, headers=asked.headers)
    extension = uris.parse(request.uri).user
    if asked.user not in works.desks:
        return core.respond(event.key, 403, now)
    if extension not in works.desks:
        return core.respond(event.key, 404, now)
    telephones = works.registrar.of(extension)
    for telephone in telephones:
        core.request(
            "MESSAGE",
            telephone.contact,
            to=f"<sip:{extension}@{works.plan.realm}>",
            from_=f"<sip:{asked.user}@{works.plan.realm}>",
            flow=telephone.flow,
            body=request.body,
            content_type=request.headers.get("Content-Type") or "text/plain",
            now=now,
        )
    return core.respond(event.key, 202 if telephones else 480, now)
