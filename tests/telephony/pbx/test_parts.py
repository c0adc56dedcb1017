"""The board's small parts, each alone."""

from __future__ import annotations

from datetime import date, datetime, time
from pathlib import Path

import pytest

import telephony
from telephony.errors import NoPortLeft, UnlistedStep
from telephony.pbx.board import MACHINES
from telephony.pbx.desk import WRAPUP, Activity, Desk, Duty, Step
from telephony.pbx.dialplan import EnterFlow, Refuse, RingDesk, queue_flow, rating_flow, route
from telephony.pbx.errors import FlowError, PlanError
from telephony.pbx.free import in_turn
from telephony.pbx.hours import ALWAYS, Hours
from telephony.pbx.ivr import (
    ByHours,
    Chose,
    Flow,
    HangUp,
    Hush,
    Leave,
    Listen,
    Menu,
    Play,
    Scored,
    Stuck,
    Tell,
    ToQueue,
    Visit,
)
from telephony.pbx.plan import QueuePlan, RatingPlan
from telephony.pbx.queue import Queue
from telephony.pbx.registrar import SHORTEST, Registrar
from telephony.pbx.strategy import fewest_calls, longest_idle
from telephony.pbx.trunk import Source
from telephony.ports import RtpPorts
from telephony.sip import message as messages
from telephony.sip.events import Flow as Way
from telephony.sip.tables import diagrams
from tests.stage.exchange import RECEPTION, plan_of

pytestmark = pytest.mark.unit

DRAWINGS = Path(telephony.__file__).with_name("MACHINES.md")


def test_the_readme_draws_the_tables() -> None:
    """Write them anew with: python -m tests.telephony.pbx.test_parts."""
    assert diagrams(MACHINES) in DRAWINGS.read_text(encoding="utf-8")


# ── desks ────────────────────────────────────────────────────────────────────


def ready(extension: str, since: float = 0.0, calls: int = 0) -> Desk:
    return Desk(extension, duty=Duty.READY, registered=True, idle_since=since, calls=calls)


def test_a_busy_desk_has_an_owner_and_a_deadline() -> None:
    desk = ready("1001")
    with pytest.raises(ValueError, match="owner and a deadline"):
        desk.step(Step.OFFER, 1.0, owner=None, deadline=9.0)
    desk.step(Step.OFFER, 1.0, owner="call", deadline=9.0)
    assert (desk.owner, desk.deadline) == ("call", 9.0)
    desk.step(Step.DECLINE, 2.0, owner=None, deadline=None)
    assert (desk.owner, desk.deadline, desk.missed) == (None, None, 1)


def test_a_talk_cannot_begin_without_a_ring() -> None:
    with pytest.raises(UnlistedStep):
        ready("1001").step(Step.ANSWER, 1.0, owner="call", deadline=9.0)


def test_a_withdrawn_ring_does_not_cost_the_turn() -> None:
    desk = ready("1001", since=5.0)
    desk.step(Step.OFFER, 10.0, owner="call", deadline=20.0)
    desk.step(Step.WITHDRAW, 11.0, owner=None, deadline=None)
    assert desk.idle_since == 5.0
    assert desk.missed == 0


def test_duty_and_activity_are_two_words() -> None:
    desk = ready("1001")
    desk.step(Step.OFFER, 1.0, owner="call", deadline=9.0)
    desk.step(Step.ANSWER, 2.0, owner="call", deadline=99.0)
    spells = desk.choose(Duty.BREAK, "lunch", 3.0)
    assert [(spell.what, spell.began, spell.ended) for spell in spells] == [("ready", 0.0, 3.0)]
    assert desk.activity is Activity.TALKING
    desk.step(Step.END, 4.0, owner=WRAPUP, deadline=34.0)
    desk.step(Step.WRAPPED, 5.0, owner=None, deadline=None)
    assert not desk.available(6.0), "the break begins when the talk is over"


@pytest.mark.feature("ARC-03")
def test_the_desk_idle_longest_rings_first() -> None:
    desks = [ready("1001", since=9.0), ready("1002", since=3.0, calls=8), ready("1003", since=7.0)]
    assert [desk.extension for desk in longest_idle(in_turn(desks))] == ["1002"]
    assert [desk.extension for desk in fewest_calls(in_turn(desks))] == ["1003"]
    assert longest_idle([]) == []


# ── queue ────────────────────────────────────────────────────────────────────


