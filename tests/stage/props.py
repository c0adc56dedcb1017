"""A class, a customer and a call for screen tests: one set of data in each language."""

from __future__ import annotations

from classroom.door.customers import CustomerFields, CustomerPage, CustomerShown, PastCall
from classroom.door.wire import (
    Activity,
    Briefing,
    CallCard,
    CallRecord,
    CallSummary,
    Caption,
    DeskChanged,
    DeskState,
    Duty,
    Finding,
    FormField,
    Judged,
    Lang,
    RecordingInfo,
    Scorecard,
    ScriptStep,
    Session,
    SipAccount,
    TimelineItem,
    Verdict,
    Wrapup,
)

CALL = "c-0007"
NAMES = {"zh": "林晓雯", "en": "Mary Lin"}

NOTICE = {
    "zh": "实训期间，你与虚拟客户的每一通电话都会双声道录音并转写成文字。\n"
    "只有你本人、任课教师和学校管理员可以听。\n"
    "录音在学期结束（2027-01-31）后自动删除。",
    "en": "Every practice call is recorded in two channels and written down.\n"
    "Only you, your instructor and the school's administrator may listen.\n"
    "Recordings are deleted at the end of the term (2027-01-31).",
}

CRITERIA: list[tuple[str, str, str, float, bool]] = [
    ("answered_quickly", "三声内应答", "Answered within three rings", 5, False),
    ("opening", "开场白：公司名与工号", "Opening with company and number", 8, False),
    ("verified", "先核实身份再透露信息", "Identity before data", 10, True),
    ("restated", "复述客户问题", "Problem restated", 8, False),
    ("script", "用自己的话覆盖话术要点", "Script in own words", 15, False),
    ("forbidden", "无禁语", "No forbidden phrases", 10, True),
    ("interruption", "不打断客户", "No interruption", 5, False),
    ("hold", "保持礼仪", "Hold etiquette", 6, False),
    ("promise", "承诺事项已登记", "Promise recorded", 10, False),
    ("disposition", "处理结果正确", "Right disposition", 8, False),
    ("recap", "结尾复述", "Recap", 5, False),
    ("thanks", "致谢与结束语", "Thanks and closing", 5, False),
    ("outcome", "结局正确", "Right outcome", 5, False),
]

STEPS = {
    "zh": [
        ("开场", "您好，星河宽带，工号1007为您服务，请问有什么可以帮您？", True),
        ("致歉与共情", "非常抱歉给您带来不便，我理解您的心情。", False),
        ("核实身份", "为了保护您的账户，请报一下身份证后四位。", False),
        ("说明原因", "您上月办理了提速包，首月按天计费，所以多了三十元。", False),
        ("给出方案", "我为您登记退费申请，三个工作日内退回。", False),
        ("结束", "感谢您的来电，祝您生活愉快，再见。", True),
    ],
    "en": [
        ("Opening", "Good morning, Starlight Broadband, 1007 speaking, how may I help?", True),
        ("Apologise", "I am sorry about that, and I understand how annoying it is.", False),
        ("Verify", "May I have the last four characters of your account number?", False),
        ("Explain", "The speed pack was charged by the day in its first month.", False),
        ("Offer", "I will file a refund now; it takes three working days.", False),
        ("Closing", "Thank you for calling, have a nice day.", True),
    ],
}

RECORD = {
    "zh": {
        "姓名": "王建国",
        "套餐": "家庭宽带 500M",
        "账户": "KD-20417",
        "地址": "幸福路 18 号 3 单元 502 室",
        "上月账单": "129.00 元（含提速包 30.00 元）",
    },
    "en": {
        "Name": "John Carter",
        "Plan": "Home 500M",
        "Account": "KD-20417",
        "Address": "18 Harmony Road, flat 502",
        "Last bill": "$ 129.00 (speed pack $ 30.00)",
    },
}

TALK = {
    "zh": [
        (0.8, "agent", "您好，星河宽带，工号1007为您服务，请问有什么可以帮您？"),
        (7.2, "customer", "你们这个月怎么多扣了我三十块钱？我打了两次电话都没人管！"),
        (14.5, "agent", "非常抱歉给您带来不便，我马上帮您查。请报一下身份证后四位好吗？"),
        (21.9, "customer", "0417。快一点，我还要上班。"),
    ],
    "en": [
        (0.8, "agent", "Good morning, Starlight Broadband, 1007 speaking, how may I help?"),
        (7.2, "customer", "Why have you taken thirty more this month? I called twice already!"),
        (14.5, "agent", "I am sorry about that. May I have the last four of your account?"),
        (21.9, "customer", "0417. Please hurry, I have to go to work."),
    ],
}


