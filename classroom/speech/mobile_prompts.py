"""What an agent who works at a telephone outside hears: calls to take by key, and duty reported by keys."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from classroom.door.wire import Lang

MOBILE: Final[Mapping[Lang, Mapping[str, str]]] = MappingProxyType(
    {
        "zh": {
            "mobile.customer": "客户来电，接听请按1，拒接请按2。",
            "mobile.call": "移动坐席来电，接听请按1，拒接请按2。",
            "mobile.login": "移动坐席，请输入分机号，以井号键结束。",
            "mobile.pin": "请输入密码，以井号键结束。",
            "mobile.wrong": "分机号或密码错误，请重新输入分机号，以井号键结束。",
            "mobile.is.off": "您现在已签出。",
            "mobile.is.ready": "您现在示闲。",
            "mobile.is.break": "您现在示忙。",
            "mobile.is.wrapping": "您正在话后处理。",
            "mobile.keys": "示闲请按1，示忙请按2，签出请按3，延长话后处理请按4，话后处理完毕请按5，"
            "退出请按星号键。",
            "mobile.ready": "已示闲，请挂机等候来电。",
            "mobile.break": "已示忙。",
            "mobile.off": "已签出，再见。",
            "mobile.extended": "话后处理已延长。",
            "mobile.not_extended": "现在没有可以更改的话后处理。",
            "mobile.written": "话后处理已结束。",
            "mobile.no_way": "目前没有线路能拨打您的电话，请联系管理员，再见。",
            "mobile.not_allowed": "您的坐席没有开通移动坐席，请联系教师，再见。",
            "mobile.not_agreed": "请先在座位上登录并同意录音告知，再见。",
            "mobile.bye": "再见。",
        },
        "en": {
            "mobile.customer": "A customer is calling. Press 1 to take the call, 2 to refuse.",
            "mobile.call": "A call for your mobile seat. Press 1 to take it, 2 to refuse.",
            "mobile.login": "Mobile seat. Please enter your extension and press the hash key.",
            "mobile.pin": "Please enter your PIN and press the hash key.",
            "mobile.wrong": "The extension or the PIN is wrong. Please enter your extension again and "
            "press the hash key.",
            "mobile.is.off": "You are logged off.",
            "mobile.is.ready": "You are ready.",
            "mobile.is.break": "You are not ready.",
            "mobile.is.wrapping": "You are in wrap-up.",
            "mobile.keys": "Press 1 for ready, 2 for not ready, 3 to log off, 4 for more wrap-up time, "
            "5 to end the wrap-up, star to leave.",
            "mobile.ready": "You are ready. Please hang up and wait for calls.",
            "mobile.break": "You are not ready now.",
            "mobile.off": "You are logged off. Goodbye.",
            "mobile.extended": "Your wrap-up is longer now.",
            "mobile.not_extended": "There is no wrap-up that can be changed.",
            "mobile.written": "Your wrap-up is over.",
            "mobile.no_way": "No line leads to your telephone now. Please ask an administrator. Goodbye.",
            "mobile.not_allowed": "Your desk is not a mobile seat. Please ask an instructor. Goodbye.",
            "mobile.not_agreed": "Please log in at a seat first and agree to the notice about "
            "recording. Goodbye.",
            "mobile.bye": "Goodbye.",
        },
    }
)