def test_first_come_first_served_and_an_offered_call_keeps_its_place() -> None:
    queue = Queue(QueuePlan("service"))
    assert [queue.join(call, 0.0) for call in ("a", "b", "c")] == [1, 2, 3]
    desks = {desk.extension: desk for desk in (ready("1001"), ready("1002", since=1.0))}
    assert queue.match(desks, 5.0) == ("a", [desks["1001"]])
    queue.offered.add("a")
    assert queue.match(desks, 5.0) == ("b", [desks["1001"]])
    assert queue.position("a") == 1
    queue.leave("a")
    assert queue.position("b") == 1
    assert queue.position("a") == 0


def test_the_expected_wait_learns_from_talks() -> None:
    queue = Queue(QueuePlan("service", first_guess=120.0))
    assert queue.wait_behind(2, [], 0.0) == 240.0, "nobody is at work: a whole talk each"
    assert queue.wait_behind(2, [ready("1001")], 0.0) == 120.0
    for seconds in (30.0, 90.0):
        queue.learn(seconds)
    assert queue.wait_behind(2, [], 0.0) == 120.0


# ── menus ────────────────────────────────────────────────────────────────────


def test_a_key_cuts_the_prompt_short() -> None:
    visit = Visit(RECEPTION)
    assert visit.begin() == [Tell(("welcome",))]
    acts = visit.press("2")
    assert acts == [Hush(), Chose("hello", "2"), Leave(ToQueue("sales", gave_up="sorry"))]


def test_silence_asks_again_and_then_takes_the_way_out() -> None:
    visit = Visit(RECEPTION)
    visit.begin()
    assert visit.played() == [Listen(5.0)]
    assert visit.silence() == [Tell(("welcome",))]
    visit.played()
    assert visit.silence() == [Leave(ToQueue("service", gave_up="sorry"))]


def test_a_wrong_key_is_said_to_be_wrong() -> None:
    visit = Visit(rating_flow(RatingPlan()))
    visit.begin()
    assert visit.press("9") == [Hush(), Tell(("rate.wrong", "rate.ask"))]
    assert visit.press("3") == [Hush(), Scored("3"), Tell(("rate.thanks",))]
    assert visit.played() == [Leave(HangUp())]


def test_keys_pressed_ahead_are_kept_for_the_menu() -> None:
    flow = Flow(
        "two",
        "first",
        {
            "first": Play(("hello",), then="ask"),
            "ask": Menu(("which",), {"1": "end"}, otherwise="end"),
            "end": HangUp(),
        },
    )
    visit = Visit(flow)
    visit.begin()
    assert visit.press("1") == []
    assert visit.played() == [Chose("ask", "1"), Leave(HangUp())]


def test_a_flow_in_a_circle_is_left() -> None:
    circle = {
        "a": ByHours(ALWAYS, open="b", closed="b"),
        "b": ByHours(ALWAYS, open="a", closed="a"),
    }
    assert Visit(Flow("circle", "a", circle)).begin() == [Stuck("b", "loop")]


def test_a_flow_to_nowhere_is_refused() -> None:
    with pytest.raises(FlowError, match="'nowhere'"):
        Flow("bad", "a", {"a": Play(("x",), then="nowhere")})
    with pytest.raises(PlanError, match="'nowhere'"):
        plan_of(numbers={"1": ("queue", "nowhere")})


@pytest.mark.feature("TEL-23")
@pytest.mark.parametrize(
    ("moment", "is_open"),
    [
        (datetime(2026, 3, 2, 8, 59), False),
        (datetime(2026, 3, 2, 9, 0), True),
        (datetime(2026, 3, 2, 18, 0), False),
        (datetime(2026, 3, 6, 23, 0), True),
        (datetime(2026, 3, 7, 1, 59), True),
        (datetime(2026, 3, 7, 2, 0), False),
        (datetime(2026, 3, 9, 10, 0), False),
    ],
)
def test_opening_hours(moment: datetime, is_open: bool) -> None:
    """Monday nine to six, Friday into the night, and one Monday off."""
    hours = Hours(
        {0: [(time(9), time(18))], 4: [(time(20), time(2))]}, frozenset({date(2026, 3, 9)})
    )
    assert hours.open_at(moment) is is_open
    node = ByHours(hours, open="yes", closed="no")
    flow = Flow("hours", "at", {"at": node, "yes": HangUp(), "no": ToQueue("duty")})
    left = Visit(flow, moment=moment).begin()
    assert left == [Leave(HangUp() if is_open else ToQueue("duty"))]


# ── numbers ──────────────────────────────────────────────────────────────────

SEAT = Source("1001", "", "practice", extension="1001")
TRUNK = Source("138", "", "practice", trunk="practice")


