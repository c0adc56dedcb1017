"""Why an order cannot be carried out now, in both languages; keys are ``not_now_`` and the code."""

from __future__ import annotations

from typing import Final

CONTROL: Final[dict[str, tuple[str, str]]] = {
    "bad_order": (
        "看不懂这条指令（{where}:{why}），请对照 /api/control 的说明改正。",
        "This order cannot be read ({where}: {why}); correct it by the page of /api/control.",
    ),
    "not_now": (
        "现在不能这样做（{why}）。",
        "This cannot be done now ({why}).",
    ),
    "not_now_not_in_charge": (
        "坐席 {extension} 不归你管辖，请联系管理员。",
        "Desk {extension} is not in your charge; ask an administrator.",
    ),
    "not_now_no_talk_there": (
        "坐席 {extension} 现在没有通话，请等它接起下一通电话。",
        "Desk {extension} talks to nobody now; wait for its next call.",
    ),
    "not_now_nothing_rings": (
        "坐席 {extension} 现在没有来电振铃。",
        "Nothing rings at desk {extension} now.",
    ),
    "not_now_nothing_rings_near": (
        "你的组里现在没有来电振铃。",
        "Nothing rings in your group now.",
    ),
    "not_now_not_your_group": (
        "那个坐席属于别的组，请让同组的人代接。",
        "That desk is in another group; let its own group take the call.",
    ),
    "not_now_no_slot": (
        "停放位都占满了，请先取回一个。",
        "Every slot holds a call; fetch one first.",
    ),
    "not_now_no_such_slot": (
        "没有这个停放位，请换一个。",
        "There is no such slot; park in another.",
    ),
    "not_now_slot_taken": (
        "这个停放位已被占用或正在取回，请换一个。",
        "That slot holds another call, or somebody is fetching it; take another.",
    ),
    "not_now_slot_empty": (
        "这个停放位上没有电话，请核对号码。",
        "No call is parked in that slot; check its number.",
    ),
    "not_now_recording": (
        "这通电话正在录音，不用再开。",
        "The talk is being recorded already.",
    ),
    "not_now_not_recording": (
        "这通电话没有在录音，请先开始录音。",
        "The talk is not being recorded; start the recording first.",
    ),
    "not_now_never_recorded": (
        "本校设置为不录音，请联系管理员。",
        "This house records no talks; ask who runs it.",
    ),
    "not_now_always_recorded": (
        "本校设置为全程录音，不能停；可以暂停。",
        "Talks are always recorded here; pause it instead.",
    ),
    "not_now_no_customer": (
        "只有外面打来的客户可以评分。",
        "Only a customer from outside can be asked to rate.",
    ),
    "not_now_lift_it": (
        "这部话机不能远程接起，请在话机上接听。",
        "This telephone cannot be lifted from here; lift its handset.",
    ),
    "not_now_no_conference": (
        "没有这个会议，请先召开。",
        "There is no such conference; open it first.",
    ),
    "not_now_bad_name": (
        "会议号要用 1 到 12 位数字。",
        "Name a conference by one to twelve digits.",
    ),
    "not_now_conference_open": (
        "这个会议已经召开，直接邀请即可。",
        "That conference is open already; invite to it.",
    ),
    "not_now_in_conference": (
        "这个号码已在会议中或正在振铃。",
        "That number is in the conference or rings for it already.",
    ),
    "not_now_not_in_conference": (
        "这个号码不在会议中。",
        "That number is not in the conference.",
    ),
    "not_now_not_supervising": (
        "你没有在监听任何通话，请先选择一个坐席。",
        "You supervise no call; choose a desk first.",
    ),
    "not_now_no_call": (
        "你的坐席没有通话，请先接听或拨打。",
        "Your desk has no call; take or dial one first.",
    ),
    "not_now_no_talk": (
        "对方还没有接通，请等通话接通后再操作。",
        "Nobody is on the line yet; wait for the answer.",
    ),
    "not_now_not_there": (
        "那里没有已注册的话机，请换一个号码。",
        "No telephone is registered there; try another number.",
    ),
    "not_now_busy": ("对方正忙，请稍候或换一个号码。", "It is busy there; wait or try another."),
    "not_now_no_such_number": (
        "这个号码打不通，请换一个号码。",
        "This number leads nowhere; dial another number.",
    ),
    "not_now_oneself": ("请选择自己以外的号码。", "Choose somebody else than yourself."),
    "not_now_too_often": (
        "这通电话转接次数过多，请继续通话或结束。",
        "This call has been transferred too often; end it or talk.",
    ),
    "not_now_consulting": (
        "正在咨询中，请先结束这次咨询。",
        "Somebody is being consulted already; end that first.",
    ),
    "not_now_not_consulting": (
        "咨询方还没有接起，或没有正在进行的咨询；请等对方接起再操作。",
        "Nobody consulted is on the line; consult somebody, or wait for the answer.",
    ),
    "not_now_no_port": (
        "没有空闲的语音端口，请稍后再试或扩大 rtp 端口范围。",
        "No port for sound is free; try again later or widen the range of RTP ports.",
    ),
}
