"""A number whose hours are over and whose duty seat takes no call: words, then a message, never silence."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from telephony.pbx import events as ev
from telephony.pbx.desk_orders import Transfer
from telephony.pbx.forwards import Forwards
from telephony.pbx.ivr import Flow, Language, ToNumber
from telephony.pbx.mail_events import BoxOpened
from telephony.pbx.plan import Opening
from telephony.sip import events as sip
from tests.stage.exchange import PROMPTS, answering, press, register
from tests.telephony.pbx.test_forwards import DID, MOBILE, OFFICE, House

pytestmark = pytest.mark.story

SAYS = {
    **PROMPTS,
    **dict.fromkeys(("closed", "closed.now", "en/closed.now", "voicemail.greeting"), "tone:440:2"),
}
EVENING, HOLIDAY = datetime(2026, 9, 30, 20, 0), datetime(2026, 10, 1, 10, 0)
DUTY = "1004"
OTHER = "000010005"


class Night(House):
    """The house out of hours, its duty seat's telephone unplugged."""

    def __init__(self, moment: datetime = EVENING, *, there: bool = False, **more: Any) -> None:
        opening = Opening(OFFICE, ("extension", DUTY))
        values = {"prompts": SAYS, "openings": {DID: opening},
                  "message_path": lambda box, call: f"/mail/{box}-{call}.wav"}  # fmt: skip
        super().__init__(**(values | more))
        self.exchange.board.works.wall = lambda now: moment
        if not there:
            register(self.desk[DUTY], expires=0)
            self.run(1)

    def said(self) -> list[str]:
        return [one.key for one in self.exchange.all(ev.PromptPlayed)]


@pytest.mark.feature("TEL-23")
@pytest.mark.parametrize("moment", [EVENING, HOLIDAY], ids=["evening", "holiday"])
def test_nobody_on_duty_is_told_and_a_message_is_taken(moment: datetime) -> None:
    house = Night(moment)
    leg = house.comes_in()
    assert house.far.only(sip.Answered).leg == leg
    house.run(3)
    assert house.exchange.only(BoxOpened).box == DUTY
    house.run(30)
    assert house.said()[:2] == ["closed.now", "voicemail.greeting"]
    assert house.exchange.only(ev.FoundClosed).number == DID
    assert not house.far.all(sip.Refused)
    house.quiet()


@pytest.mark.feature("TEL-23")
@pytest.mark.parametrize("why", ["rings", "declines", "busy", "undisturbed", "circle"])
def test_a_duty_seat_that_takes_no_call_is_nobody_on_duty(why: str) -> None:
    wishes = {
        "undisturbed": Forwards(undisturbed=True),
        "circle": Forwards(unanswered="1003", after=2.0),
    }
    back = Forwards(always=DUTY)
    house = Night(there=True, wishes={DUTY: wishes.get(why, Forwards()), "1003": back})
    phone = house.desk[DUTY]
    if why == "declines":
        phone.on(sip.Invited, lambda e: phone.core.refuse(e.leg, 603, phone.now))
    elif why == "busy":
        answering(house.desk["1003"])
        house.dials("1003", by=DUTY)
    else:
        house.rings(DUTY)
    house.comes_in()
    house.run(35)
    assert [box.box for box in house.exchange.all(BoxOpened)] == [DUTY]
    assert not house.far.all(sip.Refused)
    house.quiet()


def test_the_duty_seat_that_answers_talks_and_nobody_is_turned_away() -> None:
    house = Night(there=True)
    answering(house.desk[DUTY])
    house.comes_in()
    house.run(3)
    assert house.exchange.only(ev.DeskAnswered).extension == DUTY
    assert not house.exchange.all(ev.FoundClosed)
    house.quiet()


def test_words_alone_where_no_message_is_taken() -> None:
    house = Night(message_path=lambda box, call: None)
    house.comes_in()
    house.run(5)
    assert house.said() == ["closed"]
    assert (house.exchange.only(ev.CallEnded).why, len(house.far.all(sip.Ended))) == (
        "flow_ended",
        1,
    )
    house.quiet()


def test_where_there_is_nothing_at_all_the_call_is_refused_unanswered() -> None:
    house = Night(prompts={}, message_path=lambda box, call: None)
    house.comes_in()
    assert house.far.only(sip.Refused).status == 480
    assert house.exchange.only(ev.FoundClosed).number == DID
    house.quiet()


def test_in_office_hours_an_absent_desk_is_an_absent_desk() -> None:
    house = Night(datetime(2026, 9, 30, 10, 0))
    register(house.desk["1002"], expires=0)
    house.run(1)
    house.comes_in()
    assert house.far.only(sip.Refused).status == 480
    assert not house.exchange.all(ev.FoundClosed)
    house.quiet()


def test_it_is_said_in_the_language_the_caller_chose() -> None:
    menu = Language((), {"2": "en"}, then="on", seconds=5.0)
    flow = Flow("choose", "menu", {"menu": menu, "on": ToNumber(DID)})
    numbers = {DID: ("extension", "1002"), OTHER: ("flow", "choose")}
    house = Night(numbers=numbers, flows={"choose": flow}, there=False)
    house.dials(OTHER, by="1001")
    press(house.exchange, "2")
    house.run(3)
    (told,) = house.exchange.all(ev.PromptPlayed)
    assert (told.key, told.lang) == ("closed.now", "en")
    house.quiet()


@pytest.mark.parametrize("agent_stays", [True, False])
def test_who_is_handed_on_to_a_closed_number_comes_back_or_hears_the_words(
    agent_stays: bool,
) -> None:
    house = Night()
    legs = answering(house.desk["1001"])
    house.dials("1001", by="1003")
    house.run(3)
    if not agent_stays:
        register(house.desk["1001"], expires=0)
        house.run(1)
    house.exchange.command(Transfer("1001", DID))
    house.run(6)
    assert len(legs) == (2 if agent_stays else 1)
    assert len(house.exchange.all(BoxOpened)) == (not agent_stays)
    house.quiet()


def test_whom_the_duty_seat_served_and_sent_on_in_vain_is_not_told_that_it_is_closed() -> None:
    house = Night(there=True)
    house.far.on(sip.Invited, lambda e: house.far.core.refuse(e.leg, 486, house.world.now))
    phone = house.desk[DUTY]
    legs = answering(phone)
    house.comes_in()
    house.run(3)
    register(phone, expires=0)
    house.run(1)
    house.exchange.command(Transfer(DUTY, MOBILE))
    house.run(6)
    assert (len(legs), house.said()) == (1, ["unreachable"])
    assert not house.exchange.all(ev.FoundClosed)
    house.quiet()
