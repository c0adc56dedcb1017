"""Members of the school's club: ``[members.8001]`` of ``lab.toml``, a PIN and the level it raises by."""

from __future__ import annotations

import hmac
from collections.abc import Mapping

from pydantic import BaseModel, ConfigDict, Field


class Member(BaseModel):
    """One member."""

    model_config = ConfigDict(extra="forbid")

    pin: str = Field(pattern=r"^[0-9]{4,12}$", repr=False)
    priority: int = Field(1, ge=1, le=9)
    name: str = ""


def find(members: Mapping[str, Member], number: str, pin: str) -> dict[str, str] | None:
    """What a flow learns of a member who proved to be one; None for everybody else."""
    member = members.get(number)
    known = hmac.compare_digest(member.pin.encode() if member else b"", pin.encode())
    if member is None or not known:
        return None
    return {"priority": str(member.priority), "name": member.name}
