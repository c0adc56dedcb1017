"""How a media worker is started: the command and the environment, whoever holds its pipes."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Final

import telephony

COMMAND: Final = (sys.executable, "-m", "telephony.media.worker")
QUIT_SECONDS: Final = 5.0
"""How long a worker may take to close its files."""


def environment() -> dict[str, str]:
    """One thread for numpy, and this tree on the path wherever the caller stands."""
    root = str(Path(telephony.__file__).resolve().parents[1])
    path = os.pathsep.join(filter(None, (root, os.environ.get("PYTHONPATH"))))
    single = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    return {**os.environ, **single, "PYTHONPATH": path, "PYTHONUNBUFFERED": "1"}
