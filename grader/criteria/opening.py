"""The first minute: answered in time, opened well, the caller verified, the problem understood."""

from __future__ import annotations

from grader.case import Case, Said
from grader.criteria.criterion import Criterion, Need, Settings, unheard
from grader.phrases import Idea, says
from grader.scorecard import Both, Judgement, not_applicable
from grader.text import bare, mentions, moment, plain, quote, sounds_like


class AnsweredSettings(Settings):
    """A ring is five seconds in China (1 s on, 4 s off)."""

    rings: int = 3
    ring_seconds: float = 5.0
    grace_seconds: float = 1.0
    """So that a part of a second decides nothing."""


def answered(case: Case, settings: AnsweredSettings) -> Judgement:
    """Within three rings full, within twice that half (ETQ-01)."""
    rang, limit = case.evidence.ring_seconds, settings.rings * settings.ring_seconds
    if rang <= limit + settings.grace_seconds:
        return Judgement(
            1.0,
            Both(
                f"响铃 {rang:.0f} 秒接起，在 {settings.rings} 声（{limit:.0f} 秒）之内。",
                f"Answered after {rang:.0f} s, within {settings.rings} rings ({limit:.0f} s).",
            ),
            (0.0,),
        )
    return Judgement(
        0.5 if rang <= 2 * limit + settings.grace_seconds else 0.0,
        Both(
            f"响铃 {rang:.0f} 秒才接起，超过了 {settings.rings} 声（{limit:.0f} 秒）。"
            f"电话一响就做好准备，三声内接听。",
            f"Answered only after {rang:.0f} s, more than {settings.rings} rings ({limit:.0f} s). "
            "Be ready and pick up within three rings.",
        ),
        (0.0,),
    )


class OpeningSettings(Settings):
    """How many of the agent's first sayings count as the opening."""

    sayings: int = 2


def _company(case: Case, text: str) -> bool:
    if case.standard.company:
        return any(sounds_like(text, name, case.lang) for name in case.standard.company)
    return says(Idea.COMPANY, text, case.lang)


def _number(case: Case, text: str) -> bool:
    """The agent's number; in English a name does as well."""
    return says(Idea.NUMBER, text, case.lang) or (
        case.lang == "en" and says(Idea.NAME, text, case.lang)
    )


def opening(case: Case, settings: OpeningSettings) -> Judgement:
    """Greeting, company and number at the start of the call (ETQ-02)."""
    first = case.opening(settings.sayings)
    said = ",".join(s.earning for s in first)
    parts = (
        (0.2, says(Idea.GREET, said, case.lang), Both("问好", "a greeting")),
        (0.4, _company(case, said), Both("公司名称", "the company's name")),
        (0.4, _number(case, said), Both("工号", "your number or name")),
    )
    share = sum(weight for weight, there, _ in parts if there)
    if share < 0.99 and (at := case.mumbled(until=first[-1].until if first else 20.0)):
        return unheard("开场白", "The opening", at)
    if not first:
        return Judgement(
            0.0,
            Both(
                "接起后没有说开场白。请说：您好，（公司名），工号××为您服务。",
                "Nothing was said after answering. Say: hello, (company), this is (number), how "
                "may I help?",
            ),
            (0.0,),
        )
    heard = quote(first[0].text, case.lang)
    if share > 0.99:
        return Judgement(
            1.0,
            Both(f"开场完整：{heard}。", f"A complete opening: {heard}."),
            (first[0].at,),
        )
    lacking = [name for _, there, name in parts if not there]
    return Judgement(
        round(share, 2),
        Both(
            f"开场说了{heard}，还缺：{'、'.join(n.zh for n in lacking)}。例如：您好，（公司名），"
            f"工号××为您服务。",
            f"You opened with {heard}; missing: {', '.join(n.en for n in lacking)}. "
            "For example: good morning, (company), this is (number), how may I help?",
        ),
        (first[0].at,),
    )


def _asks(case: Case, said: Said) -> bool:
    if says(Idea.VERIFY, said.earning, case.lang):
        return True
    if case.standard.verifies in case.standard.cues_in(said.earning):
        return True
    return "?" in plain(said.earning, case.lang) and bool(
        case.groups(said.earning, case.standard.asks)
    )


def _tells(case: Case, said: Said) -> bool:
    """Whether data is told that the customer has not said first."""
    before = "，".join(c.text for c in case.customer if c.at < said.at)
    for fact in case.standard.protected:
        if mentions(said.text, fact, case.lang) and not mentions(before, fact, case.lang):
            return True
    cue = case.standard.discloses
    return bool(cue) and cue in case.standard.cues_in(said.text)


