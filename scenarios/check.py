"""What is wrong with a scenario: what no mind can live in (``broken``), what is weak."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import get_close_matches

from scenarios.cast import PEOPLE
from scenarios.hear import cues_of
from scenarios.lines import wordings
from scenarios.model import SURELY_GIVEN, Scenario, Silence
from scenarios.numbers import is_fake
from scenarios.rehearse import rehearse

Place = tuple[str | int, ...]
SEEDS = range(6)
_UNSPEAKABLE = {
    "zh": re.compile(r"[0-9A-Za-z%#&/*@$¥£€^_=<>|\\~]"),
    "en": re.compile(r"[0-9%#&/*@$¥£€^_=<>|\\~]"),
}
_BREATH = {"zh": 60, "en": 160}


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong, where, and what to do."""

    place: Place
    says: str


def broken(scenario: Scenario) -> list[Problem]:
    """Find what no mind could live in."""
    finders = (_beats, _cues, _moods, _placeholders, _desk, _wrapup, _model_keys, _numbers)
    return [problem for find in finders for problem in find(scenario)]


def weaknesses(scenario: Scenario) -> list[Problem]:
    """Find what would make a poor lesson; the scenario must not be broken."""
    finders = (_roads, _loops, _repeats, _speakable, _model_answers)
    return [problem for find in finders for problem in find(scenario)]


def _guess(name: str, known: Iterable[str]) -> str:
    near = get_close_matches(name, list(known), 1, 0.5)
    return f"did you mean `{near[0]}`?" if near else f"write one of {', '.join(known)}"


# ── broken ───────────────────────────────────────────────────────────────────


def _beats(s: Scenario) -> Iterator[Problem]:
    named: list[tuple[Place, str]] = [(("opens",), s.opens), (("gives_up",), s.gives_up)]
    for name, beat in s.beats.items():
        named += [
            (("beats", name, "hears", cue, "goes"), turn.goes) for cue, turn in beat.hears.items()
        ]
        here: Place = ("beats", name)
        if beat.ends and beat.hears:
            yield Problem(
                here, f"beat `{name}` ends, so nothing is heard after it; take `hears` out"
            )
        elif not beat.ends and "anything" not in beat.hears:
            yield Problem(here, f"beat `{name}` must hear `anything` or end; add one of them")
        elif beat.hears and list(beat.hears)[-1] != "anything":
            yield Problem((*here, "hears", "anything"), "`anything` takes all; move it to the end")
        if beat.ends and not beat.says:
            yield Problem(here, f"beat `{name}` ends without a word; add `says`")
    for place, goal in named:
        if goal not in s.beats:
            yield Problem(place, f"there is no beat `{goal}`; {_guess(goal, s.beats)}")
    if (last := s.beats.get(s.gives_up)) and not last.ends:
        yield Problem(("gives_up",), f"beat `{s.gives_up}` must end the call; add `ends` to it")


def _cues(s: Scenario) -> Iterator[Problem]:
    known = cues_of(s)
    used: list[tuple[Place, str]] = [(("temper", "hears", cue), cue) for cue in s.temper.hears]
    used += [(("asides", cue), cue) for cue in s.asides]
    for name, beat in s.beats.items():
        used += [
            (("beats", name, "hears", cues), cue)
            for cues in beat.hears
            if cues != "anything"
            for cue in cues.split("+")
        ]
    g = s.grading
    used += [(("grading", "discloses"), g.discloses)] if g.discloses else []
    used += [(("grading", "promises", at), p.said) for at, p in enumerate(g.promises)]
    for part, rules in (("must", g.must), ("never", g.never)):
        used += [(("grading", part, at), rule.said) for at, rule in enumerate(rules) if rule.said]
    for place, cue in used:
        if cue not in known:
            yield Problem(place, f"there is no cue `{cue}`; {_guess(cue, known)}")


def _moods(s: Scenario) -> Iterator[Problem]:
    if "patience" not in s.temper.starts:
        yield Problem(("temper", "starts"), "add `patience`: when it is 0 the customer gives up")
    t = s.temper
    moods: list[tuple[Place, Iterable[str]]] = [
        (("temper", "queue", "each_10s"), t.queue.each_10s),
        (("temper", "hold", "each_10s"), t.hold.each_10s),
        (("temper", "silence", "mood"), t.silence.mood),
        (("temper", "interrupted", "mood"), t.interrupted.mood),
        (("temper", "read_aloud"), t.read_aloud),
    ]
    moods += [(("temper", "hears", cue), effect) for cue, effect in t.hears.items()]
    moods += [(("asides", cue, "mood"), aside.mood) for cue, aside in s.asides.items()]
    if s.persona.hearing:
        moods.append((("persona", "hearing", "mood"), s.persona.hearing.mood))
    for name, beat in s.beats.items():
        moods += [
            (("beats", name, "hears", cue, "mood"), turn.mood) for cue, turn in beat.hears.items()
        ]
        if beat.silence:
            moods.append((("beats", name, "silence", "mood"), beat.silence.mood))
    for place, effect in moods:
        for mood in effect:
            if mood not in t.starts:
                yield Problem(
                    (*place, mood), f"there is no mood `{mood}`; {_guess(mood, t.starts)}"
                )


