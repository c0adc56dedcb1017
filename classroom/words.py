"""Every sentence the server says to a person, in both languages.

A request is answered in the language it asks for (``Accept-Language``); what nobody asked for
(a start that fails, an alarm) is said in the language of this process, see ``speak``.
"""

from __future__ import annotations

from typing import Final

from classroom.alarm_words import BOARD
from classroom.control_words import CONTROL
from classroom.customer_words import CUSTOMERS
from classroom.door.lang import Lang
from classroom.letter_words import LETTERS
from classroom.setting_words import SETTINGS
from classroom.trunk_words import REASONS, TRUNKS

_SPOKEN: dict[str, Lang] = {"lang": "zh"}

WORDS: Final[dict[str, tuple[str, str]]] = {
    **BOARD,
    # a start that fails
    "folder_unusable": (
        "数据目录 {folder} 无法使用（{why}），请用 --data 另选一个。",
        "The data folder {folder} cannot be used ({why}); choose another one with --data.",
    ),
    "disk_full": (
        "{folder} 所在磁盘已满（剩余 {left} MB，需要 {needed} MB），请清理空间或用 --data 另选目录。",
        "The disk that holds {folder} is full ({left} MB left, {needed} MB needed); free some room "
        "or choose another folder with --data.",
    ),
    "newer_data": (
        "数据目录 {folder} 由更新版本的程序写成，请升级本程序或用 --data 另选目录。",
        "The data folder {folder} was written by a newer version of this program; update the "
        "program or choose another folder with --data.",
    ),
    "data_busy": (
        "另一个服务器正在使用数据目录 {folder}，请先停止它或用 --data 另选目录。",
        "Another server works in the data folder {folder}; stop it or choose another folder with "
        "--data.",
    ),
    "database_unusable": (
        "{folder} 中的数据库无法打开（{why}），请用 --data 另选目录。",
        "The database in {folder} cannot be opened ({why}); choose another folder with --data.",
    ),
    "sip_port_taken": (
        "SIP 端口 {host}:{port}（{kind}）已被占用，请停止占用它的程序或用 --sip-port 另选端口。",
        "The SIP port {host}:{port} ({kind}) is in use; stop the program that uses it or choose "
        "another port with --sip-port.",
    ),
    "sip_port_forbidden": (
        "没有权限使用 SIP 端口 {host}:{port}（{kind}），请用 --sip-port 选择 1024 以上的端口，"
        "或请管理员授权。",
        "This user may not use the SIP port {host}:{port} ({kind}); choose one above 1023 with "
        "--sip-port, or ask the administrator.",
    ),
    "http_port_forbidden": (
        "没有权限使用 HTTP 端口 {host}:{port}，请用 --http-port 选择 1024 以上的端口，或请管理员授权。",
        "This user may not use the HTTP port {host}:{port}; choose one above 1023 with "
        "--http-port, or ask the administrator.",
    ),
    "http_port_taken": (
        "HTTP 端口 {host}:{port} 已被占用，请停止占用它的程序或用 --http-port 另选端口。",
        "The HTTP port {host}:{port} is in use; stop the program that uses it or choose another "
        "port with --http-port.",
    ),
    "host_unusable": (
        "本机没有地址 {host}（{why}），请用 --host 指定本机的地址。",
        "This machine has no address {host} ({why}); give one of its own with --host.",
    ),
    "child_missing": (
        "{child}进程无法启动，请查看 {log}。",
        "The {child} process does not start; see {log}.",
    ),
    "texts_too_often": (
        "每分钟最多发 {most} 条短信，请 {seconds} 秒后再发；群发请找老师。",
        "At most {most} short messages a minute may be sent; wait {seconds} s, or ask an instructor to send "
        "to many.",
    ),
    "text_not_kept": (
        "实训运营商收到的短信无法写入 {file}（{why}），请检查磁盘。",
        "A short message that the practice carrier took cannot be written to {file} ({why}); check the disk.",
    ),
    # what a start says
    "serving": (
        "服务器已启动：网页与坐席 http://{host}:{http_port}，SIP {host}:{sip_port}；按 Ctrl-C 停止。",
        "Serving seats at http://{host}:{http_port} and SIP at {host}:{sip_port}; stop with "
        "Ctrl-C.",
    ),
    "own_left_out": (
        "没有采用 {why}（请用 lab scenario check 检查并改好；下一节课起生效）。",
        "Left out: {why} (mend it with lab scenario check; the next lesson takes it).",
    ),
    "demo_class_made": (
        "演示班级已建立：学员 s01 至 s50（分机 1001 至 1050）、教师 teacher，密码为 demo-用户名。",
        "A demo class was made: students s01 to s50 (extensions 1001 to 1050) and teacher; the "
        "password is demo-LOGIN.",
    ),
    "person_made": (
        "已建立账号 {login}，密码 {password}（仅显示这一次）。",
        "An account {login} was made with the password {password}, shown this once.",
    ),
    # refusals at the door
    "wrong_password": (
        "用户名或密码不正确，请重新输入。",
        "Login or password is wrong; type them again.",
    ),
    "too_many_tries": (
        "登录失败次数过多，请 {seconds} 秒后再试。",
        "Too many failed log-ins; try again in {seconds} seconds.",
    ),
    "log_in_first": ("请先登录。", "Log in first."),
    "log_in_again": ("登录已过期，请重新登录。", "Your log-in has expired; log in again."),
    "agree_first": (
        "请先阅读并同意录音须知，再开始接听。",
        "Read the notice about recording and agree to it before you take calls.",
    ),
    "not_allowed": ("您没有权限进行此操作，请找教师。", "You may not do this; ask an instructor."),
    "text_frames": (
        "指令是文本帧里的 JSON；请不要用二进制帧发送。",
        "Orders are JSON in text frames; do not send them in binary ones.",
    ),
    "order_too_long": (
        "这条指令太长，一条指令最多 {most} 个字符，请缩短后再发。",
        "This order is too long; send one of at most {most} characters.",
    ),
    "too_slow": (
        "读取太慢，有消息丢失；请重新连接，再从头读起。",
        "You read too slowly and news were lost; connect again and begin anew.",
    ),
    "news_gone": (
        "您离开太久，中间的消息没有全部留下；请以随后的现状为准，从这里接着读。",
        "You were away too long and not all news since then are kept; take what follows as it stands "
        "now, and go on from here.",
    ),
    "no_such_news": (
        "没有名为 {name} 的消息，请从 /docs 的列表中选取。",
        "There is no news named {name}; choose from the list in /docs.",
    ),
    "no_desk": ("您没有坐席，请用学员账号登录。", "You have no desk; log in as a student."),
    "no_telephone": (
        "您的话机尚未注册，请先启动坐席。",
        "Your telephone is not registered; start your seat first.",
    ),
    "no_call": (
        "没有编号为 {call} 的通话。",
        "There is no call {call}; look at the list of calls.",
    ),
    "no_such_page": ("没有这个地址。", "There is nothing at this address."),
    "call_is_over": (
        "通话 {call} 已处理完毕，不能再改。",
        "Call {call} is closed and can no longer be changed.",
    ),
    "not_talking": (
        "通话 {call} 尚未接听。",
        "Call {call} has not been answered yet.",
    ),
    "unknown_disposition": (
        "没有“{disposition}”这个处理结果，请从列表中选择。",
        "There is no disposition {disposition}; choose one of the list.",
    ),
    "no_recording": ("该通话没有录音。", "This call has no recording."),
    "no_briefing": (
        "现在没有课程，请等教师开始上课。",
        "No lesson is under way; wait until the instructor starts one.",
    ),
    "no_scenario": (
        "没有情景“{scenario}”，请用 lab scenario list 查看。",
        "There is no scenario {scenario}; see `lab scenario list`.",
    ),
    "no_scenarios": (
        "没有该语言的情景。",
        "There is no scenario in that language.",
    ),
    "no_model": ("该通话没有情景范例。", "This call has no model answer: it follows no scenario."),
    "no_lesson": ("没有编号为 {lesson} 的课程。", "There is no lesson {lesson}."),
    "lesson_runs": (
        "已有一节课正在进行，请先结束它。",
        "A lesson is under way; stop it first.",
    ),
    "not_graded": (
        "该通话无法评分：没有情景或没有接通。",
        "This call cannot be graded: it follows no scenario or was never answered.",
    ),
    "speech_later": (
        "语音合成已满负荷，这句话将在通话后写入录音。",
        "Speech is at its limit; this line's sound goes into the recording after the call.",
    ),
    "bad_request": ("请求有误：{where}（{why}）。", "The request is not right: {where} ({why})."),
    "range_wrong": ("请求的字节范围无效。", "That range of bytes does not exist."),
    "broken": (
        "服务器内部出错，已记入日志，请告诉教师。",
        "The server made a mistake and wrote it to its log; tell the instructor.",
    ),
    "stopping": ("服务器正在停止。", "The server is stopping."),
    "no_flow": (
        "没有流程“{name}”，请从列表中选择。",
        "There is no flow {name}; choose one of the list.",
    ),
    "flow_name": (
        "流程名只能用小写字母、数字、- 和 _。",
        "A flow's name has small letters, digits, - and _ only; choose another.",
    ),
    "flow_taken": (
        "已经有流程“{name}”，请换一个名称。",
        "There is a flow {name} already; choose another name.",
    ),
    "flow_not_kept": (
        "流程“{name}”没有保存：服务器的磁盘已满，或流程文件夹不能写；请管理员处理后再保存一次。",
        "The flow {name} was not kept: the server's disk is full or its flows' folder cannot be written; "
        "have it mended and save again.",
    ),
    "flow_changed": (
        "流程“{name}”在你打开之后已在别处改动，没有保存；请重新打开再改。",
        "The flow {name} was changed elsewhere since you opened it, nothing was saved; open it again.",
    ),
    "flow_shipped": (
        "流程“{name}”是随程序提供的，不能删除；请直接修改它。",
        "The flow {name} comes with the program and cannot be deleted; change it instead.",
    ),
    "flow_entered": (
        "流程“{other}”要进入“{name}”，请先改掉那里再删除。",
        "The flow {other} enters {name}; change that first, then delete it.",
    ),
    "flow_large": (
        "流程超过 {most} KB，请直接编辑文件，再用 lab ivr check 检查。",
        "The flow is over {most} KB; edit the file itself and check it with lab ivr check.",
    ),
    "flow_sound": (
        "录音不能用（{why}）；请上传五分钟以内的 WAV、FLAC、OGG 或 MP3 文件。",
        "The recording cannot be used ({why}); upload a WAV, FLAC, OGG or MP3 of at most five minutes.",
    ),
    "flow_edit": (
        "节点 {node} 没有改成（{why}）。",
        "The node {node} was not changed ({why}); correct the field.",
    ),
    # alarms
    "flow_stuck": (
        "流程 {flow} 在节点 {node} 处走不下去（{why}），来电者已听到致歉；请修改流程。",
        "The flow {flow} could not go on at the node {node} ({why}) and its caller was told sorry; "
        "mend the flow.",
    ),
    "flow_broke": (
        "流程服务出错（{why}），请告诉管理员。",
        "The flows broke ({why}); tell the administrator.",
    ),
    "disk_full_now": (
        "数据库无法写入（{why}），请立即清理磁盘。",
        "The database cannot be written ({why}); free room on the disk now.",
    ),
    "row_refused": (
        "数据库不接受 {table} 的一行（{why}），该行已略过，其余照常保存；请把日志交给维护人员。",
        "The database refused a row of {table} ({why}); it was left out and all else is kept: "
        "give the log to whoever maintains this server.",
    ),
    "recording_broken": (
        "通话 {call} 的录音中断（{why}），通话继续。",
        "The recording of call {call} stopped ({why}); the call goes on.",
    ),
    "child_died": (
        "{child}进程意外退出，已重新启动。",
        "The {child} process died and was started again.",
    ),
    "child_gone": (
        "{child}进程反复退出，不再重启，请查看 {log}。",
        "The {child} process keeps dying and is not started again; see {log}.",
    ),
    "not_graded_now": (
        "通话 {call} 未能评分（{why}）。",
        "Call {call} could not be graded ({why}).",
    ),
    "desk_paused": (
        "坐席 {desk}（{name}）连续 {missed} 次未应答，已自动转为示忙，请提醒本人示闲。",
        "Desk {desk} ({name}) let {missed} calls ring in a row and was sent on a break; ask the agent "
        "to be ready again.",
    ),
    "callback_not_reached": (
        "回拨 {number} 未接通（第 {tries} 次），稍后自动重拨。",
        "{number} could not be called back (try {tries}); it is tried again later.",
    ),
    "callback_given_up": (
        "回拨 {number} 共 {tries} 次未接通，已放弃，请人工联系。",
        "{number} could not be called back in {tries} tries and was given up; contact the caller.",
    ),
    "callback_queue_gone": (
        "回拨 {number} 所在的队列 {queue} 已删除，无法自动回拨，请人工联系。",
        "{number} was promised a callback in the queue {queue}, which is gone; contact the caller.",
    ),
    "callbacks_torn": (
        "{file} 已损坏，之前登记的回拨无法恢复。",
        "{file} is damaged; the callbacks promised before cannot be restored.",
    ),
    "seat_taken": (
        "同一账号已在另一个坐席登入，这里已停用；要回到这里，请重新登入。",
        "This login is now at another seat, so this one has stopped; log in to come back.",
    ),
    "seat_in_call": (
        "这个账号正在另一个坐席通话或写小结，请先在那里完成，再在这里登入。",
        "This login is in a call or writing its summary at another seat; finish there, then log in.",
    ),
    "wrong_unlock": (
        "密码不对，屏幕仍然锁定；请输入登入时用的密码。",
        "That is not your password and the screen stays locked; type the one you log in with.",
    ),
    "lesson_cut": (
        "服务器中断，第 {lesson} 课已停；坐席会自动恢复，请在课程页（F4）重新开课。",
        "The server stopped and lesson {lesson} with it; the seats come back by themselves: start a new "
        "lesson (F4).",
    ),
    "lesson_broke": (
        "课程出错（{why}），请结束后重新开始。",
        "The lesson broke ({why}); stop it and start it again.",
    ),
    "call_failed": (
        "客户未能拨入（订单 {order}:{why}）。",
        "A customer could not call (order {order}: {why}).",
    ),
    "not_spliced": (
        "通话 {call} 的几段录音没有接成一段（{why}），各段仍在录音目录里。",
        "The recordings of call {call} were not joined ({why}); each still lies in the recordings folder.",
    ),
    "not_rendered": (
        "通话 {call} 有一句话未能合成到录音中（{why}）。",
        "A line of call {call} could not be put into the recording ({why}).",
    ),
    "sound_gone": (
        "客户的媒体进程意外退出，进行中的练习通话已结束。",
        "The customers' media process died; practice calls under way were ended.",
    ),
    "placed_twice": (
        "同一订单已拨出过，请换一个订单号。",
        "This order was placed before; give each call an order of its own.",
    ),
    "fake_only": (
        "虚拟客户只能使用虚构号段（见 scenarios/numbers.py），请更换主叫号码。",
        "A customer calls only from the block of fake numbers (scenarios/numbers.py); give another.",
    ),
    # voices
    "voice_absent": (
        "未安装语音包（{names}），请运行 `make voice`。",
        "The voices are not installed ({names}); run `make voice`.",
    ),
    "voice_torn": (
        "语音模型文件不完整（{name}），请删除 .venv 后重新运行 `make voice`。",
        "The voice model is not whole ({name}); delete .venv and run `make voice` again.",
    ),
    "no_words": (
        "这句话没有可读的文字，请至少写一个词。",
        "This line holds nothing to say; write at least one word.",
    ),
    "no_such_voice": (
        "没有名为 {name} 的声音，请从 {names} 中选择。",
        "There is no voice {name}; choose one of {names}.",
    ),
    "speech_dies": (
        "语音进程反复退出，请查看其日志。",
        "The speech process keeps dying; see its log.",
    ),
    "speech_closed": ("语音进程已关闭。", "The speech process has been closed."),
    **SETTINGS,
    **TRUNKS,
    **CONTROL,
    **CUSTOMERS,
    **LETTERS,
}


def say(key: str, lang: Lang | None = None, **values: object) -> str:
    """Say one sentence in ``lang``, or in the language of this process."""
    zh, en = WORDS[key]
    return (en if (lang or _SPOKEN["lang"]) == "en" else zh).format(**values)


def reason(key: str, /, **values: object) -> str:
    """Say what is wrong with a setting, as a part of a sentence in the language of this process."""
    zh, en = REASONS[key]
    return (en if _SPOKEN["lang"] == "en" else zh).format(**values)


def speak(lang: Lang) -> None:
    """Set the language of this process."""
    _SPOKEN["lang"] = lang


def spoken() -> Lang:
    """The language of this process."""
    return _SPOKEN["lang"]
