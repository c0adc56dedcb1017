"""What the server says about trunks and numbers, in both languages."""

from __future__ import annotations

from typing import Final

TRUNKS: Final[dict[str, tuple[str, str]]] = {
    "bad_trunk": (
        "{file} 中第 {where} 项不正确（{why}），请改正。",
        "In {file} the entry {where} is wrong ({why}); correct it.",
    ),
    "bad_trunk_yaml": (
        "{file} 不是有效的 YAML（{why}），请改正该行。",
        "{file} is not valid YAML ({why}); correct that line.",
    ),
    "trunk_twice": (
        "{file} 中有两条名为 {name} 的中继，请改名或删除一条。",
        "{file} would hold two trunks named {name}; rename or remove one.",
    ),
    "no_trunk": (
        "没有名为 {name} 的中继，请从 {names} 中选择，可用 lab trunk list 查看。",
        "There is no trunk {name}; choose one of {names} (lab trunk list).",
    ),
    "trunk_name_taken": (
        "practice 是内置训练中继的名字，请另取一个。",
        "The name practice belongs to the built-in training trunk; choose another.",
    ),
    "trunk_needs_account": (
        "要注册（register: true）就必须写 account 的 user 和 password。",
        "A trunk that registers needs an account with user and password.",
    ),
    "trunk_leads_nowhere": (
        "号码 {number} 后请写 flow 名、queue 名或 extension 号。",
        "Behind the number {number} write flow NAME, queue NAME or extension NUMBER.",
    ),
}
