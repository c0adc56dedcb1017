"""A measurement that does not run any more measures nothing: the dearest ones, once, with few calls."""

from __future__ import annotations

import json

import pytest

from tests.bench import store, warmth
from tests.bench._load import aside

pytestmark = pytest.mark.wire


def test_the_store_s_measurement_runs_and_finds_every_call_written(
    capsys: pytest.CaptureFixture[str],
) -> None:
    store.main(10.0, 1.0)
    told = json.loads(capsys.readouterr().out)["store"]
    assert (told["calls"], told["failed"], told["calls_stored"]) == (10, 0, 10)
    assert told["rows_written"] > told["evidence_rows"] > 10


def test_the_measurement_of_rests_carries_its_calls(capsys: pytest.CaptureFixture[str]) -> None:
    warmth.main(10)
    told = json.loads(capsys.readouterr().out)["warmth"]
    assert told["calls"] == 10
    assert told["cpu_ms_a_call_back_to_back"] > 0


def test_who_waits_for_a_measured_process_that_died_learns_it() -> None:
    with aside(dies) as (_, pipe), pytest.raises(EOFError):
        pipe.recv()


def dies(pipe: object) -> None:
    """End at once, without a word."""
