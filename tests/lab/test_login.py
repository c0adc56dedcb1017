"""The log-in screen."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest
from textual import events
from textual.app import App

from classroom.door.wire import Session
from lab.parts.login import LoginScreen, Ticket
from lab.words import Words
from tests.stage import props
from tests.stage.screen import settle, until

pytestmark = pytest.mark.screen


async def enter(ticket: Ticket) -> Session:
    raise AssertionError("nobody came in")


class Host(App[None]):
    """Opens the screen and notes whatever is focused."""

    def __init__(
        self, ticket: Ticket, let_in: Callable[[Ticket], Awaitable[Session]] = enter
    ) -> None:
        super().__init__()
        self.let_in = let_in
        self.ticket, self.focused_ids = ticket, list[str | None]()

    def on_mount(self) -> None:
        self.push_screen(LoginScreen(Words("en"), "login.seat_title", self.ticket, self.let_in))

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        self.focused_ids.append(event.widget.id)


@pytest.mark.parametrize(
    ("ticket", "first"),
    [
        (Ticket("", "", ""), "server"),
        (Ticket("127.0.0.1:8060", "", ""), "login"),
        (Ticket("127.0.0.1:8060", "s01", ""), "password"),
    ],
)
async def test_what_is_typed_while_it_opens_goes_where_something_is_missing(
    ticket: Ticket, first: str
) -> None:
    app = Host(ticket)
    async with app.run_test() as pilot:
        await until(pilot, lambda: bool(app.focused_ids))
        await pilot.press("x")
        await until(pilot, lambda: app.screen.query_one(f"#{first}").value == "x")  # type: ignore[attr-defined]
        assert set(app.focused_ids) == {first}


async def test_whoever_is_inside_is_not_let_in_twice_by_a_second_enter():
    came = list[str]()

    async def let_in(ticket: Ticket) -> Session:
        came.append(ticket.login)
        return props.session("en")

    host = Host(Ticket("127.0.0.1:8060", "s01", "secret"), let_in)
    async with host.run_test() as pilot:
        await until(pilot, lambda: came)
        await settle(pilot)
        await pilot.press("tab", "enter", "enter")
        await settle(pilot)
        assert came == ["s01"]
