"""How a customer's mind moves in a call."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scenarios.acts import (
    Act,
    HangUp,
    Heard,
    Held,
    Interrupted,
    LineCut,
    MenuPlayed,
    Press,
    Queued,
    RatingAsked,
    ReadAloud,
    Resumed,
    Say,
    Spoken,
)
from scenarios.cast import cast_of
from scenarios.lines import lines
from scenarios.load import all_scenarios, find
from scenarios.mind import MOST_TURNS, Mind, Phase, mind_of
from scenarios.rehearse import GIVEN, agent_says

pytestmark = pytest.mark.unit
SCENARIOS = all_scenarios()


def words(acts: list[Act]) -> str:
    return " ".join(act.text for act in acts if isinstance(act, Say))


def answered(name: str = "broadband-bill", seed: int = 1) -> Mind:
    """A mind that has heard the greeting and told its matter."""
    mind = mind_of(find(name), seed=seed)
    assert mind.opens() == []
    mind.hears(Heard("您好，请问有什么可以帮您" if mind.scenario.lang == "zh" else "Hello"))
    return mind


def settled(name: str = "broadband-bill", seed: int = 1) -> Mind:
    mind = mind_of(find(name), seed=seed)
    says = agent_says(mind.scenario, mind.cast, GIVEN[mind.scenario.lang])
    mind.opens()
    mind.hears(Heard(says[""]))
    for _ in range(20):
        if mind.phase is not Phase.TALKING:
            return mind
        mind.hears(Heard(says[mind.beat]))
    raise AssertionError("the model did not settle the matter")


def test_the_customer_presses_the_menus_key() -> None:
    acts = mind_of(find("broadband-bill"), seed=1).told(MenuPlayed())
    assert acts[-1] == Press("1")


def test_the_customer_waits_for_the_greeting_and_then_tells_the_matter() -> None:
    mind = mind_of(find("broadband-bill"), seed=1)
    assert mind.opens() == []
    assert "块" in words(mind.hears(Heard("您好，请讲")))
    assert mind.beat == "complains"


def test_words_before_the_answer_was_told_open_the_talk_too() -> None:
    mind = mind_of(find("broadband-bill"), seed=1)
    assert words(mind.hears(Heard("您好")))
    assert mind.opens() == []


@pytest.mark.parametrize("nonsense", ["", "   ", "嗯", "哒哒哒哒", "qwert", "🙂🙂", "。。。"])
def test_nonsense_goes_the_way_of_anything(nonsense: str) -> None:
    mind = answered()
    before = mind.mood["patience"]
    mind.hears(Heard(nonsense))
    assert mind.beat == "snaps"
    assert mind.mood["patience"] < before


def test_the_order_in_the_file_decides_between_two_cues() -> None:
    mind = answered()
    mind.hears(Heard("实在抱歉，麻烦您报一下姓名和账号"))
    assert {"apology", "verify_identity"} <= {match.cue for match in mind.understood}
    assert mind.beat == "names_himself"


def test_cues_joined_by_plus_need_both() -> None:
    mind = answered()
    mind.hears(Heard("麻烦您报一下姓名和账号"))
    mind.hears(Heard("多出来的是会员费，免费试用到期了，我帮您取消，把钱退给您"))
    assert mind.beat == "asks_when"


def test_an_aside_is_answered_without_leaving_the_beat() -> None:
    mind = answered()
    said = words(mind.hears(Heard("不好意思，您先别挂，我查一查")))
    assert said
    mind = answered("order-inquiry")
    beat = mind.beat
    assert words(mind.hears(Heard("One moment please"))) in {
        "Sure.",
        "Okay, go ahead.",
        "No problem, I'll wait.",
    }
    assert mind.beat == beat


def test_never_the_same_wording_twice_in_a_row() -> None:
    for seed in range(30):
        mind = mind_of(find("broadband-elderly"), seed=seed)
        mind.opens()
        last = ""
        while not mind.gone:
            now = words(mind.hears(Heard("嗯")))
            assert now != last
            last = now


def test_rude_words_end_the_call() -> None:
    mind = answered()
    assert isinstance(mind.hears(Heard("关我什么事，你爱投诉就投诉"))[-1], HangUp)
    assert (mind.outcome, mind.rating) == ("escalated", 1)


def test_good_words_count_once() -> None:
    mind = answered("broadband-elderly")
    mind.hears(Heard("您别急"))
    trust = mind.mood["trust"]
    mind.hears(Heard("您别急"))
    assert mind.mood["trust"] == trust


# ── waiting and silence ──────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("seconds", "fall"), [(0, 0), (20, 0), (29.9, 0), (30, 3), (39, 3), (60, 12)]
)
def test_the_queue_costs_patience_for_whole_ten_seconds(seconds: float, fall: int) -> None:
    mind = mind_of(find("broadband-bill"), seed=1)
    mind.told(Queued(seconds / 2))
    mind.told(Queued(seconds))
    mind.told(Queued(seconds))
    assert mind.mood["patience"] == 60 - fall


def test_a_long_wait_in_the_queue_is_mentioned() -> None:
    mind = mind_of(find("broadband-bill"), seed=1)
    mind.told(Queued(60))
    mind.opens()
    acts = mind.hears(Heard("您好"))
    assert [act.key.split("/")[0] for act in acts if isinstance(act, Say)] == [
        "temper.queue",
        "beats.complains",
    ]


@pytest.mark.feature("PSN-24")
def test_a_customer_drops_out_of_an_endless_queue() -> None:
    mind = mind_of(find("broadband-bill"), seed=1)
    assert mind.told(Queued(3600)) == [HangUp("queue")]
    assert (mind.outcome, mind.gone) == ("abandoned", True)


def test_holding_stops_the_silence_and_a_long_hold_costs_patience() -> None:
    mind = answered()
    before = mind.mood["patience"]
    mind.told(Held(0))
    assert mind.next_wait() is None
    assert mind.waits(100) == []
    mind.told(Held(15))
    assert mind.mood["patience"] == before
    mind.told(Held(41))
    assert mind.mood["patience"] == before - 10
    assert words(mind.told(Resumed()))
    assert mind.next_wait() is not None


def test_a_short_hold_is_not_mentioned() -> None:
    mind = answered()
    mind.told(Held(10))
    assert mind.told(Resumed()) == []


def test_an_endless_hold_ends_the_call() -> None:
    mind = answered()
    assert mind.told(Held(600)) == [HangUp("hold")]
    assert mind.outcome == "escalated"


def test_silence_is_asked_about_and_ends_in_giving_up() -> None:
    mind = answered()
    due = mind.next_wait()
    assert due == 6.0
    assert mind.waits(due - 0.5) == []
    said = words(mind.waits(due))
    assert said.startswith(("喂", "听见"))
    acts: list[Act] = []
    for _ in range(12):
        acts = acts or (mind.waits(30) if mind.phase is Phase.TALKING else [])
        mind.waits(30)
    assert mind.gone
    assert mind.outcome == "escalated"


def test_interruptions_cost_patience_and_the_second_is_answered() -> None:
    mind = answered()
    before = mind.mood["patience"]
    assert mind.told(Interrupted()) == []
    assert words(mind.told(Interrupted()))
    assert mind.mood["patience"] == before - 16


@pytest.mark.feature("TRN-25")
def test_reading_aloud_is_noticed() -> None:
    mind = answered()
    before = dict(mind.mood)
    mind.told(ReadAloud())
    assert mind.mood["trust"] < before["trust"]


# ── hearing ──────────────────────────────────────────────────────────────────


@pytest.mark.feature("PSN-01", "PSN-02", "IMP-17")
def test_the_elder_asks_again_after_a_long_sentence_and_understands_a_short_one() -> None:
    mind = answered("broadband-elderly")
    long = "老人家您好，为了保护您的账户信息安全，麻烦您先报一下开户登记时候使用的姓名以及宽带账号"
    acts = mind.hears(Heard(long))
    assert acts[0].key.startswith("persona.hearing.asks/")
    assert mind.beat == "asks"
    mind.hears(Heard("您叫什么名字？"))
    assert mind.beat == "tells_name"


def test_the_elder_makes_do_after_asking_twice() -> None:
    mind = answered("broadband-elderly")
    long = "老人家您好，为了保护您的账户信息安全，麻烦您先报一下开户登记时候使用的姓名以及宽带账号"
    for _ in range(3):
        mind.hears(Heard(long))
    assert mind.beat == "tells_name"


@pytest.mark.feature("PSN-01", "IMP-17")
def test_the_elder_mixes_up_the_price_until_it_is_said_right() -> None:
    mind = answered("broadband-elderly", seed=2)
    mind.beat = "mixes_up"
    mind.hears(Heard("对的"))
    assert mind.beat == "mixes_up"
    mind.hears(Heard(f"不是，是{mind.cast.facts['old']}块"))
    assert mind.beat == "agrees"


def test_a_voice_without_words_moves_on_by_the_script() -> None:
    for scenario in SCENARIOS:
        mind = mind_of(scenario, seed=3)
        mind.opens()
        for _ in range(MOST_TURNS + 10):
            mind.told(Spoken())
        assert mind.outcome is not None


def test_unsure_words_count_as_voice_alone() -> None:
    mind = answered()
    before = dict(mind.mood)
    mind.hears(Heard("唔哩哇", confidence=0.2))
    assert mind.mood == before
    assert mind.beat != "snaps"


# ── the end ──────────────────────────────────────────────────────────────────


def test_after_the_agents_closing_the_customer_says_goodbye_then_rates_then_hangs_up() -> None:
    mind = settled()
    assert words(mind.hears(Heard("感谢您的来电，再见")))
    assert not mind.gone
    assert mind.told(RatingAsked())[-1] == Press(str(mind.rating))
    assert mind.waits(1) == []
    assert mind.waits(mind.next_wait() or 0) == [HangUp("goodbye")]
    assert mind.next_wait() is None


def test_an_agent_who_never_closes_is_left() -> None:
    mind = settled()
    said = mind.waits(mind.next_wait() or 0)
    assert words(said)
    assert mind.waits(mind.next_wait() or 0) == [HangUp("goodbye")]


def test_asked_again_for_wishes_the_customer_has_none() -> None:
    mind = settled()
    assert mind.hears(Heard("请问还有其他可以帮您的吗"))[0].key.startswith("persona.nothing_else")


def test_a_cut_line_leaves_no_rating() -> None:
    mind = answered()
    assert mind.told(LineCut()) == []
    assert (mind.outcome, mind.rating, mind.gone) == ("broken_off", None, True)


def test_a_cut_line_after_the_end_changes_nothing() -> None:
    mind = settled()
    mind.told(LineCut())
    assert mind.outcome == "satisfied"
    assert mind.rating == 5


@pytest.mark.feature("PSN-12")
def test_a_just_refusal_ends_well_though_the_customer_is_angry() -> None:
    mind = settled("call-records-refused")
    assert mind.outcome == "refused_justly"
    assert mind.outcome in mind.scenario.grading.outcomes
    assert (mind.rating or 0) <= 3


def test_giving_in_makes_the_customer_glad_and_the_outcome_wrong() -> None:
    mind = answered("call-records-refused")
    mind.hears(Heard("没问题，我这就帮您查"))
    assert mind.outcome == "policy_broken"
    assert mind.outcome not in mind.scenario.grading.outcomes


def test_an_agent_who_promises_the_elder_nothing_loses_him_in_the_end() -> None:
    mind = answered("broadband-elderly")
    for _ in range(30):
        mind.hears(Heard("哦"))
    assert mind.outcome == "abandoned"


# ── whatever happens ─────────────────────────────────────────────────────────


happenings = st.one_of(
    st.builds(Heard, st.text(max_size=60), st.sampled_from([0.1, 0.9])),
    st.builds(
        Heard,
        st.sampled_from(
            ["您好", "对不起", "请报姓名和账号", "请稍等", "再见", "还有别的吗", "Sorry", "bye"]
        ),
    ),
    st.builds(Held, st.floats(0, 40)),
    st.sampled_from([Resumed(), Interrupted(), ReadAloud(), Spoken(), RatingAsked(), MenuPlayed()]),
    st.builds(Queued, st.floats(0, 60)),
    st.floats(0, 60),
)


@given(st.sampled_from(SCENARIOS), st.integers(0, 50), st.lists(happenings, max_size=30))
@settings(max_examples=80, deadline=None)
def test_no_talk_breaks_a_mind_and_every_line_was_announced(scenario, seed, events) -> None:
    mind = mind_of(scenario, seed=seed)
    known = {line.key: line.text for line in lines(scenario, cast_of(scenario, seed))}
    for event in events:
        if isinstance(event, float):
            acts = mind.waits(event)
        else:
            acts = mind.hears(event) if isinstance(event, Heard) else mind.told(event)
        for act in acts:
            assert not isinstance(act, Say) or known[act.key] == act.text
        assert all(0 <= value <= 100 for value in mind.mood.values())
        assert mind.beat in scenario.beats
        assert (mind.rating is None) or 1 <= mind.rating <= 5


@given(st.sampled_from(SCENARIOS), st.integers(0, 50), st.lists(st.text(max_size=20), min_size=1))
@settings(max_examples=50, deadline=None)
def test_every_conversation_ends_within_a_bound(scenario, seed, said) -> None:
    mind = mind_of(scenario, seed=seed)
    mind.opens()
    for turn in range(MOST_TURNS + 5):
        mind.hears(Heard(said[turn % len(said)]))
    while (due := mind.next_wait()) is not None:
        mind.waits(due)
    assert mind.gone
    assert mind.outcome is not None
