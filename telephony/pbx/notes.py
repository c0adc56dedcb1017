"""Notes from desk to desk: MESSAGE outside calls (RFC 3428), from telephones and from the screen."""

from __future__ import annotations

from typing import Final

from telephony.pbx.admission import Admission, TurnedAway
from telephony.pbx.call_events import NoteSent
from telephony.pbx.desk_orders import SendNote
from telephony.pbx.errors import NotNow
from telephony.pbx.works import Works
from telephony.sip import events as sip
from telephony.sip import uri as uris

LONGEST: Final = 4_096
"""Bytes; a longer note belongs into a file."""
PLAIN: Final = "text/plain;charset=utf-8"


def came(works: Works, admission: Admission, event: sip.Requested, now: float) -> None:
    """Pass a note of a telephone on to every telephone of the desk it is for."""
    core, request = works.legs.core, event.request
    asked = admission.check(request, event.flow, now)
    if isinstance(asked, TurnedAway):
        return core.respond(event.key, asked.status, now, headers=asked.headers)
    to = uris.parse(request.uri).user
    if asked.user not in works.desks:
        return core.respond(event.key, 403, now)
    if to not in works.desks:
        return core.respond(event.key, 404, now)
    if len(request.body) > LONGEST:
        return core.respond(event.key, 413, now)
    if not works.registrar.of(to):
        return core.respond(event.key, 480, now)
    core.respond(event.key, 202, now)
    kind = request.headers.get("Content-Type") or PLAIN
    pass_on(works, asked.user, to, request.body, now, kind)
    return None


def send(works: Works, order: SendNote, now: float) -> None:
    """Send a note that was written on the screen."""
    body = order.text.encode()
    if order.to not in works.desks or not works.registrar.of(order.to):
        raise NotNow("not_there", f"No telephone is registered at {order.to}; try later.")
    if len(body) > LONGEST:
        raise NotNow("note_too_long", "Write a shorter note, or several.")
    pass_on(works, order.extension, order.to, body, now)


def pass_on(works: Works, sender: str, to: str, body: bytes, now: float, kind: str = PLAIN) -> None:
    """Send a note to every telephone of a desk."""
    realm = works.plan.realm
    for binding in works.registrar.of(to):
        works.legs.core.request(
            "MESSAGE", binding.contact, to=f"<sip:{to}@{realm}>", from_=f"<sip:{sender}@{realm}>",
            flow=binding.flow, body=body, content_type=kind, now=now,
        )  # fmt: skip
    works.emit(NoteSent(now, sender, to, body.decode("utf-8", "replace")))
