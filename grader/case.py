"""One call laid out for judging: what was said clearly, what was not, what happened beside."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace

from grader.evidence import BROKEN_OFF, HANDED_ON, DeskAction, Evidence, Item, LineEvent, Utterance
from grader.phrases import Idea, says
from grader.standard import Standard, Words
from grader.text import Lang, clauses, mentions
from scripts_library.wording import contains

KEYED = frozenset({"typed", "picked"})


@dataclass(frozen=True, slots=True)
class Said:
    """Something the agent said whose words are known."""

    at: float
    until: float
    text: str
    earning: str
    """The text less clauses with forbidden words: such a clause earns nothing."""
    line: str | None
    keyed: bool
    """Typed or picked, hence without pace, pauses and volume."""
    over: bool = False
    """The customer was still speaking when this began."""


@dataclass(frozen=True, slots=True)
class Hold:
    """The customer was put on hold."""

    at: float
    until: float


@dataclass(frozen=True, slots=True)
class Case:
    """Evidence and standard, sorted for the criteria."""

    evidence: Evidence
    standard: Standard
    said: tuple[Said, ...]
    unclear: tuple[Utterance, ...]
    """The agent's speech whose words are not known well enough to deduct for."""
    customer: tuple[Utterance, ...]
    events: tuple[LineEvent, ...]
    actions: tuple[DeskAction, ...]
    holds: tuple[Hold, ...]

    @property
    def lang(self) -> Lang:
        """The language the call was held in."""
        return self.evidence.lang

    @property
    def broken_off(self) -> bool:
        """The line or the server failed; nobody's fault."""
        return self.evidence.outcome == BROKEN_OFF

    @property
    def handed_on(self) -> bool:
        """The agent gave the call to somebody else, with whom it was cut short."""
        return self.evidence.outcome == HANDED_ON

    @property
    def walked_out(self) -> bool:
        """The customer hung up before the agent could close."""
        return self.evidence.outcome in self.standard.walked_out

    @property
    def spoken(self) -> bool:
        """Whether the agent used a voice at all."""
        return bool(self.unclear) or any(not s.keyed for s in self.said)

    @property
    def ended_at(self) -> float:
        """When the last word or event was."""
        ends = [s.until for s in self.said] + [u.until for u in (*self.customer, *self.unclear)]
        return max([*ends, self.evidence.talk_seconds, 0.0])

    def first(self, idea: Idea, among: Iterable[Said] | None = None) -> Said | None:
        """The first saying with this idea in it."""
        pool = self.said if among is None else among
        return next((s for s in pool if says(idea, s.earning, self.lang)), None)

    def opening(self, count: int) -> tuple[Said, ...]:
        """The agent's first sayings."""
        return self.said[:count]

    def closing(self, count: int) -> tuple[Said, ...]:
        """The agent's last sayings."""
        return self.said[-count:]

    def mumbled(self, since: float = -math.inf, until: float = math.inf) -> tuple[float, ...]:
        """When something unclear was said in a stretch of the call."""
        return tuple(u.at for u in self.unclear if since <= u.at <= until)

    def groups(self, text: str, words: Words) -> int:
        """How many groups of words a text holds."""
        return sum(any(mentions(text, w, self.lang) for w in group) for group in words)

    def turns(self) -> tuple[Said, ...]:
        """The agent's sayings, joined where the customer said nothing between."""
        joined: list[Said] = []
        for s in self.said:
            if joined and not any(joined[-1].at < c.at < s.at for c in self.customer):
                last = joined[-1]
                joined[-1] = replace(
                    last,
                    until=max(last.until, s.until),
                    text=f"{last.text}，{s.text}",
                    earning=f"{last.earning},{s.earning}",
                    line=last.line if last.line == s.line else None,
                )
            else:
                joined.append(s)
        return tuple(joined)


def case_of(evidence: Evidence, standard: Standard, clear_from: float) -> Case:
    """Sort one call's evidence; what carries no finite time is left out."""
    items = sorted((i for i in evidence.items if _timed(i)), key=lambda i: i.at)
    ours = [i for i in items if isinstance(i, Utterance) and i.who == "agent"]
    clear = [u for u in ours if _clear(u, clear_from)]
    return Case(
        evidence=evidence,
        standard=standard,
        said=tuple(_said(u, standard, evidence.lang) for u in clear),
        unclear=tuple(u for u in ours if not _clear(u, clear_from)),
        customer=tuple(i for i in items if isinstance(i, Utterance) and i.who == "customer"),
        events=tuple(i for i in items if isinstance(i, LineEvent)),
        actions=tuple(i for i in items if isinstance(i, DeskAction)),
        holds=_holds(items, evidence),
    )


def _timed(item: Item) -> bool:
    until = item.until if isinstance(item, Utterance) else item.at
    return math.isfinite(item.at) and math.isfinite(until)


def _clear(utterance: Utterance, clear_from: float) -> bool:
    if not utterance.text.strip():
        return False
    return utterance.heard_by in KEYED or (
        utterance.heard_by != "voice" and utterance.confidence >= clear_from
    )


def _said(u: Utterance, standard: Standard, lang: Lang) -> Said:
    kept = [c for c in clauses(u.text, lang) if not forbidden_in(c, standard, lang)]
    text = u.text if len(kept) == len(clauses(u.text, lang)) else ",".join(kept)
    return Said(u.at, max(u.at, u.until), u.text, text, u.line, u.heard_by in KEYED, u.interrupted)


def forbidden_in(text: str, standard: Standard, lang: Lang) -> bool:
    """Whether a clause holds words that no agent says."""
    return (
        says(Idea.RUDE, text, lang)
        or says(Idea.ABUSE, text, lang)
        or any(contains(taboo.never, text, lang) for taboo in standard.forbidden)
    )


def _holds(items: Iterable[Item], evidence: Evidence) -> tuple[Hold, ...]:
    holds: list[Hold] = []
    since: float | None = None
    for item in items:
        if not isinstance(item, LineEvent):
            continue
        if item.what == "held" and since is None:
            since = item.at
        elif item.what in ("resumed", "ended") and since is not None:
            holds.append(Hold(since, item.at))
            since = None
    if since is not None:
        holds.append(Hold(since, max(since, evidence.talk_seconds)))
    return tuple(holds)
