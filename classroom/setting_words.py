"""What can be wrong with a file of settings or a value, in both languages: parts of a sentence."""

from __future__ import annotations

from typing import Final

MISFITS: Final[dict[str, tuple[str, str]]] = {
    "extra_forbidden": (
        "没有这一项，请删除它或改正拼写",
        "there is no such setting; remove it or correct its spelling",
    ),
    "missing": ("缺少这一项，请补上", "this is missing; add it"),
    "literal_error": ("请从 {expected} 中选择", "choose one of {expected}"),
    "string_pattern_mismatch": (
        "写法不对，请写成符合 {pattern} 的文字",
        "this cannot be read; write it so that it fits {pattern}",
    ),
    "string_type": ('请写文字，两边加引号，如 "1007"', 'write text in quotes, such as "1007"'),
    "string_too_long": ("最多写 {max_length} 个字", "write at most {max_length} characters"),
    "json_invalid": ("这不是有效的 JSON，请改正", "this is not valid JSON; correct it"),
    "union_tag_not_found": ("缺少 {discriminator}，请补上", "{discriminator} is missing; add it"),
    "union_tag_invalid": (
        "没有 {tag}，请从 {expected_tags} 中选择",
        "there is no {tag}; choose one of {expected_tags}",
    ),
    "hidden_letter": (
        "含有看不见的字符 {code}，请删去",
        "it holds the character {code}, which cannot be seen; take it out",
    ),
    "string_too_short": ("请写至少 {min_length} 个字", "write at least {min_length} characters"),
    "whole": ("请写整数", "write a whole number"),
    "number": ("请写数字", "write a number"),
    "yes_no": ("请写 true 或 false", "write true or false"),
    "list": ('请写成列表，如 ["a", "b"]', 'write a list, such as ["a", "b"]'),
    "table": ("请写成一节，由键和值组成", "write a section of keys and their values"),
    "too_short": ("请写至少 {min_length} 项", "write at least {min_length} of them"),
    "too_long": ("最多写 {max_length} 项", "write at most {max_length} of them"),
    "greater_than_equal": ("请写不小于 {ge} 的数", "write a number of at least {ge}"),
    "greater_than": ("请写大于 {gt} 的数", "write a number above {gt}"),
    "less_than_equal": ("请写不大于 {le} 的数", "write a number of at most {le}"),
    "less_than": ("请写小于 {lt} 的数", "write a number below {lt}"),
}
"""What is wrong with one value, by the name that pydantic gives it or that we give a group of them."""

GROUPS: Final[dict[str, str]] = {
    "int_type": "whole",
    "int_parsing": "whole",
    "int_from_float": "whole",
    "float_type": "number",
    "finite_number": "number",
    "float_parsing": "number",
    "bool_type": "yes_no",
    "bool_parsing": "yes_no",
    "list_type": "list",
    "tuple_type": "list",
    "dict_type": "table",
    "model_type": "table",
    "model_attributes_type": "table",
}

SETTINGS: Final[dict[str, tuple[str, str]]] = {
    "bad_setting": (
        "{file}：{where}：{why}（请在该文件、命令行或 LAB_ 变量中改正）。",
        "{file}: {where}: {why} (correct it there, on the command line or in its LAB_ variable).",
    ),
    "bad_toml": (
        "{file}：不是有效的 TOML（{why}），请改正该行。",
        "{file}: this is not valid TOML ({why}); correct that line.",
    ),
    "bad_plan": ("{file}：{why}。", "{file}: {why}."),
    "member_lost": (
        "队列 {queue} 的 members 写了 {member}，但没有这样的分机，队列由其余坐席接听；请改正或先为它开户。",
        "Queue {queue} names the member {member}, nobody's extension, and is served by the others; correct "
        "the entry or enrol that person.",
    ),
    "mobile_lost": (
        "desks.mobile 写了 {extension}，但没有这样的分机；请改正或先为它开户。",
        "desks.mobile names {extension}, nobody's extension; correct the entry or enrol that person.",
    ),
    "mobile_not_restored": (
        "坐席 {extension} 重启前在外接听，现在不再允许或没有线路，已回到坐席话机；"
        "请核对 desks.mobile、中继和录音同意。",
        "Desk {extension} served from outside before the restart; that is not allowed any more or no line "
        "leads there, so it is back at its own telephone; look at desks.mobile, the trunks and the consent.",
    ),
    "hours_nobodys": (
        "[hours] 写了号码 {number}，但它不是我们的号码，这段时间设置不起作用；请改成中继或流程上的号码。",
        "[hours] names {number}, which is no number of ours, so these hours have no effect; write one of a "
        "trunk or a flow.",
    ),
    "papers_taken": (
        "已采用新的设置（{what}），进行中的通话不受影响。",
        "New settings are in force ({what}); calls in progress go on as they were.",
    ),
    "papers_later": (
        "这些设置要重新启动服务器才生效：{what}。",
        "These settings need a new start of the server: {what}.",
    ),
    "papers_refused": (
        "新的设置没有采用，仍按原来的运行（{why}），请改正后保存。",
        "The new settings were not taken and the old ones stay in force ({why}); correct and save.",
    ),
}
