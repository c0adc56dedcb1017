"""Calls that a desk does not take: forwards, follow-me, do-not-disturb, circles; blacklist and hours."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time
from typing import Any

import pytest

from telephony.pbx import events as ev
from telephony.pbx import trunk_events as out
from telephony.pbx.blacklist import unwanted
from telephony.pbx.commands import SetDuty, SetForwards, SetPlan
from telephony.pbx.desk import Duty
from telephony.pbx.desk_orders import Dial, Transfer
from telephony.pbx.dialplan import RingDesk, route
from telephony.pbx.errors import PlanError
from telephony.pbx.forwards import Forwards
from telephony.pbx.hours import Hours
from telephony.pbx.mail_events import BoxOpened
from telephony.pbx.numbering import CHINA, Kind, Place
from telephony.pbx.plan import BoardPlan, GatewayPlan, Opening, Route, TrunkPlan
from telephony.pbx.trunk import Source
from telephony.sip import events as sip
from telephony.sip.message import Lines
from tests.stage.exchange import Exchange, answering, dials, plan_of, seat
from tests.stage.loopback import OFFER, Party
from tests.stage.virtual import World

pytestmark = pytest.mark.story

FAR = "10.0.2.1"
MOBILE, SECOND, THIRD = "000010021", "000010022", "000010023"
DID = "000010000"


class House:
    """Four desks, a trunk to the world, and the telephones out there."""

    def __init__(self, wishes: dict[str, Forwards] | None = None, **more: Any) -> None:
        self.world = World(13)
        trunk = TrunkPlan(
            "city", "practice", gateways=(GatewayPlan(FAR),), numbers=(DID,),
            allows=frozenset(Kind) - {Kind.EMERGENCY},
        )  # fmt: skip
        plan = plan_of(4, trunks=(trunk,), **{"numbers": {DID: ("extension", "1002")}, **more})
        self.plan = with_wishes(plan, wishes or {})
        self.exchange = Exchange(self.world, self.plan)
        self.desk = {n: seat(self.world, n) for n in ("1001", "1002", "1003", "1004")}
        self.far = Party(self.world, FAR, "far")
        self.world.run(1)

    def dials(self, number: str = "1002", by: str = "1001") -> str:
        leg = dials(self.desk[by], number, user=by, password=f"secret{int(by) - 1000}")
        self.world.run(1)
        return leg

    def comes_in(self, headers: Lines = (), caller: str = "13800138000") -> str:
        leg = self.far.core.invite(
            to=f"sip:{DID}@10.0.0.100", from_=f"<sip:{caller}@far>", contact="far", sdp=OFFER,
            flow=sip.Flow("loop", self.far.address, ("10.0.0.100", 5060)), headers=headers,
            now=self.world.now,
        )  # fmt: skip
        self.world.run(1)
        return leg

    def rings(self, desk: str) -> None:
        phone = self.desk[desk]
        phone.on(sip.Invited, lambda e: phone.core.ring(e.leg, phone.now))

    def run(self, seconds: float) -> None:
        self.world.run(seconds)

    def sent_on(self) -> list[tuple[str, str, str]]:
        return [(e.by, e.to, e.why) for e in self.exchange.all(out.Forwarded)]

    def quiet(self) -> None:
        for call in list(self.exchange.board.works.calls.values()):
            call.end("over", "board", self.world.now)
        self.world.run(150)
        assert self.exchange.leftovers() == {}


def with_wishes(plan: BoardPlan, wishes: dict[str, Forwards]) -> BoardPlan:
    desks = {n: replace(d, forwards=wishes.get(n, d.forwards)) for n, d in plan.desks.items()}
    return replace(plan, desks=desks)


def deflects(house: House, desk: str, to: str) -> None:
    """This desk's own telephone sends its callers on."""
    phone = house.desk[desk]
    contact = [("Contact", f"<sip:{to}@10.0.0.9>")] if to else []
    phone.on(sip.Invited, lambda e: phone.core.refuse(e.leg, 302, phone.now, headers=contact))


