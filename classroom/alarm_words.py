"""The switchboard's alarms as an instructor reads them: ``board_`` and the alarm's code."""

from __future__ import annotations

from typing import Final

BOARD: Final[dict[str, tuple[str, str]]] = {
    "board_no_rtp_port": (
        "声音端口已用完，有电话没有接通；请在设置里放宽 RTP 端口范围。",
        "Every RTP port is taken and a call was lost; widen the range of RTP ports in the settings.",
    ),
    "board_sound_failed": (
        "一部话机的声音出错（{why}），请让对方重拨。",
        "A telephone's sound failed ({why}); call again.",
    ),
    "board_recording_stopped": (
        "一段录音停止了（{why}），通话继续；请检查磁盘。",
        "A recording stopped ({why}) and the call goes on; look at the disk.",
    ),
    "board_prompt_failed": (
        "提示音 {clip} 放不出来（{why}），请检查这个文件。",
        "Prompt {clip} cannot be played ({why}); look at that file.",
    ),
    "board_call_overran": (
        "一通电话超过最长时限，已被结束；如仍需要请重拨。",
        "A call ran longer than any may and was ended; call again where it is needed.",
    ),
    "board_desk_overran": (
        "坐席 {desk} 超时没有动作，已自动放开；请看看那里的坐席软件。",
        "Desk {desk} overran and was freed; look at the seat there.",
    ),
    "board_telephone_gone": (
        "坐席 {desk} 已示闲，但话机断开了；请看看那台电脑和网线。",
        "The telephone of desk {desk} is gone though it is ready; look at its PC and cable.",
    ),
    "board_mailbox_full": (
        "语音信箱 {box} 已满，请删除旧留言。",
        "The mailbox {box} is full; delete old messages.",
    ),
    "board_forward_nowhere": (
        "坐席 {desk} 的来电转移绕了圈（{why}），请改它的转移号码。",
        "The forwards of desk {desk} lead nowhere ({why}); change where it sends its calls.",
    ),
    "board_mobile_no_way": (
        "没有线路能拨打移动坐席 {desk} 的电话（{why}），请接一条练习中继或请其回座位接听。",
        "No line leads to the telephone of the mobile seat {desk} ({why}); add a practice trunk, or let the "
        "agent work at the desk.",
    ),
    "board_trunk_unregistered": (
        "中继 {trunk} 没有在运营商注册上（{why}），请核对账号和密码。",
        "Trunk {trunk} is not registered at its carrier ({why}); check its account and password.",
    ),
    "board_gateway_silent": (
        "中继 {trunk} 的网关 {gateway} 没有应答（{why}），请检查网络或联系运营商。",
        "Gateway {gateway} of trunk {trunk} does not answer ({why}); check the network or ask the carrier.",
    ),
    "board_gateway_back": (
        "中继 {trunk} 的网关 {gateway} 恢复应答。",
        "Gateway {gateway} of trunk {trunk} answers again.",
    ),
    "board_gateway_unknown": (
        "按名字找不到网关 {gateway}，请核对域名和 DNS。",
        "The gateway {gateway} cannot be found by its name; check the name and the DNS.",
    ),
    "board_gateway_untrusted": (
        "网关 {gateway} 的证书无法证实它的身份，请对它的中继运行 lab trunk check。",
        "The gateway {gateway} cannot prove who it is; run lab trunk check for its trunk.",
    ),
    "board_media_died": (
        "声音进程中断，进行中的通话已结束；正在重新启动。",
        "The media worker died and the calls in progress are ended; it is being started again.",
    ),
    "board_media_back": (
        "声音进程已重新启动，可以继续通话。",
        "The media worker runs again; calls can go on.",
    ),
    "board_no_sound": (
        "没有声音：声音进程启动不了（{why}），请看 media.log。",
        "There is no sound because the media worker does not start ({why}); see media.log.",
    ),
    "board_password_guessed": (
        "{host} 上有话机反复用错密码登入分机 {desk}，一分钟内不再受理；请查看那台话机。",
        "A telephone at {host} tries wrong passwords of extension {desk} and is not listened to for a "
        "minute; look at that telephone.",
    ),
}
