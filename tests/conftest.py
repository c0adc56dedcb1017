"""Every test module says which kind of test it is; collection fails where one does not."""

import gc

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile("lab", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("lab")
"""No test asserts wall time: machines are shared, and a first example may load a library."""

KINDS = {"unit", "story", "screen", "wire", "interop", "load"}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if not KINDS & {mark.name for mark in item.iter_markers()}:
            raise pytest.UsageError(
                f"{item.nodeid}: no kind of test; add pytestmark = pytest.mark.unit "
                f"(or one of {', '.join(sorted(KINDS))}) to the module"
            )


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
