"""Who runs the demo without a terminal still reads how far the voices are."""

from __future__ import annotations

import pytest

from classroom.door.wire import LessonOrder, LessonState
from lab import demo
from lab.words import Words

pytestmark = pytest.mark.unit

ORDER = LessonOrder(scenarios=["broadband-bill"], lang="zh", seed=7)


class Teacher:
    """A lesson whose sentences are rendered one by one, each time somebody asks."""

    def __init__(self, of: int) -> None:
        self.done, self.of = 0, of

    def _state(self) -> LessonState:
        return LessonState(
            id=1, order=ORDER, placed=0, finished=0, running=True,
            prepared=self.done, to_prepare=self.of,
        )  # fmt: skip

    async def start_lesson(self, order: LessonOrder) -> LessonState:
        return self._state()

    async def lessons(self) -> list[LessonState]:
        self.done += 1
        return [self._state()]


@pytest.mark.parametrize(("lang", "says"), [("zh", "2 / 3 句"), ("en", "2 of 3 lines")])
async def test_progress_is_told_in_plain_lines_where_nobody_sees_a_bar(
    monkeypatch, capsys, lang, says
):
    monkeypatch.setattr(demo, "TOLD_EVERY", 0.0)
    await demo.prepared(Teacher(3), ORDER, Words(lang))  # type: ignore[arg-type]  # it asks no more
    told = capsys.readouterr()
    assert told.out == "" and says in told.err.splitlines()[1]
    assert len(told.err.splitlines()) == 3


async def test_progress_is_told_rarely(monkeypatch, capsys):
    now = iter(range(0, 1000, 4))
    monkeypatch.setattr(demo.time, "monotonic", lambda: next(now))
    monkeypatch.setattr(demo, "asyncio", Nap)
    await demo.prepared(Teacher(12), ORDER, Words("zh"))  # type: ignore[arg-type]
    assert 0 < len(capsys.readouterr().err.splitlines()) <= 5


class Nap:
    """Nobody sleeps here."""

    @staticmethod
    async def sleep(seconds: float) -> None:
        """Go on at once."""
