"""Manners: no forbidden words, sympathy, no interruption, no dead air, well-kept holds."""

from __future__ import annotations

import re
from dataclasses import dataclass

from grader.case import Case, Hold, Said
from grader.criteria.criterion import Criterion, Need, Settings, unheard
from grader.evidence import Utterance
from grader.phrases import Idea, find, says
from grader.scorecard import Both, Judgement, not_applicable
from grader.standard import Taboo
from grader.text import Lang, bare, clauses, mentions, moment, numbers, quote
from scripts_library.wording import contains


class ForbiddenSettings(Settings):
    """What else the school forbids."""

    also: tuple[str, ...] = ()
    each_costs: float = 0.5


@dataclass(frozen=True, slots=True)
class _Slip:
    """Words that no agent says."""

    said: Said
    words: str
    insult: bool = False
    instead: str = ""


def _slips(case: Case, said: Said, also: tuple[str, ...]) -> list[_Slip]:
    """Every clause of a saying that no agent says."""
    found: list[_Slip] = []
    for clause in clauses(said.text, case.lang):
        taboo = _taboo(case, clause)
        if abuse := find(Idea.ABUSE, clause, case.lang):
            found.append(_Slip(said, abuse.clause, insult=True))
        elif taboo or says(Idea.RUDE, clause, case.lang):
            found.append(_Slip(said, clause, instead=taboo.instead if taboo else ""))
        elif any(mentions(clause, words, case.lang) for words in also):
            found.append(_Slip(said, clause))
    if not found and (taboo := _taboo(case, said.text)):
        found.append(_Slip(said, said.text, instead=taboo.instead))
    return found


def _taboo(case: Case, text: str) -> Taboo | None:
    return next(
        (t for t in case.standard.forbidden if contains(t.never, text, case.lang)),
        None,
    )


def forbidden(case: Case, settings: ForbiddenSettings) -> Judgement:
    """No forbidden words; an insult is fatal. Only the agent's own clear words count (ETQ-23)."""
    slips = [slip for said in case.said for slip in _slips(case, said, settings.also)]
    suspects = [u for u in case.unclear if says(Idea.ABUSE, u.text, case.lang)]
    share = max(0.0, 1 - settings.each_costs * len(slips))
    at = tuple(dict.fromkeys(slip.said.at for slip in slips))
    if insult := next((slip for slip in slips if slip.insult), None):
        return Judgement(0.0, _insulted(case, insult), at, fatal=True)
    if suspects:
        when = moment(suspects[0].at)
        return Judgement(
            share,
            Both(
                f"{when} 疑似出现侮辱性语言，但没有听清，请老师听录音确认。",
                f"An insult is suspected at {when} but was not heard clearly; "
                "a person must listen.",
            ),
            (*at, *(u.at for u in suspects)),
            suspected=True,
        )
    if not slips:
        return Judgement(1.0, Both("没有使用服务忌语。", "No forbidden words were used."))
    return Judgement(share, _slipped(case, slips[0]), at)


def _insulted(case: Case, slip: _Slip) -> Both:
    heard, when = quote(slip.words, case.lang), moment(slip.said.at)
    return Both(
        f"{when} 出现侮辱性语言：{heard}。无论客户怎样，都不能用语言攻击客户。",
        f"An insult at {when}: {heard}. Whatever the customer does, never attack with words.",
    )


def _slipped(case: Case, slip: _Slip) -> Both:
    heard, when = quote(slip.words, case.lang), moment(slip.said.at)
    zh = slip.instead if slip.instead and case.lang == "zh" else "我来帮您看看怎么解决。"
    en = slip.instead if slip.instead and case.lang == "en" else "let me see what I can do for you."
    return Both(
        f"{when} 说了服务忌语：{heard}。换成：{zh}",
        f"Forbidden words at {when}: {heard}. Say instead: {en}",
    )


def sympathy(case: Case, _: Settings) -> Judgement:
    """A caller who has been wronged hears an apology or sympathy."""
    if not case.standard.complaint:
        return not_applicable("客户没有不满，不看这一项。", "This caller brings no complaint.")
    if said := case.first(Idea.SORRY):
        return Judgement(
            1.0,
            Both(
                f"{moment(said.at)} 体谅了客户：{quote(said.text, case.lang)}。",
                f"Sympathy was shown at {moment(said.at)}: {quote(said.text, case.lang)}.",
            ),
            (said.at,),
        )
    if at := case.mumbled():
        return unheard("道歉或体谅的话", "An apology or sympathy", at)
    return Judgement(
        0.0,
        Both(
            "客户有不满，却没有听到一句道歉或体谅。先说：给您添麻烦了，非常抱歉，我马上为您查。",
            "The caller was upset and heard no apology. Begin with: I am sorry about that, let me "
            "look at once.",
        ),
        (case.customer[0].at,) if case.customer else (),
    )


