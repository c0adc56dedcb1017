"""What the switchboard says: every announcement as text, and as clips under the board's prompt keys.

Keys that end in a number are told to a caller with that number: ``queue.position.3``, ``queue.wait.5``
(minutes), ``agent.1007``.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType

from classroom.door.lang import Lang
from classroom.speech import reading
from classroom.speech.client import Speech
from classroom.speech.mail_prompts import MAIL
from classroom.speech.messages import Urgency
from classroom.speech.mobile_prompts import MOBILE
from classroom.speech.values import PAUSE_WORD
from classroom.speech.voice import Spoken

ANNOUNCERS: Mapping[Lang, tuple[str, float]] = MappingProxyType(
    {"zh": ("zf_xiaoxiao", 1.0), "en": ("bf_emma", 1.0)}
)
"""Voice and speed of the announcements, by language."""
AGENTS: Mapping[Lang, str] = MappingProxyType({"zh": "zf_xiaobei", "en": "en_light"})
"""The voice that speaks a student's typed lines."""

LONGEST_LINE = 20
"""Positions beyond this are not told."""
LONGEST_WAIT = 30
"""Minutes; the switchboard speaks longer waits as this."""

TEXTS: Mapping[Lang, Mapping[str, str]] = MappingProxyType(
    {
        "zh": {
            "welcome": "您好，欢迎致电{school}，您的通话将被录音。",
            "menu": "咨询请按1，投诉请按2，人工请按0。",
            "menu.wrong": "对不起，您的输入有误。",
            "menu.silent": "对不起，没有收到您的按键。",
            "queue.gave_up": "非常抱歉，坐席全忙，请您稍后再拨，再见。",
            "closed": "您好，现在是非工作时间，请您在工作时间来电，再见。",
            "closed.now": "您好，现在是非工作时间。",
            "rate.ask": "请对本次服务进行评价，非常满意请按5，满意请按4，一般请按3，不满意请按2，"
            "非常不满意请按1。",
            "rate.wrong": "对不起，您的输入有误，请按1到5。",
            "rate.thanks": "感谢您的评价，再见。",
            "training.emergency": "这里是培训线路，不能接通紧急电话。请用手机拨打。",
            "unreachable": "您拨打的号码暂时无人接听，请稍后再拨。",
            "conference.joined": "有成员加入会议。",
            "conference.left": "有成员离开会议。",
            "line.busy": "您拨打的用户正忙，请稍后再拨。",
            "unknown": "您拨打的号码不存在，请核对后再拨。",
            "extension.unavailable": "您要找的坐席暂时无人接听，请稍后再拨，再见。",
            "offer.callback": "如不便等待，请按2，我们将保留您的排队位置并给您回电。",
            "last_agent.ask": "上次为您服务的坐席现在空闲，由该坐席继续服务请按1，由其他坐席服务请按2。",
            "callback.number": "我们将回拨的号码是：",
            "callback.confirm": "确认请按1，更换号码请按2，继续等待请按星号键。",
            "callback.type": "请输入回拨号码，以井号键结束。",
            "callback.wrong": "对不起，号码有误。",
            "callback.cannot": "对不起，该号码无法回拨，请您继续等待。",
            "callback.known": "该号码已登记回拨，排队位置不变，请等候来电，再见。",
            "callback.booked": "已为您保留排队位置，轮到您时我们会回拨，再见。",
            "flow.sorry": "非常抱歉，系统暂时无法为您服务，请稍后再拨，再见。",
            **MAIL["zh"],
            **MOBILE["zh"],
        },
        "en": {
            "welcome": "Thank you for calling {school}. This call will be recorded.",
            "menu": "For orders and bills, press 1. For complaints, press 2. For an agent, press 0.",
            "menu.wrong": "Sorry, that is not a valid choice.",
            "menu.silent": "Sorry, we did not receive a key.",
            "queue.gave_up": "We are sorry, all agents are busy. Please call again later. Goodbye.",
            "closed": "We are closed now. Please call again during working hours. Goodbye.",
            "closed.now": "We are closed now.",
            "rate.ask": "Please rate our service. Press 5 for very good, 4 for good, 3 for fair, "
            "2 for poor, 1 for very poor.",
            "rate.wrong": "Sorry, please press a key from 1 to 5.",
            "rate.thanks": "Thank you for your rating. Goodbye.",
            "training.emergency": "This is a training line and cannot reach the emergency services. "
            "Please use a mobile telephone.",
            "unreachable": "The number you called does not answer. Please try again later.",
            "conference.joined": "Somebody has joined the conference.",
            "conference.left": "Somebody has left the conference.",
            "line.busy": "The number you called is busy. Please try again later.",
            "unknown": "The number you called does not exist. Please check it and call again.",
            "extension.unavailable": "Nobody can take your call there now. Please call again later. "
            "Goodbye.",
            **MAIL["en"],
            **MOBILE["en"],
            "offer.callback": "If you would rather not wait, press 2. We keep your place and call "
            "you back.",
            "last_agent.ask": "The agent of your last call is free. For that agent, press 1. For "
            "any other agent, press 2.",
            "callback.number": "We will call you back at:",
            "callback.confirm": "To confirm, press 1. For another number, press 2. To go on "
            "waiting, press star.",
            "callback.type": "Please enter the number, then press the hash key.",
            "callback.wrong": "Sorry, that is not a telephone number.",
            "callback.cannot": "Sorry, we cannot call that number. Please hold the line.",
            "callback.known": "We have noted that number already and will call you when it is your "
            "turn. Goodbye.",
            "callback.booked": "We keep your place and will call you when it is your turn. Goodbye.",
            "flow.sorry": "We are sorry, something is wrong on our side. Please call again later. "
            "Goodbye.",
        },
    }
)
NUMBERED: Mapping[Lang, Mapping[str, str]] = MappingProxyType(
    {
        "zh": {
            "queue.position": "您前面还有{number}位客户在等待。",
            "queue.wait": "预计等待{number}分钟。",
            "agent": "工号{number}为您服务。",
            "rate.agent": "刚才为您服务的坐席是{number}号。",
        },
        "en": {
            "queue.position": "You are number {ordinal} in the queue.",
            "queue.wait": "The expected wait is {number} minutes.",
            "agent": "Agent {number} is at your service.",
            "rate.agent": "Agent {number} has just served you.",
        },
    }
)
_NEXT: Mapping[Lang, str] = MappingProxyType(
    {"zh": "您是下一位，请稍候。", "en": "You are next in the queue."}
)
_MINUTE: Mapping[Lang, str] = MappingProxyType(
    {"zh": "预计等待不到1分钟。", "en": "The expected wait is less than a minute."}
)


