"""The server's hold on the practice carrier process: orders out, reports in."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path

from classroom.practice import orders
from classroom.practice.beside import LineWord
from classroom.practice.children import Child


class CarrierProcess:
    """The customers' side; started again when it dies, without the calls it had."""

    def __init__(
        self,
        setup: Callable[[], orders.Setup],
        *,
        log: Path,
        hear: Callable[[orders.Report], None],
        lost: Callable[[], None],
        alarm: Callable[[str], None],
    ) -> None:
        self._setup, self._tell = setup, hear
        self._child = Child(
            "classroom.practice.carrier", name="carrier", log=log, hear=self._hear, alarm=alarm,
            greeting=self._greeting, lost=lost,
        )  # fmt: skip
        self.ready = asyncio.Event()
        """The customers' telephones can be used."""

    @property
    def pid(self) -> int | None:
        """The process number while it runs."""
        return self._child.pid

    async def start(self) -> None:
        """Start the process."""
        await self._child.start()

    async def close(self) -> None:
        """Have every customer hang up and end the process."""
        await self._child.close(orders.to_line(orders.Quit()))

    def place(self, order: orders.PlaceCall) -> None:
        """Have this customer call."""
        self._child.send(orders.to_line(order))

    def line_does(self, order_id: str, what: LineWord, announcement: float = 0.0) -> None:
        """Tell the customer of this order what the line does."""
        told = orders.LineTold(order_id=order_id, what=what, announcement=announcement)
        self._child.send(orders.to_line(told))

    def _greeting(self) -> Sequence[bytes]:
        self.ready.clear()
        return (orders.to_line(self._setup()),)

    def _hear(self, line: bytes) -> None:
        report = orders.report_from(line)
        if isinstance(report, orders.CarrierReady):
            self.ready.set()
        self._tell(report)
