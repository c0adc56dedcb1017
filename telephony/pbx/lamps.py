"""The lamp of a telephone that says whether voice messages wait: unsolicited NOTIFY (RFC 3842)."""

from __future__ import annotations

from typing import Final

from telephony.pbx.mailbox import BoxPlan
from telephony.pbx.registrar import Registrar
from telephony.sip.core import SipCore
from telephony.sip.packages import message_summary

SUMMARY: Final = "application/simple-message-summary"


def owners_of(box: BoxPlan) -> list[str]:
    """List the desks whose lamps show this box."""
    return list(dict.fromkeys((box.name, *box.owners)))


def light(
    core: SipCore,
    registrar: Registrar,
    counted: tuple[int, int],
    extension: str,
    *,
    realm: str,
    now: float,
) -> None:
    """Tell every telephone of a desk how many messages wait for it, new and old ones."""
    account = f"sip:{extension}@{realm}"
    for binding in registrar.of(extension):
        core.request(
            "NOTIFY", binding.contact, to=f"<{account}>", from_=f"<{account}>",
            flow=binding.flow, contact=extension, body=message_summary(account, *counted),
            content_type=SUMMARY, now=now,
            headers=[("Event", "message-summary"), ("Subscription-State", "active")],
        )  # fmt: skip
