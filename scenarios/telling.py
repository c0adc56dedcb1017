"""Every sentence that tells what is wrong with a file, in both of the school's languages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from scenarios.model import Lang


@dataclass(frozen=True, slots=True)
class Both:
    """One text in both languages."""

    zh: str
    en: str

    def told(self, lang: Lang) -> str:
        """The text in one language."""
        return self.zh if lang == "zh" else self.en


_SENTENCES: Final[dict[str, tuple[str, str]]] = {
    # the file
    "unreadable": (
        "文件读不了（{why}），请检查路径",
        "the file cannot be read ({why}); check its path",
    ),
    "too_large": (
        "文件太大，一个剧本不要超过 {most} KB",
        "the file is too large; keep a scenario below {most} KB",
    ),
    "no_text": (
        "这不是文本文件，请用 UTF-8 编码存成 YAML",
        "this is no text file; save it as YAML in UTF-8",
    ),
    "other_code": (
        "文件不是 UTF-8 编码（像是 {code}），请另存为 UTF-8",
        "the file is not UTF-8 (it looks like {code}); save it as UTF-8",
    ),
    "no_yaml": (
        "这不是 YAML（{why}），请重写",
        "this is not YAML ({why}); write it anew",
    ),
    "no_mapping": (
        "文件是空的，或者不是「键: 值」的写法；请从 `id: …` 一行写起",
        "the file is empty or no mapping; begin with lines of `key: value`",
    ),
    "circle": (
        "有的键不是文字，或者文件引用了自己；请写成普通的「键: 值」",
        "a key is no text, or the file refers to itself; write plain `key: value`",
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
        "YAML 到这里读不下去（{why}），请检查缩进、引号和冒号",
        "YAML stops here ({why}); check the indent, the quotes and the colons",
    ),
    "tab": (
        "这里用了制表符（Tab），请改成空格",
        "there is a tab here; use spaces instead",
    ),
    "unseen": (
        "这里有看不见的控制字符（{sign}），请删掉",
        "there is an invisible control character here ({sign}); take it out",
    ),
    # the shape
    "missing": ("请在 {where} 里加上 `{key}:`", "add `{key}:` to {where}"),
    "no_key": ("{where} 里没有 `{key}` 这个键；{guess}", "`{key}` is no key of {where}; {guess}"),
    "one_of": (
        "`{where}` 只能是 {known}，请选一个",
        "`{where}` must be one of {known}; write one of them",
    ),
    "looks_like": ("`{where}` 的写法应为 {form}", "`{where}` must look like {form}; write it so"),
    "wrong": ("`{where}`：{what}", "`{where}`: {what}"),
    "not_right": ("写得不对（{why}），请改正", "{why}; correct it"),
    # guesses
    "meant": ("是不是想写 `{near}`？", "did you mean `{near}`?"),
    "take_out": ("请删掉", "take it out"),
    "write_one": ("可以写：{known}", "write one of {known}"),
    # broken
    "end_hears": (
        "情节 `{beat}` 是结尾，后面什么也听不到；请删掉 `hears`",
        "beat `{beat}` ends, so nothing is heard after it; take `hears` out",
    ),
    "no_anything": (
        "情节 `{beat}` 既没有听 `anything` 也不是结尾；请加上其中一个",
        "beat `{beat}` must hear `anything` or end; add one of them",
    ),
    "anything_last": (
        "`anything` 什么都接，请放到最后",
        "`anything` takes all; move it to the end",
    ),
    "wordless_end": (
        "情节 `{beat}` 一句话没说就结束了；请加上 `says`",
        "beat `{beat}` ends without a word; add `says`",
    ),
    "no_beat": ("没有情节 `{name}`；{guess}", "there is no beat `{name}`; {guess}"),
    "must_end": (
        "情节 `{beat}` 必须结束通话；请给它加上 `ends`",
        "beat `{beat}` must end the call; add `ends` to it",
    ),
    "no_cue": ("没有提示 `{name}`；{guess}", "there is no cue `{name}`; {guess}"),
    "no_patience": (
        "请加上 `patience`（耐心）：降到 0 客户就不谈了",
        "add `patience`: when it is 0 the customer gives up",
    ),
    "no_mood": ("没有情绪 `{name}`；{guess}", "there is no mood `{name}`; {guess}"),
    "variant_lacks": (
        "请加上 `{key}:`；每组变化的内容要一样多",
        "add `{key}:`; every variant has the same facts",
    ),
    "open_brace": (
        "占位符没写完整，请写成 {{name}} 的样子",
        "a placeholder is broken; write it as {{name}}",
    ),
    "no_rubric": ("没有评分表 `{name}`；{guess}", "there is no rubric `{name}`; {guess}"),
    "no_script": (
        "没有话术 `{name}`；{guess}（自己的话术请一起检查）",
        "there is no script `{name}`; {guess} (check a script of your own along with this file)",
    ),
    "no_voice": (
        "没有会说这种语言的嗓音 `{name}`；{guess}",
        "no voice `{name}` speaks this language; {guess}",
    ),
    "never_heard": (
        "提示 `{name}` 永远听不出来；请加上 `words:` 或 `phrases:`",
        "the cue `{name}` can never be heard; add `words:` or `phrases:`",
    ),
    "empty_list": (
        "`{part}` 是空的，请写上内容或者删掉",
        "`{part}` is empty; write something there or take it out",
    ),
    "empty_group": (
        "「{line}」里 & 和 | 的两边都要有词，请补上",
        "in `{line}` words must stand on both sides of & and |; add them",
    ),
    "unfilled": ("没有内容可以填 {{{name}}}；{guess}", "nothing fills {{{name}}}; {guess}"),
    "no_choice": (
        "选项里没有 `{value}`；{guess}",
        "`{value}` is none of the choices; {guess}",
    ),
    "no_disposition": (
        "没有 `{value}` 这个通话结果；{guess}",
        "`{value}` is no disposition; {guess}",
    ),
    "no_field": ("表单里没有 `{name}` 这一栏；{guess}", "the form has no field `{name}`; {guess}"),
    "good_disposition": (
        "好坐席会选 `{value}`，请写在这里",
        "a good agent chooses `{value}`; write it here",
    ),
    "right_value": (
        "正确的值是 `{value}`，请写在这里",
        "the right value is `{value}`; write it here",
    ),
    "fills_in": ("请加上 `{name}:`；好坐席会填这一栏", "add `{name}:`; a good agent fills it in"),
    "real_number": (
        "这个号码可能真有人接；请用学校的虚构号码",
        "somebody could answer this number; use the school's fake one",
    ),
    # weak
    "no_road": (
        "没有路通到情节 `{beat}`；请让别的情节通到它，或者删掉",
        "no road leads to beat `{beat}`; let a beat go there or take it out",
    ),
    "dead_end": (
        "情节 `{beat}` 是死胡同；请让它能走到一个结尾",
        "beat `{beat}` is a dead end; let a road lead to an ending",
    ),
    "no_ending": (
        "没有路通到结局 `{ending}`；请加一条",
        "no road leads to the ending `{ending}`; add one",
    ),
    "circles": (
        "对话会在 `{beat}` 一带打转而耐心不降；请在这里把 `mood: {{patience: …}}` 调低",
        "the talk can turn in circles through `{beat}` without patience falling; lower "
        "`mood: {{patience: …}}` here",
    ),
    "aside_for_ever": (
        "这句插话可以没完没了地说；请让它降一点耐心",
        "an aside can be repeated for ever; let it lower patience a little",
    ),
    "silence_for_ever": (
        "沉默必须降耐心，不然客户会一直等下去",
        "silence must lower patience, or the customer waits for ever",
    ),
    "same_words": (
        "{where} 里已经有同样的话；请换个说法",
        "the same words stand in {where}; find other words",
    ),
    "second_wording": (
        "对话会再回到 `{beat}`；请再写一种说法",
        "the talk can come back to `{beat}`; add a second wording",
    ),
    "stumbles": (
        "语音读不好 `{sign}`；请按念出来的样子写",
        "a voice stumbles over `{sign}`; write it as it is spoken",
    ),
    "no_breath": (
        "没有人一口气说这么长；请写短一点",
        "nobody says so much in one breath; make it shorter",
    ),
    "model_silent": (
        "示范坐席走到情节 `{beat}` 就没话说了；请给它加一句",
        "the model answers come to beat `{beat}`; add a turn for it",
    ),
    "model_fails": (
        "示范坐席的结局是 `{got}`，不是 `{wanted}`；请看 `{beat}` 处听出了什么",
        "the model answers end in `{got}`, not in `{wanted}`; see what is heard at `{beat}`",
    ),
    # none of that name
    "unknown": ("没有剧本 `{name}`；{guess}", "There is no scenario `{name}`; {guess}"),
    "see_list": ("请用 `lab scenario list` 查看。", "see `lab scenario list`."),
}

THE_FILE: Final = Both("文件", "the file")


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