@pytest.mark.parametrize("to", ["1003", MOBILE])
def test_a_telephone_that_sends_its_callers_on_is_followed(to: str) -> None:
    house = House()
    deflects(house, "1002", to)
    lifted = answering(house.desk["1003"] if to == "1003" else house.far)
    house.dials()
    house.run(2)
    assert lifted and house.desk["1001"].only(sip.Answered)
    assert house.sent_on() == [("1002", to, "deflection")]
    house.desk["1001"].core.hang_up(house.desk["1001"].only(sip.Answered).leg, house.world.now)
    house.quiet()


@pytest.mark.parametrize(
    ("first", "second", "status"),
    [
        ("", "", 480),
        ("nobody", "", 480),
        ("110", "", 480),
        ("1002", "", 482),
        ("1003", "1002", 482),
    ],
)
def test_a_telephone_that_sends_its_callers_nowhere_is_not_there(
    first: str, second: str, status: int
) -> None:
    house = House()
    deflects(house, "1002", first)
    deflects(house, "1003", second)
    house.dials()
    house.run(2)
    assert house.desk["1001"].only(sip.Refused).status == status
    house.quiet()


@pytest.mark.feature("SEA-13", "SEA-14")
def test_always_to_another_desk() -> None:
    house = House({"1002": Forwards(always="1003")})
    answering(house.desk["1003"])
    house.dials()
    house.run(2)
    assert house.desk["1001"].only(sip.Answered)
    assert not house.desk["1002"].all(sip.Invited)
    assert house.sent_on() == [("1002", "1003", "unconditional")]
    assert house.exchange.only(ev.DeskAnswered).extension == "1003"
    house.quiet()


@pytest.mark.feature("SEA-13", "SEA-14")
def test_always_to_a_number_outside() -> None:
    house = House({"1002": Forwards(always=MOBILE)})
    answering(house.far)
    house.dials()
    house.run(2)
    assert house.desk["1001"].only(sip.Answered)
    request = house.far.only(sip.Invited).request
    assert request.uri.startswith(f"sip:{MOBILE}@")
    assert request.from_.uri.user == DID, "a number of ours is shown"
    assert "sip:1002@" in request.headers.get("Diversion")
    assert "reason=unconditional" in request.headers.get("Diversion")
    assert "cause=302" in request.headers.get("History-Info")
    house.quiet()


@pytest.mark.feature("SEA-13")
def test_on_busy() -> None:
    house = House({"1002": Forwards(busy="1003", unanswered="1004")})
    answering(house.desk["1002"])
    answering(house.desk["1003"])
    house.dials("1002", by="1004")
    house.run(2)
    house.dials("1002", by="1001")
    house.run(2)
    assert house.desk["1001"].only(sip.Answered)
    assert house.sent_on() == [("1002", "1003", "user-busy")]
    house.quiet()


def test_a_telephone_that_refuses_is_busy() -> None:
    house = House({"1002": Forwards(busy="1003", unanswered="1004")})
    phone = house.desk["1002"]
    phone.on(sip.Invited, lambda e: phone.core.refuse(e.leg, 603, phone.now))
    answering(house.desk["1003"])
    house.dials()
    house.run(2)
    assert house.exchange.only(ev.DeskAnswered).extension == "1003"
    house.quiet()


@pytest.mark.feature("SEA-13")
@pytest.mark.parametrize("registered", [True, False])
def test_on_no_answer(registered: bool) -> None:
    house = House({"1002": Forwards(busy="1004", unanswered=MOBILE, after=15.0)})
    house.rings("1002")
    answering(house.far)
    if not registered:
        house.exchange.board.works.registrar.bindings.pop("1002")
    house.dials()
    if registered:
        house.run(13)
        assert not house.far.all(sip.Invited)
        house.run(3)
    house.run(2)
    assert house.desk["1001"].only(sip.Answered)
    assert house.sent_on() == [("1002", MOBILE, "no-answer")]
    assert house.exchange.desk("1002") == "idle"
    house.quiet()


