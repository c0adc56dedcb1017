"""Scenarios, scripts and rubrics as a call needs them: cast, card, steps, briefing, model answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache

from classroom.door import wire
from classroom.errors import Refusal
from classroom.practice.own import Own, Packs
from grader.rubric import Rubric, judged, load_rubric, own_words_count, rubric_of, title_of
from scenarios.cast import cast_of, fill
from scenarios.desk import record_of, wrapup_of
from scenarios.errors import ScenarioError
from scenarios.load import all_scenarios, find
from scenarios.model import Scenario
from scenarios.numbers import said
from scripts_library.errors import ScriptError
from scripts_library.load import find as find_script
from scripts_library.load import load as load_script
from scripts_library.model import Script
from scripts_library.prompt import Said, covered, steps_for


class Shelf:
    """Everything that people wrote, found by its id."""

    def __init__(self, own: Own | None = None, packs: Packs | None = None) -> None:
        self._packs, self._scripts = packs, dict[str, Script]()
        self._put(packs.own if packs else own or Own())

    def _put(self, own: Own) -> None:
        self.own = own
        """The school's own, which stand before the shipped ones."""
        self.packs = tuple(own.scenarios.values())
        self._find = cache(self._read)
        self._script = cache(self._read_script)

    async def renew(self) -> None:
        """Take what changed in the school's own packs; a call under way keeps a script that went."""
        if self._packs is not None and await self._packs.renew():
            self._put(self._packs.own)

    def scenario(self, name: str) -> Scenario:
        """Find a scenario; refuses an unknown or broken one."""
        try:
            return self._find(name)
        except ScenarioError as error:
            raise Refusal(404, "no_scenario", scenario=name) from error

    def _read(self, name: str) -> Scenario:
        return find(name, self.packs)

    def _read_script(self, name: str) -> Script:
        own = self.own.scripts.get(name)
        try:
            self._scripts[name] = load_script(own) if own else find_script(name)
        except ScriptError:
            if name not in self._scripts:
                raise
        return self._scripts[name]

    def rubric(self, scenario: Scenario) -> Rubric:
        """The rubric of a scenario."""
        own = self.own.rubrics.get(scenario.grading.rubric)
        return load_rubric(own) if own else rubric_of(scenario.grading.rubric)

    def all(self, lang: wire.Lang | None = None) -> list[Scenario]:
        """Every scenario, easiest first."""
        return all_scenarios(lang, self.packs)

    def rows(self) -> list[wire.ScenarioRow]:
        """Every scenario as a row of a list."""
        return [
            wire.ScenarioRow(id=one.id, title=one.title, lang=one.lang, level=one.level)
            for one in self.all()
        ]

    def scripts(self, scenario: Scenario) -> list[Script]:
        """The scripts of a scenario."""
        return [self._script(name) for name in scenario.grading.scripts]

    def facts(self, scenario: Scenario, seed: int, extension: str = "") -> dict[str, str]:
        """This call's cast, the company and the agent's number."""
        found = dict(cast_of(scenario, seed).facts)
        for script in reversed(self.scripts(scenario)):
            found["company"] = script.company
        if extension.isdigit():
            found["agent"] = said(extension, scenario.lang)
        return found

    def steps(
        self, scenario: Scenario, facts: Mapping[str, str], spoken: Sequence[Said]
    ) -> list[wire.ScriptStep]:
        """The script pane: every step, and whether it was said in whatever words."""
        pane: list[wire.ScriptStep] = []
        for script in self.scripts(scenario):
            done = covered(script, spoken, facts)
            pane += [
                wire.ScriptStep(
                    id=f"{script.id}/{step.id}",
                    number=len(pane) + at,
                    title=step.title,
                    text=step.text,
                    verbatim=step.verbatim,
                    done=step.id in done,
                )
                for at, step in enumerate(steps_for(script, facts), 1)
            ]
        return pane

    def form(self, scenario: Scenario) -> list[wire.FormField]:
        """The wrap-up form, without its right values."""
        return [
            wire.FormField(
                id=field.id, title=field.title, choices=list(field.choices), required=field.required
            )
            for field in scenario.desk.form
        ]

    def record(self, scenario: Scenario, facts: Mapping[str, str]) -> dict[str, str]:
        """The customer's record for the screen pop."""
        return record_of(scenario, facts)

    def briefing(self, scenario: Scenario, level: int) -> wire.Briefing:
        """What a call of this scenario is judged by."""
        rubric = self.rubric(scenario)
        return wire.Briefing(
            scenario=scenario.id,
            title=scenario.title,
            level=level,
            own_words_count=own_words_count(level),
            rubric=title_of(rubric).told(scenario.lang),
            pass_mark=rubric.pass_at(level),
            judged=[
                wire.Judged(
                    criterion=item.criterion, title=item.title, weight=item.weight, fatal=item.fatal
                )
                for item in judged(rubric, scenario.lang, level)
            ],
        )

    def model(self, scenario: Scenario, facts: Mapping[str, str]) -> wire.ModelAnswer:
        """The model answer with this call's facts filled in."""
        model, wrapup = scenario.model, wrapup_of(scenario, facts)
        return wire.ModelAnswer(
            opening=fill(model.opening, facts),
            turns=[
                wire.ModelTurn(
                    beat=beat,
                    say=fill(turn.say, facts),
                    actions=[
                        wire.Action(what=action.what, value=fill(action.value, facts))
                        for action in turn.actions
                    ],
                    hold_seconds=turn.hold,
                    closes=bool(scenario.beats[beat].ends),
                )
                for beat, turn in model.turns.items()
            ],
            wrapup=wire.Wrapup(
                summary=wrapup.summary, disposition=wrapup.disposition, form=dict(wrapup.form)
            ),
        )
