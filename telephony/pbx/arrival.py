"""A call comes in: who calls is proved, where the number leads is found, the call is let in."""

from __future__ import annotations

from telephony.errors import BadSdp, NoPortLeft
from telephony.pbx import codes, convening, features, opening, own_names, referring, ringing
from telephony.pbx.admission import Admission, Lines, TurnedAway
from telephony.pbx.alarms import alarm
from telephony.pbx.blacklist import unwanted
from telephony.pbx.call import Call
from telephony.pbx.desk import Step
from telephony.pbx.dialplan import Destination, EnterFlow, Refuse, closed, route, saying_flow
from telephony.pbx.forwards import VOICEMAIL, Forwards, hops_of
from telephony.pbx.numbering import Kind
from telephony.pbx.plan import BoardPlan, TrunkPlan
from telephony.pbx.queue_events import FoundClosed
from telephony.pbx.trunk import Source, dialled_by, from_trunk, known_trunk, seat_or_trunk
from telephony.pbx.trunk_events import CallBlocked, ForwardsChanged, TrunkFull
from telephony.pbx.works import Works
from telephony.sip.events import Invited


def arrive(works: Works, admission: Admission, event: Invited, now: float) -> None:
    """Let a call in, or say why not."""
    source = proved(works, admission, event, now)
    if isinstance(source, TurnedAway):
        return refuse(works, event, source.status, now, source.headers)
    trunk = works.plan.trunk(source.trunk) if source.trunk else None
    if event.replaces and source.extension:
        return referring.replacing(works, event, source.extension, now)
    dialled = dialled_by(works.plan, trunk, event.request)
    if trunk and unwanted(works.plan.blacklist, source.caller, works.plan.place):
        works.emit(CallBlocked(now, trunk.name, dialled))
        return refuse(works, event, 486, now)
    if source.extension:
        if not own_names.for_us(works, event):
            return refuse(works, event, 404, now)
        if convening.dialled(works, event, source.extension, dialled, now):
            return None
        finds = features.feature(works.plan, source.extension, dialled, now)
        if finds:
            return features.dialled_in(works, event, source.extension, finds, now)
    destination = destination_of(works, source, dialled, now)
    if isinstance(destination, Refuse):
        return refuse(works, event, destination.status, now)
    desk = works.desks.get(source.extension or "")
    if desk and not desk.may(Step.DIAL):
        return refuse(works, event, 486, now)
    if trunk and full(works, trunk, now):
        return refuse(works, event, 503, now)
    try:
        call = let_in(works, event, source, dialled, now)
    except BadSdp as error:
        return refuse(works, event, error.status, now)
    except NoPortLeft:
        works.emit(alarm(now, "no_rtp_port"))
        return refuse(works, event, 503, now)
    if desk:
        works.move(desk, Step.DIAL, now, owner=call.id, seconds=call.plan.longest_talk)
    ringing.follow(call, destination, now)
    call.show()
    return None


def closed_to_callers(works: Works, dialled: str, now: float) -> bool:
    """Say whether a number's hours are over and it leads to words or a mailbox, not to people."""
    route = closed(works.plan, dialled, works.wall(now))
    return route is not None and route[0] in ("flow", "voicemail")


def destination_of(works: Works, source: Source, dialled: str, now: float) -> Destination:
    """Find where a number leads; a desk's code is carried out and confirmed by a sentence."""
    plan, desk = works.plan, source.extension or ""
    wish = codes.wish(works.forwards.get(desk, Forwards()), dialled) if desk else None
    if wish is None:
        return route(plan, dialled, source, works.wall(now))
    if wish.target and (wish.target == desk or not leads_somewhere(plan, wish.target)):
        return EnterFlow(saying_flow("code", ("forward.wrong",)))
    works.wish(desk, wish.forwards, now)
    works.emit(ForwardsChanged(now, desk, wish.forwards))
    return EnterFlow(saying_flow("code", (wish.prompt,)))


def leads_somewhere(plan: BoardPlan, target: str) -> bool:
    """Say whether calls can be sent there."""
    number = plan.place.dialled(target)
    inside = target == VOICEMAIL or target in plan.desks
    return inside or (number is not None and number.kind is not Kind.EMERGENCY)


def proved(works: Works, admission: Admission, event: Invited, now: float) -> Source | TurnedAway:
    """Say who calls: a carrier known by its address, or whoever proves a name."""
    trunk = known_trunk(works.plan, event.flow, works.reach)
    if trunk:
        return from_trunk(works.plan, trunk, event.request)
    asked = admission.check(event.request, event.flow, now)
    if isinstance(asked, TurnedAway):
        return asked
    source = seat_or_trunk(works.plan, event.request, event.flow, asked.user, works.reach)
    return source or TurnedAway(403, [])


def full(works: Works, trunk: TrunkPlan, now: float) -> bool:
    """Say whether every channel of a trunk is in use, and tell the house."""
    if not trunk.channels:
        return False
    if sum(leg.trunk == trunk.name for leg in works.legs.by_name.values()) < trunk.channels:
        return False
    works.emit(TrunkFull(now, trunk.name, trunk.channels))
    return True


def let_in(works: Works, event: Invited, source: Source, dialled: str, now: float) -> Call:
    """Make the call and its first leg; BadSdp and NoPortLeft say why not."""
    name = source.order or ""
    if not name or name in works.calls:
        name = works.entropy(8).hex()
    trunk = works.plan.trunk(source.trunk) if source.trunk else None
    leg = works.legs.accept(name, event, now, trunk.codecs if trunk else ())
    leg.extension, leg.trunk = source.extension, source.trunk or ""
    leg.relays_text = source.trunk is not None and source.line == "practice"
    call = opening.open_call(works, source, dialled, leg, now)
    call.path.before = hops_of(event.request)
    if trunk and closed_to_callers(works, dialled, now):
        call.emit(FoundClosed(name, now, dialled))
    return call


def refuse(
    works: Works, event: Invited, status: int, now: float, headers: Lines | None = None
) -> None:
    """Say no by SIP."""
    works.legs.core.refuse(event.leg, status, now, headers=headers or [])
