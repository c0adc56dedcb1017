"""Who said what: customers' sentences, agents' lines and voices, announcements; captions and steps."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from classroom.door import wire
from classroom.floor import Floor
from classroom.practice import orders, tracks
from classroom.practice.opencall import OpenCall, picked_line, sound_seconds
from classroom.practice.shelf import Shelf
from classroom.store.ledger import Ledger
from scripts_library.prompt import Said
from telephony.pbx import events as news
from telephony.pbx.ivr.news import FlowLeft, LookupAsked


class Listening:
    """Turns sounds and words into utterances."""

    def __init__(
        self, ledger: Ledger, floor: Floor, shelf: Shelf, words: Callable[[str], str]
    ) -> None:
        self._ledger, self._floor, self._shelf = ledger, floor, shelf
        self._words = words

    # ── the board's ears ─────────────────────────────────────────────────────

    def board(self, call: OpenCall, event: news.BoardEvent) -> None:
        """Take an event of the board that is about sound or words."""
        match event:
            case news.TextSaid(by="callee"):
                self._agent(call, event)
            case news.SpeechEnded(by="callee") if call.answered:
                self._voice(call, event)
            case news.PromptPlayed():
                self._prompt(call, event)
            case LookupAsked(ask=ask):
                call.asked.append(ask)
            case FlowLeft():
                call.keyed |= {name: value for name, value in event.values.items() if value}
                self._ledger.keep(tracks.left_menu(call, event))
            case _:
                pass

    def _agent(self, call: OpenCall, event: news.TextSaid) -> None:
        line = picked_line(event.headers)
        heard_by: Literal["picked", "typed"] = "picked" if line else "typed"
        sounds = sound_seconds(event.headers)
        until = event.at + call.length(event.text, sounds)
        row = call.say(
            "agent", event.text, event.at, until,
            heard_by=heard_by, line=line, interrupted=call.speaking("customer") is not None,
            desk=event.extension or call.row.extension,
        )  # fmt: skip
        call.spoken[-1].sounds = sounds
        self._ledger.keep(row)
        self._caption(call, "agent", event.text, event.at, until, heard_by)
        call.said.append(Said(event.text, line))
        self._move_on(call)

    def _voice(self, call: OpenCall, event: news.SpeechEnded) -> None:
        """A voice without words, unless it is the sound of a line that is known already."""
        lines = (one for one in reversed(call.spoken) if one.who == "agent" and one.text)
        known = next((one for one in lines if one.owns(event.began, event.at)), None)
        if known is not None:
            known.heard += event.at - event.began
        else:
            row = call.say("agent", "", event.began, event.at, heard_by="voice", confidence=0.0)
            self._ledger.keep(row)
            self._caption(call, "agent", "", event.began, event.at, "voice")

    def _prompt(self, call: OpenCall, event: news.PromptPlayed) -> None:
        words = self._words(f"{event.lang}/{event.key}" if event.lang else event.key)
        if not words:
            return
        row = call.say("ivr", words, event.began, event.until, heard_by="prompt")
        self._ledger.keep(row)
        self._caption(call, "ivr", words, event.began, event.until, "prompt")

    # ── the customer ─────────────────────────────────────────────────────────

    def customer(self, call: OpenCall, report: orders.CustomerSpeaks) -> None:
        """A sentence of the customer began, or its sound ended."""
        begun = call.speaking("customer")
        if report.until is None:
            row = call.say(
                "customer", report.text, report.began, None,
                heard_by="known", interrupted=report.interrupted,
            )  # fmt: skip
        elif begun is not None:
            row = call.more(begun.no, report.until, report.until)
        else:
            row = call.say(
                "customer", report.text, report.began, report.until,
                heard_by="known", interrupted=report.interrupted,
            )  # fmt: skip
        self._ledger.keep(row)
        self._caption(
            call, "customer", report.text, report.began, report.until, "known", report.beat,
            more=report.more,
        )  # fmt: skip

    def heard(self, call: OpenCall, report: orders.CustomerHeard) -> None:
        """The customer recognised speech: in practice that is the agent's transcript."""
        if report.heard_by != "speech":
            return
        until = report.at
        began = until - call.length(report.text, 0.0)
        row = call.say(
            "agent", report.text, began, until, heard_by="speech", confidence=report.confidence
        )
        self._ledger.keep(row)
        self._caption(call, "agent", report.text, began, until, "speech")
        call.said.append(Said(report.text))
        self._move_on(call)

    # ── what is shown ────────────────────────────────────────────────────────

    def _move_on(self, call: OpenCall) -> None:
        if call.ordered is None:
            return
        steps = self._shelf.steps(call.ordered.scenario, call.facts, call.said)
        if steps != call.steps:
            call.steps = steps
            self._floor.set_steps(call.id, steps)

    def _caption(
        self,
        call: OpenCall,
        who: Literal["customer", "agent", "ivr"],
        text: str,
        began: float,
        until: float | None,
        heard_by: str,
        beat: str = "",
        *,
        more: bool = False,
    ) -> None:
        caption = wire.Caption(
            call_id=call.id,
            at=call.at(began),
            until=call.at(until if until is not None else began),
            who=who,
            text=text,
            heard_by=heard_by,
            beat=beat,
            more=more,
            speaking=until is None,
        )
        if call.answered:
            self._floor.caption(caption)
        elif until is not None:
            call.before.append(caption.model_copy(update={"at": began, "until": until}))
