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

FORMS: Final[dict[str, tuple[str, str]]] = {
    r"^\+?[0-9]{2,15}$": (
        '请写 2 到 15 位数字，前面可以有 +，不写空格和横线，如 "01062341000"',
        'write 2 to 15 digits, with a + in front if you like and no spaces or dashes, such as "01062341000"',
    ),
    r"^(\+?[0-9 -]{2,20})?$": (
        '请写号码，可带 +、空格和横线，如 "010-6234 1000"',
        'write a number, with +, spaces and dashes if you like, such as "010-6234 1000"',
    ),
    r"^\+?[0-9 -]{3,24}$": (
        '请写至少 3 位的号码，可带 +、空格和横线，如 "010-6234 1000"',
        'write a number of at least 3 digits, with +, spaces and dashes if you like, such as "010-6234 1000"',
    ),
    r"^\+?[0-9][0-9 -]{1,24}$": (
        '请写号码，可带 +、空格和横线，如 "138 0013 8000"',
        'write a number, with +, spaces and dashes if you like, such as "138 0013 8000"',
    ),
    r"^[A-Za-z0-9_-]{1,32}$": (
        "请用 1 到 32 个字母、数字、下划线或横线",
        "use 1 to 32 letters, digits, underscores and dashes",
    ),
    r"^[^\s\"<>\x00-\x1f\x7f]{1,128}$": (
        "请写 1 到 128 个字，不含空格、引号和尖括号",
        "write 1 to 128 characters without spaces, quotes and angle brackets",
    ),
    r"^[0-9]{1,8}$": ('请写 1 到 8 位数字，如 "1001"', 'write 1 to 8 digits, such as "1001"'),
    r"^[0-9]{1,12}$": ('请写 1 到 12 位数字，如 "8001"', 'write 1 to 12 digits, such as "8001"'),
    r"^[0-9]{4,12}$": ("请写 4 到 12 位数字", "write 4 to 12 digits"),
    r"^([0-9]{4,8})?$": (
        "请写 4 到 8 位数字，或留空",
        "write 4 to 8 digits, or leave it empty",
    ),
    r"^[0-9*#]{1,8}$": (
        '请写 1 到 8 个按键（0 到 9、*、#），如 "*8"',
        'write 1 to 8 keys (0 to 9, * and #), such as "*8"',
    ),
    r"^[0-9*#]{0,8}$": (
        '请写最多 8 个按键（0 到 9、*、#），如 "701"',
        'write at most 8 keys (0 to 9, * and #), such as "701"',
    ),
    r"^[0-9*#+]{1,32}$": (
        '请写 1 到 32 位的号码，只用数字、*、# 和 +，如 "1002"',
        'write a number of 1 to 32 digits, *, # and +, such as "1002"',
    ),
    r"^\+?[0-9*#]{0,32}$": (
        "请写号码，只用数字、*、#，前面可以有 +",
        "write a number of digits, * and #, with a + in front if you like",
    ),
    r"^(voicemail|\+?[0-9*#]{0,20})$": (
        "请写分机号、外线号码或 voicemail",
        "write an extension, an outside number or voicemail",
    ),
    r"^[A-Za-z0-9._-]{0,32}$": (
        "请用最多 32 个字母、数字、点、下划线或横线",
        "use at most 32 letters, digits, dots, underscores and dashes",
    ),
    r"^([1-9][0-9]{1,2})?$": (
        '请写不带 0 的区号，如 "10" 或 "755"，或留空',
        'write an area code without its 0, such as "10" or "755", or leave it empty',
    ),
    r"^[0-9]?$": (
        '请写一位数字，如 "9"，或留空',
        'write one digit, such as "9", or leave it empty',
    ),
    r"^[^@\s<>]+@[^@\s<>]+$": (
        "请写邮件地址，如 service@lab.example",
        "write an e-mail address, such as service@lab.example",
    ),
}
"""How a text must be written, by the pattern that holds it to that."""

SETTINGS: Final[dict[str, tuple[str, str]]] = {
    "bad_setting": (
        "{file}：{where}：{why}（请在该文件、命令行或 LAB_ 变量中改正）。",
        "{file}: {where}: {why} (correct it there, on the command line or in its LAB_ variable).",
    ),
    "bad_toml": ("{file}:{line}：{why}。", "{file}:{line}: {why}."),
    "bad_variable": (
        '变量 {name} 的值不是有效的 JSON，请改正，如 LAB_NETWORK=\'{{"host": "127.0.0.1"}}\'。',
        "The variable {name} does not hold valid JSON; write it like "
        'LAB_NETWORK=\'{{"host": "127.0.0.1"}}\'.',
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

TOML: Final[dict[str, tuple[str, str]]] = {
    "file": (
        "这不是普通文件（是文件夹或管道），请移走它或换成文件",
        "this is no ordinary file (a folder or a pipe); move it away or put a file there",
    ),
    "utf8": ("文件不是 UTF-8 编码，请另存为 UTF-8", "the file is not UTF-8; save it as UTF-8"),
    "twice": ("这一项或这一节写了两次，请只留一个", "this stands twice; keep one of them"),
    "section": ("节名没有写完，请写成 [节名]", "the section's name does not end; write [NAME]"),
    "equals": ("键后面要有等号，请写成「键 = 值」", "write = after the key, such as KEY = VALUE"),
    "key": (
        "这里应该是键，请用字母、数字、_ 和 -，其他的两边加引号",
        "a key is expected here; write it with letters, digits, _ and -, anything else in quotes",
    ),
    "array": (
        "列表没有写完，请用逗号隔开各项，并补上 ]",
        "the list does not end; put commas between, ] at its end",
    ),
    "inline": (
        "花括号没有写完，请在同一行里用逗号隔开各项，并补上 }",
        "the braces do not end; put commas between and } at the end, all on one line",
    ),
    "backslash": (
        "双引号里的 \\ 要写成 \\\\，或者把整段文字放进单引号",
        "write \\ as \\\\ within double quotes, or put the text in single quotes",
    ),
    "quote": ("文字没有结束，请补上引号", "the text does not end; add its closing quote"),
    "unseen": ("这里有不能用的控制字符，请删掉", "there is a control character here; take it out"),
    "date": ("没有这一天或这个时间，请改正", "there is no such date or time; correct it"),
    "value": (
        '这个值读不了，请改正；文字两边要加引号，如 "1007"',
        'this value cannot be read; correct it, and put text in quotes, such as "1007"',
    ),
    "line": (
        "一行只写一项；请另起一行，备注前面写 #",
        "write one thing a line; begin a new one, and put # before remarks",
    ),
    "statement": (
        "这一行读不懂，请写成「键 = 值」、[节名] 或以 # 开头的备注",
        "this line cannot be read; write KEY = VALUE, [NAME], or a remark after #",
    ),
}
"""What stops a TOML file from being read."""
