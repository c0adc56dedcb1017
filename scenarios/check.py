"""What is wrong with a scenario: what no mind can live in (``broken``), what is weak."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches

from scenarios.cast import PEOPLE
from scenarios.hear import cues_of
from scenarios.lines import wordings
from scenarios.model import SURELY_GIVEN, Lang, Scenario, Silence
from scenarios.numbers import is_fake
from scenarios.rehearse import rehearse
from scenarios.telling import Both, say
from scenarios.words import normalise

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
    says: Both


@dataclass(frozen=True, slots=True)
class Known:
    """What a scenario may name outside itself."""

    rubrics: Collection[str]
    scripts: Collection[str]
    voices: Mapping[Lang, Collection[str]]


def strangers(s: Scenario, known: Known) -> Iterator[Problem]:
    """Find rubrics, scripts and voices that are not there."""
    named: list[tuple[Place, str, str, Collection[str]]] = [
        (("persona", "voice", "name"), "no_voice", s.persona.voice.name, known.voices[s.lang]),
        (("grading", "rubric"), "no_rubric", s.grading.rubric, known.rubrics),
    ]
    for at, script in enumerate(s.grading.scripts):
        named.append((("grading", "scripts", at), "no_script", script, known.scripts))
    for place, sentence, name, there in named:
        if name not in there:
            yield Problem(place, say(sentence, name=name, guess=_guess(name, sorted(there))))


def broken(scenario: Scenario) -> list[Problem]:
    """Find what no mind could live in."""
    finders = (_beats, _cues, _moods, _placeholders, _desk, _wrapup, _model_keys, _numbers)
    return [problem for find in finders for problem in find(scenario)]


def weaknesses(scenario: Scenario) -> list[Problem]:
    """Find what would make a poor lesson; the scenario must not be broken."""
    finders = (_roads, _loops, _repeats, _speakable, _model_answers)
    return [problem for find in finders for problem in find(scenario)]


def _guess(name: str, known: Iterable[str]) -> Both:
    near = get_close_matches(name, known := list(known), 1, 0.5)
    if not known:
        return say("take_out")
    return say("meant", near=near[0]) if near else say("write_one", known=", ".join(known))


# ── broken ───────────────────────────────────────────────────────────────────


def _beats(s: Scenario) -> Iterator[Problem]:
    named: list[tuple[Place, str]] = [(("opens",), s.opens), (("gives_up",), s.gives_up)]
    for name, beat in s.beats.items():
        named += [
            (("beats", name, "hears", cue, "goes"), turn.goes) for cue, turn in beat.hears.items()
        ]
        here: Place = ("beats", name)
        if beat.ends and beat.hears:
            yield Problem(here, say("end_hears", beat=name))
        elif not beat.ends and "anything" not in beat.hears:
            yield Problem(here, say("no_anything", beat=name))
        elif beat.hears and list(beat.hears)[-1] != "anything":
            yield Problem((*here, "hears", "anything"), say("anything_last"))
        if beat.ends and not beat.says:
            yield Problem(here, say("wordless_end", beat=name))
    for place, goal in named:
        if goal not in s.beats:
            yield Problem(place, say("no_beat", name=goal, guess=_guess(goal, s.beats)))
    if (last := s.beats.get(s.gives_up)) and not last.ends:
        yield Problem(("gives_up",), say("must_end", beat=s.gives_up))


def _cues(s: Scenario) -> Iterator[Problem]:
    known = cues_of(s)
    yield from _deaf(s)
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
            yield Problem(place, say("no_cue", name=cue, guess=_guess(cue, known)))


def _deaf(s: Scenario) -> Iterator[Problem]:
    """Find cues, and lines of them, that nobody's words can ever be."""
    for cue, own in s.cues.items():
        for part in ("words", "phrases"):
            if part in own.model_fields_set and not getattr(own, part):
                yield Problem(("cues", cue, part), say("empty_list", part=part))
        both = cues_of(s)[cue]
        if not both.words and not both.phrases and not own.model_fields_set & {"words", "phrases"}:
            yield Problem(("cues", cue), say("never_heard", name=cue))
        for at, line in enumerate(own.words):
            groups = [group.split("|") for group in line.split("&")]
            if not all(any(normalise(word, s.lang) for word in group) for group in groups):
                yield Problem(("cues", cue, "words", at), say("empty_group", line=line.strip()))


def _moods(s: Scenario) -> Iterator[Problem]:
    if "patience" not in s.temper.starts:
        yield Problem(("temper", "starts"), say("no_patience"))
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
                guess = _guess(mood, t.starts)
                yield Problem((*place, mood), say("no_mood", name=mood, guess=guess))


def _placeholders(s: Scenario) -> Iterator[Problem]:
    own = {*s.facts, *(key for variant in s.variants for key in variant)}
    known = {*PEOPLE, *own}
    for at, variant in enumerate(s.variants):
        if missing := sorted({key for v in s.variants for key in v} - set(variant)):
            yield Problem(("variants", at), say("variant_lacks", key=missing[0]))
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
        if re.search(r"[{}]", re.sub(r"\{\w+\}", "", text)):
            yield Problem(place, say("open_brace"))
        for name in re.findall(r"\{(\w+)\}", text):
            if name not in known:
                guess = _guess(name, sorted(known))
                yield Problem(place, say("unfilled", name=name, guess=guess))


