"""The console's page of queue figures."""

import pytest

from classroom.door.queues import QueueChanged, QueueState
from tests.lab.test_pictures import check, every_size_and_language, picture  # noqa: F401
from tests.stage.screen import shows, until

pytestmark = pytest.mark.screen


def queue(name: str = "care", **changes: object) -> QueueState:
    base = {
        "name": name, "waiting": 3, "longest": 95.0, "ready": 6, "free": 1, "on_break": 2,
        "callbacks": 2, "offered": 50, "answered": 40, "in_time": 30, "threshold": 20.0,
        "abandoned": 5, "short": 1, "left": 1, "turned_away": 0, "level": 30 / 46, "speed": 14.4,
        "patience": 61.0,
    }  # fmt: skip
    return QueueState.model_validate(base | changes)


def some_queues() -> list[QueueState]:
    quiet = {"waiting": 0, "longest": 0.0, "offered": 0, "answered": 0, "in_time": 0}
    none = {"abandoned": 0, "short": 0, "left": 0, "level": None, "speed": None, "patience": None}
    return [queue(), queue("english_desk", threshold=30.0, callbacks=0, **quiet, **none)]


@pytest.mark.feature("ARC-14", "TEL-19")
async def test_every_figure_of_a_queue_is_on_the_page(console):
    async with console("en") as stage:
        stage.door.the_queues = some_queues()
        await stage.pilot.press("f9")
        await until(stage.pilot, lambda: shows(stage.app, "Service level (20 s)"))
        for text in (
            "Waiting now", "01:35", "of them free", "of them busy", "Answered", "40 (80%)",
            "Abandoned", "5 (10%)", "65%", "Average speed of answer", "14 s",
            "Callbacks waiting",
        ):  # fmt: skip
            assert shows(stage.app, text), text
        await stage.pilot.press("down")
        await until(stage.pilot, lambda: shows(stage.app, "Service level (30 s)"))


@pytest.mark.feature("ARC-14")
async def test_the_page_follows_the_floor(console):
    async with console() as stage:
        stage.door.the_queues = some_queues()
        await stage.pilot.press("f9")
        await until(stage.pilot, lambda: shows(stage.app, "服务水平（20 秒内）"))
        now = queue(waiting=0, longest=0.0, answered=43, level=33 / 49)
        stage.door.the_queues = [now]
        stage.door.tell(QueueChanged(queue=now))
        await until(stage.pilot, lambda: shows(stage.app, "43 (86%)"))
        await stage.pilot.press("f10")
        await until(stage.pilot, lambda: shows(stage.app, "Service level (20 s)"))


async def test_a_school_without_queues_says_so(console):
    async with console("en") as stage:
        await stage.pilot.press("f9")
        await until(stage.pilot, lambda: shows(stage.app, "There are no queues yet."))


@every_size_and_language
async def test_pictures_of_the_queues(console, picture, lang, size):  # noqa: F811
    async with console(lang, size) as stage:
        stage.door.the_queues = some_queues()
        await stage.pilot.press("f9")
        await until(stage.pilot, lambda: shows(stage.app, "65%"))
        await check(stage, picture, "console-queues", size)
