"""What can be wrong with the switchboard's plan, in both languages: parts of a sentence.

Apart from the other words, because seats read those and know nothing of the switchboard.
"""

from __future__ import annotations

from typing import Final

from telephony.pbx.errors import PLAN_FAULTS

_PLAN_ZH: Final[dict[str, str]] = {
    "number_lost": "号码 {number} 转到的 {kind} {name!r} 不存在，请添加它或改转别处",
    "hours_lost": "号码 {number} 的非工作时间转到的 {kind} {name!r} 不存在，请添加它或改转别处",
    "rule_lost": "呼出规则所用的中继 {trunk!r} 不存在，请添加它或改用别的中继",
    "shows_lost": "{whose} 的外显号码 {number!r} 不属于任何中继，请改用中继上的号码或把它写进中继",
    "flow_queue_lost": "流程 {flow} 用到的队列 {name!r} 不存在，请添加它",
    "flow_flow_lost": "流程 {flow} 进入的流程 {name!r} 不存在，请添加它",
    "strategy_unknown": "队列 {queue} 的振铃策略不存在，请从 {known} 中选择",
    "way_lost": "队列 {queue} 的出口 {kind} {name!r} 不存在，请添加它或改转别处",
    "queues_circle": "队列 {path} 互相溢出，成了循环，请把其中一个改转别处",
    "way_unnamed": "出口 {kind} 没有写明转到哪一个，请补上名字",
    "stay_if_free": "队列 {queue}：坐席忙不是离开的理由，请把 stay_if 写成 ready",
    "levels_wrong": "队列 {queue}：levels 要从 0 秒的高级别开始，再逐级降低，请改正",
    "follow_too_many": "跟随振铃最多 {most} 部电话，请减少",
    "mobile_unreadable": "移动坐席 {extension}：{number!r} 不是电话号码，请写完整的号码",
    "mobile_ours": "移动坐席 {extension}：{number} 是本校自己的号码，请改写坐席本人的电话",
    "mobile_public": "移动坐席 {extension}：{number} 是紧急、服务、免费、收费或境外号码，"
    "请改写坐席本人的国内电话",
    "ringing_wrong": "转移前的振铃时间应在 1 到 180 秒之间，请改正",
}

PLAN: Final[dict[str, tuple[str, str]]] = {
    code: (zh, PLAN_FAULTS[code]) for code, zh in _PLAN_ZH.items()
}
"""Every fault of a plan; the English is the switchboard's own."""
