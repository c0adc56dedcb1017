"""Whether this machine stood still while a test ran: a shared one does so for a second now and then.

Sound is real time. A test that measures it on real sockets says nothing about the product where the
machine itself let a tenth of the talk go by; such a failure, and no other, is tried again.
"""

from __future__ import annotations

import threading
import time
from typing import Final

import pytest

STEP: Final = 0.02
LONGEST: Final = 0.2
"""Seconds: some three times the sound that a telephone keeps in store."""
TRIES: Final = 2
"""Tries after the first; a machine that never keeps time passes nothing."""


class Standstill:
    """Looks at the clock all the time, in a thread of its own; a pytest plugin."""

    def __init__(self) -> None:
        self.worst = 0.0
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look, name="standstill", daemon=True)

    def _look(self) -> None:
        before = time.monotonic()
        while not self._over.wait(STEP):
            now = time.monotonic()
            self.worst = max(self.worst, now - before - STEP)
            before = now

    def stood_still(self) -> bool:
        """Whether it did since the test began."""
        return self.worst >= LONGEST

    def pytest_sessionstart(self) -> None:
        self._thread.start()

    def pytest_sessionfinish(self) -> None:
        self._over.set()
        self._thread.join()

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        for item in items:
            if item.get_closest_marker("wire"):
                item.add_marker(pytest.mark.flaky(reruns=TRIES, condition=self.stood_still))

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_setup(self) -> None:
        self.worst = 0.0