def session(lang: Lang, *, consented: bool = True) -> Session:
    sip = SipAccount(extension="1007", password="x", host="127.0.0.1", port=5060)
    return Session(
        token="t",
        login="s07",
        name=NAMES[lang],
        role="student",
        sip=sip,
        consented=consented,
        notice=NOTICE[lang],
    )


def instructor(lang: Lang) -> Session:
    name = {"zh": "陈老师", "en": "Ms Chen"}[lang]
    sip = SipAccount(extension="1000", password="x", host="127.0.0.1", port=5060)
    return Session(
        token="t", login="teacher", name=name, role="instructor", sip=sip, consented=True, notice=""
    )


def briefing(lang: Lang) -> Briefing:
    zh = lang == "zh"
    return Briefing(
        scenario="broadband_bill",
        title="宽带账单多扣三十元" if zh else "Thirty too much on the bill",
        level=3,
        own_words_count=True,
        rubric="inbound-care",
        pass_mark=60,
        judged=[
            Judged(criterion=name, title=cn if zh else en, weight=weight, fatal=fatal)
            for name, cn, en, weight, fatal in CRITERIA
        ],
    )


def steps(lang: Lang, done: int = 0) -> list[ScriptStep]:
    return [
        ScriptStep(
            id=f"complaint/{number}",
            number=number,
            title=title,
            text=text,
            verbatim=verbatim,
            done=number <= done,
        )
        for number, (title, text, verbatim) in enumerate(STEPS[lang], 1)
    ]


def card(lang: Lang, *, live: bool = False) -> CallCard:
    zh = lang == "zh"
    return CallCard(
        call_id=CALL,
        caller="05550107",
        dialled="000010000",
        queue="账单投诉" if zh else "Billing",
        waited=12.4,
        line="live" if live else "practice",
        lang=lang,
        scenario="broadband_bill",
        record=RECORD[lang],
        steps=steps(lang),
        form=[
            FormField(
                id="ticket",
                title="工单类型" if zh else "Ticket",
                choices=["退费申请", "障碍申告", "咨询"] if zh else ["refund", "fault", "question"],
                required=True,
            ),
            FormField(id="amount", title="退费金额" if zh else "Amount"),
            FormField(id="call_back", title="回访电话" if zh else "Call back"),
        ],
        dispositions=(
            {"refund": "已登记退费", "explained": "解释后接受", "escalated": "升级处理"}
            if zh
            else {"refund": "refund raised", "explained": "explained", "escalated": "escalated"}
        ),
        wrap_seconds=60,
    )


SUMMARIES = {
    "zh": ("客户反映上月多扣三十元，已登记退费，三个工作日内到账。", "催问退费进度，已说明明天到账。", ""),
    "en": (
        "Charged thirty too much last month; a refund was filed, three working days.",
        "Asked when the refund comes; told him tomorrow.", "",
    ),
}  # fmt: skip
CLOSED = {"zh": ("已登记退费", "解释后接受", ""), "en": ("refund raised", "explained", "")}


def page(lang: Lang) -> CustomerPage:
    """The customer of the call, who has called before."""
    zh = lang == "zh"
    fields = CustomerFields(
        name=next(iter(RECORD[lang].values())), phone2="+8613800138000",
        address=RECORD[lang]["地址" if zh else "Address"],
    )  # fmt: skip
    days = (1790000000.0, 1789900000.0, 1789700000.0)
    calls = [
        PastCall(
            at=at, queue="care", answered=bool(closed), talk_seconds=95.0 if closed else 0.0,
            disposition=closed, summary=summary, mine=at == days[1], out=at == days[1],
        )
        for at, closed, summary in zip(days, CLOSED[lang], SUMMARIES[lang], strict=True)
    ]  # fmt: skip
    label = "备用电话" if zh else "Second phone"
    return CustomerPage(
        number="05550107", record={**RECORD[lang], label: fields.phone2}, fields=fields, version=2,
        changed_at=1790000100.0, changed_by="1012", calls=calls,
    )  # fmt: skip


def customer_shown(lang: Lang, page_: CustomerPage | None = None) -> CustomerShown:
    return CustomerShown(extension="1007", call_id=CALL, page=page_ or page(lang))


def captions(lang: Lang) -> list[Caption]:
    return [
        Caption(
            call_id=CALL,
            at=at,
            until=at + 5,
            who="agent" if who == "agent" else "customer",
            text=text,
            heard_by="typed" if who == "agent" else "known",
        )
        for at, who, text in TALK[lang]
    ]


