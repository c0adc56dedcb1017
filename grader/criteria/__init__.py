"""What a call is judged by; one module a family, one entry a criterion."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from grader.criteria import afterwork, ending, manners, opening, result, script
from grader.criteria.criterion import Criterion

CRITERIA: Mapping[str, Criterion[Any]] = {
    criterion.id: criterion
    for family in (opening, script, manners, ending, afterwork, result)
    for criterion in family.FAMILY
}
"""Every criterion by its name, in the order in which a call passes them."""