def test_where_numbers_lead() -> None:
    plan = plan_of()
    assert route(plan, "000010000", TRUNK) == EnterFlow(RECEPTION)
    assert route(plan, "000010001", SEAT) == EnterFlow(queue_flow("service"))
    assert route(plan, "1002", SEAT) == RingDesk("1002")
    assert route(plan, "1002", TRUNK) == Refuse(404)
    assert route(plan, "110", TRUNK) == Refuse(404)
    assert isinstance(route(plan, "110", SEAT), EnterFlow)


# ── registrar ────────────────────────────────────────────────────────────────


def register(
    registrar: Registrar,
    contact: str | None,
    *,
    expires: int | None = None,
    cseq: int = 1,
    call_id: str = "x",
    port: int = 5060,
    now: float = 0.0,
) -> tuple[int, dict[str, str]]:
    lines = [
        "REGISTER sip:school SIP/2.0", "Via: SIP/2.0/UDP 10.0.0.1;branch=z9hG4bK1",
        "From: <sip:1001@school>;tag=1", "To: <sip:1001@school>", f"Call-ID: {call_id}",
        f"CSeq: {cseq} REGISTER",
    ]  # fmt: skip
    lines += [f"Contact: {contact}"] if contact else []
    lines += [f"Expires: {expires}"] if expires is not None else []
    request = messages.parse("\r\n".join([*lines, "", ""]).encode())
    assert isinstance(request, messages.Request)
    way = Way("udp", ("10.0.0.100", 5060), ("192.0.2.7", port))
    verdict = registrar.register("1001", request, way, now)
    return verdict.status, dict(verdict.headers)


def test_a_binding_keeps_the_way_it_came() -> None:
    registrar = Registrar()
    assert register(registrar, "<sip:1001@192.168.1.5:5062>", port=40_001) == (
        200,
        {"Contact": "<sip:1001@192.168.1.5:5062>;expires=600"},
    )
    (binding,) = registrar.of("1001")
    assert binding.flow.remote == ("192.0.2.7", 40_001), "behind NAT the source is the way back"
    assert register(registrar, None)[1], "a query lists it"


def test_several_telephones_the_newest_first_and_one_goes() -> None:
    registrar = Registrar()
    register(registrar, "<sip:a@10.0.0.1>", port=1, call_id="a")
    register(registrar, "<sip:b@10.0.0.2>", port=2, call_id="b")
    assert [binding.contact for binding in registrar.of("1001")] == [
        "sip:b@10.0.0.2",
        "sip:a@10.0.0.1",
    ]
    register(registrar, "<sip:b@10.0.0.2>;expires=0", port=2, call_id="b", cseq=2)
    assert [binding.contact for binding in registrar.of("1001")] == ["sip:a@10.0.0.1"]
    assert register(registrar, "*", expires=0, call_id="a", cseq=2, port=1)[0] == 200
    assert registrar.of("1001") == []


def test_what_a_registrar_refuses() -> None:
    registrar = Registrar()
    assert register(registrar, f"<sip:z@10.0.0.1>;expires={'9' * 5000}")[0] == 200
    assert register(registrar, "<sip:a@10.0.0.1>", expires=SHORTEST - 1) == (
        423,
        {"Min-Expires": str(SHORTEST)},
    )
    assert register(registrar, "*", expires=600)[0] == 400
    assert register(registrar, "<sip:a@10.0.0.1>", cseq=5)[0] == 200
    assert register(registrar, "<sip:a@10.0.0.1>", cseq=4)[0] == 500, "an older one came late"


def test_what_runs_out_is_forgotten() -> None:
    registrar = Registrar()
    register(registrar, "<sip:a@10.0.0.1>", expires=60)
    assert registrar.next_expiry() == 60.0
    assert registrar.expire(59.9) == []
    assert registrar.expire(60.0) == ["1001"]
    assert registrar.next_expiry() is None


# ── ports ────────────────────────────────────────────────────────────────────


def test_ports_are_even_go_round_and_run_out() -> None:
    ports = RtpPorts(41_231, 41_236)
    taken = {ports.take("127.0.0.1"), ports.take("127.0.0.1")}
    assert taken == {41_232, 41_234}
    with pytest.raises(NoPortLeft, match="widen the range"):
        ports.take("127.0.0.1")
    ports.give("127.0.0.1", 41_232)
    assert ports.take("127.0.0.1") == 41_232
    assert RtpPorts().take("127.0.0.1") % 2 == 0


if __name__ == "__main__":
    head, _, rest = DRAWINGS.read_text(encoding="utf-8").partition("<!-- switchboard -->\n")
    _, _, tail = rest.partition("<!-- end -->\n")
    DRAWINGS.write_text(
        f"{head}<!-- switchboard -->\n{diagrams(MACHINES)}\n<!-- end -->\n{tail}", encoding="utf-8"
    )
