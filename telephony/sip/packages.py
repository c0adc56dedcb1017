"""What NOTIFY carries: who is in which call (RFC 4235), how many messages wait (RFC 3842)."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias
from xml.etree import ElementTree
from xml.sax.saxutils import escape, quoteattr

from telephony.errors import BadMessage

DIALOG = "dialog"
DIALOG_INFO = "application/dialog-info+xml"
SUMMARY = "message-summary"
SIMPLE_SUMMARY = "application/simple-message-summary"

DialogState: TypeAlias = Literal["trying", "proceeding", "early", "confirmed", "terminated"]
Way: TypeAlias = Literal["initiator", "recipient"]
STATES: tuple[DialogState, ...] = ("trying", "proceeding", "early", "confirmed", "terminated")
_NAMESPACE = "{urn:ietf:params:xml:ns:dialog-info}"
_VOICE = re.compile(rb"^voice-message\s*:\s*(\d{1,9})/(\d{1,9})", re.IGNORECASE | re.MULTILINE)
_WAITING = re.compile(rb"^messages-waiting\s*:\s*(yes|no)\s*$", re.IGNORECASE | re.MULTILINE)


@dataclass(frozen=True, slots=True)
class WatchedDialog:
    """One call of somebody who is watched; the tags let a watcher pick it up by Replaces."""

    id: str
    state: DialogState
    direction: Way = "recipient"
    call_id: str = ""
    local_tag: str = ""
    remote_tag: str = ""
    local: str = ""
    remote: str = ""


def dialog_info(entity: str, dialogs: Sequence[WatchedDialog]) -> Callable[[int], bytes]:
    """Describe every call of ``entity``; the number of the NOTIFY becomes the version (§4.1)."""
    inside = "".join(_dialog(one) for one in dialogs)

    def written(version: int) -> bytes:
        return (
            '<?xml version="1.0"?>\n<dialog-info xmlns="urn:ietf:params:xml:ns:dialog-info" '
            f'version="{version}" state="full" entity={quoteattr(entity)}>\n{inside}</dialog-info>\n'
        ).encode()

    return written


def _dialog(one: WatchedDialog) -> str:
    names = {"call-id": one.call_id, "local-tag": one.local_tag, "remote-tag": one.remote_tag}
    given = "".join(f" {name}={quoteattr(value)}" for name, value in names.items() if value)
    parties = "".join(
        f"<{side}><identity>{escape(uri)}</identity><target uri={quoteattr(uri)}/></{side}>\n"
        for side, uri in (("local", one.local), ("remote", one.remote))
        if uri
    )
    head = f"<dialog id={quoteattr(one.id)}{given} direction={quoteattr(one.direction)}>"
    return f"{head}\n<state>{one.state}</state>\n{parties}</dialog>\n"


def dialogs_in(body: bytes) -> tuple[WatchedDialog, ...]:
    """Read a dialog-info document; BadMessage where it is none."""
    if b"<!DOCTYPE" in body or b"<!ENTITY" in body:
        raise BadMessage("A dialog-info document declares no entities")
    try:
        root = ElementTree.fromstring(body)
    except (ElementTree.ParseError, ValueError):
        raise BadMessage("The body is no dialog-info document") from None
    return tuple(_read(one) for one in root.iter(f"{_NAMESPACE}dialog"))


def _read(one: ElementTree.Element) -> WatchedDialog:
    def text(path: str) -> str:
        steps = "/".join(f"{_NAMESPACE}{step}" for step in path.split("/"))
        return (one.findtext(steps) or "").strip()

    state = text("state")
    if state not in STATES:
        raise BadMessage("A dialog has a state that nobody defined")
    way = one.get("direction", "recipient")
    return WatchedDialog(
        id=one.get("id", ""),
        state=state,
        direction="initiator" if way == "initiator" else "recipient",
        call_id=one.get("call-id", ""),
        local_tag=one.get("local-tag", ""),
        remote_tag=one.get("remote-tag", ""),
        local=text("local/identity"),
        remote=text("remote/identity"),
    )


@dataclass(frozen=True, slots=True)
class Summary:
    """How many voice messages wait."""

    waiting: bool
    new: int = 0
    old: int = 0


def message_summary(account: str, new: int, old: int = 0) -> bytes:
    """Write how many voice messages wait for an account."""
    lines = [f"Messages-Waiting: {'yes' if new else 'no'}", f"Message-Account: {account}"]
    lines.append(f"Voice-Message: {new}/{old} (0/0)")
    return ("\r\n".join(lines) + "\r\n").encode()


def summary_in(body: bytes) -> Summary:
    """Read how many voice messages wait; BadMessage where the body does not say."""
    waiting, counts = _WAITING.search(body), _VOICE.search(body)
    if waiting is None:
        raise BadMessage("The body is no message summary")
    new, old = (int(counts[1]), int(counts[2])) if counts else (0, 0)
    return Summary(waiting[1].lower() == b"yes", new, old)


def taken(kind: str, accept: Sequence[str]) -> bool:
    """Say whether who watches takes this kind of body; who says nothing does (RFC 6665 §3.1.3)."""
    names = {one.partition(";")[0].strip().lower() for one in accept}
    return not names or bool(names & {kind, f"{kind.partition('/')[0]}/*", "*/*"})
