"""Keys by RFC 4733 with strangers: theirs walk our menu, ours are told by them."""

from __future__ import annotations

from pathlib import Path

import pytest

from telephony.pbx import events as ev
from tests.telephony.interop.test_transports import (
    MENU,
    baresip,
    floor,
    linphone,
    needs_baresip,
    needs_linphone,
    until,
)

pytestmark = pytest.mark.interop

KEY = "2"
"""Leads to sales; no key at all leads to service."""


def chose(news: list[ev.MenuChosen]) -> bool:
    """The key was heard, once; the menu led where it says."""
    return [one.key for one in news] == [KEY]


@needs_baresip
@pytest.mark.feature("IVR-06")
async def test_keys_of_baresip_walk_a_menu(tmp_path: Path) -> None:
    """That it hears ours is told in test_transports, by its event of each key."""
    async with floor(tmp_path) as on, baresip(on, "udp", srtp=False) as stranger:
        await stranger.obey("dial", params=f"sip:{MENU}@127.0.0.1:{on.school.port}")
        await on.school.until(ev.PromptPlayed)
        await stranger.obey("sndcode", params=KEY)
        await on.school.until(ev.MenuChosen)
        assert chose(on.school.all(ev.MenuChosen))
        await stranger.obey("hangup")
        assert (await on.school.until(ev.CallEnded)).by == "caller"


@needs_linphone
@pytest.mark.feature("IVR-06")
async def test_keys_of_linphone_walk_a_menu_and_it_tells_ours(tmp_path: Path) -> None:
    async with floor(tmp_path) as on, linphone(on, "udp", srtp=False) as stranger:
        await stranger.obey(f"call sip:{MENU}@127.0.0.1")
        await on.school.until(ev.PromptPlayed)
        await stranger.insist(KEY, lambda: on.school.all(ev.MenuChosen))
        assert chose(on.school.all(ev.MenuChosen))
        await stranger.obey("terminate")
        assert (await on.school.until(ev.CallEnded)).by == "caller"

        call = await on.phone.dial("1001")
        await until(lambda: "Receiving new incoming call" in stranger.said)
        await stranger.obey("answer")
        await call.until_answered()
        await on.school.until(ev.SpeechBegan)
        await call.press("73#")
        for key in "73#":
            await until(lambda key=key: f"Receiving tone {key} from" in stranger.said)
        assert stranger.said.count("Receiving tone") == 3, "each key is told once"
        await call.hang_up()
        await on.school.until(ev.CallEnded, 2)
