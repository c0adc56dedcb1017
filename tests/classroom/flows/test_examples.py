"""The flows that a teacher copies, called and played through by keys."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from classroom.flows.accounts import ACCOUNTS, asked
from classroom.flows.build import flow_of
from classroom.flows.document import Document
from classroom.flows.lookups import SHAPES
from classroom.flows.shelf import BUNDLED, FlowShelf
from classroom.speech.prompts import TEXTS
from telephony.pbx import events as ev
from telephony.pbx.commands import AnswerLookup
from telephony.pbx.ivr.news import FlowLeft, LookupAsked
from telephony.pbx.plan import QueuePlan
from tests.stage.exchange import PROMPTS, Exchange, carrier, dials, plan_of, press, seat
from tests.stage.virtual import World

pytestmark = pytest.mark.story
EXAMPLES = ("account", "callingcard", "listings", "bill", "transfer", "news")


class Caller:
    """Somebody who dialled a flow's trial number from a seat, or the operator's from outside."""

    def __init__(self, name: str, change: Callable[[str], str] = str) -> None:
        text = change((BUNDLED / f"{name}.yaml").read_text(encoding="utf-8"))
        sheet = Document(f"{name}.yaml", text).sheet()
        flow = flow_of(sheet)
        clips = {f"{name}.{prompt}": "tone:440:1" for prompt in sheet.prompts}
        queues = {n: QueuePlan(n, rating=None, max_wait=20.0) for n in ("care", "service", "sales")}
        plan = plan_of(
            flows={**plan_of().flows, "reception": flow, name: flow},
            trials={"*7899": name},
            prompts={**PROMPTS, **clips},
            queues=queues,
        )
        plan = replace(plan, read=lambda kind, value, lang: (f"read.{kind}.{value}",))
        self.world = World(5)
        self.exchange = Exchange(self.world, plan)
        self.asked: list[str] = []
        self._answered = 0

    def rings(self, *, trial: bool = True) -> None:
        if trial:
            desk = seat(self.world, "1001")
            self.world.run(1)
            dials(desk, "*7899", user="1001", password="secret1", caller="1001")
        else:
            dials(carrier(self.world))
        self.world.run(4)

    def keys(self, typed: str) -> None:
        """Press keys; the records answer what is asked of them, then what is said is heard out."""
        for key in typed:
            press(self.exchange, key)
        self.world.run(1)
        for one in self.exchange.all(LookupAsked)[self._answered :]:
            self._answered += 1
            self.asked.append(one.ask)
            found = {"amount": "88.00"} if one.ask == "bill_amount" else asked(one.ask, one.given)
            if one.ask == "bill_amount" and one.given["number"] == "999":
                found = None
            self.exchange.command(AnswerLookup(one.call, one.ticket, found))
        self.world.run(12)

    def heard(self, key: str) -> int:
        return [one.key for one in self.exchange.all(ev.PromptPlayed)].count(key)

    @property
    def left(self) -> FlowLeft:
        return self.exchange.all(FlowLeft)[-1]


@pytest.mark.parametrize("name", [*EXAMPLES, "operator"])
def test_an_example_is_good_in_both_languages_and_can_be_tried(name: str) -> None:
    shelf = FlowShelf(None, set(TEXTS["zh"]), {"care"}, SHAPES)
    shelf.load()
    one = shelf.find(name)
    assert not one.weak and one.trial.startswith("*78")
    assert one.texts("zh").keys() == one.texts("en").keys() != set()


@pytest.mark.feature("ARC-10", "IVR-26")
def test_an_account_is_checked_and_paid_from_by_telephone() -> None:
    caller = Caller("account")
    caller.rings()
    caller.keys("12345678")
    caller.keys("1111")
    assert caller.heard("account.wrong") == 1, "a wrong PIN opens nothing"
    caller.keys("12345678")
    caller.keys("5678")
    has = asked("balance", {"number": "12345678", "pin": "5678"})
    assert has and caller.heard("account.holds") == caller.heard("account.owes") == 1
    caller.keys("1")
    caller.keys("999999#")
    assert caller.heard("account.failed") == 1, "nobody pays what is not there"
    caller.keys("100#")
    assert caller.heard("account.done") == caller.heard("account.left") == 1
    caller.keys("0")
    assert caller.left.to == "queue" and "pin" not in caller.left.values
    assert float(caller.left.values["amount"]) == pytest.approx(float(has["amount"]) - 100)
    assert caller.asked == ["balance", "balance", "pay", "pay"]


@pytest.mark.feature("ARC-10", "IVR-26")
def test_a_calling_card_tells_its_minutes_and_dials() -> None:
    caller = Caller("callingcard")
    caller.rings()
    caller.keys("87654321")
    caller.keys("4321")
    assert caller.heard("callingcard.holds") == caller.heard("callingcard.talk") == 1
    caller.keys("00001234567#")
    assert caller.left.to == "number" and caller.left.values["dial"] == "00001234567"
    assert int(caller.left.values["minutes"]) > 0 and "pin" not in caller.left.values


@pytest.mark.feature("ARC-10", "IVR-26")
@pytest.mark.parametrize(("key", "prompt"), [("1", "jobs"), ("2", "homes"), ("3", "goods")])
def test_classified_information_is_heard_by_subject(key: str, prompt: str) -> None:
    caller = Caller("listings")
    caller.rings()
    caller.keys(key)
    assert caller.heard(f"listings.{prompt}") == 1
    caller.keys("0")
    assert caller.left.to == "queue"


@pytest.mark.feature("ARC-10", "IVR-26")
def test_a_bill_is_told_for_this_number_and_for_another() -> None:
    caller = Caller("bill")
    caller.rings()
    caller.keys("1")
    assert caller.heard("bill.owes") == 1
    caller.keys("2")
    caller.keys("999#")
    assert caller.heard("bill.unknown") == 1
    caller.keys("2")
    caller.keys("00001234567#")
    assert caller.heard("bill.owes") == 2
    assert caller.asked == ["bill_amount"] * 3


@pytest.mark.feature("ARC-10", "IVR-26")
def test_money_is_sent_only_after_it_was_said_back() -> None:
    caller = Caller("transfer")
    caller.rings()
    caller.keys("12345678")
    caller.keys("5678")
    caller.keys("87654321")
    caller.keys("50#")
    assert caller.heard("transfer.heard") == caller.heard("transfer.payee") == 1
    assert caller.asked == ["balance"], "nothing moved yet"
    caller.keys("1")
    assert caller.heard("transfer.done") == 1 and caller.asked == ["balance", "transfer"]
    assert caller.left.values["receipt"] and "pin" not in caller.left.values


@pytest.mark.feature("ARC-10", "IVR-26")
def test_new_services_are_introduced_and_ordered_from_an_agent() -> None:
    caller = Caller("news")
    caller.rings()
    caller.keys("1")
    assert caller.heard("news.display") == 1
    caller.keys("2")
    caller.keys("2")
    assert caller.heard("news.mailbox") == 1
    caller.keys("1")
    assert caller.left.to == "queue"


def always(text: str) -> str:
    return text.replace("08:00-20:00", "00:00-24:00")


def never(text: str) -> str:
    return text.replace('{mon-sun: "08:00-20:00"}', "{}")


@pytest.mark.feature("ARC-09")
@pytest.mark.parametrize("why", ["busy", "closed"])
def test_the_automatic_operator_takes_over_when_lines_are_busy_or_unattended(why: str) -> None:
    caller = Caller("operator", always if why == "busy" else never)
    caller.rings(trial=False)
    for _ in range(40):
        if caller.heard(f"operator.{why}"):
            break
        caller.world.run(1)
    assert caller.heard(f"operator.{why}") == 1
    caller.keys("1")
    caller.keys("1002")
    assert caller.heard("operator.nobody") == 1, "nobody sits there"
    caller.keys("2")
    assert caller.asked == ["note"] and caller.heard("operator.noted") == 1


def test_practice_accounts_give_nothing_for_what_is_not_right() -> None:
    good = {
        "number": "12345678",
        "to": "87654321",
        "amount": "5",
        "pin": "5678",
        "card": "12345678",
    }
    wrong = {"number": "１２３４５６７８", "to": "1", "amount": "-5", "pin": "", "card": "x"}
    for ask, shape in ACCOUNTS.items():
        given = {name: good[name] for name in shape.takes}
        answer = asked(ask, given)
        assert answer is not None and answer.keys() == shape.gives
        assert answer == asked(ask, given)
        for name in shape.takes:
            assert asked(ask, {**given, name: wrong[name]}) is None