def verified(case: Case, _: Settings) -> Judgement:
    """Proof of who is calling comes before any of the customer's data is told."""
    asked = next((s for s in case.said if _asks(case, s)), None)
    told = next((s for s in case.said if _tells(case, s)), None)
    answer = asked and next((c for c in case.customer if c.until > asked.at), None)
    if told and not (asked and answer and answer.at < told.at):
        if at := case.mumbled(until=told.at):
            return unheard("身份核实", "The verification", at)
        return Judgement(
            0.0,
            Both(
                f"{moment(told.at)} 还没核实身份就说出了客户资料：{quote(told.text, case.lang)}。"
                f"先请客户报出姓名和证件后四位等信息。",
                f"At {moment(told.at)} customer data was told before any proof of identity: "
                f"{quote(told.text, case.lang)}. Ask for name and a second proof first.",
            ),
            (told.at,),
            fatal=True,
        )
    if asked:
        return Judgement(
            1.0,
            Both(
                f"{moment(asked.at)} 先核实了身份：{quote(asked.text, case.lang)}。",
                f"Identity was verified at {moment(asked.at)}: {quote(asked.text, case.lang)}.",
            ),
            (asked.at,),
        )
    if not case.standard.verification:
        return not_applicable("这类来电不需要核实身份。", "This call needs no verification.")
    if at := case.mumbled():
        return unheard("身份核实", "The verification", at)
    return Judgement(
        0.0,
        Both(
            "没有核实客户身份。办理前请说：麻烦您报一下姓名和登记的手机号，我核对一下。",
            "The caller's identity was never verified. Ask: may I have your name and account "
            "number, please?",
        ),
    )


class RestatedSettings(Settings):
    """How much of the problem a restatement must hold."""

    half_of_groups: float = 0.5


def _problem_words(case: Case) -> tuple[tuple[str, ...], ...]:
    """The scenario's words for the problem, or what the customer said first."""
    if case.standard.problem:
        return case.standard.problem
    first = sorted((c for c in case.customer if c.text.strip()), key=lambda c: c.at)[:3]
    longest = max((c.text for c in first), key=lambda t: len(bare(t)), default="")
    if case.lang == "en":
        return tuple((w,) for w in dict.fromkeys(longest.lower().split()) if len(bare(w)) > 4)
    letters = bare(longest)
    pairs = dict.fromkeys(letters[i : i + 2] for i in range(len(letters) - 1))
    return tuple((p,) for p in pairs)


def _best_restatement(
    case: Case, settings: RestatedSettings, begins: float
) -> tuple[float, Said | None]:
    """How well the problem was given back, and by which turn of the agent."""
    words = _problem_words(case)
    derived = not case.standard.problem
    wanted = max(1, round(len(words) * (0.2 if derived else settings.half_of_groups)))
    best: tuple[float, Said | None] = (0.0, None)
    for turn in case.turns():
        if turn.until < begins:
            continue
        held = case.groups(turn.earning, words)
        cue = says(Idea.RESTATE, turn.earning, case.lang)
        share = 1.0 if cue and held >= wanted else 0.5 if held >= max(2, wanted) else 0.0
        if case.standard.restates in case.standard.cues_in(turn.earning):
            share = 1.0
        if best[1] is None or share > best[0]:
            best = (share, turn)
    return best


def _only_touched(case: Case, turn: Said) -> Judgement:
    """The problem was mentioned, but not given back to be checked."""
    heard = quote(turn.text, case.lang)
    return Judgement(
        0.5,
        Both(
            f"{heard}提到了问题，但没有和客户确认。加一句：您是说……，对吗？",
            f"{heard} touched the problem without checking it. Add: so you are saying …, is "
            f"that right?",
        ),
        (turn.at,),
    )


def restated(case: Case, settings: RestatedSettings) -> Judgement:
    """The customer's problem is given back in a sentence that checks it."""
    begins = min((c.at for c in case.customer if c.text.strip()), default=0.0)
    share, turn = _best_restatement(case, settings, begins)
    if turn and share == 1.0:
        heard = quote(turn.text, case.lang)
        return Judgement(
            1.0,
            Both(
                f"{moment(turn.at)} 复述了客户的问题：{heard}。",
                f"The problem was restated at {moment(turn.at)}: {heard}.",
            ),
            (turn.at,),
        )
    if at := case.mumbled():
        return unheard("对问题的复述", "A restatement of the problem", at)
    if turn and share > 0:
        return _only_touched(case, turn)
    return Judgement(
        0.0,
        Both(
            "没有复述客户的问题。听完后先说：您是说……，对吗？再去处理。",
            "The problem was never restated. Before you act, say: so you are saying …, is that "
            "right?",
        ),
        (begins,),
    )


FAMILY = (
    Criterion(
        "answered",
        Both("三声内接听", "Answered within three rings"),
        frozenset(),
        AnsweredSettings,
        answered,
    ),
    Criterion(
        "opening",
        Both("开场报公司名和工号", "Opening with company and number"),
        frozenset({Need.AGENT_WORDS}),
        OpeningSettings,
        opening,
    ),
    Criterion(
        "verified",
        Both("先核实身份再告知资料", "Identity verified before data is told"),
        frozenset({Need.AGENT_WORDS, Need.WHOLE_CALL}),
        Settings,
        verified,
        can_be_fatal=True,
    ),
    Criterion(
        "restated",
        Both("复述客户问题", "Customer's problem restated"),
        frozenset({Need.AGENT_WORDS, Need.CUSTOMER_WORDS}),
        RestatedSettings,
        restated,
    ),
)
