import pytest

from classroom.door.wire import Caption, CardPopped, DeskChanged, Graded, StepsChanged
from lab.seat.state import Pane, SeatState
from tests.stage import props

pytestmark = pytest.mark.unit


@pytest.fixture
def state() -> SeatState:
    return SeatState(name="林晓雯", extension="1007")


def pop(state: SeatState, call_id: str = props.CALL) -> None:
    card = props.card("zh").model_copy(update={"call_id": call_id})
    assert state.take(CardPopped(extension="1007", card=card), 0)


def test_a_call_goes_through_every_pane(state):
    assert state.pane is Pane.BRIEFING
    pop(state)
    state.rang("05550107")
    assert state.pane is Pane.RINGING
    state.answered(10)
    assert state.pane is Pane.TALK
    state.take(props.desk_changed("zh", "ready", "talking"), 10)
    state.take(props.desk_changed("zh", "ready", "wrapping"), 60)
    assert (state.pane, state.wrap_until) == (Pane.WRAPUP, 120)
    state.submitted()
    state.take(props.desk_changed("zh", "break"), 70)
    assert (state.pane, state.scorecard) == (Pane.RESULT, None)
    state.take(Graded(call_id=props.CALL, extension="1007", scorecard=props.scorecard("zh")), 71)
    assert state.scorecard is not None


def test_a_seat_started_anew_goes_on_with_what_is_left_of_the_wrap_up_time(state):
    """The server's clock is another than the seat's; the summary began 45 s ago and was prolonged."""
    desk = props.desk("zh", "ready", "wrapping").model_copy(
        update={"since": 9000.0, "until": 9120.0}
    )
    state.take(DeskChanged(desk=desk, at=9045.0), 500)
    assert (state.pane, state.wrap_began, state.wrap_until) == (Pane.WRAPUP, 455, 575)
    state.take(DeskChanged(desk=desk.model_copy(update={"until": 9180.0})), 510)
    assert state.wrap_until == 635


def test_the_telephone_may_ring_before_the_card_pops(state):
    state.rang("05550107")
    assert (state.pane, state.card) == (Pane.RINGING, None)
    pop(state)
    assert state.card is not None


def test_a_call_without_a_card_does_not_show_the_last_customers_record(state):
    pop(state)
    state.rang("05550107")
    state.over()
    state.rang("1002")
    assert state.card is None


def test_other_seats_events_change_nothing(state):
    pop(state)
    assert not state.take(CardPopped(extension="1008", card=props.card("en")), 0)
    assert not state.take(StepsChanged(call_id="another", steps=[]), 0)
    assert state.card == props.card("zh")


def test_an_awaited_line_is_replaced_by_what_the_server_heard(state):
    pop(state)
    state.says("您好", 12)
    heard = Caption(
        call_id=props.CALL,
        at=1.5,
        until=2,
        who="agent",
        text="您好",
        heard_by="typed",
        speaking=True,
    )
    state.take(heard, 0)
    state.take(heard.model_copy(update={"speaking": False}), 0)
    assert [(line.text, line.at, line.speaking) for line in state.talk] == [("您好", 1.5, False)]


def test_a_summary_that_runs_out_of_time_still_leads_to_the_scorecard(state):
    pop(state)
    state.take(props.desk_changed("zh", "ready", "wrapping"), 0)
    state.take(props.desk_changed("zh", "ready"), 60)
    assert state.pane is Pane.RESULT
    assert state.result_of == props.CALL


def test_a_hold_is_timed_from_its_beginning(state):
    pop(state)
    state.answered(5)
    state.take(props.desk_changed("zh", "ready", "talking"), 5)
    state.take(props.desk_changed("zh", "ready", "holding"), 20)
    assert state.held_at == 20
    state.take(props.desk_changed("zh", "ready", "talking"), 30)
    assert not state.held


def test_the_rail_is_red_only_with_a_real_customer(state):
    pop(state)
    assert not state.live
    live = CardPopped(extension="1007", card=props.card("zh", live=True))
    state.take(live, 0)
    assert state.live


def test_a_call_that_comes_back_has_its_card_and_talk_whichever_is_told_first(state):
    """A transfer that fails at once: the card comes before the telephone has let go of the call."""
    pop(state)
    state.rang("05550107")
    state.answered(10)
    state.says("您好", 12)
    pop(state)
    state.over()
    state.rang("05550107")
    assert state.card == props.card("zh") and [line.text for line in state.talk] == ["您好"]
    state.answered(20)
    state.over()
    state.rang("1002")
    assert (state.card, state.talk, state.steps) == (None, [], [])


def test_a_summary_that_is_handed_in_does_not_come_back_while_the_server_still_reckons(state):
    wrapping = props.desk("zh", "ready", "wrapping").model_copy(update={"call_id": props.CALL})
    pop(state)
    state.rang("05550107")
    state.answered(10)
    state.take(DeskChanged(desk=wrapping), 60)
    assert state.pane is Pane.WRAPUP
    state.submitted()
    state.activity = "idle"
    state.take(DeskChanged(desk=wrapping.model_copy(update={"duty": "break"})), 119)
    assert (state.pane, state.wrap_until) == (Pane.RESULT, None)
    assert state.result_of == props.CALL
    state.rang("05550107")
    state.answered(130)
    state.take(DeskChanged(desk=wrapping), 140)
    assert state.pane is Pane.WRAPUP


def test_a_seat_that_was_opened_anew_in_mid_call_is_free_when_the_call_is_over(state):
    """The telephone died with the earlier seat; only the server knows of the call."""
    state.take(props.desk_changed("zh", "off", "talking"), 10)
    assert (state.pane, state.stranded) == (Pane.TALK, True)
    state.take(props.desk_changed("zh", "off"), 30)
    assert (state.pane, state.stranded) == (Pane.BRIEFING, False)


def test_what_the_server_says_never_ends_a_call_that_the_telephone_has(state):
    pop(state)
    state.rang("05550107")
    state.answered(10)
    state.take(props.desk_changed("zh", "ready"), 11)
    assert state.pane is Pane.TALK
