"""Every sentence that tells what is wrong with a script, in both of the school's languages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from scripts_library.model import Lang


@dataclass(frozen=True, slots=True)
class Both:
    """One text in both languages."""

    zh: str
    en: str

    def told(self, lang: Lang) -> str:
        """The text in one language."""
        return self.zh if lang == "zh" else self.en


_SENTENCES: Final[dict[str, tuple[str, str]]] = {
    "unreadable": (
        "文件读不了（{why}），请检查路径",
        "the file cannot be read ({why}); check its path",
    ),
    "too_large": (
        "文件太大，一份话术不要超过 {most} KB",
        "the file is too large; keep a script below {most} KB",
    ),
    "no_text": (
        "这不是 UTF-8 的文本文件，请用 UTF-8 编码存成 YAML",
        "this is no text file; save it as YAML in UTF-8",
    ),
    "no_yaml": (
        "这不是「键: 值」写成的 YAML，请重写",
        "this is not YAML of `key: value` lines; write it anew",
    ),
    "no_mapping": (
        "文件是空的，或者不是「键: 值」的写法；请从 `id: …` 一行写起",
        "the file is empty or no mapping; begin with lines of `key: value`",
    ),
    "unfolds": (
        "引用（*）展开以后太大，请不要套用引用",
        "the references (*) unfold to far too much; write the text out instead",
    ),
    "twice": (
        "同一个键写了两次，请只留一个",
        "the same key stands twice; keep one of them",
    ),
    "yaml_stops": (
        "YAML 到这里读不下去，请检查缩进、引号和冒号",
        "YAML stops here ({why}); check the indent, the quotes and the colons",
    ),
    "unseen": (
        "这里有看不见的控制字符（{sign}），请删掉",
        "there is an invisible control character here ({sign}); take it out",
    ),
    "unfilled": (
        "没有内容可以填 {{{name}}}；{guess}",
        "nothing fills {{{name}}}; {guess}",
    ),
    "missing": ("请在 {where} 里加上 `{name}:`", "add `{name}:` to {where}"),
    "no_key": ("话术里没有 `{where}` 这个键；{guess}", "`{where}` is no key of a script; {guess}"),
    "meant": ("是不是想写 `{near}`？", "did you mean `{near}`?"),
    "take_out": ("请删掉", "take it out"),
    "one_of": (
        "`{where}` 只能是 {known}，请选一个",
        "`{where}` must be one of {known}; write one of them",
    ),
    "looks_like": (
        "`{where}` 只能用小写字母、数字、- 和 _",
        "`{where}` must look like a name of small letters, digits, - and _; write it so",
    ),
    "wrong": ("`{where}`：{what}", "`{where}`: {what}"),
    "too_long": (
        "最多写 {most} 个字，请写短一点",
        "write at most {most} characters; make it shorter",
    ),
    "not_right": ("写得不对（{why}），请改正", "{why}; correct it"),
    "two_steps": (
        "有两个步骤都叫 `{name}`，请给其中一个改名",
        "there are two steps `{name}`; rename one of them",
    ),
    "broken_placeholder": (
        "占位符没写完整，请写成 {{name}} 的样子",
        "a placeholder is broken; write it as {{name}}",
    ),
    "still_says": (
        "替换的说法里还有「{never}」，请重写",
        "the replacement still says `{never}`; write it anew",
    ),
    "unknown": ("没有话术 `{name}`；{guess}", "There is no script `{name}`; {guess}"),
    "there_are": ("可用的有 {known}。", "there are {known}."),
}

WRITE: Final[dict[str, Both]] = {
    "string_type": Both(
        "请写文字；像数字的要加引号", "write text here, in quotes if it looks like a number"
    ),
    "bool_type": Both("请写 true 或 false", "write true or false here"),
    "tuple_type": Both("请写成列表，如 [一, 二]", "write a list here, such as [one, two]"),
    "model_type": Both("请写成「键: 值」", "write `key: value` lines here"),
    "model_attributes_type": Both("请写成「键: 值」", "write `key: value` lines here"),
    "one_line": Both("请写在一行里，不要用制表符", "write it on one line, without tabs"),
    "string_too_short": Both("这里是空的，请写上文字", "write some text here; it is empty"),
    "too_short": Both("至少要写一项", "write at least one here"),
}
THE_FILE: Final = Both("文件", "the file")
NO_FILE: Final = Both("没有这个文件", "no such file")
FOLDER: Final = Both("这是一个文件夹", "it is a folder")
NO_ORDINARY: Final = Both("这不是普通文件", "it is no ordinary file")


def say(sentence: str, /, **values: object) -> Both:
    """Make one sentence; a value that is ``Both`` is told in each language."""
    zh, en = _SENTENCES[sentence]
    return Both(
        zh.format(**{k: v.zh if isinstance(v, Both) else _flat(v) for k, v in values.items()}),
        en.format(**{k: v.en if isinstance(v, Both) else _flat(v) for k, v in values.items()}),
    )


def _flat(value: object) -> object:
    """A value from a file on one line."""
    return " ".join(value.split()) if isinstance(value, str) and "\n" in value else value
