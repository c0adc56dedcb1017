"""A customer in a call: a mind that is given a mouth and ears, without a telephone or a clock.

What reaches the customer comes in by one method each, with the time it happened; what the customer
does comes out of ``doings()``: one act at a time (its end is told back by ``act_done``), ``Hush``, and
reports for the server. The mind hears in the order of arrival and at once; only the mouth waits:
until the agent has finished speaking, and until the sentence before is over.

Nothing that the mind decides hinges on a fraction of a second: waits are told in whole steps of ten
seconds, and the agent interrupts only when a sentence has clearly not ended yet.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Literal

from classroom.practice import manners
from classroom.practice.manners import Announcer, Do, Doing, HeardBy, Hush, Saying, Told, Waiting
from classroom.practice.orders import CustomerEnded, CustomerHeard, CustomerRated, MoodChanged
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
    Resumed,
    Say,
    Spoken,
    Wait,
)
from scenarios.mind import Mind


class Customer:
    """One customer in one call."""

    def __init__(
        self,
        mind: Mind,
        *,
        order_id: str,
        seconds_of: Callable[[Say], float],
        give_up_after: float | None = None,
        knows_menu: bool = False,
    ) -> None:
        self.mind = mind
        self.order_id = order_id
        self.ended = False
        self._seconds_of = seconds_of
        self._give_up_after, self._knows_menu = give_up_after, knows_menu
        self._doings: list[Doing] = []
        self._todo: deque[Act] = deque()
        self._saying: Saying | None = None
        self._acting: int | None = None
        """The number of the act under way, whose end will be told."""
        self._acts = 0
        self._not_before = 0.0
        self._last_sound = 0.0
        self._agent_since: float | None = None
        """Since when the agent's voice is heard."""
        self._voice_due: tuple[float, float] | None = None
        """When speech without words counts, and when it was heard."""
        self._last_words = -manners.WORDS_CARRY
        self._menu_due: float | None = None
        self._menu_limit = 0.0
        self._waiting: Waiting | None = None
        self._give_up_at: float | None = None
        self._talking = False
        self._switchboard = Announcer()
        self._rating: int | None = None
        self._why = ""
        self._mood_told: dict[str, int] = {}

    @property
    def leaving(self) -> bool:
        """Whether it is the customer who ends the call."""
        return bool(self._why)

    def doings(self) -> list[Doing]:
        """Return and forget what is to be done."""
        doings, self._doings = self._doings, []
        return doings

    # ── what the line does ───────────────────────────────────────────────────

    def placed(self, now: float) -> None:
        """The number was dialled."""
        if self._give_up_after is not None:
            self._give_up_at = now + self._give_up_after
        self._feel(now)

    def line_answered(self, now: float) -> None:
        """The switchboard took the call; a menu may speak."""
        if self.mind.scenario.line.presses:
            patience = manners.MENU_KNOWN if self._knows_menu else manners.MENU_PATIENCE
            self._menu_due = self._menu_limit = now + patience

    def told(self, what: Told, now: float, *, announcement: float = 0.0) -> None:
        """The server tells what a customer would hear; ``announcement`` seconds of it are its own."""
        if self.ended:
            return
        match what:
            case "queued":
                self._menu_due = None
                self._waiting = self._waiting or Waiting("queue", now)
            case "answered" if not self._talking:
                self._answered(now, announcement)
            case "held" if self._talking:
                self._waiting = Waiting("hold", now)
                self._mind_told(Held(0.0), now)
            case "resumed" if self._waiting and self._talking:
                self._count_wait(now)
                self._waiting, self._agent_since, self._last_sound = None, None, now
                self._mind_told(Resumed(), now)
            case "rating":
                self._asked_to_rate(now)
            case _:
                pass
        self._go_on(now)

    def cut(self, why: str, now: float) -> None:
        """The line is gone."""
        if self.ended:
            return
        self._end_sentence(now)
        self._todo.clear()
        self.mind.told(LineCut())
        self._end(
            self._why or why, now, manners.UNANSWERED if self._why == manners.UNANSWERED else None
        )

    def unreached(self, outcome: str, why: str, now: float) -> None:
        """The call never came about: ``refused`` or ``unanswered``."""
        if not self.ended:
            self._end(why, now, outcome)

    def drop(self, why: str, now: float) -> None:
        """Hang up at once, whatever is said."""
        if not self.ended:
            self._why = self._why or why
            self._hush(now)
            self._todo.clear()
            self._start(HangUp("goodbye"), now)

    # ── what the agent says ──────────────────────────────────────────────────

    def words_came(
        self,
        text: str,
        heard_by: HeardBy,
        now: float,
        *,
        sound: float | None = None,
        confidence: float = 1.0,
    ) -> None:
        """The agent's words are known; their sound, as far as it is known, begins now."""
        if self.ended:
            return
        self._voice_due, self._last_words, self._last_sound = None, now, now
        pause = manners.SOUND_FOLLOWS if sound is None else sound + manners.BREATH
        self._not_before = max(self._not_before, now + pause)
        self._maybe_interrupted(now)
        acts = self.mind.hears(Heard(text, confidence))
        self._talking = True
        cue = self.mind.understood[0].cue if self.mind.understood else None
        self._report_heard(now, text, heard_by, confidence, cue)
        self._take(acts, now)
        self._go_on(now)

    def voice_began(self, now: float) -> None:
        """Somebody at the far end makes a sound."""
        if self._menu_due is not None:
            self._menu_due = self._menu_limit
        if self._talking and self._waiting is None:
            self._agent_since, self._voice_due = now, None

    def voice_ended(self, began: float, at: float, now: float) -> None:
        """The far end fell silent ``at``."""
        if self._menu_due is not None:
            self._menu_due = min(self._menu_limit, at + manners.MENU_PAUSE)
        if not self._talking or self._waiting is not None or self._agent_since is None:
            return
        self._agent_since = None
        self._last_sound = max(self._last_sound, at)
        self._not_before = max(self._not_before, at + manners.BREATH)
        if (
            not self._switchboard.says(began, at - began)
            and began - self._last_words > manners.WORDS_CARRY
        ):
            if self._saying and at - began > manners.INTERRUPTS:
                self._maybe_interrupted(began)
            self._voice_due = (now + manners.WORDS_FOLLOW, began)
        self._go_on(now)

    # ── time and the mouth ───────────────────────────────────────────────────

    def act_began(self, number: int, at: float) -> None:
        """The sentence under way is heard on the line from here on."""
        if self._saying and number == self._acting:
            self._saying.sounded = at + manners.ON_THE_LINE
            self._doings.append(self._saying.report(self.order_id, self._has_more()))

    def act_done(self, number: int, now: float) -> None:
        """An act is over; one that was hushed before no longer counts."""
        if self.ended or number != self._acting:
            return
        self._acting = None
        self._end_sentence(now)
        self._go_on(now)

    def next_timer(self) -> float | None:
        """When ``tick`` is due next."""
        if self.ended:
            return None
        due = [self._menu_due, self._give_up_at, self._silence_due()]
        due += [self._waiting.due] if self._waiting else []
        due += [self._voice_due[0]] if self._voice_due else []
        due += [self._mouth_free()] if self._todo and self._acting is None else []
        known = [at for at in due if at is not None]
        return min(known) if known else None

    def tick(self, now: float) -> None:
        """Let what is due happen."""
        if self.ended:
            return
        if self._menu_due is not None and now >= self._menu_due:
            self._menu_due = None
            self._take(self.mind.told(MenuPlayed()), now)
        if self._waiting and now >= self._waiting.due:
            self._count_wait(now)
        if self._give_up_at is not None and now >= self._give_up_at:
            self._give_up_at, self._why = None, manners.UNANSWERED
            self._start(HangUp("queue"), now)
        if self._voice_due and now >= self._voice_due[0]:
            _, began = self._voice_due
            self._voice_due = None
            acts = self.mind.told(Spoken())
            self._report_heard(began, "", "voice")
            self._take(acts, now)
        due = self._silence_due()
        if due is not None and now >= due:
            silent_for = self.mind.next_wait() or 0.0
            self._last_sound = now
            self._take(self.mind.waits(silent_for), now)
        self._go_on(now)

    # ── inside ───────────────────────────────────────────────────────────────

    def _answered(self, now: float, announcement: float) -> None:
        self._menu_due = self._give_up_at = None
        if self._waiting:
            self._count_wait(now)
        self._waiting, self._talking, self._last_sound = None, True, now + announcement
        self._switchboard.announces(now, announcement)
        self._take(self.mind.opens(), now)

    def _asked_to_rate(self, now: float) -> None:
        """Press the mark; a customer whose matter is open hangs up on a line that nobody is on."""
        self._hush(now)
        self._todo.clear()
        self._switchboard.announces(now, float("inf"))
        self._waiting, self._voice_due, self._last_sound = None, None, now
        self._rating = self.mind.rating
        acts = self.mind.told(RatingAsked())
        if acts:
            self._take(acts, now)
        elif not self.mind.gone:
            self._rating, self._why = None, "left by the agent"
            self.mind.told(LineCut())
            self._start(HangUp("goodbye"), now)

    def _count_wait(self, now: float) -> None:
        """Tell the mind the whole steps it has waited."""
        waiting = self._waiting
        if waiting is None:
            return
        counted = int((now - waiting.since) // manners.STEP)
        if counted > waiting.counted:
            waiting.counted = counted
            seconds = counted * manners.STEP
            self._mind_told(Queued(seconds) if waiting.where == "queue" else Held(seconds), now)

    def _mind_told(self, event: Happening, now: float) -> None:
        self._take(self.mind.told(event), now)

    def _maybe_interrupted(self, at: float) -> None:
        """Feel the interruption, once a sentence; speak up about it only if the scenario has words."""
        saying = self._saying
        if saying is None or saying.interrupted or saying.until - at <= manners.INTERRUPTS:
            return
        saying.interrupted = True
        settled = self.mind.outcome
        acts = self.mind.told(Interrupted())
        if not acts:
            return
        if self.mind.outcome != settled:
            self._todo.clear()
        self._todo.extendleft(reversed(acts))
        self._hush(at)

    def _take(self, acts: list[Act], now: float) -> None:
        self._todo.extend(acts)
        self._feel(now)

    def _go_on(self, now: float) -> None:
        """Begin the next act when the mouth is free."""
        while self._acting is None and self._todo and not self.ended:
            if now < self._mouth_free():
                return
            act = self._todo.popleft()
            if isinstance(act, Wait):
                self._not_before = now + act.seconds
            else:
                self._start(act, now)

    def _mouth_free(self) -> float:
        """When the next act may begin."""
        if self._agent_since is not None and isinstance(self._todo[0], Say):
            return max(self._not_before, self._agent_since + manners.LONGEST_TURN)
        return self._not_before

    def _start(self, act: Say | Press | HangUp, now: float) -> None:
        self._acts += 1
        self._acting = self._acts
        if isinstance(act, Say):
            over = self._agent_since is not None
            self._saying = Saying(act, now, now + self._seconds_of(act), over)
        elif isinstance(act, HangUp):
            self._why = self._why or act.why
        elif self._rating is not None:
            rated = CustomerRated(order_id=self.order_id, at=now, rating=self._rating)
            self._doings.append(rated)
        self._doings.append(Do(self._acting, act))

    def _hush(self, now: float) -> None:
        if self._saying:
            self._acting = None
            self._doings.append(Hush())
            self._end_sentence(now)

    def _end_sentence(self, now: float) -> None:
        saying, self._saying = self._saying, None
        if saying:
            self._last_sound = max(self._last_sound, now)
            self._doings += saying.over(self.order_id, self._has_more(), now)

    def _has_more(self) -> bool:
        return any(isinstance(act, Say) for act in self._todo)

    def _silence_due(self) -> float | None:
        """When nobody will have made a sound for as long as the mind bears."""
        busy = self._acting is not None or self._todo or self._waiting
        bears = self.mind.next_wait()
        if bears is None or busy or not self._talking:
            return None
        if self._agent_since is not None:
            return self._agent_since + manners.LONGEST_TURN + bears
        return self._last_sound + bears

    def _report_heard(
        self,
        at: float,
        text: str,
        heard_by: HeardBy | Literal["voice"],
        confidence: float = 1.0,
        cue: str | None = None,
    ) -> None:
        heard = CustomerHeard(
            order_id=self.order_id, at=at, text=text, heard_by=heard_by, confidence=confidence,
            cue=cue, beat=self.mind.beat,
        )  # fmt: skip
        self._doings.append(heard)

    def _feel(self, now: float) -> None:
        mood = dict(self.mind.mood)
        if mood != self._mood_told:
            self._mood_told = mood
            self._doings.append(MoodChanged(order_id=self.order_id, at=now, mood=mood))

    def _end(self, why: str, now: float, outcome: str | None = None) -> None:
        self.ended = True
        self._doings.append(
            CustomerEnded(
                order_id=self.order_id,
                at=now,
                outcome=outcome or self.mind.outcome or "broken_off",
                mood=dict(self.mind.mood),
                rating=self._rating,
                why=why,
            )
        )
