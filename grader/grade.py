"""Evidence in, marks out. Pure: the same evidence gets the same score, today and in a year."""

from __future__ import annotations

from grader.case import Case, case_of
from grader.criteria import CRITERIA
from grader.evidence import Evidence
from grader.rubric import Rubric, Weighed
from grader.scorecard import Both, Finding, Judgement, Scorecard, not_applicable
from grader.standard import Standard
from grader.text import Lang


def grade(
    evidence: Evidence, rubric: Rubric, standard: Standard, lang: Lang | None = None
) -> Scorecard:
    """Judge one call; reasons are told in ``lang``, or in the language of the call."""
    reader = lang or evidence.lang
    case = case_of(evidence, standard, rubric.clear_from)
    if nothing := _nothing(case):
        return _empty(rubric, nothing.told(reader), reader)
    judgements = [
        (weighed, CRITERIA[weighed.criterion].of(case, weighed.chosen()))
        for weighed in rubric.criteria
    ]
    counted = sum(w.weight for w, j in judgements if j.applicable)
    total = sum(w.weight for w in rubric.criteria)
    scale = 100 / counted if counted else 0.0
    findings = tuple(_finding(w, j, scale, reader) for w, j in judgements)
    earned = sum(w.weight * scale * _share(j) for w, j in judgements if j.applicable)
    fatal = tuple(f.criterion for f in findings if f.fatal)
    suspected = tuple(f.criterion for f in findings if f.suspected)
    thin = counted < rubric.enough * total
    score = 0.0 if fatal else round(min(100.0, earned), 1)
    waits = bool(suspected) or (thin and not fatal)
    return Scorecard(
        rubric=rubric.id,
        version=rubric.version,
        score=score,
        passed=not fatal and not waits and score >= rubric.pass_at(evidence.level),
        findings=findings,
        fatal=fatal,
        suspected=suspected,
        waits=waits,
        notes=tuple(
            n.told(reader) for n in _notes(case, bool(fatal), suspected, thin, counted / total)
        ),
    )


def _share(judgement: Judgement) -> float:
    return min(1.0, max(0.0, judgement.share))


def _finding(weighed: Weighed, judgement: Judgement, scale: float, lang: Lang) -> Finding:
    out_of = weighed.weight * scale if judgement.applicable else 0.0
    return Finding(
        criterion=weighed.criterion,
        title=CRITERIA[weighed.criterion].title.told(lang),
        points=round(out_of * _share(judgement), 2),
        out_of=round(out_of, 2),
        because=judgement.because.told(lang),
        at=tuple(round(at, 2) for at in judgement.at),
        fatal=weighed.fatal and judgement.fatal,
        suspected=weighed.fatal and judgement.suspected and not judgement.fatal,
        applicable=judgement.applicable,
    )


def _nothing(case: Case) -> Both | None:
    """Why there is nothing to judge, if so."""
    if case.said or case.unclear or case.evidence.talk_seconds > 0:
        return None
    if any(event.what == "answered" for event in case.events):
        return None
    return Both(
        "没有可以评分的内容：这通电话没有被坐席接起。下次电话响起时请在三声内接听。",
        "There is nothing to judge: no agent took this call. Answer within three rings next time.",
    )


def _empty(rubric: Rubric, why: str, lang: Lang) -> Scorecard:
    none = not_applicable("没有通话内容。", "There was no talk.")
    findings = tuple(_finding(w, none, 0.0, lang) for w in rubric.criteria)
    return Scorecard(rubric.id, rubric.version, 0.0, False, findings, notes=(why,))


def _notes(
    case: Case, fatal: bool, suspected: tuple[str, ...], thin: bool, share: float
) -> list[Both]:
    notes: list[Both] = []
    if fatal:
        notes.append(
            Both("出现一票否决项，总分为零。", "A fatal item happened; the score is zero.")
        )
    if suspected:
        notes.append(
            Both(
                "疑似出现一票否决项，但录音没有听清，请老师听过后再定分。",
                "A fatal item is suspected but was not heard clearly; a person must listen first.",
            )
        )
    if case.unclear:
        count = len(case.unclear)
        notes.append(
            Both(
                f"坐席有 {count} 句话没有听清，这些话不扣分。",
                f"{count} of the agent's utterances were not heard clearly; nothing is deducted "
                f"for them.",
            )
        )
    if thin:
        notes.append(
            Both(
                f"只有 {share:.0%} 的评分项可以判断，请老师听过后再定分。",
                f"Only {share:.0%} of the marks could be judged; a person must listen first.",
            )
        )
    if case.broken_off:
        notes.append(
            Both(
                "通话意外中断，只评已发生的部分。",
                "The call broke off; only what happened is judged.",
            )
        )
    return notes
