"""What a carrier's no means: the codes of what was found for a final status, a lost connection, a 3xx.

What to say to a person about a code is said elsewhere.
"""

from __future__ import annotations

import errno
import ssl
from typing import Any, Final, NamedTuple

from telephony.errors import BadMessage
from telephony.pbx.plan import GatewayPlan, TrunkPlan
from telephony.sip.auth import unanswerable
from telephony.sip.message import Response, reason_of
from telephony.sip.uri import Uri

REGISTERS: Final = {
    401: "password_wrong",
    403: "password_wrong",
    404: "account_unknown",
    407: "password_wrong",
}

CALLS: Final = {
    401: "call_password",
    402: "call_credit",
    403: "call_forbidden",
    404: "call_no_number",
    406: "call_codec",
    407: "call_password",
    408: "call_no_answer",
    410: "call_no_number",
    415: "call_codec",
    433: "call_identity",
    436: "call_identity",
    437: "call_identity",
    438: "call_identity",
    480: "call_unavailable",
    482: "call_circle",
    483: "call_circle",
    484: "call_incomplete",
    485: "call_incomplete",
    486: "call_busy",
    487: "call_no_answer",
    488: "call_codec",
    503: "call_out_of_service",
    600: "call_busy",
    603: "call_declined",
    604: "call_no_number",
    606: "call_codec",
    607: "call_declined",
    608: "call_declined",
}

_NAMES: Final = frozenset({62, 64})
"""OpenSSL: the certificate holds another name, another address."""
_CERTIFICATES: Final = {
    **dict.fromkeys(_NAMES, "wrong_name"),
    9: "certificate_early",
    10: "certificate_expired",
}
_NO_WAY: Final = frozenset({errno.ENETUNREACH, errno.EHOSTUNREACH, errno.EADDRNOTAVAIL})
_LONGEST: Final = 80
"""Letters of a carrier's own words that are shown."""


class Meaning(NamedTuple):
    """A code, and what its sentence tells besides."""

    code: str
    values: dict[str, Any]


def unreached(failure: BaseException | None) -> str:
    """Say why no connection came about; without a failure there simply was no answer."""
    match failure:
        case ssl.SSLCertVerificationError(verify_code=code):
            return _CERTIFICATES.get(code, "wrong_authority")
        case ssl.SSLError(reason=str(reason)) if "ALERT" in reason:
            return "tls_refused"
        case ssl.SSLError():
            return "speaks_no_tls"
        case ConnectionRefusedError():
            return "refused"
        case OSError(errno=number) if number in _NO_WAY:
            return "no_way"
        case _:
            return "no_answer"


def of_registration(trunk: TrunkPlan, status: int, response: Response | None) -> Meaning:
    """Say what came between us and a registration."""
    if response is None:
        return Meaning("register_silent", {})
    if asked := unanswerable(response):
        return Meaning("digest_unknown", {"asked": asked})
    if 300 <= status < 400:
        at = _contact(response)
        return (
            Meaning("register_moved", {"to": _written(at)}) if at else _other("register", response)
        )
    if code := REGISTERS.get(status):
        return Meaning(code, {})
    return _other("register", response)


def of_call(trunk: TrunkPlan, status: int, response: Response | None, dialled: str) -> Meaning:
    """Say what came between us and a call; a password is to blame only where one could be tried."""
    if response is None and status == 503:
        return Meaning("call_cut", {})
    if response and 300 <= status < 400:
        return _moved(trunk, response, dialled)
    code = CALLS.get(status)
    if code == "call_password" and response and (asked := unanswerable(response)):
        return Meaning("digest_unknown", {"asked": asked})
    if code == "call_password" and trunk.account is None:
        return Meaning("call_account", {})
    if status == 408 and response is None:
        return Meaning("call_silent", {})
    if code or response is None:
        return Meaning(code or "call_no_answer", {})
    return _other("call", response)


def _other(what: str, response: Response) -> Meaning:
    trouble = 500 <= response.status < 600
    return Meaning(f"{what}_trouble" if trouble else f"{what}_status", {"said": _said(response)})


def _said(response: Response) -> str:
    """Give the carrier's own words: a warning says more than a status."""
    warning = response.headers.get("Warning").partition('"')[2].rpartition('"')[0]
    words = warning or response.reason or reason_of(response.status)
    return words if len(words) <= _LONGEST else f"{words[: _LONGEST - 1]}…"


def _moved(trunk: TrunkPlan, response: Response, dialled: str) -> Meaning:
    """Say where a 3xx leads: another number, a gateway of ours, one that is not, or nowhere."""
    at = _contact(response)
    if at is None:
        return Meaning("call_moved_nowhere", {})
    if at.user and at.user != dialled:
        return Meaning("call_moved_number", {"to": _cut(at.user), "at": _written(at)})
    known = any(_same(gateway, at) for gateway in trunk.gateways)
    return Meaning("call_moved_known" if known else "call_moved_gateway", {"to": _written(at)})


def _contact(response: Response) -> Uri | None:
    try:
        contact = response.contact
    except BadMessage:
        return None
    return contact.uri if contact and contact.uri.host else None


def _same(gateway: GatewayPlan, at: Uri) -> bool:
    return (gateway.host, gateway.port) == (at.host, at.port or 5060)


def _written(at: Uri) -> str:
    """Write where it is as a gateway is written: host and port."""
    return _cut(str(Uri(host=at.host, port=at.port or 5060)).removeprefix("sip:"))


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
