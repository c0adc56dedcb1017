"""How people call the fields of a customer's record: on cards, in the heads of files."""

from __future__ import annotations

import re
from typing import Final

from classroom.door.lang import Lang

TITLES: Final[dict[str, tuple[str, str]]] = {
    "phone": ("电话", "Phone"),
    "name": ("姓名", "Name"),
    "phone2": ("备用电话", "Second phone"),
    "company": ("单位", "Company"),
    "email": ("电子邮箱", "E-mail"),
    "address": ("地址", "Address"),
    "note": ("备注", "Note"),
}
"""Field → title in Chinese and English, in the order of a file's columns."""

_ALSO: Final[dict[str, str]] = {
    "phone": "电话号码 联系电话 手机 手机号 手机号码 号码 主叫号码 来电号码 客户号码 telephone tel number "
    "mobile phonenumber callernumber",
    "name": "客户姓名 客户名称 客户 名字 名称 customer customername fullname",
    "phone2": "备用号码 第二电话 其他电话 电话2 secondphonenumber otherphone secondtelephone",
    "company": "公司 工作单位 单位名称 公司名称 organisation organization",
    "email": "邮箱 邮件 电子邮件 邮箱地址 mail emailaddress",
    "address": "联系地址 装机地址 收货地址 住址 通信地址 通讯地址",
    "note": "客户备注 说明 附注 notes remark remarks comment comments",
}
_FIELD_OF: Final[dict[str, str]] = {}


def _bare(label: str) -> str:
    return re.sub(r"[\s_.:：*-]", "", label).casefold()


for _field, _titles in TITLES.items():
    for _label in (_field, *_titles, *_ALSO[_field].split()):
        _FIELD_OF[_bare(_label)] = _field


def field_of(label: str) -> str | None:
    """Which field a label names; None: none of ours."""
    return _FIELD_OF.get(_bare(label))


def title(field: str, lang: Lang) -> str:
    """How a field is called."""
    zh, en = TITLES[field]
    return en if lang == "en" else zh
