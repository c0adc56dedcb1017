"""``lab scenario``: list the customers, find mistakes in their files, talk to one by text."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from classroom.practice.proof import Proof
from lab.errors import FAILED, LabError
from lab.words import Words
from scenarios.acts import Act, HangUp, Heard, Held, RatingAsked, Resumed, Say
from scenarios.desk import record_of
from scenarios.hear import cues_of
from scenarios.load import all_scenarios, find
from scenarios.mind import Mind, mind_of
from scenarios.model import Lang


def list_all(lang: Lang | None, packs: Sequence[Path]) -> None:
    """Print every customer that can call."""
    words = Words(lang or "zh")
    need_folders(packs, words)
    heads = ("id", "lang", "level", "industry", "title")
    table = Table(*(words(f"callers.{head}") for head in heads), box=box.SIMPLE_HEAD)
    for column in table.columns[:-1]:
        column.no_wrap = True
    table.columns[-1].overflow = "fold"
    for one in sorted(all_scenarios(lang, packs), key=lambda one: one.lang != words.lang):
        table.add_row(
            one.id,
            words.or_plain("tongue", one.lang),
            str(one.level),
            words.or_plain("industry", one.industry),
            one.title,
        )
    screen = Console(highlight=False)
    screen.print(table if table.rows else words("callers.none"))
    if table.rows:
        screen.print(Text(words("callers.hint"), style="dim"))


def check_files(files: Sequence[Path], words: Words) -> None:
    """Print every mistake as ``file:line: what to do``; leave with 2 where there is one."""
    mistakes, proof = 0, Proof(files)
    for file in files:
        found = proof.mistakes_in(file, words.lang)
        mistakes += len(found)
        for line in found or [words("check.good", file=file)]:
            print(line)
    if mistakes:
        sys.exit(FAILED)


class NoFolder(LabError):
    """A folder of scenarios that is not there."""


def need_folders(packs: Sequence[Path], words: Words) -> None:
    """Make sure that each folder of scenarios is there; raises NoFolder."""
    for pack in packs:
        if not pack.is_dir():
            raise NoFolder(words("callers.no_pack", folder=pack))


def play(scenario_id: str, seed: int, packs: Sequence[Path], lang: Lang | None = None) -> None:
    """Talk to a customer by text: an empty line is silence, ``/hold`` and ``/back`` hold the line."""
    need_folders(packs, Words(lang or "zh"))
    scenario = find(scenario_id, packs)
    words = Words(lang or scenario.lang)
    stage = Stage(mind_of(scenario, seed=seed), words)
    stage.begin()
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

    def begin(self) -> None:
        """Tell the rules and what the agent's desk shows of this customer."""
        self.tell(self.words("play.rules"))
        scenario = self.mind.scenario
        self._screen.print(Text(f"{scenario.title}  ·  {self.words('play.record')}", style="bold"))
        for label, value in record_of(scenario, self.mind.cast.facts).items():
            self.tell(f"  {label}: {value}")

    def tell(self, text: str) -> None:
        """Print a stage direction."""
        self._screen.print(Text(text, style="dim"))

    def react(self, line: str) -> list[Act]:
        """Give what was typed to the mind."""
        match line:
            case "":
                return self.mind.waits(self.mind.next_wait() or 0.0)
            case "/hold":
                self.tell(self.words("play.held"))
                return self.mind.told(Held(0.0))
            case "/back":
                self.tell(self.words("play.back"))
                return self.mind.told(Resumed())
            case command if command.startswith("/"):
                self.tell(self.words("play.no_command", command=command))
                return []
            case _:
                acts = self.mind.hears(Heard(line))
                self._tell_understood()
                return acts

    def _tell_understood(self) -> None:
        """What of the agent's last words counted."""
        known = cues_of(self.mind.scenario)
        cues = [known[match.cue].means or match.cue for match in self.mind.understood]
        between = "；" if self.mind.scenario.lang == "zh" else "; "
        self.tell(
            self.words("play.understood", cues=between.join(cues))
            if cues
            else self.words("play.nothing_understood")
        )

    def perform(self, acts: Sequence[Act]) -> None:
        """Print what the customer does."""
        for act in acts:
            match act:
                case Say(text=text):
                    who = self.words("play.customer")
                    self._screen.print(Text.assemble((f"{who} ", "bold cyan"), text))
                case HangUp():
                    self.tell(self.words("play.hung_up"))
        mood = "  ".join(
            f"{self.words.or_plain('mood', name)} {value}" for name, value in self.mind.mood.items()
        )
        self.tell(f"[{mood}]")

    def close(self) -> None:
        """Print how it went."""
        self.mind.told(RatingAsked())
        outcome = self.words.or_plain("outcome", self.mind.outcome or "broken_off")
        rating = str(self.mind.rating or "-")
        self.tell(self.words("play.end", outcome=outcome, rating=rating))
