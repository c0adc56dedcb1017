"""Whether a call of ours may leave by a trunk; every rule that may stop it stands here."""

from __future__ import annotations

from telephony.pbx.events import Line
from telephony.pbx.numbering import Kind, Number
from telephony.pbx.plan import TrunkPlan


def closed(
    trunk: TrunkPlan, number: Number, line: Line | None = None, *, agent: bool = False
) -> str:
    """Say in one word why this call may not leave by this trunk; empty: it may.

    A live trunk brings calls in and is checked by ``lab trunk check``, no more: campaigns, consent, caps
    and licences have no keeper yet, so nothing may be dialled that a real telephone would answer.
    ``agent``: the call is for one of our own people, whom virtual customers must not answer for.
    """
    if trunk.line == "live":
        return "live_closed"
    if line is not None and line != trunk.line:
        return "lines_do_not_mix"
    if number.kind is Kind.EMERGENCY:
        return "emergency"
    if number.kind not in trunk.allows:
        return f"{number.kind.value}_not_allowed"
    if agent and trunk.virtual:
        return "only_customers"
    return ""
