"""Every test module says which kind of test it is; collection fails where one does not."""

import gc
import re
from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile("lab", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("lab")
"""No test asserts wall time: machines are shared, and a first example may load a library."""

KINDS = {"unit", "story", "screen", "wire", "interop", "load"}
BEGUN_FIRST = {"long", "screen"}
"""What takes longest; begun last, it would leave one worker alone with it at the end."""


_NAMED = re.compile(r"pytest\.mark\.(\w+)")


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """``-m wire`` does not import files that name other kinds only; so it is with any kinds asked for."""
    wanted = config.option.markexpr
    if not wanted or not collection_path.match("test_*.py") or _asked_for(collection_path, config):
        return None
    kinds = sorted(KINDS.intersection(_NAMED.findall(collection_path.read_text("utf-8"))))
    may_be = [set(some) for count in range(len(kinds)) for some in combinations(kinds, count + 1)]
    try:
        meant = [eval(wanted, {}, {kind: kind in some for kind in KINDS}) for some in may_be]
    except (NameError, SyntaxError):
        return None  # Other marks are asked for, or pytest says what is wrong.
    return True if meant and not any(meant) else None


def _asked_for(file: Path, config: pytest.Config) -> bool:
    """Whether the command line names the file itself."""
    place = config.invocation_params.dir
    return any((place / one.partition("::")[0]).resolve() == file for one in config.args)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if not KINDS & {mark.name for mark in item.iter_markers()}:
            raise pytest.UsageError(
                f"{item.nodeid}: no kind of test; add pytestmark = pytest.mark.unit "
                f"(or one of {', '.join(sorted(KINDS))}) to the module"
            )
    items.sort(key=lambda item: not BEGUN_FIRST & {mark.name for mark in item.iter_markers()})


def pytest_collection_finish() -> None:
    """What was imported and collected stays: it is not looked through for garbage again and again.

    Under everything that thousands of tests import, each such look takes half a second, and a screen
    test had one. What a test leaves in circles is found as before, and at the end at the latest.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000)


def pytest_configure(config: pytest.Config) -> None:
    from tests.features import Ledger
    from tests.stage.standstill import Standstill

    config.pluginmanager.register(Ledger(), "feature-ledger")
    config.pluginmanager.register(Standstill(), "standstill")
