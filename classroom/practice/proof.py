"""What ``lab scenario check`` finds in a scenario, a script or a rubric, and the names that they may use."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import get_args

from classroom.speech.kokoro import speakers
from grader.errors import RubricFault
from grader.rubric import Rubric, load_rubric, rubric_ids
from scenarios.cast import PEOPLE
from scenarios.check import Known
from scenarios.errors import BrokenScenario
from scenarios.load import all_scenarios, check_file, id_of, read
from scenarios.model import Lang, Scenario
from scripts_library.load import FACTS, files
from scripts_library.load import check_file as check_script
from scripts_library.model import Script

LOOKED_AT = 1024 * 1024
"""So much of a file is looked at to tell what it is."""
_KEYS = {
    kind: frozenset(shape.model_fields)
    for kind, shape in (("scenario", Scenario), ("script", Script), ("rubric", Rubric))
}


def kind_of(file: Path) -> str:
    """Tell a scenario, a script and a rubric apart by the keys at the margin."""
    try:
        with file.open(encoding="utf-8-sig", errors="replace") as text:
            keys = {line.partition(":")[0].strip("\"'") for line in text.readlines(LOOKED_AT)}
    except OSError:
        return "scenario"
    return max(_KEYS, key=lambda kind: len(keys & _KEYS[kind]))


class Proof:
    """Some files that are read together: they may name one another."""

    def __init__(self, files: Sequence[Path] = ()) -> None:
        self._kinds = {file: kind_of(file) if file.is_file() else "scenario" for file in files}

    def mistakes_in(self, file: Path, lang: Lang) -> list[str]:
        """Every mistake of one of them."""
        kind = self._kinds[file]
        if kind == "script":
            known = self._facts_for(id_of(file))
            return [mistake.told(lang) for mistake in check_script(file, known)]
        if kind == "rubric":
            try:
                load_rubric(file)
            except RubricFault as fault:
                return [fault.told(lang)]
            return []
        return [mistake.told(lang) for mistake in check_file(file, self._known)]

    def _ids(self, kind: str) -> set[str]:
        return {id_of(file) for file, its in self._kinds.items() if its == kind}

    @cached_property
    def _known(self) -> Known:
        """The rubrics, scripts and voices that a scenario may name."""
        return Known(
            rubrics={*rubric_ids(), *self._ids("rubric")},
            scripts={*map(id_of, files()), *self._ids("script")},
            voices={lang: speakers(lang) for lang in get_args(Lang)},
        )

    @cached_property
    def _scenarios(self) -> list[Scenario]:
        """Every scenario that can be read: the lab's, and those read along."""
        found = all_scenarios()
        for file, kind in self._kinds.items():
            if kind == "scenario":
                try:
                    found.append(read(file)[0])
                except BrokenScenario:
                    continue  # its own mistakes are told where it is checked
        return found

    def _facts_for(self, script: str) -> set[str]:
        """What the placeholders of a script may be: facts of the scenarios that play it, or of any."""
        plays = [one for one in self._scenarios if script in one.grading.scripts]
        known = {*FACTS, *PEOPLE}
        for one in plays or self._scenarios:
            known.update(one.facts, *one.variants)
        return known