def _desk(s: Scenario) -> Iterator[Problem]:
    fields = {field.id: field for field in s.desk.form}
    for at, field in enumerate(s.desk.form):
        if field.right and field.choices and field.right not in field.choices:
            guess = _guess(field.right, field.choices)
            says = say("no_choice", value=field.right, guess=guess)
            yield Problem(("desk", "form", at, "right"), says)
    if (chosen := s.desk.disposition) not in s.desk.dispositions:
        guess = _guess(chosen, s.desk.dispositions)
        says = say("no_disposition", value=chosen, guess=guess)
        yield Problem(("desk", "disposition"), says)
    for at, promise in enumerate(s.grading.promises):
        known = fields.get(promise.field)
        if known is None:
            says = say("no_field", name=promise.field, guess=_guess(promise.field, fields))
            yield Problem(("grading", "promises", at, "field"), says)
        elif known.choices and promise.value not in known.choices:
            guess = _guess(promise.value, known.choices)
            says = say("no_choice", value=promise.value, guess=guess)
            yield Problem(("grading", "promises", at, "value"), says)


def _wrapup(s: Scenario) -> Iterator[Problem]:
    fields = {field.id: field for field in s.desk.form}
    wrapup = s.model.wrapup
    if wrapup.disposition != s.desk.disposition:
        yield Problem(
            ("model", "wrapup", "disposition"),
            say("good_disposition", value=s.desk.disposition),
        )
    for key, value in wrapup.form.items():
        if key not in fields:
            yield Problem(
                ("model", "wrapup", "form", key),
                say("no_field", name=key, guess=_guess(key, fields)),
            )
        elif fields[key].right not in (None, value):
            yield Problem(
                ("model", "wrapup", "form", key),
                say("right_value", value=fields[key].right),
            )
    for field in s.desk.form:
        if (field.required or field.right) and field.id not in wrapup.form:
            yield Problem(("model", "wrapup", "form"), say("fills_in", name=field.id))


def _model_keys(s: Scenario) -> Iterator[Problem]:
    for beat in s.model.turns:
        if beat not in s.beats:
            says = say("no_beat", name=beat, guess=_guess(beat, s.beats))
            yield Problem(("model", "turns", beat), says)


def _numbers(s: Scenario) -> Iterator[Problem]:
    if not is_fake(s.line.dials):
        yield Problem(("line", "dials"), say("real_number"))


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
            yield Problem(here, say("no_road", beat=name))
        elif not any(s.beats[other].ends for other in _reach(s, (name,))):
            yield Problem(here, say("dead_end", beat=name))
    ends = {s.beats[name].ends for name in reached}
    for outcome in s.grading.outcomes:
        if outcome not in ends:
            yield Problem(("grading", "outcomes"), say("no_ending", ending=outcome))


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
                    yield Problem(place, say("circles", beat=start))
                    return
    for cue, aside in s.asides.items():
        if aside.mood.get("patience", 0) >= 0:
            yield Problem(("asides", cue), say("aside_for_ever"))
    silences: list[tuple[Place, Silence]] = [(("temper", "silence"), s.temper.silence)]
    silences += [
        (("beats", name, "silence"), b.silence) for name, b in s.beats.items() if b.silence
    ]
    for place_, silence in silences:
        if silence.mood.get("patience", 0) >= 0:
            yield Problem(place_, say("silence_for_ever"))


def _repeats(s: Scenario) -> Iterator[Problem]:
    seen: dict[str, str] = {}
    for where, says in wordings(s).items():
        for at, text in enumerate(says):
            if text in seen:
                here: Place = (*where.split("."), "says", at)
                yield Problem(here, say("same_words", where=seen[text]))
            seen.setdefault(text, where)
    for name, beat in s.beats.items():
        again = not beat.ends and name in {
            other for turn in beat.hears.values() for other in _reach(s, (turn.goes,))
        }
        if again and len(beat.says) == 1:
            yield Problem(("beats", name, "says"), say("second_wording", beat=name))


def _speakable(s: Scenario) -> Iterator[Problem]:
    for where, says in wordings(s).items():
        for at, text in enumerate(says):
            plain = re.sub(r"\{\w+\}", "", text)
            place: Place = (*where.split("."), "says", at)
            if found := _UNSPEAKABLE[s.lang].search(plain):
                yield Problem(place, say("stumbles", sign=found[0]))
            if len(plain) > _BREATH[s.lang]:
                yield Problem(place, say("no_breath"))


def _model_answers(s: Scenario) -> Iterator[Problem]:
    for seed in SEEDS:
        played = rehearse(s, seed)
        if played.unanswered:
            yield Problem(("model", "turns"), say("model_silent", beat=played.unanswered))
            return
        if played.outcome not in s.grading.outcomes:
            last = next((e for e in reversed(played.talk) if e.who == "agent"), None)
            beat = last.beat if last else s.opens
            place: Place = ("model", "turns", beat) if beat in s.model.turns else ("model",)
            wanted = s.grading.outcomes[0]
            yield Problem(place, say("model_fails", got=played.outcome, wanted=wanted, beat=beat))
            return
