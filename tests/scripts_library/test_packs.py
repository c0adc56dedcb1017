"""Every script that we ship."""

import pytest

from scripts_library.load import all_scripts, files, find
from scripts_library.prompt import Said, agent_lines, covered, next_step, steps_for

pytestmark = pytest.mark.unit
FACTS = {"agent": "1001", "customer": "Ms Clark", "when": "tomorrow before noon"}


def test_a_file_is_named_after_its_script() -> None:
    for path in files():
        script = find(path.stem)
        assert (path.parts[-3], path.parts[-2], path.stem) == (
            script.lang,
            script.industry,
            script.id,
        )


@pytest.mark.parametrize("script", all_scripts(), ids=lambda s: s.id)
def test_reading_every_line_covers_every_step(script) -> None:
    said = [Said(line.text) for line in agent_lines(script, FACTS)]
    done = covered(script, said, FACTS)
    assert set(done) == {step.id for step in script.steps}
    assert next_step(script, done) is None


@pytest.mark.parametrize("script", all_scripts(), ids=lambda s: s.id)
def test_steps_are_numbered_from_one(script) -> None:
    assert [step.number for step in steps_for(script, FACTS)] == list(
        range(1, len(script.steps) + 1)
    )
