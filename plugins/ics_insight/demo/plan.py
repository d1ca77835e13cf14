"""What is planted in the fictional system, as `truth.yml` states it: the one place of these numbers."""

from functools import cache
from pathlib import Path
from typing import Any

import yaml

TRUTH = Path(__file__).parent / "truth.yml"


@cache
def truth() -> dict[str, Any]:
    """All of the file: `planted`, `seldom_heard`, `sources`."""
    found: dict[str, Any] = yaml.safe_load(TRUTH.read_text())
    return found


def planted(name: str) -> dict[str, Any]:
    """What is planted under an id. Raises KeyError for one that the file does not have."""
    found: dict[str, Any] = truth()["planted"][name]
    return found


def seldom_heard() -> list[dict[str, Any]]:
    """Source, characteristic, group, and how likely the group is to speak there relative to everybody else."""
    found: list[dict[str, Any]] = truth()["seldom_heard"]
    return found