def _placeholders(s: Scenario) -> Iterator[Problem]:
    own = {*s.facts, *(key for variant in s.variants for key in variant)}
    known = {*PEOPLE, *own}
    for at, variant in enumerate(s.variants):
        if missing := sorted({key for v in s.variants for key in v} - set(variant)):
            yield Problem(
                ("variants", at), f"add `{missing[0]}:`; every variant has the same facts"
            )
    texts: list[tuple[Place, str]] = []
    for where, says in wordings(s).items():
        place: Place = (*where.split("."), "says")
        texts += [((*place, at), text) for at, text in enumerate(says)]
    texts += [(("desk", "record", label), value) for label, value in s.desk.record.items()]
    for cue, own_cue in s.cues.items():
        texts += [(("cues", cue), line) for line in (*own_cue.words, *own_cue.phrases)]
    model: list[tuple[Place, str]] = [(("model", "opening"), s.model.opening)]
    model += [(("model", "turns", beat, "say"), turn.say) for beat, turn in s.model.turns.items()]
    model.append((("model", "wrapup", "summary"), s.model.wrapup.summary))
    yield from _unknown(texts, known)
    yield from _unknown(model, known | set(SURELY_GIVEN))


def _unknown(texts: Iterable[tuple[Place, str]], known: set[str]) -> Iterator[Problem]:
    for place, text in texts:
        for name in re.findall(r"\{(.*?)\}", text):
            if name not in known:
                yield Problem(place, f"nothing fills {{{name}}}; {_guess(name, sorted(known))}")


def _desk(s: Scenario) -> Iterator[Problem]:
    fields = {field.id: field for field in s.desk.form}
    for at, field in enumerate(s.desk.form):
        if field.right and field.choices and field.right not in field.choices:
            yield Problem(
                ("desk", "form", at, "right"),
                f"`{field.right}` is none of the choices; {_guess(field.right, field.choices)}",
            )
    if s.desk.disposition not in s.desk.dispositions:
        yield Problem(
            ("desk", "disposition"),
            f"`{s.desk.disposition}` is no disposition; "
            f"{_guess(s.desk.disposition, s.desk.dispositions)}",
        )
    for at, promise in enumerate(s.grading.promises):
        known = fields.get(promise.field)
        if known is None:
            yield Problem(
                ("grading", "promises", at, "field"),
                f"the form has no field `{promise.field}`; {_guess(promise.field, fields)}",
            )
        elif known.choices and promise.value not in known.choices:
            yield Problem(
                ("grading", "promises", at, "value"),
                f"`{promise.value}` is none of the choices; {_guess(promise.value, known.choices)}",
            )


def _wrapup(s: Scenario) -> Iterator[Problem]:
    fields = {field.id: field for field in s.desk.form}
    wrapup = s.model.wrapup
    if wrapup.disposition != s.desk.disposition:
        yield Problem(
            ("model", "wrapup", "disposition"),
            f"a good agent chooses `{s.desk.disposition}`; write it here",
        )
    for key, value in wrapup.form.items():
        if key not in fields:
            yield Problem(
                ("model", "wrapup", "form", key),
                f"the form has no field `{key}`; {_guess(key, fields)}",
            )
        elif fields[key].right not in (None, value):
            yield Problem(
                ("model", "wrapup", "form", key),
                f"the right value is `{fields[key].right}`; write it here",
            )
    for field in s.desk.form:
        if (field.required or field.right) and field.id not in wrapup.form:
            yield Problem(
                ("model", "wrapup", "form"), f"add `{field.id}:`; a good agent fills it in"
            )


def _model_keys(s: Scenario) -> Iterator[Problem]:
    for beat in s.model.turns:
        if beat not in s.beats:
            yield Problem(
                ("model", "turns", beat), f"there is no beat `{beat}`; {_guess(beat, s.beats)}"
            )


