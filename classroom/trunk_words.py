"""What the server says about trunks, numbers and calls that nobody takes, in both languages."""

from __future__ import annotations

from typing import Final

TRUNKS: Final[dict[str, tuple[str, str]]] = {
    "bad_trunk": (
        "{file} 第 {line} 行的 {where} 不正确（{why}），请改正。",
        "In {file}, line {line}, the entry {where} is wrong ({why}); correct it.",
    ),
    "bad_trunk_number": ("{file} 第 {line} 行：{why}。", "{file}, line {line}: {why}."),
    "bad_trunk_list": (
        "{file} 不是中继的列表；请每条中继以“- name: 名称”开头。",
        '{file} is no list of trunks; begin each trunk with "- name: NAME".',
    ),
    "bad_trunk_text": (
        "{file} 不是 UTF-8 编码，请另存为 UTF-8。",
        "{file} is not UTF-8; save it as UTF-8.",
    ),
    "bad_trunk_yaml": (
        "{file} 第 {line} 行：YAML 到这里读不下去；请检查这一行和上一行的缩进（用空格，不用 Tab）、引号"
        "和冒号，每一项只写一次。",
        "{file}, line {line}: YAML stops here; check the indent (spaces, no tabs), the quotes and the colons "
        "of this line and the one before, and write each entry once.",
    ),
    "trunk_twice": (
        "{file} 中有两条名为 {name} 的中继，请改名或删除一条。",
        "{file} would hold two trunks named {name}; rename or remove one.",
    ),
    "trunk_number_public": (
        "{number} 是公共短号，不能作为自己的号码；请填写运营商分配给你们的号码。",
        "{number} is a public short code and no number of one's own; give one that the carrier gave you.",
    ),
    "trunk_number_taken": (
        "号码 {number} 已写在中继 {name} 上；请从其中一条删去，或换一个号码。",
        "The number {number} is on the trunk {name} already; take it out of one of them, or give another.",
    ),
    "no_trunk": (
        "没有名为 {name} 的中继，请从 {names} 中选择，可用 lab trunk list 查看。",
        "There is no trunk {name}; choose one of {names} (lab trunk list).",
    ),
    "no_trunk_yet": (
        "没有名为 {name} 的中继：还没有添加任何中继，请先用 lab trunk add {name} --host 网关地址 添加"
        "（内置的练习线路不需要添加，也不需要检查）。",
        "There is no trunk {name}, as none was added yet: add it first with lab trunk add {name} "
        "--host GATEWAY (the built-in practice line needs neither adding nor checking).",
    ),
    "bad_trunk_ca": (
        "中继 {name} 的 CA 证书文件 {file} 无法读取或不是 PEM 证书，请向运营商索取后放好。",
        "The CA file {file} of the trunk {name} cannot be read or is no PEM certificate; get it from the "
        "carrier and put it there.",
    ),
    "forward_nowhere": (
        "号码 {number} 无法接通，请填写分机号、外线号码或 voicemail。",
        "The number {number} leads nowhere; enter an extension, an outside number or voicemail.",
    ),
    "forward_to_oneself": (
        "不能转移到自己的分机，请填写别的号码。",
        "Calls cannot be forwarded to the same extension; enter another number.",
    ),
    "no_message": (
        "没有这条留言，它可能已被删除。",
        "There is no such message; it may have been deleted.",
    ),
    "no_such_desk": ("没有这个坐席，请核对分机号。", "There is no such desk; check the extension."),
}

REASONS: Final[dict[str, tuple[str, str]]] = {
    "letter_rule_empty": (
        "信件规则 {name} 没有条件，请写上 kinds、words、senders、record 或 machines",
        "the rule {name} for letters asks nothing; write kinds, words, senders, record or machines",
    ),
    "trunk_name_taken": (
        "practice 是内置训练中继的名字，请另取一个",
        "the name practice belongs to the built-in training trunk; choose another",
    ),
    "trunk_host_wrong": (
        "{host!r} 不是主机名或 IP 地址；请写成 sip.example.com 或 192.0.2.1，端口写在 port 里",
        "{host!r} is no host name or IP address; write it like sip.example.com or 192.0.2.1, and the port in "
        "port",
    ),
    "trunk_needs_account": (
        "要注册（register: true）就必须写 account 的 user 和 password",
        "a trunk that registers needs an account with user and password",
    ),
    "trunk_ca_without_tls": (
        "写了 ca 却没有 transport: tls 的网关，请改网关或删去 ca",
        "ca is of use only with a gateway of transport: tls; change the gateway or remove ca",
    ),
    "trunk_leads_nowhere": (
        "号码 {number} 后请写 flow 名、queue 名、extension 号或 mobile seats",
        "behind the number {number} write flow NAME, queue NAME, extension NUMBER or mobile seats",
    ),
    "range_wrong": (
        '请写成 "1007" 或 "1001-1010"，而不是 {span!r}',
        'write "1007" or "1001-1010" instead of {span!r}',
    ),
    "rtp_too_few": (
        "rtp_last 至少要比 rtp_first 大 15",
        "rtp_last must be at least 15 above rtp_first",
    ),
    "advertise_family": (
        "advertise 与 host 必须同为 IPv4 或同为 IPv6",
        "advertise and host must both be IPv4, or both IPv6",
    ),
    "strategy_wrong": ("请从 {known} 中选择", "choose one of {known}"),
    "way_wrong": (
        "出口请写 {known} 之一，而不是 {kind!r}",
        "write one of {known} instead of {kind!r}",
    ),
    "key_wrong": (
        "{key!r} 不是电话按键，请写 0 至 9、* 或 #",
        "{key!r} is no key of a telephone; write one of 0 to 9, * and #",
    ),
    "texts_too_many": ("短信模板最多 {most} 个", "write at most {most} ready texts"),
    "text_fields": (
        "花括号里只能写 {fields}",
        "only {fields} may stand in braces",
    ),
    "reasons_too_many": (
        "示忙原因请写 1 到 {most} 个",
        "write 1 to {most} reasons",
    ),
    "hours_wrong": (
        "时间段 {span} 不正确，请写成 09:00-18:00",
        "the hours {span} cannot be read; write them like 09:00-18:00",
    ),
    "hours_lead_nowhere": (
        "请在 closed 写明非工作时间转到哪里，例如 extension 1050（值班座席）",
        "say in closed where calls go out of hours, for instance extension 1050, the duty seat",
    ),
    "blacklist_wrong": (
        "黑名单条目 {entry} 不正确，请写号码、以 * 结尾的号码开头或 withheld",
        "the entry {entry} cannot be read; write a number, a beginning that ends in *, or withheld",
    ),
    "box_name_wrong": (
        "信箱名 {name} 不正确，请只用字母、数字和下划线",
        "the mailbox name {name} cannot be used; take letters, digits and underscores",
    ),
    "holiday_backwards": (
        "假期 {first} 至 {last} 的日期不正确，请检查先后",
        "the holiday {first} to {last} runs backwards or too long; check its days",
    ),
    "holiday_worked": (
        "{day} 既是假日又是调休上班日，请从其中一处删去",
        "{day} is a holiday and a day that is worked; take it out of one of them",
    ),
    "holiday_weekday": (
        "调休日 {day} 不是星期名，请写 mon 至 sun",
        "{day} is no weekday; write mon to sun",
    ),
}
"""What is wrong with a setting: the words between the brackets of a sentence."""
