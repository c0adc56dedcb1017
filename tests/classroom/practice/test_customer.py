"""A customer without a telephone: what reaches the mind, when the mouth opens, what is reported."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache

import pytest

from classroom.practice.customer import Customer
from classroom.practice.manners import INTERRUPTS, MENU_KNOWN, ON_THE_LINE, Do, Hush
from classroom.practice.orders import (
    CustomerEnded,
    CustomerHeard,
    CustomerRated,
    CustomerSpeaks,
    MoodChanged,
)
from scenarios.acts import HangUp, Press, Say
from scenarios.load import find
from scenarios.mind import mind_of
from scenarios.model import Scenario

pytestmark = pytest.mark.unit

SENTENCE = 3.0
VERIFY = "Sorry it's late. Let me find your order. Your name and order number, please?"
STATUS = "Thank you. It's on its way, it will be delivered tomorrow before noon."


@dataclass
class Line:
    """A telephone whose time is a number."""

    customer: Customer
    now: float = 1000.0
    done: list[object] = field(default_factory=list)
    _ends: list[tuple[float, int]] = field(default_factory=list)

    def gather(self) -> None:
        for doing in self.customer.doings():
            self.done.append(doing)
            if isinstance(doing, Hush):
                self._ends.clear()
            elif isinstance(doing, Do):
                seconds = SENTENCE if isinstance(doing.act, Say) else 0.1
                self._ends.append((self.now + seconds, doing.number))
                self.customer.act_began(doing.number, self.now)
        self.done += self.customer.doings()

    def run(self, until: float | None = None) -> None:
        """Let time pass, timer by timer."""
        limit = self.now + 60.0 if until is None else self.now + until
        while True:
            self.gather()
            timers = [at for at, _ in self._ends]
            if (timer := self.customer.next_timer()) is not None:
                timers.append(timer)
            if not timers or min(timers) > limit:
                break
            self.now = max(self.now, min(timers))
            for end in [end for end in self._ends if end[0] <= self.now]:
                self._ends.remove(end)
                self.customer.act_done(end[1], self.now)
            self.customer.tick(self.now)
        self.now = limit if until is not None else self.now
        self.gather()

    def of(self, kind: type) -> list:
        return [doing for doing in self.done if isinstance(doing, kind)]

    def acts(self, kind: type) -> list:
        return [doing.act for doing in self.of(Do) if isinstance(doing.act, kind)]

    def said(self) -> list[str]:
        return [act.text for act in self.acts(Say)]

    def words(self, text: str, sound: float | None = 0.3) -> None:
        self.customer.words_came(text, "typed", self.now, sound=sound)
        self.gather()


@cache
def scenario() -> Scenario:
    return find("order-inquiry")


def call(seed: int = 7, **more) -> Line:
    mind = mind_of(scenario(), seed=seed)
    line = Line(Customer(mind, order_id="o1", seconds_of=lambda say: SENTENCE, **more))
    line.customer.placed(line.now)
    return line


def answered(seed: int = 7, **more) -> Line:
    line = call(seed, **more)
    line.customer.told("queued", line.now)
    line.run(2.0)
    line.customer.told("answered", line.now)
    return line


def talked(gap: float, seed: int = 7) -> Line:
    """A whole good call, with so many seconds between what the customer says and the agent."""
    line = answered(seed)
    for words in ("Hello, Harbor Goods, agent 1001, how can I help?", VERIFY, STATUS,
                  "Anything else I can do?", "Thank you for calling, goodbye."):  # fmt: skip
        line.run(gap)
        line.words(words, sound=2.0)
        line.run(7.0)
    line.customer.told("rating", line.now)
    line.run(4.0)
    line.customer.cut("remote", line.now)
    line.gather()
    return line


class TestBeforeTheAgent:
    def test_the_key_is_pressed_once_after_the_menu_fell_silent(self):
        line = call()
        line.customer.line_answered(line.now)
        line.customer.voice_began(line.now + 0.2)
        line.run(8.0)
        assert line.acts(Press) == []
        line.customer.voice_ended(1000.2, line.now - 0.5, line.now)
        line.run(3.0)
        assert [act.digits for act in line.acts(Press)] == ["1"]
        line.customer.voice_began(line.now)
        line.customer.voice_ended(line.now, line.now + 4, line.now + 4)
        line.run(20.0)
        assert len(line.acts(Press)) == 1

    def test_who_knows_the_menu_presses_while_the_line_still_greets(self):
        line = call(knows_menu=True)
        line.customer.line_answered(line.now)
        line.customer.voice_began(line.now + 0.1)
        line.run(MENU_KNOWN - 0.1)
        assert line.acts(Press) == []
        line.run(1.0)
        assert line.acts(Press) == [Press("1")], "the voice has not ended yet"

    def test_a_sentence_begins_when_it_is_heard_and_is_told_in_any_case(self):
        line = answered()
        line.words("Hello, Harbor Goods, agent 1001, how can I help?", sound=None)
        customer, told = line.customer, []
        while not (do := next((d for d in told if isinstance(d, Do)), None)):
            line.now = customer.next_timer() or line.now
            customer.tick(line.now)
            told = customer.doings()
        assert not [d for d in told if isinstance(d, CustomerSpeaks)], "not heard yet"
        customer.act_began(do.number, line.now + 0.5)
        (begun,) = [d for d in customer.doings() if isinstance(d, CustomerSpeaks)]
        assert (begun.began, begun.until) == (line.now + 0.5 + ON_THE_LINE, None)
        customer.act_done(do.number, line.now + 3.5)
        told = customer.doings()
        assert told[0].until == line.now + 3.5 + ON_THE_LINE
        while not (do := next((d for d in told if isinstance(d, Do)), None)):
            line.now = customer.next_timer() or line.now
            customer.tick(line.now)
            told = customer.doings()
        customer.cut("gone", line.now)
        both = [d for d in customer.doings() if isinstance(d, CustomerSpeaks)]
        assert [one.until is None for one in both] == [True, False]

    def test_the_key_is_pressed_though_the_menu_never_ends(self):
        line = call()
        line.customer.line_answered(line.now)
        line.customer.voice_began(line.now)
        line.run(20.0)
        assert len(line.acts(Press)) == 1

    def test_waiting_reaches_the_mind_in_whole_steps_only(self):
        moods = []
        for waited in (61.0, 65.0, 69.9):
            line = call()
            line.customer.told("queued", line.now)
            line.run(waited)
            line.customer.told("answered", line.now)
            moods.append(dict(line.customer.mind.mood))
        assert moods[0] == moods[1] == moods[2]
        assert moods[0]["patience"] < call().customer.mind.mood["patience"]

    def test_an_endless_queue_makes_the_customer_hang_up(self):
        line = call()
        line.customer.told("queued", line.now)
        line.run(3600.0)
        assert [act.why for act in line.acts(HangUp)] == ["queue"]
        line.customer.cut("local", line.now)
        line.gather()
        (end,) = line.of(CustomerEnded)
        assert (end.outcome, end.why, end.rating) == ("abandoned", "queue", None)

    def test_the_lesson_may_say_when_to_give_up(self):
        line = call(give_up_after=15.0)
        line.run(20.0)
        line.customer.cut("local", line.now)
        line.gather()
        assert line.of(CustomerEnded)[0].outcome == "unanswered"

    def test_a_call_that_never_came_about_ends_once(self):
        line = call()
        line.customer.unreached("refused", "503", line.now)
        line.customer.cut("remote", line.now)
        line.customer.drop("late", line.now)
        line.gather()
        assert [end.outcome for end in line.of(CustomerEnded)] == ["refused"]


class TestTalking:
    def test_the_same_words_come_out_however_slow_the_agent_types(self):
        said = [talked(gap).said() for gap in (0.0, 0.7, 2.0, 5.0)]
        assert said[0] == said[1] == said[2] == said[3]
        assert len(said[0]) >= 4

    def test_a_whole_call_is_reported(self):
        line = talked(1.0)
        (end,) = line.of(CustomerEnded)
        (rated,) = line.of(CustomerRated)
        assert (end.outcome, end.rating, rated.rating) == ("satisfied", 5, 5)
        assert line.acts(Press)[-1].digits == "5"
        begins = [s for s in line.of(CustomerSpeaks) if s.until is None]
        ends = [s for s in line.of(CustomerSpeaks) if s.until is not None]
        assert [s.text for s in begins] == [s.text for s in ends] == line.said()
        assert all(e.until == pytest.approx(e.began + SENTENCE) for e in ends)
        assert [h.heard_by for h in line.of(CustomerHeard)] == ["typed"] * 5
        assert line.of(CustomerHeard)[1].cue is not None
        assert line.of(MoodChanged)[-1].mood == end.mood

    def test_two_sentences_in_a_row_are_told_as_one_turn(self):
        line = call()
        line.customer.told("queued", line.now)
        line.run(65.0)
        line.customer.told("answered", line.now)
        line.words("Hello, how can I help?")
        line.run(10.0)
        assert len(line.said()) == 2
        told = [(s.key.partition("/")[0], s.until is None, s.more) for s in line.of(CustomerSpeaks)]
        assert told == [
            ("temper.queue", True, True),
            ("temper.queue", False, True),
            ("beats.asks", True, False),
            ("beats.asks", False, False),
        ]

    def test_the_answer_waits_for_the_sound_of_typed_words(self):
        line = answered()
        line.words("Hello, how can I help?", sound=4.0)
        line.run(3.9)
        assert line.said() == []
        line.run(1.0)
        assert len(line.said()) == 1

    def test_words_that_do_not_tell_are_given_time_to_sound(self):
        line = answered()
        line.words("Hello, how can I help?", sound=None)
        line.run(1.9)
        assert line.said() == []
        line.run(0.2)
        assert len(line.said()) == 1

    def test_the_answer_waits_while_the_agent_is_heard(self):
        line = answered()
        line.words("Hello, how can I help?")
        line.customer.voice_began(line.now + 0.2)
        line.run(9.0)
        assert line.said() == []
        line.customer.voice_ended(line.now - 8, line.now, line.now)
        line.run(1.0)
        assert len(line.said()) == 1

    def test_a_sound_that_never_ends_does_not_silence_the_customer(self):
        line = answered()
        line.words("Hello, how can I help?")
        line.customer.voice_began(line.now + 0.2)
        line.run(25.0)
        assert len(line.said()) == 1
        assert line.of(CustomerSpeaks)[0].interrupted

    def test_silence_is_asked_about(self):
        line = answered()
        line.words("Hello, how can I help?")
        line.run(5.0)
        line.run(9.0)
        assert len(line.said()) == 2
        assert line.acts(Say)[1].key.startswith("temper.silence")

    def test_no_silence_while_on_hold(self):
        line = answered()
        line.words("Hello, how can I help?")
        line.run(5.0)
        line.customer.told("held", line.now)
        line.run(25.0)
        assert len(line.said()) == 1
        line.customer.told("resumed", line.now)
        line.run(9.0)
        assert len(line.said()) == 2

    def test_a_long_hold_is_remarked_on(self):
        line = answered()
        line.words("Hello, how can I help?")
        line.run(5.0)
        line.customer.told("held", line.now)
        line.run(50.0)
        line.customer.told("resumed", line.now)
        line.run(1.0)
        assert line.acts(Say)[-1].key.startswith("temper.hold")

    def test_an_agent_who_leaves_in_the_middle_breaks_the_call_off(self):
        line = answered()
        line.words("Hello, how can I help?")
        line.run(1.0)
        line.customer.told("rating", line.now)
        line.run(1.0)
        assert line.of(Hush)
        assert len(line.acts(HangUp)) == 1
        assert line.acts(Press) == []
        line.customer.cut("local", line.now)
        line.gather()
        (end,) = line.of(CustomerEnded)
        assert (end.outcome, end.rating) == ("broken_off", None)

    def test_an_order_to_drop_is_obeyed_at_once(self):
        line = answered()
        line.words("Hello, how can I help?")
        line.run(1.0)
        line.customer.drop("lesson ended", line.now)
        line.run(1.0)
        assert line.of(Hush)
        line.customer.cut("local", line.now)
        line.gather()
        assert line.of(CustomerEnded)[0].why == "lesson ended"


class TestInterrupting:
    def begun(self, into: float) -> Line:
        line = answered()
        line.words("Hello, how can I help?")
        line.run(0.7)
        assert len(line.said()) == 1
        line.run(into)
        return line

    def test_just_before_the_end_of_a_sentence_is_no_interruption(self):
        line = self.begun(SENTENCE - INTERRUPTS + 0.1)
        before = line.customer.mind.mood["patience"]
        line.words(VERIFY)
        assert line.of(Hush) == []
        assert line.customer.mind.mood["patience"] >= before
        line.run(6.0)
        assert len(line.said()) == 2

    def test_talking_over_the_customer_is_felt_and_the_sentence_goes_on(self):
        line = self.begun(0.3)
        before = line.customer.mind.mood["patience"]
        line.words("Your name and order number, please?")
        assert line.customer.mind.mood["patience"] < before
        assert line.of(Hush) == []
        line.run(6.0)
        assert len(line.said()) == 2

    def test_the_second_time_the_customer_stops_and_says_so(self):
        line = self.begun(0.3)
        line.words("Your name and order number, please?")
        line.run(3.5)
        line.words(STATUS)
        assert len(line.of(Hush)) == 1
        line.run(4.0)
        assert line.acts(Say)[2].key.startswith("temper.interrupted")
        cut = next(s for s in line.of(CustomerSpeaks) if s.until and s.until - s.began < SENTENCE)
        assert cut.text == line.said()[1]


class TestVoiceAlone:
    def speak(self, line: Line, seconds: float = 2.0) -> None:
        began = line.now
        line.customer.voice_began(began + 0.1)
        line.run(seconds + 0.5)
        line.customer.voice_ended(began, began + seconds, line.now)

    def test_speech_without_words_moves_the_talk_on_after_a_grace(self):
        line = answered()
        self.speak(line)
        line.run(1.0)
        assert line.said() == []
        line.run(1.0)
        assert len(line.said()) == 1
        (heard,) = line.of(CustomerHeard)
        assert (heard.heard_by, heard.text) == ("voice", "")

    def test_the_sound_of_typed_words_is_not_heard_twice(self):
        line = answered()
        line.words("Hello, how can I help?")
        self.speak(line, 4.0)
        line.run(7.0)
        assert len(line.of(CustomerHeard)) == 1
        assert len(line.said()) == 1

    def test_the_switchboards_announcement_is_not_the_agent(self):
        line = call()
        line.customer.told("answered", line.now, announcement=3.0)
        self.speak(line, 3.0)
        line.run(3.0)
        assert line.of(CustomerHeard) == []

    def test_an_announcement_that_a_busy_machine_plays_late_is_not_the_agent_either(self):
        """Its end is due at 3.0 s and comes at 4.6 s; what counts is how long it sounds."""
        line = call()
        line.customer.told("answered", line.now, announcement=3.0)
        line.run(1.6)
        self.speak(line, 3.1)
        line.run(2.0)
        assert line.of(CustomerHeard) == []

    def test_a_short_greeting_right_after_the_announcement_is_the_agent(self):
        line = call()
        line.customer.told("answered", line.now, announcement=3.0)
        self.speak(line, 2.9)
        line.run(0.6)
        self.speak(line, 0.7)
        line.run(2.0)
        assert [heard.heard_by for heard in line.of(CustomerHeard)] == ["voice"]

    def test_an_agent_who_is_not_announced_is_heard_from_the_first_sound(self):
        line = call()
        line.customer.told("answered", line.now)
        self.speak(line, 0.7)
        line.run(2.0)
        assert [heard.heard_by for heard in line.of(CustomerHeard)] == ["voice"]

    def test_music_is_not_the_agent(self):
        line = answered()
        line.words("Hello, how can I help?")
        line.run(6.0)
        line.customer.told("held", line.now)
        self.speak(line, 5.0)
        line.run(2.0)
        assert len(line.of(CustomerHeard)) == 1
