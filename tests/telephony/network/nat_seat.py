"""A telephone in a network of its own: registers, is called or calls, and says whether it heard.

``python -m tests.telephony.network.nat_seat EXTENSION HOST PORT LOCAL calls|answers``; one word a line
on stdout: ``registered``, ``answered``, ``heard``, ``held``, ``over``.
"""

from __future__ import annotations

import asyncio
import sys

from telephony.media.control import MediaEvent, SpeechBegan
from telephony.media.process import MediaProcess
from telephony.phone import Account, Phone, PhoneCall, Rang


def tell(word: str) -> None:
    print(word, flush=True)


async def first_call(phone: Phone, role: str) -> PhoneCall:
    if role == "calls":
        call = await phone.dial("1001")
        await call.until_answered()
        return call
    rang = await anext(event async for event in phone.events() if isinstance(event, Rang))
    await rang.call.answer()
    return rang.call


async def main(extension: str, host: str, port: str, local: str, role: str) -> None:
    heard = asyncio.Event()

    def hear(event: MediaEvent) -> None:
        if isinstance(event, SpeechBegan):
            heard.set()

    async with MediaProcess() as media:
        media.subscribe(hear)
        account = Account(extension, f"secret{int(extension) - 1000}", (host, int(port)))
        async with Phone(account, media=media, local=(local, 0)) as phone:
            await phone.register()
            tell("registered")
            call = await first_call(phone, role)
            tell("answered")
            await call.play(["tone:440:60"])
            await heard.wait()
            tell("heard")
            await call.hold()
            await call.resume()
            tell("held")
            async for _ in call.events():
                if call.state.name == "OVER":
                    break
            tell("over")


if __name__ == "__main__":
    asyncio.run(asyncio.wait_for(main(*sys.argv[1:6]), 90))
