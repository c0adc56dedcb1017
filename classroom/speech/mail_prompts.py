"""What the mailbox says, and what a desk hears of its codes."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from classroom.door.lang import Lang

_NUMBERS_ZH: Final = "一两三四五"
_NUMBERS_EN: Final = ("one", "two", "three", "four", "five")


def _counts() -> dict[Lang, dict[str, str]]:
    zh: dict[str, str] = {}
    en: dict[str, str] = {}
    for count in range(1, 6):
        more_zh, more_en = ("或更多", " or more") if count == 5 else ("", "")
        word = _NUMBERS_EN[count - 1]
        ending = "" if count == 1 else "s"
        zh[f"voicemail.new.{count}"] = f"您有{_NUMBERS_ZH[count - 1]}条{more_zh}新留言。"
        zh[f"voicemail.old.{count}"] = f"您有{_NUMBERS_ZH[count - 1]}条{more_zh}旧留言。"
        en[f"voicemail.new.{count}"] = f"You have {word}{more_en} new message{ending}."
        en[f"voicemail.old.{count}"] = f"You have {word}{more_en} old message{ending}."
    return {"zh": zh, "en": en}


COUNTS: Final = _counts()
MAIL: Mapping[Lang, Mapping[str, str]] = MappingProxyType(
    {
        "zh": {
            "voicemail.greeting": "您拨打的坐席暂时无法接听，请在提示音后留言，留言结束请按井号键。",
            "voicemail.thanks": "您的留言已保存，再见。",
            "voicemail.nothing": "没有听到您的留言，没有保存，再见。",
            "voicemail.full": "留言信箱已满，请您稍后再拨，再见。",
            "voicemail.pin": "请输入密码，以井号键结束。",
            "voicemail.wrong_pin": "密码错误。",
            "voicemail.keys": "重听请按1，保存请按2，删除请按3，下一条请按井号键，退出请按星号键。",
            "voicemail.none": "您没有留言。",
            "voicemail.bye": "再见。",
            "forward.on": "呼叫转移已设置。",
            "forward.off": "呼叫转移已取消。",
            "forward.wrong": "号码不正确，呼叫转移没有改变。",
            "undisturbed.on": "免打扰已打开。",
            "undisturbed.off": "免打扰已关闭。",
            **COUNTS["zh"],
        },
        "en": {
            "voicemail.greeting": "The agent you called cannot answer now. Please leave a message "
            "after the tone and press the hash key when you have finished.",
            "voicemail.thanks": "Your message is saved. Goodbye.",
            "voicemail.nothing": "No message was heard, so nothing is saved. Goodbye.",
            "voicemail.full": "This mailbox is full. Please call again later. Goodbye.",
            "voicemail.pin": "Please enter your PIN and press the hash key.",
            "voicemail.wrong_pin": "The PIN is wrong.",
            "voicemail.keys": "Press 1 to hear it again, 2 to save it, 3 to delete it, hash for the "
            "next message, or star to leave.",
            "voicemail.none": "You have no messages.",
            "voicemail.bye": "Goodbye.",
            "forward.on": "Your calls are forwarded now.",
            "forward.off": "Your calls are no longer forwarded.",
            "forward.wrong": "The number is wrong; nothing was changed.",
            "undisturbed.on": "You will not be disturbed.",
            "undisturbed.off": "Your calls ring again.",
            **COUNTS["en"],
        },
    }
)
