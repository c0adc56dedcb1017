"""Why an order cannot be carried out now, in both languages; keys are ``not_now_`` and the code."""

from __future__ import annotations

from typing import Final

KINDS: Final = {
    "local": ("市话", "local numbers"),
    "national": ("国内长途", "numbers of other areas"),
    "mobile": ("手机号码", "mobile numbers"),
    "free": ("800、400 号码", "toll-free numbers"),
    "service": ("服务短号", "short service numbers"),
    "abroad": ("国际长途", "numbers abroad"),
    "premium": ("收费号码", "premium numbers"),
    "fictional": ("练习号码", "practice numbers"),
}
"""Kinds of numbers as people call them; emergency numbers have a sentence of their own."""

OUTSIDE: Final[dict[str, tuple[str, str]]] = {
    "not_now_no_trunk": (
        "没有能拨打这个号码的中继，请换一个号码或联系管理员。",
        "No trunk leads to that number; dial another, or ask an administrator for a trunk.",
    ),
    "not_now_no_number": (
        "这不是一个完整的电话号码，请核对后重拨。",
        "That is no whole telephone number; check it and dial again.",
    ),
    "not_now_caller_id_not_ours": (
        "本坐席的主叫号码不属于任何中继，请管理员改正号码设置。",
        "The number this desk shows belongs to no trunk; ask an administrator to correct it.",
    ),
    "not_now_trunk_full": (
        "外线都占满了，请等一条线路空出来再拨。",
        "Every outside line is taken; dial again when one is free.",
    ),
    "not_now_no_gateway": (
        "运营商网关没有应答，请稍后再拨；仍不通请联系管理员。",
        "No gateway of the carrier answers; try later, then ask an administrator.",
    ),
    "not_now_live_closed": (
        "真实线路目前只接来电、不能外呼，请拨练习号码。",
        "A live line only brings calls in; dial a practice number.",
    ),
    "not_now_lines_do_not_mix": (
        "练习电话不能接到真实线路，真实电话也不能接到练习线路，请换同一种线路的号码。",
        "Practice and live lines never meet in one call; choose a number of the same kind of line.",
    ),
    "not_now_emergency": (
        "训练线路不能拨打紧急号码；遇到真实险情请用自己的手机。",
        "A training line calls nobody who helps; in a real emergency use your own telephone.",
    ),
    **{
        f"not_now_{kind}_not_allowed": (
            f"本中继没有开通{zh}，请换一个号码或联系管理员。",
            f"This trunk may not call {en}; dial another, or ask an administrator.",
        )
        for kind, (zh, en) in KINDS.items()
    },
}
"""Why no call leaves."""

