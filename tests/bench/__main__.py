"""Run every measurement: ``python -m tests.bench [NAME …]``."""

from __future__ import annotations

import importlib
import os
import pkgutil
import platform
import sys

import tests.bench


def main(wanted: list[str]) -> int:
    """Run the named measurements, or all; each module has a ``main()`` that prints its figures."""
    names = [module.name for module in pkgutil.iter_modules(tests.bench.__path__)]
    known = [name for name in names if not name.startswith("_")]
    if unknown := set(wanted) - set(known):
        print(f"bench: no such measurement: {', '.join(sorted(unknown))}; there are {known}")
        return 2
    python = platform.python_version()
    print(f"machine: {os.cpu_count()} cores, {platform.machine()}, Python {python}")
    for name in wanted or known:
        print(f"\n── {name} ──", flush=True)
        importlib.import_module(f"tests.bench.{name}").main()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
