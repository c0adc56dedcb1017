"""One call, whole: timeline, scorecard, recording, verdicts."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from rich.text import Text
from textual import work
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.screen import Screen
from textual.widgets import Label

from classroom.door.wire import CallRecord
from lab.console.timeline import Timeline
from lab.console.verdict import VerdictScreen
from lab.errors import TOLD, NoPlayer, sentence_of
from lab.parts import palette
from lab.parts.cells import clock, cut, points
from lab.parts.dialogs import HelpScreen
from lab.parts.door import ConsoleDoor
from lab.parts.keyrow import KeyRow
from lab.parts.keys import Key, bind, table
from lab.parts.player import Player
from lab.parts.scorecard import ScorecardPane
from lab.words import Words

KEYS = (
    Key("f1,question_mark", "help", "help", "detail"),
    Key("escape", "dismiss(None)", "back", "detail", shown="Esc"),
    Key("space", "play", "play", "detail", shown="Space"),
    Key("v", "judge", "verdict", "detail", shown="V"),
    Key("f10", "app.lang", "lang", "detail"),
)


class DetailScreen(Screen[None]):
    """Reads the call, shows it, plays it, judges it."""

    AUTO_FOCUS = "#detail-score"
    DEFAULT_CSS = """
    DetailScreen { background: $background; }
    DetailScreen .head { height: 1; width: 100%; padding: 0 2; background: $surface; }
    DetailScreen #about { text-style: bold; }
    DetailScreen #hands { display: none; }
    DetailScreen #hands.-shown { display: block; }
    DetailScreen #body { height: 1fr; }
    DetailScreen #left { width: 1fr; }
    DetailScreen #right { width: 38; border-left: vkey $panel; }
    DetailScreen.-wide #right { width: 56; }
    DetailScreen .title { height: 1; width: 100%; padding: 0 2; background: $panel; color: $primary; }
    DetailScreen #left:focus-within .title { color: $background; background: $primary; }
    DetailScreen #right:focus-within .title { color: $background; background: $primary; }
    DetailScreen #notice { height: 1; width: 100%; padding: 0 2; display: none; color: $background; }
    DetailScreen #notice.-shown { display: block; background: $warning; }
    """

    def __init__(
        self,
        words: Words,
        door: ConsoleDoor,
        player: Player,
        call_id: str,
        title_of: Callable[[str | None], str] = lambda scenario: scenario or "",
    ) -> None:
        super().__init__()
        self.words = words
        self.door = door
        self.player = player
        self.call_id = call_id
        self.title_of = title_of
        self.record: CallRecord | None = None
        bind(self, KEYS, words)

    def compose(self) -> ComposeResult:
        """Timeline on the left, scorecard on the right."""
        yield Label(id="about", classes="head", markup=False)
        yield Label(id="tape", classes="head", markup=False)
        yield Label(id="hands", classes="head", markup=False)
        with Horizontal(id="body"):
            with Vertical(id="left"):
                yield Label(id="timeline-title", classes="title", markup=False)
                yield Timeline(self.words)
            with Vertical(id="right"):
                yield Label(id="score-title", classes="title", markup=False)
                yield ScorecardPane(self.words, picks=True, id="detail-score")
        yield Label(id="notice", markup=False)
        yield KeyRow()

    def on_mount(self) -> None:
        """Read the call."""
        self.query_one("#about", Label).update(self.words("detail.loading"))
        self.read()

    def on_resize(self) -> None:
        """A wide terminal gives the scorecard more room."""
        self.set_class(self.size.width >= 110, "-wide")

    @work(exclusive=True, group="read")
    async def read(self) -> None:
        """Read the call again."""
        try:
            self.record = await self.door.call(self.call_id)
        except TOLD as error:
            self.tell(sentence_of(error, self.words))
            return
        self.retitle()

    def retitle(self) -> None:
        """Draw everything in the present language."""
        bind(self, KEYS, self.words)
        say, record = self.words, self.record
        self.query_one("#timeline-title", Label).update(say("detail.timeline"))
        self.query_one("#score-title", Label).update(say("detail.findings"))
        if record is not None:
            self.query_one("#about", Label).update(self._about(record))
            self.query_one("#tape", Label).update(self._tape(record))
            hands = self.query_one("#hands", Label)
            hands.set_class(len(record.parts) > 1, "-shown")
            hands.update(self._hands(record))
            self.query_one(Timeline).show(record)
            pane = self.query_one(ScorecardPane)
            none = f"score.{record.ungraded or 'none'}"
            pane.show(record.scorecard, say(none), record.verdicts)
        self.refresh_bindings()

    def _about(self, record: CallRecord) -> str:
        """Who with whom about what, and how it ended."""
        say, row = self.words, record.summary
        parts = [f"{row.agent} {row.agent_name}", row.caller, self.title_of(row.scenario)]
        parts += [say(f"state.{row.state}"), clock(row.talk_seconds)]
        if record.customer_rating is not None:
            parts.append(say("detail.rating", rating=record.customer_rating))
        parts.append(say.or_plain("outcomes", record.outcome))
        return cut("  ".join(part for part in parts if part), self.size.width - 4)

    def _tape(self, record: CallRecord) -> Text:
        say, tape = self.words, record.recording
        if tape is None:
            return Text(say("detail.no_recording"), style=palette.MIST)
        text = say("detail.recording", seconds=clock(tape.seconds), channels=tape.channels)
        if record.transport or record.codec:
            wire = say("detail.wire", transport=record.transport.upper(), codec=record.codec)
            text = f"{text}  {wire}"
        row = Text(cut(text, self.size.width - 4), style=palette.MIST)
        if tape.mark:
            row.append(f"  {say.or_plain('detail', tape.mark)}", style=palette.ROSE)
        return row

    def _hands(self, record: CallRecord) -> str:
        """Through whose hands a call went that was passed on, and each one's own marks."""
        turns = []
        for part in record.parts:
            until = clock(part.ended) if part.ended is not None else ""
            marks = points(part.score) if part.score is not None else "-"
            turns.append(f"{part.agent} {part.extension} {clock(part.began)}-{until} {marks}")
        return cut(self.words("detail.hands", turns=" → ".join(turns)), self.size.width - 4)

    def tell(self, sentence: str) -> None:
        """Show one sentence over the keys."""
        notice = self.query_one("#notice", Label)
        notice.set_class(bool(sentence), "-shown")
        notice.update(cut(sentence, self.size.width - 4))

    def on_scorecard_pane_picked(self, event: ScorecardPane.Picked) -> None:
        """Jump to the second that the finding points to."""
        self.query_one(Timeline).jump(event.at)

    def action_help(self) -> None:
        """Explain this screen."""
        keys = table(KEYS, self.words)
        self.app.push_screen(HelpScreen(self.words, self.words("help.console"), keys))

    @work(group="play")
    async def action_play(self) -> None:
        """Play from the chosen second, or fall silent."""
        if self.player.playing:
            await self.player.stop()
            self.tell(self.words("detail.stopped"))
            return
        second = self.query_one(Timeline).second
        try:
            path = self.player.kept(self.call_id)
            if path is None:
                sound = await self.door.recording(self.call_id)
                path = await asyncio.to_thread(self.player.keep, self.call_id, sound)
            self.tell(self.words("detail.playing", at=clock(second)))
            if await self.player.play(path, second):
                self.tell("")
        except NoPlayer as error:
            self.tell(self.words("detail.saved", path=error))
        except TOLD as error:
            self.tell(sentence_of(error, self.words))

    @work(group="judge")
    async def action_judge(self) -> None:
        """Ask for a verdict and keep it beside the score."""
        card = self.record.scorecard if self.record else None
        verdict = await self.app.push_screen_wait(VerdictScreen(self.words, card))
        if verdict is None:
            return
        try:
            await self.door.judge(self.call_id, verdict)
        except TOLD as error:
            self.tell(sentence_of(error, self.words))
        else:
            self.tell(self.words("verdict.saved"))
            self.read()

    async def on_unmount(self) -> None:
        """Fall silent on leaving."""
        await self.player.stop()