CONTROL: Final[dict[str, tuple[str, str]]] = {
    "bad_order": (
        "看不懂这条指令（{where}:{why}），请对照 /docs 的说明改正。",
        "This order cannot be read ({where}: {why}); correct it by what /docs says.",
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
        "坐席 {extension} 现在没有来电振铃，请等它振铃后再接。",
        "Nothing rings at desk {extension} now; wait until it rings.",
    ),
    "not_now_nothing_rings_near": (
        "你的组里现在没有来电振铃，请等有来电再代接。",
        "Nothing rings in your group now; wait for a call.",
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
        "这通电话正在录音，请直接继续通话。",
        "The talk is being recorded already; talk on.",
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
        "本校设置为全程录音，不能停止；请改用暂停。",
        "Talks are always recorded here; pause it instead.",
    ),
    "not_now_no_customer": (
        "只有外面的客户可以评分，请直接挂机。",
        "Only a customer from outside can be asked to rate; hang up instead.",
    ),
    "not_now_lift_it": (
        "这部话机不能远程接起，请在话机上接听。",
        "This telephone cannot be lifted from here; lift its handset.",
    ),
    "not_now_no_conference": (
        "没有这个会议，请先召开。",
        "There is no such conference; open it first.",
    ),
    "not_now_conference_locked": (
        "会议已锁定，请联系召开会议的人。",
        "This conference is locked; ask who opened it.",
    ),
    "not_now_bad_name": (
        "会议号请用 1 到 12 位数字。",
        "Name a conference by one to twelve digits.",
    ),
    "not_now_conference_open": (
        "这个会议已经召开，请直接邀请。",
        "That conference is open already; invite to it.",
    ),
    "not_now_in_conference": (
        "这个号码已在会议中或正在振铃，请换一个号码。",
        "That number is in the conference or rings for it already; invite another.",
    ),
    "not_now_not_in_conference": (
        "这个号码不在会议中，请核对号码。",
        "That number is not in the conference; check the number.",
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
    "not_now_own_not_there": (
        "你的话机没有注册，请先打开并注册话机。",
        "Your telephone is not registered; start it first.",
    ),
    "not_now_own_busy": (
        "你的坐席还有电话，请先结束它再操作。",
        "Your desk has a call already; end it first.",
    ),
    "not_now_own_wrapping": (
        "你还有通话小结要写，请先提交小结，或等时间结束。",
        "You have a call summary to write; hand it in first, or wait for its end.",
    ),
    "not_now_not_wrapping": (
        "不在话后处理中，或已达最长时间，无法再延长；请提交小结。",
        "You are not in wrap-up, or its longest time is reached; hand the summary in.",
    ),
    "not_now_busy": ("对方正忙，请稍候或换一个号码。", "It is busy there; wait or try another."),
    "not_now_no_such_number": (
        "这个号码打不通，请换一个号码。",
        "This number leads nowhere; dial another number.",
    ),
    "not_now_oneself": ("请选择自己以外的号码。", "Choose somebody else than yourself."),
    "not_now_on_the_line": (
        "正在通话的就是这个号码，请转给别人。",
        "That is whom you talk to; transfer to somebody else.",
    ),
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
    "not_now_held_away": (
        "对方正放下听筒保持这通电话，请等对方恢复通话后再操作。",
        "The other end holds this call with its handset down; wait until it is back.",
    ),
    "not_now_ringing": (
        "你的话机已经在振铃，请直接接起。",
        "Your telephone rings already; lift it.",
    ),
    "not_now_not_allowed": (
        "只有通话中的坐席才能转接自己的电话，请先接通。",
        "Only a desk in a talk may hand its own calls on; answer first.",
    ),
    "not_now_note_too_long": (
        "便条太长，请写短一些或分几条发。",
        "The note is too long; write a shorter one, or several.",
    ),
    "not_now_text_empty": (
        "短信没有内容，请先写几个字。",
        "The short message is empty; write something first.",
    ),
    "not_now_text_too_long": (
        "短信太长，请写在 335 个字以内或分几条发。",
        "The short message is too long; keep it within 335 characters, or send several.",
    ),
    "not_now_texts_waiting": (
        "有太多短信正在发送，请稍候再发。",
        "Too many short messages are on their way; wait a moment.",
    ),
    "not_now_no_mobile": (
        "只有手机能收短信，请填写手机号码。",
        "Only mobile telephones take short messages; enter a mobile number.",
    ),
    "not_now_mobile_not_allowed": (
        "你的坐席没有开通移动坐席，请教师在设置 desks.mobile 中填写你的电话。",
        "Your desk is no mobile seat; ask an instructor to set your number in desks.mobile.",
    ),
    "not_now_mobile_not_agreed": (
        "还没有同意录音告知，请先在座位上登录并同意。",
        "You have not agreed to being recorded; log in at a seat first and agree to the notice.",
    ),
    "not_now_mobile_no_way": (
        "没有线路能拨打你的电话：真实线路目前不能外呼，练习客户的线路打不到手机；"
        "请管理员用 lab trunk add 接一条练习中继。",
        "No line leads to your telephone: a live line calls nobody yet, and that of the virtual customers "
        "reaches no telephone; ask an administrator for a practice trunk (lab trunk add).",
    ),
    "not_now_only_customers": (
        "练习客户的线路打不到坐席的电话，请管理员用 lab trunk add 接一条练习中继。",
        "The line of the virtual customers reaches no agent; ask an administrator for a practice trunk "
        "(lab trunk add).",
    ),
    "not_now_nothing_dialled": (
        "你的坐席还没有拨过号码，请先拨打一次。",
        "Your desk has dialled nothing yet; dial a number first.",
    ),
    "not_now_no_such_desk": (
        "没有坐席 {extension}，请核对分机号。",
        "There is no desk {extension}; check the extension.",
    ),
    **OUTSIDE,
}