class InterruptionSettings(Settings):
    """How much talking over is forgiven."""

    spoken_over: float = 1.0
    """Seconds of the customer's speech talked over by voice."""
    keyed_over: float = 2.5
    """The same for a typed or picked line: captions are read faster than they are heard."""
    each_costs: float = 0.34


_NODS = re.compile(
    r"[嗯哦噢啊对好是的行诶唉呃]+|好的|是的|对的|明白|了解|您说|(uh|mm|hm|mhm|yes|yeah|right|ok|"
    r"okay|sure|isee|"
    r"gotit|ofcourse)+"
)


def _talked_over(case: Case, said: Said, settings: InterruptionSettings) -> bool:
    if _NODS.fullmatch(bare(said.text)):
        return False
    limit = settings.keyed_over if said.keyed else settings.spoken_over
    return any(
        c.at < said.at and _would_end(c, said, case.lang) - said.at > limit for c in case.customer
    )


def _would_end(customer: Utterance, said: Said, lang: Lang) -> float:
    """When the customer fell silent; one cut short would have spoken on, at a quick pace."""
    if not said.over:
        return customer.until
    pace = 7.0 if lang == "zh" else 20.0
    return max(customer.until, customer.at + len(customer.text) / pace)


def interruption(case: Case, settings: InterruptionSettings) -> Judgement:
    """The agent lets the customer finish (ETQ-26)."""
    over = [s for s in case.said if _talked_over(case, s, settings)]
    if not over:
        return Judgement(1.0, Both("没有打断客户。", "The customer was never interrupted."))
    return Judgement(
        max(0.0, 1 - settings.each_costs * len(over)),
        Both(
            f"打断客户 {len(over)} 次，第一次在 {moment(over[0].at)}："
            f"{quote(over[0].text, case.lang)}。等客户说完再开口。",
            f"The customer was interrupted {len(over)} time(s), first at {moment(over[0].at)}: "
            f"{quote(over[0].text, case.lang)}. Let the customer finish.",
        ),
        tuple(s.at for s in over),
    )


class DeadAirSettings(Settings):
    """How long a silence may be."""

    longest: float = 10.0
    each_costs: float = 0.34
    ruinous: float = 30.0


def dead_air(case: Case, settings: DeadAirSettings) -> Judgement:
    """No silence over ten seconds before the agent speaks, holds aside."""
    gaps = [(at, length) for at, length in _silences(case) if length > settings.longest]
    if not gaps:
        return Judgement(
            1.0,
            Both(
                f"没有超过 {settings.longest:.0f} 秒的冷场。",
                f"No silence was longer than {settings.longest:.0f} s.",
            ),
        )
    longest = max(length for _, length in gaps)
    share = 0.0 if longest > settings.ruinous else max(0.0, 1 - settings.each_costs * len(gaps))
    return Judgement(
        share,
        Both(
            f"冷场 {len(gaps)} 次，最长 {longest:.0f} 秒（自 {moment(gaps[0][0])} 起）。"
            f"查资料时告诉客户您在做什么。",
            f"{len(gaps)} silence(s), the longest {longest:.0f} s (from {moment(gaps[0][0])}). "
            "Tell the customer what you are doing while you look.",
        ),
        tuple(at for at, _ in gaps),
    )


def _silences(case: Case) -> list[tuple[float, float]]:
    """(begin, length) of each silence that the agent ended by voice."""
    spoken = [(s.at, s.until, not s.keyed) for s in case.said]
    spoken += [(u.at, u.until, True) for u in case.unclear]
    spoken += [(c.at, c.until, False) for c in case.customer]
    found: list[tuple[float, float]] = []
    quiet_since = 0.0
    for at, until, by_voice in sorted(spoken):
        if by_voice and at > quiet_since:
            held = sum(max(0.0, min(at, h.until) - max(quiet_since, h.at)) for h in case.holds)
            found.append((quiet_since, at - quiet_since - held))
        quiet_since = max(quiet_since, until)
    return found


class HoldSettings(Settings):
    """How a hold is done."""

    longest: float = 60.0
    """Seconds, unless another span was announced."""
    grace: float = 10.0


