"""Values of the command line that are wrong: the sentence names the option, not a file."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from classroom.errors import BadSettings
from classroom.settings import Settings
from classroom.words import spoken
from lab.errors import LabError
from lab.words import Words

NETWORK: Final = {
    "host": "--host",
    "sip_port": "--sip-port",
    "http_port": "--http-port",
    "advertise": "--advertise",
    "rtp_first": "--rtp-ports",
    "rtp_last": "--rtp-ports",
}
"""A setting of the network → the option that is laid over it."""


class BadOption(LabError):
    """An option or argument has a value that cannot be used."""


def bad_option(option: str, why: str) -> BadOption:
    """Say which option is wrong; our own words of what it takes go before anybody else's."""
    words = Words(spoken())
    key = f"wrong.{option.strip('-').replace('-', '_').lower()}"
    return BadOption(
        words("errors.bad_option", option=option, why=words(key) if words.knows(key) else why)
    )


def settings_of(data: Path, network: dict[str, Any], **over: dict[str, Any]) -> Settings:
    """Read a folder's settings under the options given; raises BadOption or BadSettings."""
    try:
        return Settings.load(data, network=network, **over)
    except BadSettings as error:
        area, _, name = str(error.values.get("where", "")).partition(".")
        if name == "smtp_port" and over.get("letters"):
            raise bad_option("--smtp", str(error.values["why"])) from error
        if not name and {"rtp_first", "rtp_last"} & set(network):
            name = "rtp_last"  # Only the two together can be wrong.
        if area == "network" and name in NETWORK and name in network:
            raise bad_option(NETWORK[name], str(error.values["why"])) from error
        raise
