"""A telephone in a network of its own: registers, is called or calls, and says whether it heard.

``python -m tests.telephony.network.nat_seat EXTENSION HOST PORT LOCAL calls|answers BEAT``; one word a line
on stdout: ``registered``, ``answered``, ``heard``, ``held``, ``heard again``, ``over``. BEAT is how often it
shows itself to its server.
"""

from __future__ import annotations

import asyncio
import sys

from telephony import phone as phones
from telephony.media.control import MediaEvent, SpeechBegan, SpeechEnded
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


async def main(extension: str, host: str, port: str, local: str, role: str, beat: str) -> None:
    heard, quiet = asyncio.Event(), asyncio.Event()
    phones._BEAT_SECONDS = float(beat)  # type: ignore[misc]

    def hear(event: MediaEvent) -> None:
        if isinstance(event, SpeechBegan):
            heard.set()
        elif isinstance(event, SpeechEnded):
            quiet.set()

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
            quiet.clear()
            await call.hold()
            await quiet.wait()
            heard.clear()
            await call.resume()
            tell("held")
            await heard.wait()
            tell("heard again")
            async for _ in call.events():
                if call.state.name == "OVER":
                    break
            tell("over")


if __name__ == "__main__":
    asyncio.run(asyncio.wait_for(main(*sys.argv[1:7]), 90))
