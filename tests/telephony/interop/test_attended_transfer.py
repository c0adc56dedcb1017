"""linphone asks aside on its second line and joins its two calls: REFER with Replaces.

baresip 1.0 sends a call on without asking (``test_transfers``); it has no command to join two.
"""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from telephony.pbx import call_events as did
from telephony.pbx import events as ev
from tests.telephony.ears import SILENCE, Ear
from tests.telephony.interop.test_baresip import desk
from tests.telephony.interop.test_transfers import lifts
from tests.telephony.interop.test_transports import floor, linphone, needs_linphone, until

pytestmark = [pytest.mark.interop, needs_linphone]

CALLER, EXPERT, LINPHONE = 700, 1100, 440


@pytest.mark.feature("SEA-34", "TEL-01", "TEL-03")
async def test_linphone_joins_its_two_calls_and_both_ends_hear_each_other(tmp_path: Path) -> None:
    async with (
        floor(tmp_path) as on,
        desk(on.school, "1003") as (target, mouths),
        linphone(on, "udp", srtp=False) as stranger,
    ):
        talk = await on.phone.dial("1001")
        await until(lambda: "Receiving new incoming call" in stranger.said)
        await stranger.obey("answer")
        await talk.until_answered()
        await on.school.until(ev.SpeechBegan)
        await stranger.insist("pause 1", lambda: on.school.all(ev.Held))
        assert (await on.school.until(ev.Held)).by == "callee"
        lifting = asyncio.create_task(lifts(target))
        await stranger.obey("call sip:1003@127.0.0.1")
        asked = await lifting
        await on.school.until(ev.DeskAnswered, 2)
        await stranger.insist("transfer 1 --to-call 2", lambda: on.school.all(did.Transferred))
        moved = await on.school.until(did.Transferred)
        assert (moved.extension, moved.to, moved.how) == ("1001", "1003", "attended")
        ears = [
            Ear(on.media, talk, tmp_path / "caller.wav"),
            Ear(mouths, asked, tmp_path / "expert.wav"),
        ]
        playing = [
            await talk.play([f"tone:{CALLER}:1.5:-12"]),
            await asked.play([f"tone:{EXPERT}:1.5:-12"]),
        ]
        assert all(await asyncio.gather(*playing))
        await asyncio.sleep(0.5)
        for ear in ears:
            ear.shut()
        await until(lambda: "Call 2 with sip:1003@127.0.0.1 ended" in stranger.said)
        await talk.hang_up()
        await on.school.until(ev.CallEnded, 2)
        await on.media.close()
        await mouths.close()
    caller, expert = ears
    assert caller.hears(EXPERT) and expert.hears(CALLER)
    assert max(caller.leaked(CALLER), caller.leaked(LINPHONE)) < SILENCE
    assert max(expert.leaked(EXPERT), expert.leaked(LINPHONE)) < SILENCE
    assert not on.school.board.board.works.calls
