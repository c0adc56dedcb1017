"""Every sentence about a flow file, in Chinese and English."""

from __future__ import annotations

from typing import Final

from classroom.door.lang import Lang

WORDS: Final[dict[str, tuple[str, str]]] = {
    # the file
    "unreadable": (
        "文件读不了（{why}），请检查路径",
        "the file cannot be read ({why}); check its path",
    ),
    "gone": ("没有这个文件，请检查路径", "there is no such file; check its path"),
    "denied": (
        "没有权限读这个文件，请改它的权限",
        "you have no right to read the file; change its mode",
    ),
    "no_file": (
        "这不是普通文件（是文件夹或管道），请写流程文件的路径",
        "this is no plain file but a folder or a pipe; give the path of a flow file",
    ),
    "too_large": (
        "文件太大，一个流程不要超过 {most} KB；请分成几个子流程",
        "the file is too large; keep a flow below {most} KB and split it into flows that enter others",
    ),
    "not_utf8": (
        "文件不是 UTF-8 编码，请另存为 UTF-8",
        "the file is not UTF-8; save it as UTF-8",
    ),
    "no_yaml": ("这不是 YAML（{why}），请重写", "this is not YAML ({why}); write it anew"),
    "yaml_stops": (
        "YAML 到这里读不下去，请检查缩进、引号和冒号",
        "YAML stops here ({why}); check the indent, the quotes and the colons",
    ),
    "twice": ("同一个键写了两次，请只留一个", "the same key stands twice; keep one of them"),
    "no_mapping": (
        "文件是空的，或者不是「键: 值」的写法；请从 `flow: 名称` 写起",
        "the file is empty or no mapping; begin with `flow: NAME`",
    ),
    "references": (
        "请不要用引用（& 和 *），把内容直接写出来",
        "references (& and *) are not for flows; write the text out",
    ),
    "too_deep": (
        "这里套得太深，一个流程不要超过 {most} 层",
        "this lies too deep; keep a flow within {most} levels",
    ),
    "odd_key": (
        "键只能是文字，不能是列表或映射，请改正",
        "a key is plain text, no list and no mapping; write it so",
    ),
    "two_documents": (
        "一个文件只写一个流程，请去掉从这里（---）开始的内容",
        "a file holds one flow; take out what begins here (---)",
    ),
    # the shape
    "missing": ("请在 {where} 里加上 `{key}:`", "add `{key}:` to {where}"),
    "extra": (
        "{where} 里没有 `{key}` 这个键；可以写：{known}",
        "`{key}` is no key of {where}; write one of {known}",
    ),
    "type": (
        "`{where}` 只能是 {known}，请选一个",
        "`{where}` must be one of {known}; write one of them",
    ),
    "tab": (
        "这里用了制表符（Tab），请改成空格",
        "there is a tab here; use spaces instead",
    ),
    "unseen": (
        "这里有看不见的控制字符，请删掉",
        "there is an invisible control character here; take it out",
    ),
    "odd_value": (
        "这个值读不了，请改正；文字请加引号",
        "this value cannot be read; correct it, and put text in quotes",
    ),
    "one_line": ("`{where}`：请写在一行里", "`{where}`: write it on one line"),
    "too_few": ("`{where}`：至少要写一项", "`{where}`: write at least one here"),
    "empty": ("`{where}`：这里是空的，请写上", "`{where}`: write something here; it is empty"),
    "too_long": (
        "`{where}`：最多写 {most} 个字，请写短一点",
        "`{where}`: write at most {most} characters; make it shorter",
    ),
    "form_name": (
        "字母开头，后面只用字母、数字、. _ -（如 menu）",
        "a letter, then letters, digits, . _ - (such as menu)",
    ),
    "form_flow": (
        "小写字母、数字、- 和 _（如 front）",
        "small letters, digits, - and _ (such as front)",
    ),
    "form_number": ('3 到 15 位数字，如 "000010000"', '3 to 15 digits, such as "000010000"'),
    "form_marks": ('1 到 10 个数字，如 "12345"', '1 to 10 digits, such as "12345"'),
    "looks_like": ("`{where}` 的写法应为 {form}", "`{where}` must look like {form}; write it so"),
    "text": ("`{where}`：请写文字，像数字的要加引号", "`{where}`: write text, numbers in quotes"),
    "whole": ("`{where}`：请写整数", "`{where}`: write a whole number"),
    "number": ("`{where}`：请写数字", "`{where}`: write a number"),
    "yes_no": ("`{where}`：请写 true 或 false", "`{where}`: write true or false"),
    "list": ("`{where}`：请写成列表，如 [一, 二]", "`{where}`: write a list such as [one, two]"),
    "mapping": ("`{where}`：请写成「键: 值」", "`{where}`: write `key: value` lines"),
    "bounds": ("`{where}`：应在 {low} 到 {high} 之间", "`{where}`: keep it from {low} to {high}"),
    "not_right": ("`{where}`：写得不对（{why}），请改正", "`{where}`: {why}; correct it"),
    "hours_form": (
        '`{where}`：营业时间请写成 "09:00-12:00 13:00-18:00"',
        '`{where}`: write hours as "09:00-12:00 13:00-18:00"',
    ),
    "day_form": (
        "`{where}`：星期请写 mon 到 sun，或 mon-fri",
        "`{where}`: write days as mon to sun, or mon-fri",
    ),
    "date_form": (
        "`{where}`：日期请写成 2026-10-01",
        "`{where}`: write a date as 2026-10-01",
    ),
    "file": ("文件", "the file"),
    "no_nodes": (
        "流程还没有节点；请先定义变量并存储，或在 nodes 里写一个 `Start`",
        "the flow has no node yet; store its variables first, or write a `Start` into `nodes`",
    ),
    # what is wrong with a flow
    "no_node": (
        "没有节点 `{name}`；请添加它，或改到别处",
        "there is no node `{name}`; add it or lead elsewhere",
    ),
    "no_variable": (
        "没有定义变量 `{name}`；请写进 variables",
        "no variable `{name}` is defined; add it to `variables`",
    ),
    "secret_written": (
        "变量 `{name}` 是保密的，不能写进 `{ask}`；请去掉",
        "the variable `{name}` is secret and must not be written down by `{ask}`; take it out",
    ),
    "secret_spoken": (
        "变量 `{name}` 里有保密内容，不能念出来；请去掉",
        "the variable `{name}` holds a secret and must not be read aloud; take it out",
    ),
    "secret_way": (
        "变量 `{name}` 里有保密内容，不能当作去向；请去掉",
        "the variable `{name}` holds a secret and must not name a way out; take it out",
    ),
    "secret_given": (
        "保密的 `{name}` 交给子流程后，会在流程 `{flow}` 的节点 `{node}` 泄露；请不要交给它",
        "the secret `{name}` would get out of the flow `{flow}` at its node `{node}`; do not give it",
    ),
    "no_reading": (
        "`{value}` 不能按 {kind} 读出来；请改正",
        "`{value}` cannot be read aloud as {kind}; correct it",
    ),
    "macro_kept": (
        "`{name}` 是系统变量，不能改；请换一个名字",
        "`{name}` is a macro variable and cannot be filled; choose another name",
    ),
    "too_many_variables": ("变量最多 {most} 个", "keep to {most} variables"),
    "no_prompt": (
        "没有提示音 `{name}`；请写进 prompts",
        "there is no prompt `{name}`; add it to `prompts`",
    ),
    "no_words": (
        "提示音 `{name}` 没有{lang}内容，请补上",
        "the prompt `{name}` has no {lang} words; add them",
    ),
    "sound_elsewhere": (
        "提示音 `{name}` 的录音文件要放在流程文件夹里，不要写 / 或 ..",
        "the recording of the prompt `{name}` must lie in the flows' folder; write no / or .. before it",
    ),
    "no_sound": (
        "提示音 `{name}` 的录音文件 {file} 不存在，请上传",
        "the recording {file} of the prompt `{name}` is not there; put it there",
    ),
    "no_queue": (
        "没有队列 `{name}`；可选：{known}",
        "there is no queue `{name}`; choose of {known}",
    ),
    "no_desk": (
        "没有分机 `{name}`；已有的在 {known}，用 lab people list 查看",
        "there is no extension `{name}`; choose of {known}, see lab people list",
    ),
    "no_flow": ("没有流程 `{name}`；可选：{known}", "there is no flow `{name}`; choose of {known}"),
    "no_look_up": (
        "没有查询 `{name}`；可选：{known}",
        "there is no look-up `{name}`; choose of {known}",
    ),
    "look_up_takes": (
        "查询 `{name}` 需要 `{field}`，请写进 given",
        "the look-up `{name}` takes `{field}`; add it to `given`",
    ),
    "look_up_gives": (
        "查询 `{name}` 不返回 `{field}`；可选：{known}",
        "the look-up `{name}` gives no `{field}`; choose of {known}",
    ),
    "no_way_name": (
        "请写明转到哪里（`name`）",
        "say where to go: add `name`",
    ),
    "no_key": (
        "`{key}` 不是电话按键，请用 0-9、* 或 #",
        "`{key}` is no key of a telephone; use 0-9, * or #",
    ),
    "lengths": (
        "min 不能大于 max",
        "`min` must not be more than `max`",
    ),
    "loop": (
        "流程在 `{name}` 处打转，没有人听到或按键；请加一个放音或菜单",
        "the flow goes round through `{name}` with nobody hearing or pressing anything; add a "
        "prompt or a menu",
    ),
    "flows_circle": (
        "流程 `{name}` 经过子流程又回到自己；请去掉这个环",
        "the flow `{name}` comes back to itself through other flows; break the circle",
    ),
    "dead_end": (
        "从 `{name}` 出发走不到任何出口；请通到一个 stop_flow",
        "no way out can be reached from `{name}`; lead it to a stop_flow",
    ),
    "two_user_stops": (
        "只能有一个 user_stop_flow；请去掉 `{name}`",
        "keep one user_stop_flow; take `{name}` out",
    ),
    "unreachable": (
        "没有路通到节点 `{name}`；请连上它或删掉",
        "no way leads to the node `{name}`; connect it or take it out",
    ),
    "unused_prompt": (
        "提示音 `{name}` 没有用到；请用上或删掉",
        "the prompt `{name}` is never said; use it or take it out",
    ),
    "unused_variable": (
        "变量 `{name}` 没有用到；请用上或删掉",
        "the variable `{name}` is never used; use it or take it out",
    ),
    "number_taken": (
        "号码 {number} 已经连到流程 `{name}`，请换一个",
        "the number {number} already leads to the flow `{name}`; choose another",
    ),
    "trial_taken": (
        "试拨号 {number} 已经属于流程 `{name}`，请换一个",
        "the trial number {number} already belongs to the flow `{name}`; choose another",
    ),
    "name_differs": (
        "文件名是 {file}，流程名却是 `{name}`；请改成一样",
        "the file is called {file} but the flow `{name}`; make them the same",
    ),
    "bad_name": (
        "流程名只能用小写字母、数字、- 和 _",
        "a flow's name has small letters, digits, - and _ only",
    ),
    "no_flow_here": (
        "没有流程 `{name}`；请看 `lab ivr list`",
        "there is no flow `{name}`; see `lab ivr list`",
    ),
    "node_there": (
        "已经有节点 `{name}`，请换个名字",
        "a node `{name}` is there already; choose another name",
    ),
    "field_yaml": (
        "`{where}`：这一栏写得不对（{why}），请改正",
        "`{where}`: this field cannot be read ({why}); correct it",
    ),
    # why a flow could not go on
    "stuck_loop": ("一直打转", "it goes round and round"),
    "stuck_depth": ("子流程套得太深", "flows lie too deep inside each other"),
    "stuck_no_flow": ("要进入的子流程不存在", "the flow it enters is not there"),
    "zh": ("中文", "Chinese"),
    "en": ("英文", "English"),
}
"""key → Chinese, English."""


LONGEST: Final = 400
"""What is longer in a file is not told whole."""


def say(key: str, lang: Lang, /, **values: object) -> str:
    """Say one sentence; a value ``@key`` is a word of this table."""
    zh, en = WORDS[key]
    told = {name: _word(value, lang) for name, value in values.items()}
    return (zh if lang == "zh" else en).format(**told)


def _word(value: object, lang: Lang) -> object:
    """A word of this table, or a value from a file, on one line and not too long."""
    if not isinstance(value, str):
        return value
    if value[:1] == "@" and value[1:] in WORDS:
        return say(value[1:], lang)
    plain = " ".join(value.split())
    return plain if len(plain) <= LONGEST else f"{plain[:60]}…"
