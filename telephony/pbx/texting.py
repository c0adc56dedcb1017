"""Short messages to mobile telephones outside: SIP MESSAGE (RFC 3428) by the trunk that a call would take.

A carrier that takes messages answers 200 or 202; whether the telephone has it, SIP does not tell.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from telephony.pbx.desk_orders import SendText
from telephony.pbx.errors import NotNow
from telephony.pbx.numbering import CHINA, Kind, Number
from telephony.pbx.outing import WHY, NoWay, Outing, Shows, Way, own_number, target, trunks_for
from telephony.pbx.text_events import TextSent
from telephony.pbx.works import Works
from telephony.sip.events import Responded

WHOLE: Final = 70
"""Characters of a message by itself, in UCS-2 as Chinese needs it (3GPP TS 23.038)."""
JOINED: Final = 67
"""Of each part of a longer one, whose telephone puts the parts together."""
MOST_PARTS: Final = 5
MOST_WAITING: Final = 200
"""So many may wait for their carriers' answers at once."""
PLAIN: Final = "text/plain;charset=utf-8"


@dataclass(slots=True)
class Text:
    """One message on its way."""

    order: SendText
    parts: int
    call: str | None
    out: Outing


def parts_of(text: str) -> int:
    """Count the messages that a text is at a mobile telephone."""
    letters = len(text.encode("utf-16-be", "replace")) // 2
    return 1 if letters <= WHOLE else -(-letters // JOINED)


def send(works: Works, order: SendText, now: float) -> None:
    """Send a message; raises NotNow where it cannot leave. ``TextSent`` tells what became of it."""
    parts = parts_of(order.text)
    if not order.text.strip():
        raise NotNow("text_empty", "Write something first.")
    if parts > MOST_PARTS:
        raise NotNow("text_too_long", f"Write at most {MOST_PARTS * JOINED} characters.")
    if len(works.texts) >= MOST_WAITING:
        raise NotNow("texts_waiting", "Too many messages are on their way; wait a moment.")
    number = works.plan.place.dialled(order.number)
    if number is None:
        raise NotNow("no_number", "That is no whole telephone number; check it.")
    if number.kind is not Kind.EMERGENCY and not takes_texts(works, number):
        raise NotNow("no_mobile", "Only mobile telephones take short messages.")
    ways, shows = ways_to(works, number, order.extension)
    desk = works.desks.get(order.extension)
    call = desk.owner if desk and desk.owner in works.calls else None
    out = Outing(works, order.ref or works.entropy(8).hex(), number, shows, (), ways)
    if not go(works, Text(order, parts, call, out), now):
        raise NotNow("no_gateway", "No gateway of the carrier answers; try later.")


def takes_texts(works: Works, number: Number) -> bool:
    """Say whether such a number may be a mobile telephone; made-up ones are for practice."""
    if works.plan.place.country is not CHINA and number.kind in (Kind.LOCAL, Kind.NATIONAL):
        return True  # such as the United States, where mobile numbers look like all others
    return number.kind in (Kind.MOBILE, Kind.FICTIONAL)


def ways_to(works: Works, number: Number, extension: str) -> tuple[list[Way], Shows]:
    """List the gateways that may carry it, and what they show; raises NotNow."""
    found = trunks_for(works.plan, number)
    if isinstance(found, NoWay):
        raise NotNow(found.why, "Nothing leads to that number; choose another.")
    desk = works.plan.desks.get(extension)
    shows = Shows(desk.shows) if desk else Shows()
    owning = [trunk for trunk in found if own_number(works.plan, trunk, shows) is not None]
    if not owning:
        raise NotNow("caller_id_not_ours", "The number this desk shows belongs to no trunk.")
    return [Way(trunk, gate) for trunk in owning for gate in works.gateways.ways(trunk)], shows


def go(works: Works, text: Text, now: float) -> bool:
    """Send it by the next gateway that can be reached; False: none is left."""
    out, core = text.out, works.legs.core
    while out.ways:
        way = out.ways.pop(0)
        flow = works.reach(way.gateway)
        if flow is None:
            works.gateways.failed(way.trunk, way.gateway, now, "no_address")
            continue
        out.way, own, to = way, out.own(way.trunk), str(target(works.plan, way, out.number))
        key = core.request(
            "MESSAGE", to, to=f"<{to}>", from_=out.sender(way, own), flow=flow,
            body=text.order.text.encode("utf-8", "replace"), content_type=PLAIN,
            headers=out.lines(way, own), credentials=way.trunk.account, now=now,
        )  # fmt: skip
        works.texts[key] = text
        return True
    return False


def hear(works: Works, event: Responded, now: float) -> bool:
    """Take a carrier's answer; False: it is to something else."""
    text = works.texts.pop(event.key, None)
    if text is None:
        return False
    way = text.out.way
    assert way is not None
    status = event.status
    if event.response is None or status == 503:
        works.gateways.failed(way.trunk, way.gateway, now)
    else:
        works.gateways.answered(way.trunk, way.gateway, now)
    if (status == 408 or 500 <= status < 600) and go(works, text, now):
        return True
    works.emit(
        TextSent(
            call=text.call,
            at=now,
            extension=text.order.extension,
            number=text.out.number.text,
            ref=text.order.ref,
            parts=text.parts,
            trunk=way.trunk.name,
            status=status,
            why=""
            if 200 <= status < 300
            else REFUSED.get(status) or WHY.get(status, f"sip_{status}"),
        )
    )
    return True


REFUSED: Final = {404: "no_such_number", 405: "no_texts", 415: "no_texts", 501: "no_texts"}
"""What a carrier's refusal means for a message."""