DESKS = ("agent", "rate.agent")
"""Announcements that name a desk: their clips are joined from pieces."""
BRISK = 1.3
"""The pace of such a piece: a digit by itself is spoken more slowly than one among others."""


def texts(lang: Lang, *, school: str, extensions: Iterable[str] = ()) -> dict[str, str]:
    """Write every announcement: prompt key → words."""
    said = {key: text.format(school=school) for key, text in TEXTS[lang].items()}
    for place in range(1, LONGEST_LINE + 1):
        said[f"queue.position.{place}"] = position(lang, place)
    for minutes in range(1, LONGEST_WAIT + 1):
        said[f"queue.wait.{minutes}"] = wait(lang, minutes)
    for extension in extensions:
        for key in DESKS:
            said[f"{key}.{extension}"] = NUMBERED[lang][key].format(number=extension)
    return said


def spoken_in(lang: Lang, *, school: str, extensions: Iterable[str] = ()) -> dict[str, str]:
    """Write what the house must be able to say in a language: announcements, and any number called back."""
    return texts(lang, school=school, extensions=extensions) | reading.digits(lang)


def position(lang: Lang, place: int) -> str:
    """Tell a caller how many are before; place 1 is next."""
    if place == 1:
        return _NEXT[lang]
    return NUMBERED[lang]["queue.position"].format(number=place - 1, ordinal=place)


def wait(lang: Lang, minutes: int) -> str:
    """Tell a caller how long it may take."""
    if minutes == 1:
        return _MINUTE[lang]
    return NUMBERED[lang]["queue.wait"].format(number=minutes)


def pieces(lang: Lang, key: str) -> list[str]:
    """Cut the announcement of a desk into what is rendered once for all desks; [] for any other.

    A class of fifty has its hundred announcements as soon as these few are rendered.
    """
    name, _, extension = key.rpartition(".")
    if name not in DESKS:
        return []
    before, _, behind = NUMBERED[lang][name].partition("{number}")
    digits = reading.words("phone", extension, lang) or [extension]
    parts = (piece.strip() for piece in (before, *digits, behind) if piece != PAUSE_WORD)
    return [piece for piece in parts if piece]


async def render(
    speech: Speech,
    lang: Lang,
    said: Mapping[str, str],
    progress: Callable[[int, int], None] = lambda done, of: None,
    urgency: Urgency = "call",
) -> dict[str, str]:
    """Render announcements: prompt key → clip, as the board's plan takes them."""
    voice, speed = ANNOUNCERS[lang]
    cut = {key: [Spoken(one, voice, BRISK) for one in pieces(lang, key)] for key in said}
    whole = {k: Spoken(text, voice, BRISK if cut[k] else speed) for k, text in said.items()}
    lines = [line for key in said for line in cut[key] or [whole[key]]]
    rendered = await speech.prepare(lines, progress, urgency)
    joined = await asyncio.to_thread(
        speech.join, {whole[key]: [rendered[one] for one in cut[key]] for key in said if cut[key]}
    )
    clips = rendered | joined
    return {key: str(clips[line]) for key, line in whole.items()}
