"""The JSON Schema of a scenario, for editors; ``python -m scenarios.schema`` writes it anew."""

from __future__ import annotations

import json
from pathlib import Path

from scenarios.model import Scenario

PATH = Path(__file__).parent / "scenario.schema.json"


def schema() -> str:
    """Write the schema as text."""
    return json.dumps(Scenario.model_json_schema(), ensure_ascii=False, indent=2) + "\n"


if __name__ == "__main__":
    PATH.write_text(schema(), encoding="utf-8")
