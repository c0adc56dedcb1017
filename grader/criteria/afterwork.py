"""What the agent did on screen: promises kept, duties minded, the form filled right."""

from __future__ import annotations

from grader.case import Case
from grader.criteria.criterion import Criterion, Need, Settings
from grader.phrases import Idea
from grader.scorecard import Both, Judgement, not_applicable
from grader.standard import Duty, Promise
from grader.text import bare, moment, numbers, quote, unstopped

_NO_RECORD = frozenset(
    {"opened_record", "edited_record", "picked_line", "disposition", "answered", "duty"}
)


def _same(given: str, right: str, case: Case) -> bool:
    return bare(numbers(given, case.lang)) == bare(numbers(right, case.lang))


def _form(case: Case) -> dict[str, str]:
    """Field → value as last filled in; ``form_field`` actions carry ``field=value``."""
    filled: dict[str, str] = {}
    for action in case.actions:
        if action.what == "form_field":
            name, _, value = action.value.partition("=")
            filled[name.strip()] = value.strip()
    return filled


def _done(case: Case, what: str, value: str) -> bool:
    """Whether a desk action happened; a value matches any where it is empty."""
    if what == "form_field":
        name, _, right = value.partition("=")
        filled = _form(case).get(name.strip(), "")
        return bool(filled) and (not right or _same(filled, right, case))
    return any(a.what == what and (not value or _same(a.value, value, case)) for a in case.actions)


def _promised_at(case: Case, promise: Promise) -> float | None:
    """When it was promised; 0 if it is due without a promise."""
    if not promise.cue and not promise.said:
        return 0.0
    for said in case.said:
        if promise.cue and promise.cue in case.standard.cues_in(said.earning):
            return said.at
        if promise.said and case.groups(said.earning, promise.said) == len(promise.said):
            return said.at
    return None


def _recorded(case: Case) -> bool:
    """Whether anything was put on record: a form field, a ticket, a summary."""
    return any(a.what not in _NO_RECORD and bare(a.value) for a in case.actions)


def promised(case: Case, _: Settings) -> Judgement:
    """What the agent promised is on record (a form field, a ticket, a call-back)."""
    made = [(p, at) for p in case.standard.promises if (at := _promised_at(case, p)) is not None]
    broken = [(p, at) for p, at in made if not any(_done(case, w, v) for w, v in p.actions)]
    if made and not broken:
        return Judgement(
            1.0,
            Both("承诺的事都登记了。", "Everything promised is on record."),
            tuple(at for _, at in made),
        )
    if broken:
        title = broken[0][0].title
        return Judgement(
            round(1 - len(broken) / len(made), 3),
            Both(
                f"答应了客户「{title}」，却没有登记。挂机前后把它填进表单。",
                f"“{title}” was promised but is not on record. Put it in the form.",
            ),
            tuple(at for _, at in broken),
        )
    said = case.first(Idea.PROMISE)
    if said is None:
        return not_applicable("没有向客户作出承诺。", "Nothing was promised.")
    if _recorded(case):
        return Judgement(
            1.0, Both("承诺的事已登记。", "What was promised is on record."), (said.at,)
        )
    return Judgement(
        0.0,
        Both(
            f"{moment(said.at)} 答应了{quote(said.text, case.lang)}，却没有任何登记。",
            f"At {moment(said.at)} you promised {quote(said.text, case.lang)}, but nothing is on "
            f"record.",
        ),
        (said.at,),
    )


def _first_cue(case: Case, cue: str) -> float | None:
    return next((s.at for s in case.said if cue in case.standard.cues_in(s.text)), None)


def _first_action(case: Case, what: str, value: str = "") -> float | None:
    return next(
        (
            a.at
            for a in case.actions
            if a.what == what and (not value or _same(a.value, value, case))
        ),
        None,
    )


def _happened(case: Case, duty: Duty) -> float | None:
    if duty.said:
        return _first_cue(case, duty.said)
    return _first_action(case, duty.did, duty.value)


def _kept(case: Case, duty: Duty) -> bool:
    at = _happened(case, duty)
    if duty.never:
        return at is None
    if at is None or (duty.within is not None and at > duty.within):
        return False
    if not duty.before:
        return True
    other = _first_cue(case, duty.before)
    if other is None:
        other = _first_action(case, duty.before)
    return other is None or at < other


