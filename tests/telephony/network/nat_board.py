"""A board in a network of its own with one telephone beside it.

``python -m tests.telephony.network.nat_board HOST calls|answers BEAT [ADVERTISE FIRST LAST]``: registers 1001
here, waits until 1002 is there and for a line, calls it or is called, and says what each side heard as one
JSON line. BEAT is how often the doors of routers are kept open; ADVERTISE is the board's own router, which
lets SIP and the RTP ports from FIRST to LAST in.
"""

from __future__ import annotations

import asyncio
import json
import sys

from telephony.media.control import AimLeg, MediaEvent, SpeechBegan
from telephony.media.process import MediaProcess
from telephony.pbx import doors
from telephony.pbx import events as ev
from telephony.phone import Account, Phone, Rang
from tests.stage.exchange import plan_of
from tests.stage.school import open_school


async def line() -> str:
    """Wait for an order of the test."""
    return await asyncio.get_running_loop().run_in_executor(None, sys.stdin.readline)


async def main(
    host: str, role: str, beat: str, advertise: str | None = None, first: str = "0", last: str = "0"
) -> None:
    plan = plan_of(2, recording_path=lambda call: None)
    heard = asyncio.Event()

    def hear(event: MediaEvent) -> None:
        if isinstance(event, SpeechBegan):
            heard.set()

    doors.BEAT = float(beat)  # type: ignore[misc]
    network = {"advertise": advertise, "rtp_ports": (int(first), int(last))}
    async with (
        open_school(plan, local=(host, 5060), **network) as school,
        MediaProcess() as media,
    ):
        aims: list[AimLeg] = []
        send = school.media.send
        school.media.send = lambda command: (aims.append(command), send(command))[1]  # type: ignore
        media.subscribe(hear)
        account = Account("1001", "secret1", (host, 5060))
        async with Phone(account, media=media, local=(host, 0)) as phone:
            await phone.register()
            print("open", flush=True)
            await school.until(ev.RegistrationChanged, 2)
            await line()
            if role == "calls":
                call = await phone.dial("1002")
                await call.until_answered()
            else:
                rang = await anext(e async for e in phone.events() if isinstance(e, Rang))
                call = rang.call
                await call.answer()
            await call.play(["tone:440:60"])
            await heard.wait()
            await line()
            contacts = school.board.board.works.registrar.bindings.values()
            known = [bindings[0].flow.remote[0] for bindings in contacts]
            await call.hang_up()
            await school.until(ev.SoundReport, 2)
            told = {
                "declared": sorted({one.host for one in aims if isinstance(one, AimLeg)}),
                "received": [one.report.received for one in school.all(ev.SoundReport)],
                "contacts": known,
            }  # fmt: skip
            print(json.dumps(told), flush=True)


if __name__ == "__main__":
    asyncio.run(asyncio.wait_for(main(*sys.argv[1:7]), 90))
