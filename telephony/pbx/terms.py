"""What a leg and its far end agree on for their sound: offers, answers, and the aim they lead to.

Over TLS the sound is secured (SRTP, keys in the description); elsewhere keys would be known to all, so
a far end that wants them there is refused with 488.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, cast

from telephony.errors import BadSdp
from telephony.media.control import AimLeg, Codec
from telephony.sip import crypto, sdp
from telephony.sip.events import Flow, Invited

if TYPE_CHECKING:
    from telephony.pbx.leg import Leg

Codecs = tuple[Codec, ...]
Entropy = Callable[[int], bytes]


def read(leg: Leg, body: bytes, codecs: Codecs) -> sdp.Sdp:
    """Read what the far end says; BadSdp where its sound cannot be agreed."""
    return understood(body, codecs, leg.flow)


def answered(leg: Leg, body: bytes, codecs: Codecs) -> sdp.Sdp:
    """Read the answer to our first offer; sound that we offered to secure is never in the clear."""
    return read(leg, body, codecs).as_answer(() if leg.plain else leg.keys)


def offered(invited: Invited, codecs: Codecs) -> sdp.Sdp | None:
    """Read the offer of a caller; None where the caller leaves it to us."""
    body = invited.request.sdp
    if body is None:
        return None
    return understood(body, codecs, invited.flow)


def understood(body: bytes, codecs: Codecs, flow: Flow) -> sdp.Sdp:
    """Read a description that has something for us; BadSdp where it has not."""
    theirs = sdp.parse(body, secure=flow.transport == "tls")
    theirs.choose(codecs)
    if sdp.out_of_reach(theirs.host, flow.local[0]):
        raise BadSdp("The description has no address that sound can be sent to from here.", 488)
    return theirs


def offer(leg: Leg, codecs: Codecs, entropy: Entropy) -> bytes:
    """Describe our side; secured where the signalling is."""
    keys = () if leg.plain else _keys(leg, entropy)
    if leg.theirs is not None and leg.theirs.key is None:
        keys = ()  # What runs in the clear goes on in the clear.
    return sdp.make_offer(leg.shown, leg.port, codecs, leg.session, leg.version, keys=keys)


def answer(leg: Leg, theirs: sdp.Sdp, codecs: Codecs, entropy: Entropy) -> bytes:
    """Answer what the far end offered."""
    leg.keys = crypto.echoing(theirs.key, _keys(leg, entropy))
    return sdp.answer_to(
        theirs, leg.shown, leg.port, codecs, leg.session, leg.version, keys=leg.keys
    )


def aim(leg: Leg, theirs: sdp.Sdp, codecs: Codecs) -> AimLeg:
    """Point the sound at the far end, as both sides agreed."""
    leg.theirs = theirs
    codec, number = theirs.choose(codecs)
    leg.codec = codec
    secrets = crypto.agreed(theirs.key, leg.keys)
    return AimLeg(
        leg=leg.name,
        host=theirs.host,
        port=theirs.port,
        codec=cast(Codec, codec),
        payload_type=number,
        event_type=theirs.event_type,
        sends=theirs.sends,
        receives=theirs.receives,
        signalling_host=leg.flow.remote[0],
        ptime=theirs.ptime,
        suite=secrets.suite,
        key_sent=secrets.sends,
        key_heard=secrets.hears,
        mki_sent=secrets.mki_sent,
        mki_heard=secrets.mki_heard,
    )


def _keys(leg: Leg, entropy: Entropy) -> tuple[crypto.Crypto, ...]:
    if leg.flow.transport != "tls":
        leg.keys = ()
    elif not leg.keys:
        leg.keys = crypto.make_keys(entropy)
    return leg.keys
