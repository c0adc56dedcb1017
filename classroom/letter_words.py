"""What is said about letters, in both languages."""

from __future__ import annotations

from typing import Final

LETTERS: Final[dict[str, tuple[str, str]]] = {
    "smtp_port_taken": (
        "邮件端口 {host}:{port} 已被占用，请停止占用它的程序或用 --smtp 另选端口。",
        "The mail port {host}:{port} is in use; stop the program that uses it or choose another port "
        "with --smtp.",
    ),
    "smtp_port_forbidden": (
        "没有权限使用邮件端口 {host}:{port}，请用 --smtp 选择 1024 以上的端口，或请管理员授权。",
        "This user may not use the mail port {host}:{port}; choose one above 1023 with --smtp, or ask "
        "the administrator.",
    ),
    "taking_mail": (
        "本机程序可向 {host}:{port}（SMTP）发送邮件，收件人为 {address}。",
        "Programs on this machine may send mail to {address} at {host}:{port} (SMTP).",
    ),
    "letter_empty": (
        "文件是空的，请选择一封有内容的信件。",
        "The file is empty; choose a letter that says something.",
    ),
    "letter_headers": (
        "邮件头超过 {most} 行或 {kb} KB，不是正常邮件；请让对方重新发送，或去掉多余的邮件头。",
        "The mail's header has more than {most} lines or {kb} KB, which no real mail has; have it sent "
        "again, or take lines out of its header.",
    ),
    "letter_lines": (
        "邮件正文超过 {most} 行短行，请把这些内容作为附件发送。",
        "The mail has more than {most} short lines; send them as an attachment.",
    ),
    "letter_too_large": (
        "信件超过 {most} MB，请压缩附件后再试，或在 lab.toml 的 [letters] largest_mb 中放宽。",
        "The letter is larger than {most} MB; send less with it, or allow more in lab.toml, [letters] "
        "largest_mb.",
    ),
    "letter_bad_number": (
        "“{number}”不是电话号码，请写成 01062340001 这样的号码，不知道就不写。",
        "“{number}” is no telephone number; write it as 01062340001, or leave it out where nobody "
        "knows it.",
    ),
    "fax_unreadable": (
        "传真文件应为 PDF、PNG 或 TIFF，请另存为其中一种后再试。",
        "A fax is a PDF, PNG or TIFF file; save it as one of them and try again.",
    ),
    "letter_suffix": (
        "看不出 {file} 是邮件还是传真，请用 .eml 文件，或传真的 .pdf、.png、.tif 文件。",
        "{file} is neither mail nor fax; bring an .eml file, or a fax as .pdf, .png or .tif.",
    ),
    "no_letter": (
        "没有编号为 {number} 的信件，请刷新列表后再试。",
        "There is no letter {number}; read the list again.",
    ),
    "no_letter_waits": (
        "没有等待处理的信件，可能刚被别的坐席取走；请稍后再取。",
        "No letter waits, perhaps another desk was quicker; ask again later.",
    ),
    "letter_done": (
        "信件 {number} 已由 {by} 在 {at} 办完，请刷新列表，取下一封。",
        "{by} was done with the letter {number} at {at}; read the list again and take the next one.",
    ),
    "letter_gone": (
        "信件 {number} 已不在您手上（{by}，{at}），本次操作没有生效；请刷新列表，取下一封。",
        "The letter {number} is not yours any more ({by}, {at}) and nothing was done; read the list "
        "again and take the next one.",
    ),
    "letter_not_ready": (
        "请先示闲（F2），空闲的坐席才能取信。",
        "Be ready first (F2); letters go to desks that are ready and idle.",
    ),
    "letter_no_sender": (
        "信件 {number} 没有可答复的地址或号码，请说明情况后直接办结。",
        "The letter {number} has nobody to be answered to; close it with a note instead.",
    ),
}
