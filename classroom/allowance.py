"""How many short messages one student may send: enough for a class, too few for a nuisance."""

from __future__ import annotations

import math
import time
from collections import deque
from collections.abc import Callable
from typing import Final

from classroom.errors import Refusal

MOST: Final = 5
WITHIN: Final = 60.0


class Allowance:
    """Counts messages by log-in; sending to many is for instructors, who are not counted."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._sent: dict[str, deque[float]] = {}

    def count(self, login: str) -> None:
        """Count one more; raises Refusal where it is one too many."""
        now = self._clock()
        sent = self._sent.setdefault(login, deque(maxlen=MOST))
        if len(sent) == MOST and now - sent[0] < WITHIN:
            wait = math.ceil(WITHIN - (now - sent[0]))
            raise Refusal(429, "texts_too_often", most=MOST, seconds=wait)
        sent.append(now)
