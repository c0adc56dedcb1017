"""What the system says of a file or an address that cannot be had, in the reader's language."""

from __future__ import annotations

import errno
from typing import Final

from classroom.door.lang import Lang
from classroom.words import spoken

SAID: Final[dict[int, tuple[str, str]]] = {
    errno.ENOENT: ("没有这个文件或目录", "no such file or folder"),
    errno.EACCES: ("没有权限", "no permission"),
    errno.EPERM: ("没有权限", "no permission"),
    errno.EROFS: ("磁盘只读", "the disk is read-only"),
    errno.ENOTDIR: ("路径中有一段是文件，不是目录", "a part of the path is a file, not a folder"),
    errno.EEXIST: ("这里已有一个文件，不是目录", "there is a file, not a folder"),
    errno.EISDIR: ("这是一个目录，不是文件", "it is a folder, not a file"),
    errno.ENOSPC: ("磁盘已满", "the disk is full"),
    errno.EDQUOT: ("磁盘配额已用完", "the disk quota is used up"),
    errno.ENAMETOOLONG: ("名称太长", "the name is too long"),
    errno.ELOOP: ("链接绕成了圈", "links that lead in a circle"),
    errno.EADDRNOTAVAIL: ("本机没有这个地址", "it is not an address of this machine"),
}
"""The commonest troubles, in Chinese and in English; the others keep the system's own words."""


def why_of(error: OSError, lang: Lang | None = None) -> str:
    """Say why, as a part of a sentence."""
    zh, en = SAID.get(error.errno or 0, ("", ""))
    said = zh if (lang or spoken()) == "zh" else en
    return said or error.strerror or errno.errorcode.get(error.errno or 0, type(error).__name__)