@pytest.mark.feature("TEL-09")
def test_follow_me_calls_three_telephones_in_turn() -> None:
    follow = (MOBILE, "1003", THIRD)
    house = House({"1002": Forwards(after=10, follow=follow, follow_seconds=10)})
    house.rings("1002")
    house.rings("1003")
    seen: list[str] = []

    def out_there(event: sip.Invited) -> None:
        seen.append(event.request.uri.partition("@")[0][4:])
        if seen[-1] == THIRD:
            house.far.core.answer(event.leg, ANSWER, house.world.now)
        else:
            house.far.core.ring(event.leg, house.world.now)

    from tests.stage.loopback import ANSWER

    house.far.on(sip.Invited, out_there)
    house.dials()
    house.run(10)
    assert seen == [MOBILE]
    house.run(10)
    assert len(house.desk["1003"].all(sip.Invited)) == 1
    house.run(10)
    assert seen == [MOBILE, THIRD]
    assert house.desk["1001"].only(sip.Answered)
    assert [to for _, to, _ in house.sent_on()] == list(follow)
    house.quiet()


def test_nobody_follows() -> None:
    house = House(
        {"1002": Forwards(after=5, follow=(MOBILE,), follow_seconds=5, unanswered="1003")}
    )
    house.rings("1002")
    house.far.on(sip.Invited, lambda e: house.far.core.refuse(e.leg, 486, house.world.now))
    answering(house.desk["1003"])
    house.dials()
    house.run(7)
    assert [why for *_, why in house.sent_on()] == ["follow-me", "no-answer"]
    assert house.exchange.only(ev.DeskAnswered).extension == "1003"
    house.quiet()


@pytest.mark.feature("TEL-01")
def test_do_not_disturb() -> None:
    house = House({"1002": Forwards(undisturbed=True)})
    house.dials()
    assert house.desk["1001"].only(sip.Refused).status == 480
    assert not house.desk["1002"].all(sip.Invited)
    house.exchange.command(SetDuty("1002", Duty.READY))
    assert not house.exchange.board.works.desks["1002"].available(house.world.now)
    house.exchange.command(SetForwards("1002", Forwards()))
    assert house.exchange.board.works.desks["1002"].available(house.world.now)
    house.dials()
    assert house.desk["1002"].all(sip.Invited)
    house.quiet()


def test_do_not_disturb_with_somebody_to_ask() -> None:
    house = House({"1002": Forwards(undisturbed=True, busy="1003")})
    answering(house.desk["1003"])
    house.dials()
    house.run(1)
    assert house.sent_on() == [("1002", "1003", "do-not-disturb")]
    house.quiet()


@pytest.mark.parametrize(
    ("wishes", "to"),
    [
        (Forwards(undisturbed=True, unanswered="1003"), "1003"),
        (Forwards(undisturbed=True, busy="1004", unanswered="1003"), "1004"),
        (Forwards(undisturbed=True, always="1004", busy="1003"), "1004"),
    ],
)  # fmt: skip
def test_who_is_not_to_be_disturbed_has_calls_sent_on_all_the_same(
    wishes: Forwards, to: str
) -> None:
    """A mailbox for calls that nobody takes is there for these, too."""
    house = House({"1002": wishes})
    house.dials()
    assert len(house.desk[to].all(sip.Invited)) == 1
    assert not house.desk["1002"].all(sip.Invited)
    house.quiet()


def test_follow_me_disturbs_nobody_who_is_not_to_be_disturbed() -> None:
    wishes = {
        "1002": Forwards(after=5, follow=("1003", "1004"), follow_seconds=30),
        "1003": Forwards(undisturbed=True),
    }
    house = House(wishes)
    house.rings("1002")
    house.dials()
    house.run(5)
    assert not house.desk["1003"].all(sip.Invited)
    assert len(house.desk["1004"].all(sip.Invited)) == 1, "the next at once"
    house.quiet()


def test_follow_me_may_end_at_the_mailbox() -> None:
    house = House(
        {"1002": Forwards(after=5, follow=("voicemail", "1004"))},
        message_path=lambda box, call: f"/mail/{box}/{call}.wav",
    )
    house.rings("1002")
    house.dials()
    house.run(5)
    assert house.exchange.only(BoxOpened).box == "1002"
    assert not house.desk["1004"].all(sip.Invited)
    house.quiet()