_MINUTES = {
    "zh": re.compile(r"(\d+|[一两二三几半])个?(分钟|分|秒)"),
    "en": re.compile(r"\b(\d+|a|one|two|three|a few|couple of) (minutes?|seconds?|moments?)"),
}
_COUNT = {"一": 1, "两": 2, "二": 2, "三": 3, "几": 3, "半": 0.5}
_COUNT |= {"a": 1, "one": 1, "two": 2, "three": 3, "a few": 3, "couple of": 2}


def _announced(text: str, case: Case) -> float | None:
    """The span of the wait as it was told, in seconds."""
    for form in (text.lower(), numbers(text, case.lang)):
        if match := _MINUTES[case.lang].search(form):
            count = float(match[1]) if match[1].isdigit() else _COUNT.get(match[1], 1)
            unit = (
                60
                if match[2].startswith(("分", "min"))
                else 1
                if match[2].startswith(("秒", "sec"))
                else 60
            )
            return min(count * unit, 600.0)
    return None


def _one_hold(
    case: Case, hold: Hold, since: float, settings: HoldSettings
) -> tuple[bool, bool, bool]:
    """Whether a hold was asked for, thanked for, and not too long."""
    before = [s for s in case.said if since <= s.at < hold.at]
    after = [s for s in case.said if s.at >= hold.until][:2]
    asking = [s for s in before if says(Idea.HOLD_ASK, s.earning, case.lang)]
    thanked = any(says(Idea.HOLD_THANKS, s.earning, case.lang) for s in after)
    span = next((a for s in reversed(asking) if (a := _announced(s.text, case))), None)
    limit = max(span or 0.0, settings.longest) if span is None or span < 20 else span
    return bool(asking), thanked, hold.until - hold.at <= limit + settings.grace


_NOT_ASKED = Both(
    "没有先征求同意（请您稍等，可以吗？）", "not asked for first (may I put you on hold?)"
)
_NOT_THANKED = Both(
    "回来没有致谢（谢谢您的耐心等待）", "no thanks on return (thank you for waiting)"
)


def _hold_faults(
    case: Case, one: Hold, since: float, settings: HoldSettings
) -> tuple[float, list[tuple[float, Both]]]:
    """The share that one hold earns, and what was wrong with it, each with its moment."""
    asked, thanked, short = _one_hold(case, one, since, settings)
    asked = asked or bool(case.mumbled(since, one.at))
    thanked = thanked or bool(case.mumbled(one.until, one.until + 20)) or case.walked_out
    length = one.until - one.at
    told = (
        (asked, one.at, _NOT_ASKED),
        (thanked, one.until, _NOT_THANKED),
        (short, one.at, Both(f"等了 {length:.0f} 秒，太久", f"{length:.0f} s, too long")),
    )
    share = 0.4 * asked + 0.3 * thanked + 0.3 * short
    return share, [(at, fault) for fine, at, fault in told if not fine]


def hold(case: Case, settings: HoldSettings) -> Judgement:
    """Asked before, thanked after, not longer than announced (ETQ-17)."""
    shares: list[float] = []
    faults: list[tuple[float, Both]] = []
    since = 0.0
    for one in case.holds:
        share, wrong = _hold_faults(case, one, since, settings)
        shares.append(share)
        faults += wrong
        since = one.until
    at = tuple(sorted({when for when, _ in faults})) or tuple(h.at for h in case.holds)
    if not faults:
        return Judgement(
            1.0, Both("保持等待做得规范。", "Holds were asked for, thanked for and short."), at
        )
    return Judgement(
        round(sum(shares) / len(shares), 2),
        Both(
            f"保持等待不够规范：{'；'.join(f.zh for _, f in faults[:3])}。",
            f"Holding could be better: {'; '.join(f.en for _, f in faults[:3])}.",
        ),
        at,
    )


FAMILY = (
    Criterion(
        "forbidden",
        Both("没有服务忌语", "No forbidden words"),
        frozenset(),
        ForbiddenSettings,
        forbidden,
        can_be_fatal=True,
    ),
    Criterion(
        "sympathy",
        Both("体谅客户", "Apology or sympathy"),
        frozenset({Need.AGENT_WORDS}),
        Settings,
        sympathy,
    ),
    Criterion(
        "interruption",
        Both("不打断客户", "Customer not interrupted"),
        frozenset({Need.AGENT_WORDS, Need.CUSTOMER_WORDS}),
        InterruptionSettings,
        interruption,
    ),
    Criterion(
        "dead_air",
        Both("没有冷场", "No dead air"),
        frozenset({Need.AGENT_VOICE}),
        DeadAirSettings,
        dead_air,
    ),
    Criterion(
        "hold",
        Both("保持等待的礼仪", "Hold etiquette"),
        frozenset({Need.HOLDS}),
        HoldSettings,
        hold,
    ),
)