def _numbers(s: Scenario) -> Iterator[Problem]:
    if not is_fake(s.line.dials):
        yield Problem(
            ("line", "dials"), "somebody could answer this number; use the school's fake one"
        )


# ── weak ─────────────────────────────────────────────────────────────────────


def _reach(s: Scenario, starts: Iterable[str]) -> set[str]:
    seen: set[str] = set()
    ahead = list(starts)
    while ahead:
        name = ahead.pop()
        if name not in seen:
            seen.add(name)
            ahead += [turn.goes for turn in s.beats[name].hears.values()]
    return seen


def _roads(s: Scenario) -> Iterator[Problem]:
    reached = _reach(s, (s.opens, s.gives_up))
    for name in s.beats:
        here: Place = ("beats", name)
        if name not in reached:
            yield Problem(
                here, f"no road leads to beat `{name}`; let a beat go there or take it out"
            )
        elif not any(s.beats[other].ends for other in _reach(s, (name,))):
            yield Problem(here, f"beat `{name}` is a dead end; let a road lead to an ending")
    ends = {s.beats[name].ends for name in reached}
    for outcome in s.grading.outcomes:
        if outcome not in ends:
            yield Problem(
                ("grading", "outcomes"), f"no road leads to the ending `{outcome}`; add one"
            )


def _loops(s: Scenario) -> Iterator[Problem]:
    """Find circles on which patience does not fall (longest paths by Bellman and Ford)."""
    roads = [
        (name, turn.goes, turn.mood.get("patience", 0), cue)
        for name, beat in s.beats.items()
        for cue, turn in beat.hears.items()
    ]
    size = len(s.beats) + 1
    most = dict.fromkeys(s.beats, 0)
    for round_ in range(size):
        for start, goal, patience, cue in roads:
            gain = most[start] + patience * size + 1
            if gain > most[goal]:
                most[goal] = gain
                if round_ == size - 1:
                    place: Place = ("beats", start, "hears", cue)
                    yield Problem(
                        place,
                        f"the talk can turn in circles through `{start}` without patience "
                        "falling; lower `mood: {patience: …}` here",
                    )
                    return
    for cue, aside in s.asides.items():
        if aside.mood.get("patience", 0) >= 0:
            yield Problem(
                ("asides", cue), "an aside can be repeated for ever; let it lower patience a little"
            )
    silences: list[tuple[Place, Silence]] = [(("temper", "silence"), s.temper.silence)]
    silences += [
        (("beats", name, "silence"), b.silence) for name, b in s.beats.items() if b.silence
    ]
    for place_, silence in silences:
        if silence.mood.get("patience", 0) >= 0:
            yield Problem(place_, "silence must lower patience, or the customer waits for ever")


def _repeats(s: Scenario) -> Iterator[Problem]:
    seen: dict[str, str] = {}
    for where, says in wordings(s).items():
        for at, text in enumerate(says):
            if text in seen:
                yield Problem(
                    (*where.split("."), "says", at),
                    f"the same words stand in {seen[text]}; find other words",
                )
            seen.setdefault(text, where)
    for name, beat in s.beats.items():
        again = not beat.ends and name in {
            other for turn in beat.hears.values() for other in _reach(s, (turn.goes,))
        }
        if again and len(beat.says) == 1:
            yield Problem(
                ("beats", name, "says"), f"the talk can come back to `{name}`; add a second wording"
            )


def _speakable(s: Scenario) -> Iterator[Problem]:
    for where, says in wordings(s).items():
        for at, text in enumerate(says):
            plain = re.sub(r"\{\w+\}", "", text)
            place: Place = (*where.split("."), "says", at)
            if found := _UNSPEAKABLE[s.lang].search(plain):
                yield Problem(
                    place, f"a voice stumbles over `{found[0]}`; write it as it is spoken"
                )
            if len(plain) > _BREATH[s.lang]:
                yield Problem(place, "nobody says so much in one breath; make it shorter")


def _model_answers(s: Scenario) -> Iterator[Problem]:
    for seed in SEEDS:
        played = rehearse(s, seed)
        if played.unanswered:
            yield Problem(
                ("model", "turns"),
                f"the model answers come to beat `{played.unanswered}`; add a turn for it",
            )
            return
        if played.outcome not in s.grading.outcomes:
            last = next((e for e in reversed(played.talk) if e.who == "agent"), None)
            beat = last.beat if last else s.opens
            place: Place = ("model", "turns", beat) if beat in s.model.turns else ("model",)
            yield Problem(
                place,
                f"the model answers end in `{played.outcome}`, not in "
                f"`{s.grading.outcomes[0]}`; see what is heard at `{beat}`",
            )
            return