@pytest.mark.feature("TEL-24")
@pytest.mark.parametrize(
    "entry", ["138 001*", "138-001*", "+86 138 001*", "0086138001*", "0086 138-001*", "138*"]
)
def test_the_beginning_of_a_number_in_any_writing(entry: str) -> None:
    place = plan_of().place
    assert unwanted([entry], "+8613800138000", place)
    assert not unwanted([entry], "+8613900138000", place)
    assert unwanted(["0000*"], "000010001", place), "these begin like numbers abroad and are none"


OWN: dict[str, Route] = {
    DID: ("extension", "1002"),
    "01062340000": ("queue", "service"),
    "01062340001": ("voicemail", "1003"),
}


@pytest.mark.feature("SEA-13")
@pytest.mark.parametrize(
    ("to", "leads"),
    [(DID, "desk"), ("01062340000", "queue"), ("+861062340000", "queue"), ("01062340001", "box")],
)
def test_a_forward_to_a_number_of_ours_goes_where_it_leads_and_asks_no_carrier(
    to: str, leads: str
) -> None:
    house = House({"1003": Forwards(always=to)}, numbers=OWN,
                  message_path=lambda box, call: f"/mail/{box}/{call}.wav")  # fmt: skip
    house.dials("1003")
    house.run(2)
    assert len(house.desk["1002"].all(sip.Invited)) == (leads == "desk")
    assert len(house.exchange.all(ev.Queued)) == (leads == "queue")
    assert len(house.exchange.all(BoxOpened)) == (leads == "box")
    assert house.sent_on() == [("1003", to, "unconditional")]
    assert not house.exchange.all(out.OutsideDialled) and not house.far.all(sip.Invited)
    house.quiet()


@pytest.mark.parametrize("by", ["1001", "outside"])
def test_a_forward_to_the_number_that_leads_to_oneself_is_a_circle(by: str) -> None:
    house = House({"1002": Forwards(always=DID)})
    if by == "outside":
        house.comes_in()
    else:
        house.dials("1002", by=by)
    house.run(1)
    assert house.exchange.only(out.ForwardStopped).why == "circle"
    assert not house.exchange.all(out.OutsideDialled)
    house.quiet()


def test_a_circle_is_cut_and_told() -> None:
    house = House({"1002": Forwards(always="1003"), "1003": Forwards(always="1002")})
    house.dials()
    assert house.desk["1001"].only(sip.Refused).status == 482
    stopped = house.exchange.only(out.ForwardStopped)
    assert (stopped.by, stopped.to, stopped.why) == ("1003", "1002", "circle")
    assert "1003" in house.exchange.only(ev.Alarm).text
    house.quiet()


def test_whom_the_calls_go_to_reaches_the_desk() -> None:
    """A secretary to whom everything is forwarded can still call the boss."""
    house = House({"1002": Forwards(always="1001")})
    answering(house.desk["1002"])
    house.dials("1002", by="1001")
    house.run(2)
    assert house.desk["1001"].only(sip.Answered)
    house.quiet()


@pytest.mark.parametrize(
    ("header", "value", "goes"),
    [
        ("Diversion", "<sip:1@x>;reason=unconditional;counter=4", True),
        ("Diversion", "<sip:1@x>;reason=unconditional;counter=5", False),
        ("Diversion", "<sip:1@x>, <sip:2@x>, <sip:3@x>, <sip:4@x>, <sip:5@x>", False),
        ("Diversion", "nonsense", True),
        ("History-Info", ",".join(f"<sip:{n}@x>;index={n}" for n in range(5)), True),
        ("History-Info", ",".join(f"<sip:{n}@x>;index={n}" for n in range(6)), False),
    ],
)
def test_forwards_of_other_switchboards_count(header: str, value: str, goes: bool) -> None:
    house = House({"1002": Forwards(always="1003")})
    answering(house.desk["1003"])
    house.comes_in([(header, value)])
    house.run(1)
    assert bool(house.desk["1003"].all(sip.Invited)) is goes
    if not goes:
        assert house.exchange.only(out.ForwardStopped).why == "too_many"
        assert house.far.only(sip.Refused).status == 482
    house.quiet()


