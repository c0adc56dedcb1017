"""The customer's mind: words in, acts out; no clock, and no dice but the seed.

The one who gives it a telephone calls ``opens`` when the agent answers, ``hears`` for words,
``told`` for what the line does, and ``waits`` when nobody has made a sound for ``next_wait()``
seconds (counted from the last sound of either side, the customer's own words included).
"""

from __future__ import annotations

from enum import Enum

from scenarios.acts import (
    Act,
    HangUp,
    Happening,
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
    Wait,
    Why,
)
from scenarios.cast import Cast, cast_of, draw, fill
from scenarios.hear import Match, ears_of
from scenarios.lines import wordings
from scenarios.model import Beat, Moods, Scenario, Silence, Turn, Waiting
from scenarios.mood import move, rating, steps
from scenarios.words import length

SURE = 0.5
"""Recognised speech below this is voice alone, unless a cue was found in it."""
LINGERS = 8.0
"""Seconds that a customer whose matter is settled waits for the agent's closing."""
LEAVES = 10.0
"""Seconds after the goodbye until the customer hangs up, so that the line can ask for a rating."""
MOST_TURNS = 60
"""No talk is longer; then the customer gives up."""
_MOST_LAST_WORDS = 3


class Phase(Enum):
    """Where the customer is in the call."""

    CALLING = "calling"
    """Menu and queue: nobody has answered."""
    TALKING = "talking"
    SETTLED = "settled"
    """The outcome is known; the agent may close."""
    LEAVING = "leaving"
    """Goodbye is said; a rating may be asked for."""
    GONE = "gone"


