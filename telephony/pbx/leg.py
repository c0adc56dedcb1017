"""A leg: one telephone's end of a call."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from telephony.media.control import Codec
from telephony.pbx.courier import Courier
from telephony.pbx.events import Side
from telephony.pbx.hops import HOPS
from telephony.pbx.leg_states import LEGS, LegState, LegStep
from telephony.pbx.screen import Screen
from telephony.sip import sdp
from telephony.sip.crypto import Crypto
from telephony.sip.events import Flow


@dataclass(slots=True, eq=False)
class Leg:
    """One end of a call."""

    name: str
    """Its name in the media worker."""
    call: str
    side: Side
    sip: str
    """Its name in the SIP core."""
    flow: Flow
    host: str
    port: int
    shown: str
    """The address in our SDP."""
    session: int
    inbound: bool = False
    """It called us, and may be refused until it is answered."""
    extension: str | None = None
    relays_text: bool = False
    """It came through a practice trunk: words may be passed to it."""
    state: LegState = LegState.CALLING
    codec: str = ""
    lifts: bool = False
    """It may be told to lift (event talk)."""
    early: bool = False
    """Sound goes both ways already, although nobody has answered."""
    theirs: sdp.Sdp | None = None
    version: int = 1
    began: float = 0.0
    hops: int = HOPS
    """How often the call it begins may still go on (Max-Forwards)."""
    trunk: str = ""
    """The trunk it came or goes by."""
    number: str = ""
    """The outside number it calls."""
    codecs: tuple[Codec, ...] = ()
    """What may be spoken on this leg; empty: the board's."""
    keys: tuple[Crypto, ...] = ()
    """Ours, where the sound is secured."""
    plain: bool = False
    """It refused secured sound, so it was asked again without."""
    again: Callable[[float], None] | None = None
    """Calls it once more."""
    courier: Courier | None = None
    """What it does about the ways to the far end, where there are several."""
    screen: Screen | None = None
    """Asks whoever lifts whether the call is wanted, before the owner hears that anybody lifted."""

    @property
    def answered(self) -> bool:
        """Media is agreed."""
        return self.state in (LegState.TALKING, LegState.HOLDING)

    @property
    def gone(self) -> bool:
        """It is over."""
        return self.state is LegState.GONE

    def step(self, step: LegStep) -> None:
        """Move on by the table."""
        self.state = LEGS.step(self.state, step)