def desk(
    lang: Lang,
    duty: Duty,
    activity: Activity = "idle",
    *,
    extension: str = "1007",
    name: str = "",
    reason: str = "",
    call_id: str | None = None,
    registered: bool = True,
) -> DeskState:
    return DeskState(
        extension=extension,
        name=name or NAMES[lang],
        duty=duty,
        reason=reason,
        activity=activity,
        since=0,
        call_id=call_id,
        registered=registered,
    )


def desk_changed(lang: Lang, duty: Duty, activity: Activity = "idle") -> DeskChanged:
    return DeskChanged(desk=desk(lang, duty, activity))


def scorecard(lang: Lang) -> Scorecard:
    zh = lang == "zh"
    lost: dict[str, tuple[float, list[float], str, str]] = {
        "script": (
            9,
            [14.5, 48.0],
            "第 4 步“说明原因”照读原文，第 3 级要求用自己的话",
            "Step 4 was read aloud; level 3 asks for own words",
        ),
        "recap": (0, [], "挂机前没有复述退费金额和时间", "Amount and time were not recapped"),
        "hold": (
            3,
            [61.0],
            "保持前说明了原因，但接回后没有致谢",
            "The hold was announced, but no thanks after it",
        ),
    }
    findings = []
    for name, cn, en, weight, fatal in CRITERIA:
        got, at, why_zh, why_en = lost.get(name, (weight, [0.8], "", ""))
        findings.append(
            Finding(
                criterion=name,
                title=cn if zh else en,
                points=got,
                out_of=weight,
                because=why_zh if zh else why_en,
                at=at,
                fatal=False,
                suspected=False,
                applicable=name != "interruption",
            )
        )
        del fatal
    return Scorecard(
        rubric="inbound-care", version="1", score=86, out_of=100, passed=True, findings=findings
    )


def waiting(lang: Lang) -> Scorecard:
    """Too little could be judged: a person must listen."""
    notes = {
        "zh": [
            "坐席有 12 句话没有听清，这些话不扣分。",
            "只有 37% 的评分项可以判断，请老师听过后再定分。",
        ],
        "en": [
            "12 of the agent's utterances were not heard clearly; nothing is deducted for them.",
            "Only 37% of the marks could be judged; a person must listen first.",
        ],
    }
    return scorecard(lang).model_copy(update={"passed": False, "waits": True, "notes": notes[lang]})


def summary(lang: Lang, number: int = 7, **changes: object) -> CallSummary:
    base = CallSummary(
        call_id=f"c-{number:04}",
        started=1_795_000_000.0 + 90 * number,
        agent=f"10{number:02}",
        agent_name=NAMES[lang],
        caller="05550107",
        scenario="broadband_bill",
        line="practice",
        state="graded",
        queue_seconds=12.4,
        talk_seconds=95.0,
        score=86.0,
        passed=True,
    )
    return base.model_copy(update=changes)


def record(lang: Lang) -> CallRecord:
    zh = lang == "zh"
    items = [TimelineItem(at=-12.4, kind="line", what="queued", value="billing")]
    items += [TimelineItem(at=0.0, kind="line", what="answered", value="1007")]
    items += [
        TimelineItem(
            at=at,
            until=at + 5,
            kind="utterance",
            who=who,
            text=text,
            heard_by="typed" if who == "agent" else "known",
        )
        for at, who, text in TALK[lang]
    ]
    items += [
        TimelineItem(at=30.1, kind="action", what="opened_record"),
        TimelineItem(
            at=48.0,
            until=53.0,
            kind="utterance",
            who="agent",
            text=STEPS[lang][3][1],
            heard_by="picked",
        ),
        TimelineItem(at=61.0, until=70.0, kind="line", what="held"),
        TimelineItem(at=70.0, kind="line", what="resumed"),
        TimelineItem(
            at=88.0,
            kind="action",
            what="form_field",
            value="ticket=" + ("退费申请" if zh else "refund"),
        ),
        TimelineItem(at=95.0, kind="line", what="ended", value="customer"),
    ]
    return CallRecord(
        summary=summary(lang),
        timeline=items,
        scorecard=scorecard(lang),
        verdicts=[Verdict(score=82, comment="语速偏快" if zh else "a little fast", by="陈老师")],
        recording=RecordingInfo(path="c-0007.wav", seconds=95, channels=2, sample_rate=8000),
        wrapup=Wrapup(summary="退费三十元" if zh else "refund of thirty", disposition="refund"),
        customer_rating=4,
        customer_mood={"patience": 55, "trust": 70},
        outcome="satisfied",
        transport="udp",
        codec="PCMA",
    )
