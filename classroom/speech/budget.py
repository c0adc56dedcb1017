"""How much of the machine typed lines may use for their sound while calls run."""

from __future__ import annotations


class Budget:
    """A purse of processor seconds that fills at ``share`` a second and holds ``purse`` of them."""

    def __init__(self, share: float, purse: float, now: float) -> None:
        self.share = share
        self.purse = purse
        self._left = purse
        self._seen = now

    def afford(self, cost: float, now: float) -> bool:
        """Take ``cost`` out of the purse when it holds so much."""
        self._fill(now)
        if cost > self._left:
            return False
        self._left -= cost
        return True

    def settle(self, expected: float, spent: float, now: float) -> None:
        """Put back what was taken too much, or take what was taken too little."""
        self._fill(now)
        self._left = min(self.purse, self._left + expected - spent)

    def _fill(self, now: float) -> None:
        self._left = min(self.purse, self._left + self.share * max(0.0, now - self._seen))
        self._seen = now


class Pace:
    """What a second of each kind of voice has cost so far: a running mean."""

    def __init__(self) -> None:
        self._cost: dict[str, float] = {}

    def expect(self, voice: str, first: float) -> float:
        """Return processor seconds a second of this voice's sound; ``first`` before any is known."""
        return self._cost.get(voice, first)

    def learn(self, voice: str, cpu: float, seconds: float) -> None:
        """Remember what one line cost."""
        if seconds > 0:
            before = self._cost.get(voice, cpu / seconds)
            self._cost[voice] = 0.8 * before + 0.2 * cpu / seconds


def sounds_for(text: str, speed: float) -> float:
    """Guess how many seconds a text will sound."""
    wide = sum(character > "\u2e7f" for character in text)
    return (0.24 * wide + 0.07 * (len(text) - wide)) / speed
