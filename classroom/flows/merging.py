"""Lines of a file that an edit does not touch stay as they were written: indents, blanks, ends of lines."""

from __future__ import annotations

from difflib import SequenceMatcher

from ruamel.yaml.error import YAMLError

from classroom.flows.tree import Unfit, understood


def merged(written: str, before: str, after: str) -> str:
    """Take what differs between two renderings over into the text that a person wrote.

    ``before`` is that text as the machine writes it, ``after`` the same with an edit. Where both
    cannot be one file (a line put into a block that is indented otherwise), ``after`` stands.
    """
    mine, then, now = (text.splitlines(keepends=True) for text in (written, before, after))
    as_written = dict(_alike(mine, then))
    lines: list[str] = []
    for what, i, i_end, j, j_end in _matcher(then, now).get_opcodes():
        if what == "equal":
            lines += [as_written.get(at, then[at]) for at in range(i, i_end)]
        elif what == "delete":
            lines += _left_behind([as_written.get(at, then[at]) for at in range(i, i_end)])
        elif i_end - i == j_end - j:
            olds = (as_written.get(at, then[at]) for at in range(i, i_end))
            lines += [_indented(new, old) for old, new in zip(olds, now[j:j_end], strict=True)]
        else:
            shift = _indent(lines[-1]) - _indent(now[j - 1]) if lines and j else 0
            lines += [" " * (_indent(line) + shift) + line.lstrip(" ") for line in now[j:j_end]]
    text = "".join(lines)
    return text if text == after or _same(text, after) else after


def _alike(mine: list[str], then: list[str]) -> list[tuple[int, str]]:
    """Pair the machine's lines, by their places, with those that say the same."""
    bare = [["".join(line.split()) for line in lines] for lines in (mine, then)]
    blocks = _matcher(*bare).get_matching_blocks()
    return [(b + at, mine[a + at]) for a, b, size in blocks for at in range(size)]


def _matcher(one: list[str], other: list[str]) -> SequenceMatcher[str]:
    return SequenceMatcher(None, one, other, autojunk=False)


def _left_behind(gone: list[str]) -> list[str]:
    """Keep the remarks behind a part that goes: they belong to what follows, or to the file."""
    deep = next((_indent(line) for line in gone if not _remark(line)), 0)
    at = len(gone)
    while (
        at and _remark(gone[at - 1]) and (not gone[at - 1].strip() or _indent(gone[at - 1]) <= deep)
    ):
        at -= 1
    return gone[at:] if any(line.strip() for line in gone[at:]) else []


def _remark(line: str) -> bool:
    return line.lstrip()[:1] in ("", "#")


def _indented(line: str, like: str) -> str:
    return " " * _indent(like) + line.lstrip(" ")


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def _same(text: str, other: str) -> bool:
    try:
        return bool(understood(text)[1] == understood(other)[1])
    except (YAMLError, Unfit):
        return False