class Mind:
    """One customer in one call."""

    def __init__(self, scenario: Scenario, cast: Cast) -> None:
        self.scenario = scenario
        self.cast = cast
        self.beat = scenario.opens
        self.mood: Moods = dict(scenario.temper.starts)
        self.outcome: str | None = None
        self.phase = Phase.CALLING
        self.understood: tuple[Match, ...] = ()
        """The cues found in the last utterance, with the reasons."""
        self._ears = ears_of(scenario, cast.facts)
        self._wordings = wordings(scenario)
        self._used: dict[str, list[int]] = {}
        self._counted: dict[str, int] = {"queue": 0, "hold": 0}
        self._pleased: set[str] = set()
        self._holding = False
        self._turns = self._misheard = self._interruptions = self._last_words = 0

    @property
    def rating(self) -> int | None:
        """The mark from 1 to 5, once the outcome is known."""
        if self.outcome is None or self.outcome == "broken_off":
            return None
        return rating(self.outcome, self.mood)

    @property
    def gone(self) -> bool:
        """Whether the customer has hung up or been cut off."""
        return self.phase is Phase.GONE

    # ── what reaches the mind ────────────────────────────────────────────────

    def opens(self) -> list[Act]:
        """The agent answered."""
        if self.phase is not Phase.CALLING:
            return []
        self.phase = Phase.TALKING
        return self._arrive(self.scenario.opens)

    def hears(self, heard: Heard) -> list[Act]:
        """The agent said something."""
        opening = self.opens()
        if opening or self.gone:
            return opening
        self._holding = False
        self.understood = self._ears.hear(heard.text)
        if not self.understood and heard.confidence < SURE:
            return self._moves_on()
        if self.phase is not Phase.TALKING:
            return self._last_word()
        self._turns += 1
        self._react()
        if self._at_the_end():
            return self._gives_up()
        return self._mishears(heard.text) or self._answers()

    def waits(self, silent_for: float) -> list[Act]:
        """Nobody has made a sound for so many seconds."""
        due = self.next_wait()
        if due is None or silent_for < due:
            return []
        if self.phase is Phase.SETTLED:
            return self._says_goodbye()
        if self.phase is Phase.LEAVING:
            return self._hangs_up("goodbye")
        place, silence = self._silence()
        self._turns += 1
        move(self.mood, silence.mood)
        return self._gives_up() if self._at_the_end() else self._say(place)

    def told(self, event: Happening) -> list[Act]:
        """The line did something."""
        match event:
            case MenuPlayed():
                keys = self.scenario.line.presses
                return [Wait(0.3), Press(keys)] if keys and self.phase is Phase.CALLING else []
            case Queued(seconds):
                return self._queues(seconds)
            case Held(seconds):
                return self._holds(seconds)
            case Resumed():
                return self._comes_back()
            case Interrupted():
                return self._is_interrupted()
            case ReadAloud():
                return self._feels(self.scenario.temper.read_aloud)
            case Spoken():
                return self.opens() or self._moves_on()
            case RatingAsked():
                return self._rates()
            case LineCut():
                self.outcome = self.outcome or "broken_off"
                self.phase = Phase.GONE
                return []

    def next_wait(self) -> float | None:
        """How long a silence must last before ``waits`` matters; none on hold or in the queue."""
        if self._holding or self.phase in (Phase.CALLING, Phase.GONE):
            return None
        if self.phase is Phase.TALKING:
            return self._silence()[1].after
        return LINGERS if self.phase is Phase.SETTLED else LEAVES

    # ── answering ────────────────────────────────────────────────────────────

    @property
    def _here(self) -> Beat:
        return self.scenario.beats[self.beat]

    def _turn(self) -> tuple[str, Turn] | None:
        """The first answer of this beat whose cues were all heard."""
        heard = {match.cue for match in self.understood}
        for cues, turn in self._here.hears.items():
            if cues != "anything" and set(cues.split("+")) <= heard:
                return cues, turn
        return None

    def _answers(self) -> list[Act]:
        if found := self._turn():
            return self._goes(*found)
        for match in self.understood:
            if aside := self.scenario.asides.get(match.cue):
                move(self.mood, aside.mood)
                place = f"asides.{match.cue}" if aside.says else f"beats.{self.beat}"
                return self._gives_up() if self._at_the_end() else self._say(place)
        return self._goes("anything", self._here.hears["anything"])

    def _moves_on(self) -> list[Act]:
        """Take the script's way where the words are not known; the mood stays."""
        if self.phase is not Phase.TALKING:
            return self._last_word() if not self.gone else []
        self._turns += 1
        if self._turns >= MOST_TURNS:
            return self._gives_up()
        cues, turn = next(iter(self._here.hears.items()))
        return self._say(f"beats.{self.beat}.hears.{cues}") + self._arrive(turn.goes)

    def _goes(self, cues: str, turn: Turn) -> list[Act]:
        move(self.mood, turn.mood)
        if self._at_the_end() and not self.scenario.beats[turn.goes].ends:
            return self._gives_up()
        return self._say(f"beats.{self.beat}.hears.{cues}") + self._arrive(turn.goes)

    def _arrive(self, beat: str) -> list[Act]:
        self.beat = beat
        acts = self._say(f"beats.{beat}")
        here = self._here
        if here.ends:
            self.outcome = here.ends
            self.phase = Phase.SETTLED
            if here.hangs_up:
                acts += self._hangs_up("angry")
        return acts

    def _last_word(self) -> list[Act]:
        cues = {match.cue for match in self.understood}
        self._last_words += 1
        if self.phase is Phase.LEAVING:
            return []
        if "closing" in cues or self._last_words >= _MOST_LAST_WORDS:
            return self._says_goodbye()
        return self._say("persona.nothing_else") if "anything_else" in cues else []

    def _mishears(self, text: str) -> list[Act]:
        hearing = self.scenario.persona.hearing
        if hearing is None or length(text, self.scenario.lang) <= hearing.clear_up_to:
            self._misheard = 0
            return []
        self._misheard += 1
        if self._misheard > hearing.at_most:
            self._misheard = 0
            return []
        move(self.mood, hearing.mood)
        return self._gives_up() if self._at_the_end() else self._say("persona.hearing.asks")

    # ── the line ─────────────────────────────────────────────────────────────

    def _wait_so_long(self, name: str, waited: float, waiting: Waiting) -> None:
        for _ in range(steps(waited, waiting) - self._counted[name]):
            self._counted[name] += 1
            move(self.mood, waiting.each_10s)

    def _queues(self, seconds: float) -> list[Act]:
        if self.phase is not Phase.CALLING:
            return []
        self._wait_so_long("queue", seconds, self.scenario.temper.queue)
        if self.mood["patience"] > 0:
            return []
        self.outcome = "abandoned"
        return self._hangs_up("queue")

    def _holds(self, seconds: float) -> list[Act]:
        if self.phase is not Phase.TALKING:
            return []
        self._holding = True
        self._wait_so_long("hold", seconds, self.scenario.temper.hold)
        if self.mood["patience"] > 0:
            return []
        self._gives_up()  # nobody hears the words
        return self._hangs_up("hold")

    def _comes_back(self) -> list[Act]:
        too_long = self._counted["hold"] > 0
        self._holding, self._counted["hold"] = False, 0
        return self._say("temper.hold") if too_long and self.phase is Phase.TALKING else []

    def _is_interrupted(self) -> list[Act]:
        if self.phase is not Phase.TALKING:
            return []
        self._interruptions += 1
        acts = self._feels(self.scenario.temper.interrupted.mood)
        return acts or (self._say("temper.interrupted") if self._interruptions % 2 == 0 else [])

    def _rates(self) -> list[Act]:
        mark = self.rating
        if self.gone or mark is None:
            return []
        self.phase = Phase.LEAVING
        return [Wait(1.0), Press(str(mark))]

    # ── feeling and speaking ─────────────────────────────────────────────────

    def _react(self) -> None:
        for match in self.understood:
            effect = self.scenario.temper.hears.get(match.cue, {})
            pleasing = all(change >= 0 for change in effect.values())
            if not (pleasing and match.cue in self._pleased):
                move(self.mood, effect)
                self._pleased.add(match.cue)

    def _feels(self, effect: Moods) -> list[Act]:
        if self.phase is not Phase.TALKING:
            return []
        move(self.mood, effect)
        return self._gives_up() if self._at_the_end() else []

    def _at_the_end(self) -> bool:
        return self.mood["patience"] <= 0 or self._turns >= MOST_TURNS

    def _silence(self) -> tuple[str, Silence]:
        if own := self._here.silence:
            return f"beats.{self.beat}.silence", own
        return "temper.silence", self.scenario.temper.silence

    def _gives_up(self) -> list[Act]:
        return self._arrive(self.scenario.gives_up)

    def _says_goodbye(self) -> list[Act]:
        self.phase = Phase.LEAVING
        return self._say("persona.goodbye")

    def _hangs_up(self, why: Why) -> list[Act]:
        self.phase = Phase.GONE
        return [HangUp(why)]

    def _say(self, place: str) -> list[Act]:
        """Choose a wording by the seed, never the one used last."""
        says = self._wordings.get(place)
        if not says:
            return []
        if self._counted["queue"] and self.phase is Phase.TALKING:
            self._counted["queue"] = 0
            return self._say("temper.queue") + self._say(place)
        used = self._used.setdefault(place, [])
        number = draw(self.cast.seed, f"{place}#{len(used)}", len(says))
        if used and number == used[-1]:
            number = (number + 1) % len(says)
        used.append(number)
        return [Say(fill(says[number], self.cast.facts), self.beat, f"{place}/{number}")]


def mind_of(scenario: Scenario, *, seed: int, cast: Cast | None = None) -> Mind:
    """Make the mind of one call; without a cast the seed invents it."""
    return Mind(scenario, cast or cast_of(scenario, seed))