def test_practice_and_live_never_meet() -> None:
    """A real caller is not forwarded into the practice of the virtual customers."""
    house = House({"1002": Forwards(always=MOBILE)})
    live = TrunkPlan("real", "live", gateways=(GatewayPlan("10.0.2.9"),), numbers=(DID,))
    caller = Party(house.world, "10.0.2.9", "caller")
    plan = replace(house.plan, trunks=(*house.plan.trunks, live))
    house.exchange.command(SetPlan(plan))
    caller.core.invite(
        to=f"sip:{DID}@10.0.0.100", from_="<sip:13800138000@x>", contact="c", sdp=OFFER,
        flow=sip.Flow("loop", caller.address, ("10.0.0.100", 5060)), now=house.world.now,
    )  # fmt: skip
    house.run(1)
    assert caller.only(sip.Refused)
    assert not house.far.all(sip.Invited)
    assert house.exchange.only(out.OutsideClosed).why in ("live_closed", "lines_do_not_mix")
    house.quiet()


def test_wishes_outlive_a_new_plan() -> None:
    house = House()
    house.exchange.command(SetForwards("1002", Forwards(always="1003")))
    assert house.exchange.only(out.ForwardsChanged).forwards.always == "1003"
    house.exchange.command(SetPlan(replace(house.plan, dial_seconds=20.0)))
    answering(house.desk["1003"])
    house.dials()
    house.run(1)
    assert house.sent_on() == [("1002", "1003", "unconditional")]
    house.exchange.command(SetPlan(with_wishes(house.plan, {"1002": Forwards(always="1004")})))
    assert house.exchange.board.works.forwards["1002"].always == "1004"
    house.quiet()


@pytest.mark.parametrize("wrong", [{"follow": ("1", "2", "3", "4")}, {"after": 0}, {"after": 999}])
def test_wishes_that_cannot_be_carried_out(wrong: dict[str, Any]) -> None:
    with pytest.raises(PlanError):
        Forwards(**wrong)


# ── blacklist ────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("entry", "caller", "blocked"),
    [
        ("13800138000", "13800138000", True),
        ("13800138000", "+8613800138000", True),
        ("+86 138 0013 8000", "13800138000", True),
        ("13800138000", "13800138001", False),
        ("1380013*", "+8613800138000", True),
        ("+861380013*", "13800138000", True),
        ("1390*", "13800138000", False),
        ("withheld", "", True),
        ("withheld", "13800138000", False),
        ("*", "", False),
        ("000010*", "000010023", True),
        ("alice", "alice", True),
    ],
)
def test_who_is_unwanted(entry: str, caller: str, blocked: bool) -> None:
    assert unwanted([entry], caller, Place(CHINA, "10")) is blocked


@pytest.mark.feature("TEL-24")
def test_an_unwanted_caller_hears_busy() -> None:
    house = House(blacklist=("1380013*",))
    house.comes_in()
    assert house.far.only(sip.Refused).status == 486
    blocked = house.exchange.only(out.CallBlocked)
    assert (blocked.trunk, blocked.dialled) == ("city", DID)
    assert not house.exchange.all(ev.CallStarted)
    house.comes_in(caller="13900139000")
    assert house.exchange.only(ev.CallStarted)
    house.quiet()


@pytest.mark.feature("TEL-24")
def test_who_comes_onto_the_blacklist_in_mid_call_talks_on() -> None:
    house = House()
    answering(house.desk["1002"], after=1.0)
    house.comes_in()
    house.run(3)
    house.exchange.command(SetPlan(replace(house.plan, blacklist=("13800138000",))))
    house.run(60)
    assert house.far.only(sip.Answered) and not house.far.all(sip.Ended)
    again = house.comes_in()
    (refused,) = house.far.all(sip.Refused)
    assert (refused.leg, refused.status) == (again, 486)
    house.quiet()


# ── hours ────────────────────────────────────────────────────────────────────

OFFICE = Hours(
    {day: [(time(9), time(12)), (time(13, 30), time(18))] for day in range(5)},
    holidays=frozenset({date(2026, 10, 1), date(2026, 10, 2)}),
    moved={date(2026, 10, 10): 4},
)


