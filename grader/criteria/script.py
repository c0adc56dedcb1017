"""The script: its steps covered, and from level 3 in the agent's own words (TRN-25)."""

from __future__ import annotations

from grader.case import Case, Said
from grader.criteria.criterion import Criterion, Need, Settings, unheard
from grader.scorecard import Both, Judgement, not_applicable
from grader.standard import Step
from grader.text import bare, covers, likeness, plain, quote
from scripts_library.wording import contains

OWN_WORDS_FROM = 3
"""The level from which reading the script aloud costs points; told before every call."""


class StepsSettings(Settings):
    """How near a saying must come to a line."""

    content: float = 0.55
    """Share of a line's content that covers it."""
    verbatim: float = 0.9
    """Likeness, letter by letter, of a line that must be said word for word."""


def _covered_by(case: Case, step: Step, settings: StepsSettings) -> Said | None:
    """The saying that covers a step, if any."""
    for said in (*case.said, *case.turns()):
        if step.verbatim:
            if likeness(said.text, step.text) >= settings.verbatim:
                return said
        elif _covers(case, step, said, settings):
            return said
    return None


def _covers(case: Case, step: Step, said: Said, settings: StepsSettings) -> bool:
    if not bare(said.earning):
        return False
    if said.line == step.id or likeness(said.earning, step.text) >= 0.75:
        return True
    if any(contains(words, said.earning, case.lang) for words in step.words):
        return True
    return any(
        covers(said.earning, wording, case.lang) >= settings.content
        for wording in (step.text, *step.paraphrases)
    )


def steps(case: Case, settings: StepsSettings) -> Judgement:
    """Every required step of the script was covered, in whatever words."""
    wanted = [s for s in case.standard.steps if s.required]
    if not wanted:
        return not_applicable("这个场景没有规定话术步骤。", "This caller has no script.")
    found = {s.id: _covered_by(case, s, settings) for s in wanted}
    lacking = [s for s in wanted if found[s.id] is None]
    at = tuple(sorted({said.at for said in found.values() if said}))
    if not lacking:
        return Judgement(
            1.0,
            Both(
                f"{len(wanted)} 个话术步骤全部做到。",
                f"All {len(wanted)} steps of the script were covered.",
            ),
            at,
        )
    if mumbled := case.mumbled():
        return unheard("缺少的话术步骤", "The missing script steps", mumbled)
    share = 1 - len(lacking) / len(wanted)
    zh = "、".join(f"{s.title}({quote(s.text, 'zh')})" for s in lacking[:3])
    en = "; ".join(f"{s.title} ({quote(s.text, 'en')})" for s in lacking[:3])
    return Judgement(
        round(share, 3),
        Both(
            f"{len(wanted)} 个步骤做到了 {len(wanted) - len(lacking)} 个，缺：{zh}。意思到了即可，"
            f"不必照念。",
            f"{len(wanted) - len(lacking)} of {len(wanted)} steps were covered; missing: {en}. "
            "The meaning is enough, in your own words.",
        ),
        at,
    )


class OwnWordsSettings(Settings):
    """What counts as reading aloud."""

    read_aloud: float = 0.9
    """Likeness, letter by letter, from which a line was read."""
    enough: float = 0.6
    """Nobody need rephrase everything: so much in own words earns all points."""


def _short(case: Case, step: Step) -> bool:
    """A line so short that it can hardly be said otherwise."""
    if case.lang == "en":
        return len(plain(step.text, "en").split()) < 6
    return len(bare(step.text)) < 9


def _read(step: Step, said: Said, settings: OwnWordsSettings) -> bool:
    """Picked, or said letter by letter as it is written."""
    if said.line == step.id:
        return True
    return likeness(said.text, step.text) >= settings.read_aloud


def own_words(case: Case, settings: OwnWordsSettings) -> Judgement:
    """From level 3 the steps are told in the agent's own words; verbatim lines are exempt."""
    if case.evidence.level < OWN_WORDS_FROM:
        return not_applicable(
            f"第 {OWN_WORDS_FROM} 级起才看这一项，现在可以照念话术。",
            f"Judged from level {OWN_WORDS_FROM}; until then lines may be picked freely.",
        )
    free = [s for s in case.standard.steps if not s.verbatim and not _short(case, s)]
    if not free:
        return not_applicable(
            "话术都须照念。", "Every line of this script is to be read as written."
        )
    pairs = [(s, said) for s in free if (said := _covered_by(case, s, StepsSettings()))]
    return _own_share(case, pairs, settings) if pairs else _nothing_covered(case)


def _nothing_covered(case: Case) -> Judgement:
    """No step was heard in any words."""
    if at := case.mumbled():
        return unheard("话术内容", "The script's content", at)
    return Judgement(
        0.0,
        Both(
            "没有做到任何话术步骤，谈不上自己的话。先把步骤的意思说到。",
            "No step of the script was covered, in any words. Cover the steps first.",
        ),
    )


def _own_share(case: Case, pairs: list[tuple[Step, Said]], settings: OwnWordsSettings) -> Judgement:
    """How much of what was covered was told in the agent's own words."""
    read = [said for s, said in pairs if any(_read(s, x, settings) for x in _all(case, said))]
    if not read:
        return Judgement(
            1.0,
            Both("用自己的话讲清了话术内容。", "The script was told in your own words."),
            tuple(said.at for _, said in pairs),
        )
    own = 1 - len(read) / len(pairs)
    heard = quote(read[0].text, case.lang)
    return Judgement(
        round(min(1.0, own / settings.enough), 3),
        Both(
            f"{len(pairs)} 个步骤中有 {len(read)} 个是照念或直接选的，例如{heard}。看着客户的情况，"
            f"用自己的话说出同样的意思。",
            f"{len(read)} of {len(pairs)} steps were read or picked word for word, such as "
            f"{heard}. Say the same in your own words, to fit the customer.",
        ),
        tuple(said.at for said in read),
    )


def _all(case: Case, said: Said) -> tuple[Said, ...]:
    """A saying and the whole turn it belongs to: a line read in two breaths is still read."""
    return (said, *(t for t in case.turns() if t.at <= said.at <= t.until and t != said))


FAMILY = (
    Criterion(
        "steps",
        Both("话术步骤完整", "Script steps covered"),
        frozenset({Need.AGENT_WORDS, Need.WHOLE_CALL}),
        StepsSettings,
        steps,
    ),
    Criterion(
        "own_words",
        Both("用自己的话，不照念", "In your own words, not read aloud"),
        frozenset({Need.AGENT_WORDS, Need.WHOLE_CALL}),
        OwnWordsSettings,
        own_words,
    ),
)
