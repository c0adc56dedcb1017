"""A flow that a seat dials before its words were ever spoken: it rings until they are."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from telephony.pbx.ivr import Flow, LookUp, Play

READY: Final = "ready"
"""The look-up that is answered once the words are there; no file may ask it."""
PATIENCE: Final = 1.5
"""Seconds without an answer after which the caller hears that it rings."""
_LOOK, _RING = "first words", "ring-back"
"""Names that no file can give its nodes."""


def ringing(flow: Flow) -> Flow:
    """Write the same flow, entered once its words can be heard."""
    look = LookUp(
        READY, {"flow": flow.name}, {}, found=flow.start, missing=flow.start, failed=_RING,
        seconds=PATIENCE,
    )  # fmt: skip
    ring = Play(("ringback",), _LOOK)
    return replace(flow, start=_LOOK, nodes={**flow.nodes, _LOOK: look, _RING: ring})


def key_of(name: str) -> str:
    """Name it on the switchboard; no flow is called so."""
    return f"{name}/first"
