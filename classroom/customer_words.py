"""What is said about customers' records, in both languages."""

from __future__ import annotations

from typing import Final

CUSTOMERS: Final[dict[str, tuple[str, str]]] = {
    "no_customer": (
        "没有这位客户，请刷新客户列表后再试。",
        "There is no such customer; read the list of customers again.",
    ),
    "no_customer_here": (
        "这通电话没有可以登记的客户号码，请在通话小结里说明。",
        "This call has no customer's number to keep a record under; write it in the summary.",
    ),
    "customer_known": (
        "号码 {phone} 已有客户资料，请修改原有资料。",
        "There is a record of {phone} already; edit that one.",
    ),
    "customer_changed": (
        "{by} 在 {at} 已修改这份客户资料，您的修改尚未保存，请核对后再保存。",
        "{by} changed this record at {at}, and your changes are not saved yet; look at it and save "
        "again.",
    ),
    "bad_customer_phone": (
        "“{phone}”不是电话号码，请写成 13800138000、01062340001 或 +8613800138000 这样的号码。",
        "“{phone}” is no telephone number; write it as 13800138000, 01062340001 or +8613800138000.",
    ),
    "nothing_to_change": (
        "没有要修改的内容，请至少改一项。",
        "Nothing is to be changed; change at least one field.",
    ),
}