def duties(case: Case, _: Settings) -> Judgement:
    """What this very caller needs (and must never get) was minded."""
    wanted = case.standard.duties
    if case.unclear:
        wanted = tuple(d for d in wanted if _kept(case, d) or not (d.said and not d.never))
    if not wanted:
        return not_applicable("这个场景没有专门要求。", "This caller asks for nothing special.")
    failed = [d for d in wanted if not _kept(case, d)]
    if not failed:
        return Judgement(
            1.0,
            Both("这位客户的专门要求都做到了。", "All that this caller needs was minded."),
            tuple(at for d in wanted if (at := _happened(case, d)) is not None),
        )
    told = [unstopped(d.title) for d in failed[:3]]
    return Judgement(
        round(1 - len(failed) / len(wanted), 3),
        Both(
            f"{len(wanted)} 项要求中有 {len(failed)} 项没做到：{'；'.join(told)}。",
            f"{len(failed)} of {len(wanted)} demands were not met: {'; '.join(told)}.",
        ),
        tuple(at for d in failed if (at := _happened(case, d)) is not None),
    )


def disposition(case: Case, _: Settings) -> Judgement:
    """The call is closed with the right result code."""
    chosen = [a for a in case.actions if a.what == "disposition" and bare(a.value)]
    right = case.standard.dispositions
    if not chosen:
        return Judgement(
            0.0,
            Both(
                "没有选择通话结果。挂机后请选好再提交。",
                "No disposition was chosen. Choose one in the wrap-up.",
            ),
        )
    last = chosen[-1]
    if not right or any(_same(last.value, r, case) for r in right):
        return Judgement(1.0, Both("通话结果选择正确。", "The disposition is right."), (last.at,))
    given, wanted = _name(case, last.value), [_name(case, r) for r in right]
    return Judgement(
        0.0,
        Both(
            f"通话结果选了「{given}」，应为「{'」或「'.join(wanted)}」。",
            f"The disposition “{given}” was chosen; right is “{'” or “'.join(wanted)}”.",
        ),
        (last.at,),
    )


def _name(case: Case, known_as: str) -> str:
    """What something is called on the screen."""
    return case.standard.names.get(known_as, known_as)


class FormSettings(Settings):
    """How much the written summary counts beside the fields."""

    summary_letters: int = 6


def form(case: Case, settings: FormSettings) -> Judgement:
    """The fields are right and a summary is written."""
    filled = _form(case)
    faults: list[Both] = []
    for name, right in case.standard.form.items():
        value, title = filled.get(name, ""), _name(case, name)
        if not bare(value):
            faults.append(Both(f"「{title}」没有填", f"“{title}” is empty"))
        elif right and not any(_same(value, r, case) for r in right):
            faults.append(
                Both(
                    f"「{title}」填了「{value}」，应为「{right[0]}」",
                    f"“{title}” says “{value}”, right is “{right[0]}”",
                )
            )
    summary = [a for a in case.actions if a.what == "summary"]
    if not summary or len(bare(summary[-1].value)) < settings.summary_letters:
        faults.append(
            Both(
                "通话小结没有写清楚客户的问题和处理结果",
                "the summary does not tell problem and result",
            )
        )
    count = len(case.standard.form) + 1
    at = tuple(a.at for a in case.actions if a.what in ("form_field", "summary"))
    if not faults:
        return Judgement(1.0, Both("表单和小结填写正确。", "Form and summary are right."), at[-1:])
    return Judgement(
        round(1 - len(faults) / count, 3),
        Both(
            f"{count} 项中有 {len(faults)} 项有误：{'；'.join(f.zh for f in faults[:4])}。",
            f"{len(faults)} of {count} are wrong: {'; '.join(f.en for f in faults[:4])}.",
        ),
        at[-1:],
    )


_SCREEN = frozenset({Need.WRAPUP, Need.WHOLE_CALL})

FAMILY = (
    Criterion(
        "promised",
        Both("承诺已登记", "Promises on record"),
        frozenset({Need.AGENT_WORDS, Need.WRAPUP, Need.WHOLE_CALL}),
        Settings,
        promised,
    ),
    Criterion(
        "duties",
        Both("这位客户的专门要求", "What this caller needs"),
        frozenset({Need.AGENT_WORDS, Need.WHOLE_CALL}),
        Settings,
        duties,
    ),
    Criterion(
        "disposition", Both("通话结果正确", "Right disposition"), _SCREEN, Settings, disposition
    ),
    Criterion("form", Both("表单与小结", "Form and summary"), _SCREEN, FormSettings, form),
)
