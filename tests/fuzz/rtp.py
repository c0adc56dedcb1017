"""A studio with plain and secured legs, and a network that mutates what their far ends say.

``python -m tests.fuzz.rtp [COUNT] [SEED]``: after COUNT mutated packets, every leg must still hear a
far end that speaks properly, and memory may not have grown (``weather.MOST_GROWTH``). Found
seeds are kept in ``SEEDS``.
"""

from __future__ import annotations

import os
import random
import sys
from base64 import b64encode
from collections.abc import Callable

from telephony.media import rtcp, srtp
from telephony.media.control import AimLeg, MediaCame, Record, SetRow, Watch
from telephony.media.dtmf import KeyPress, keys_in
from telephony.media.rtp import HEADER, RtpPacket, build
from tests.fuzz.weather import blow
from tests.telephony.media.stage import THEIRS, FarEnd, Stage

SEEDS = (1, 2, 3, 7, 42)
"""Runs that are repeated in the tests; a seed that once broke something belongs here."""
SECURED = srtp.TAGS
_A_TICK = 24
_KEYS = tuple(bytes((n,)) * srtp.MASTER for n in (1, 2))


class Storm:
    """Six far ends, what they say, and what becomes of it on the way."""

    def __init__(self, seed: int) -> None:
        self.dice = random.Random(seed)
        self.stage = Stage()
        self.count = 0
        self.locks: dict[str, srtp.Lock] = {}
        for n in range(4):
            self.stage.seat(
                f"plain{n}", 400 + 100 * n, ("PCMA", "PCMU")[n % 2], (20, 10, 30, 60)[n]
            )
        for suite in SECURED:
            self._secure(self.stage.seat(suite, 900), suite)
        names = list(self.stage.far)
        for name in names:
            hears = dict.fromkeys((other for other in names if other != name), 0.3)
            self.stage.send(SetRow(name, hears), Watch(name))
        self.stage.send(Record("tape", os.devnull))
        self.stage.send(SetRow("tape/left", {names[0]: 1.0}), SetRow("tape/right", {names[1]: 1.0}))

    def _secure(self, far: FarEnd, suite: str) -> None:
        ours, theirs = (b64encode(key).decode() for key in _KEYS)
        aim = AimLeg(
            far.leg, *far.address, far.codec, far.payload_type, 101,  # type: ignore[arg-type]
            suite=suite, key_sent=ours, key_heard=theirs,
        )  # fmt: skip
        self.stage.send(aim)
        self.locks[far.leg] = srtp.Lock(suite, _KEYS[1])

    def run(self, count: int, watch: Callable[[int], None] = lambda done: None) -> None:
        """Let so many mutated packets come, tick by tick."""
        while self.count < count:
            for _ in range(min(_A_TICK, count - self.count)):
                self._throw()
            self.stage.now += 0.02
            self.stage.studio.tick(self.stage.now)
            self.stage.studio.events()
            self.stage.net.sent.clear()
            watch(self.count)

    def recovers(self) -> list[str]:
        """Let every far end speak properly again; returns the legs that do not hear it."""
        for leg, far in self.stage.far.items():
            self.stage.send(AimLeg(leg, *far.address, far.codec, far.payload_type, 101))  # type: ignore[arg-type]
            far.ssrc, far.said = 0xABCD0000 + len(leg), 0
        self.locks.clear()
        seen = {event.leg for event in self.stage.run(1.0) if isinstance(event, MediaCame)}
        flowing = self.stage.studio._legs
        deaf = [leg for leg in self.stage.far if not flowing[leg].flowing]
        assert seen <= set(self.stage.far)
        self.stage.net.sent.clear()
        self.stage.close()
        return deaf

    def trace(self) -> str:
        """Name the legs that hear nothing afterwards."""
        deaf = self.recovers()
        return f"legs that hear nothing: {', '.join(deaf)}" if deaf else ""

    def told(self) -> str:
        """Say who was there."""
        return f"{len(self.stage.far)} legs hear again"

    # ── what is thrown ───────────────────────────────────────────────────────

    def _throw(self) -> None:
        dice = self.dice
        leg = dice.choice(list(self.stage.far))
        control = dice.random() < 0.3
        data = self._report() if control else self._sound()
        lock = self.locks.get(leg)
        before = dice.random() < 0.5
        if before:
            data = self._mutated(data)
        if lock is not None and len(data) >= 12 and dice.random() < 0.8:
            data = lock.close_control(data) if control else lock.close(data)
        if not before:
            data = self._mutated(data)
        far = self.stage.far[leg]
        host = far.address[0] if dice.random() < 0.8 else dice.choice((THEIRS, "198.51.100.9"))
        port = far.address[1] + control if dice.random() < 0.9 else dice.randrange(1, 65536)
        self.stage.arrive(leg, data, (host, port), control=control)
        self.count += 1

    def _sound(self) -> bytes:
        dice = self.dice
        kind = dice.choice((0, 8, 8, 0, 13, 101, 101, 9, dice.randrange(128)))
        sequence, stamp = dice.randrange(65536), dice.randrange(1 << 32)
        if kind == 101:
            key = KeyPress()
            key.press(keys_in(dice.choice("0123456789*#ABCD")))
            event = key.next_event(stamp)
            payload = event[0] if event else b""
        else:
            payload = dice.randbytes(dice.choice((0, 1, 80, 160, 160, 160, 240, 480, 1400)))
        marker = dice.random() < 0.1
        return build(RtpPacket(kind, sequence, stamp, dice.randrange(1, 6), payload, marker))

    def _report(self) -> bytes:
        dice = self.dice
        word = lambda: dice.randrange(1 << 32)  # noqa: E731
        blocks = tuple(
            rtcp.ReportBlock(word(), dice.randrange(256), dice.randrange(1 << 23), word(), word())
            for _ in range(dice.randrange(4))
        )
        ntp = dice.choice((None, dice.randrange(1 << 64)))
        report = rtcp.Report(word(), blocks, ntp, word(), word(), word())
        return rtcp.build_report(report, "x" * dice.randrange(30), bye=dice.random() < 0.2)

    def _mutated(self, data: bytes) -> bytes:
        """Turn bits, cut, lengthen, splice, or lie in the header."""
        dice, changed = self.dice, bytearray(data)
        for _ in range(dice.choice((0, 1, 1, 2, 4))):
            at = dice.randrange(len(changed)) if changed else 0
            match dice.randrange(7):
                case 0 if changed:
                    changed[at] ^= 1 << dice.randrange(8)
                case 1:
                    del changed[at:]
                case 2:
                    changed[at:at] = dice.randbytes(dice.choice((1, 4, 64, 1500)))
                case 3 if changed:
                    changed[0] = dice.randrange(256)
                case 4 if len(changed) > 3:
                    changed[2:4] = dice.choice((b"\0\0", b"\xff\xff", dice.randbytes(2)))
                case 5:
                    changed += changed[:at]
                case _:
                    changed[:12] = HEADER.pack(
                        dice.randrange(256), dice.randrange(256), dice.randrange(65536),
                        dice.randrange(1 << 32), dice.randrange(1 << 32),
                    )  # fmt: skip
        return bytes(changed[:4000])


def main(arguments: list[str]) -> int:
    """Run, and say what was seen."""
    return blow(Storm, arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
