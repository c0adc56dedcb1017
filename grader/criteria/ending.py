"""The end of the call: what was agreed repeated, anything else asked, thanks and a farewell."""

from __future__ import annotations

from grader.case import Case, Said
from grader.criteria.criterion import Criterion, Need, Settings, unheard
from grader.phrases import Idea, says
from grader.scorecard import Both, Judgement
from grader.text import moment, quote


class EndingSettings(Settings):
    """How many of the agent's last sayings count as the ending."""

    sayings: int = 4


_ENDING = frozenset({Need.AGENT_WORDS, Need.WHOLE_CALL, Need.CLOSING})


def _tail(case: Case, settings: EndingSettings) -> tuple[Said, ...]:
    """The last sayings, never the opening."""
    count = min(settings.sayings, max(1, len(case.said) - 1))
    return case.closing(count)


def _mumbled_end(case: Case, tail: tuple[Said, ...]) -> tuple[float, ...]:
    return case.mumbled(since=tail[0].at if tail else 0.0)


def _repeats(case: Case, said: Said) -> bool:
    """Whether a saying repeats what was agreed."""
    wanted = case.standard.recap
    return (
        says(Idea.RECAP, said.earning, case.lang)
        or case.standard.recaps in case.standard.cues_in(said.earning)
        or (bool(wanted) and case.groups(said.earning, wanted) == len(wanted))
    )


def recap(case: Case, settings: EndingSettings) -> Judgement:
    """The important information is repeated at the end (ETQ-18)."""
    tail = _tail(case, settings)
    for said in reversed(tail):
        if _repeats(case, said):
            return Judgement(
                1.0,
                Both(
                    f"{moment(said.at)} 重复了重要信息：{quote(said.text, case.lang)}。",
                    f"What was agreed was repeated at {moment(said.at)}: "
                    f"{quote(said.text, case.lang)}.",
                ),
                (said.at,),
            )
    if at := _mumbled_end(case, tail):
        return unheard("小结", "A recap", at)
    return Judgement(
        0.0,
        Both(
            "结束前没有重复重要信息。例如：跟您再确认一下，已为您登记……，……之前给您答复。",
            "What was agreed was not repeated. For example: to recap, I have registered … and we "
            "call you by ….",
        ),
        (tail[0].at,) if tail else (),
    )


def anything_else(case: Case, settings: EndingSettings) -> Judgement:
    """The customer is asked what else can be done (ETQ-19)."""
    tail = _tail(case, settings)
    if said := case.first(Idea.ANYTHING_ELSE, tail) or case.first(Idea.ANYTHING_ELSE):
        return Judgement(
            1.0,
            Both(
                f"{moment(said.at)} 询问了其他需要：{quote(said.text, case.lang)}。",
                f"Other needs were asked for at {moment(said.at)}: {quote(said.text, case.lang)}.",
            ),
            (said.at,),
        )
    if at := _mumbled_end(case, tail):
        return unheard("对其他需要的询问", "The question for other needs", at)
    return Judgement(
        0.0,
        Both(
            "没有问客户还需要什么。结束前请说：请问还有其他可以帮您的吗？",
            "The customer was not asked for other needs. Say: is there anything else I can help "
            "you with?",
        ),
        (tail[-1].at,) if tail else (),
    )


def closing(case: Case, settings: EndingSettings) -> Judgement:
    """Thanks and a farewell end the call (ETQ-20)."""
    tail = case.closing(min(3, settings.sayings))
    said = ",".join(s.earning for s in tail)
    thanks, farewell = (says(i, said, case.lang) for i in (Idea.THANKS, Idea.FAREWELL))
    at = (tail[-1].at,) if tail else ()
    heard = quote(tail[-1].text, case.lang) if tail else ""
    if thanks and farewell:
        return Judgement(
            1.0,
            Both(f"致谢并道别：{heard}。", f"Thanked and said farewell: {heard}."),
            at,
        )
    if mumbled := case.mumbled(since=tail[0].at if tail else 0.0):
        return unheard("结束语", "The closing words", mumbled)
    lacking = [
        name
        for there, name in (
            (thanks, Both("感谢来电", "thanks for calling")),
            (farewell, Both("道别或祝福", "a farewell or good wish")),
        )
        if not there
    ]
    return Judgement(
        0.5 * thanks + 0.5 * farewell,
        Both(
            f"结束语缺：{'、'.join(n.zh for n in lacking)}。例如：感谢您的来电，祝您生活愉快，再见。",
            f"The closing lacks {' and '.join(n.en for n in lacking)}. "
            "For example: thank you for calling, have a nice day, goodbye.",
        ),
        at,
    )


FAMILY = (
    Criterion(
        "recap", Both("重复重要信息", "Recap of what was agreed"), _ENDING, EndingSettings, recap
    ),
    Criterion(
        "anything_else",
        Both("询问其他需要", "Asked for anything else"),
        _ENDING,
        EndingSettings,
        anything_else,
    ),
    Criterion(
        "closing", Both("致谢与道别", "Thanks and farewell"), _ENDING, EndingSettings, closing
    ),
)
