"""``lab scenario``: list the customers, find mistakes in their files, talk to one by text."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from lab.errors import FAILED, LabError
from lab.words import Words
from scenarios.acts import Act, HangUp, Heard, Held, RatingAsked, Resumed, Say
from scenarios.errors import BrokenScenario
from scenarios.load import all_scenarios, check_file, find
from scenarios.mind import Mind, mind_of
from scenarios.model import Lang


class MistakesFound(LabError):
    """Scenario files need mending; the list was printed."""


def list_all(lang: Lang | None, packs: Sequence[Path]) -> None:
    """Print every customer that can call."""
    table = Table("id", "lang", "level", "industry", "title")
    for one in all_scenarios(lang, packs):
        table.add_row(one.id, one.lang, str(one.level), one.industry, one.title)
    Console().print(table)


def check_files(files: Sequence[Path]) -> None:
    """Print every mistake as ``file:line: what to do``; leave with 2 where there is one."""
    mistakes = 0
    for file in files:
        try:
            found = check_file(file)
        except BrokenScenario as error:
            found = list(error.problems)
        mistakes += len(found)
        for line in found or [f"{file}: good"]:
            print(line)
    if mistakes:
        sys.exit(FAILED)


def play(scenario_id: str, seed: int, packs: Sequence[Path]) -> None:
    """Talk to a customer by text: an empty line is silence, ``/hold`` and ``/back`` hold the line."""
    scenario = find(scenario_id, packs)
    words = Words(scenario.lang)
    stage = Stage(mind_of(scenario, seed=seed), words)
    stage.tell(words("play.rules"))
    stage.perform(stage.mind.opens())
    while not stage.mind.gone:
        try:
            line = input(f"{words('play.you')} ").strip()
        except (EOFError, KeyboardInterrupt):
            print()
            break
        stage.perform(stage.react(line))
    stage.close()


class Stage:
    """One conversation on the terminal."""

    def __init__(self, mind: Mind, words: Words) -> None:
        self.mind = mind
        self.words = words
        self._screen = Console(highlight=False)

    def tell(self, text: str) -> None:
        """Print a stage direction."""
        self._screen.print(Text(text, style="dim"))

    def react(self, line: str) -> list[Act]:
        """Give what was typed to the mind."""
        match line:
            case "":
                return self.mind.waits(self.mind.next_wait() or 0.0)
            case "/hold":
                return self.mind.told(Held(0.0))
            case "/back":
                return self.mind.told(Resumed())
            case _:
                return self.mind.hears(Heard(line))

    def perform(self, acts: Sequence[Act]) -> None:
        """Print what the customer does."""
        for act in acts:
            match act:
                case Say(text=text):
                    who = self.words("play.customer")
                    self._screen.print(Text.assemble((f"{who} ", "bold cyan"), text))
                case HangUp():
                    self.tell(self.words("play.hung_up"))
        mood = "  ".join(f"{name} {value}" for name, value in self.mind.mood.items())
        self.tell(f"[{mood}]")

    def close(self) -> None:
        """Print how it went."""
        self.mind.told(RatingAsked())
        outcome = self.words.or_plain("outcome", self.mind.outcome or "broken_off")
        rating = str(self.mind.rating or "-")
        self.tell(self.words("play.end", outcome=outcome, rating=rating))