@pytest.mark.feature("TEL-23")
@pytest.mark.parametrize(
    ("moment", "desk"),
    [
        (datetime(2026, 9, 30, 10, 0), "1002"),
        (datetime(2026, 9, 30, 12, 30), "1004"),
        (datetime(2026, 9, 30, 20, 0), "1004"),
        (datetime(2026, 10, 1, 10, 0), "1004"),
        (datetime(2026, 10, 3, 10, 0), "1004"),
        (datetime(2026, 10, 10, 10, 0), "1002"),
    ],
    ids=["office", "lunch", "evening", "holiday", "saturday", "worked saturday"],
)
@pytest.mark.parametrize("name", [DID, "*"])
def test_out_of_hours_the_duty_seat_rings(moment: datetime, desk: str, name: str) -> None:
    house = House(openings={name: Opening(OFFICE, ("extension", "1004"))})
    house.exchange.board.works.wall = lambda now: moment
    house.comes_in()
    assert [n for n, phone in house.desk.items() if phone.all(sip.Invited)] == [desk]
    house.quiet()


@pytest.mark.feature("TEL-23")
@pytest.mark.parametrize("way", ["dialled", "click", "transfer"])
def test_hours_hold_for_calls_from_inside_and_calls_handed_on(way: str) -> None:
    house = House(openings={DID: Opening(OFFICE, ("extension", "1004"))})
    house.exchange.board.works.wall = lambda now: datetime(2026, 10, 2, 10, 0)
    lifted = answering(house.desk["1003"])
    if way == "click":
        house.exchange.command(Dial("1003", DID))
    elif way == "transfer":
        house.dials("1003")
        house.run(2)
        house.exchange.command(Transfer("1003", DID))
    else:
        house.dials(DID, by="1003")
    house.run(4)
    assert len(lifted) == (way in ("click", "transfer"))
    assert len(house.desk["1004"].all(sip.Invited)) == 1
    assert not house.desk["1002"].all(sip.Invited)
    house.quiet()


def test_hours_hold_however_a_desk_writes_the_number() -> None:
    ours = "01062340000"
    plan = plan_of(4, numbers={ours: ("extension", "1002")},
                   openings={ours: Opening(OFFICE, ("extension", "1004"))})  # fmt: skip
    for moment, leads in (
        (datetime(2026, 10, 2, 10), RingDesk("1004", on_duty=True)),
        (datetime(2026, 9, 30, 10), RingDesk("1002")),
    ):
        for written in (ours, "+861062340000", "00861062340000"):
            found = route(plan, written, Source("1001", "", "practice", extension="1001"), moment)
            assert found == leads


def test_a_duty_seat_that_does_not_exist() -> None:
    with pytest.raises(PlanError, match="9999"):
        House(openings={DID: Opening(OFFICE, ("extension", "9999"))})


# ── codes ────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("dialled", "wishes", "prompt"),
    [
        ("*721003", Forwards(always="1003"), "forward.on"),
        ("*72" + MOBILE, Forwards(always=MOBILE), "forward.on"),
        ("*901003", Forwards(busy="1003"), "forward.on"),
        ("*92", Forwards(unanswered="voicemail"), "forward.on"),
        ("*78", Forwards(undisturbed=True), "undisturbed.on"),
        ("*79", Forwards(), "undisturbed.off"),
        ("*73", Forwards(), "forward.off"),
        ("*721001", None, "forward.wrong"),
        ("*72999", None, "forward.wrong"),
        ("*72110", None, "forward.wrong"),
    ],
)
def test_codes_dialled_at_the_desk(dialled: str, wishes: Forwards | None, prompt: str) -> None:
    house = House(prompts={prompt: "tone:440:1"})
    house.dials(dialled)
    house.run(2)
    assert house.exchange.board.works.forwards["1001"] == (wishes or Forwards())
    assert bool(house.exchange.all(out.ForwardsChanged)) is (wishes is not None)
    assert [event.key for event in house.exchange.all(ev.PromptPlayed)] == [prompt]
    house.quiet()


def test_no_code_at_all() -> None:
    house = House()
    for dialled in ("*72x", "*999", "*"):
        house.dials(dialled)
    assert [event.status for event in house.desk["1001"].all(sip.Refused)] == [404] * 3
