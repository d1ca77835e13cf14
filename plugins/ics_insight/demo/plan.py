"""What is planted in the fictional system, as `truth.yml` states it: the one place of these numbers."""

from functools import cache
from pathlib import Path
from typing import Any

import yaml

TRUTH = Path(__file__).parent / "truth.yml"


@cache
def truth() -> dict[str, Any]:
    """All of the file: `planted`, `seldom_heard`, `sources`."""
    found: dict[str, Any] = yaml.load(TRUTH.read_text(), yaml.CSafeLoader)
    return found


def planted(name: str) -> dict[str, Any]:
    """What is planted under an id. Raises KeyError for one that the file does not have."""
    found: dict[str, Any] = truth()["planted"][name]
    return found


def seldom_heard() -> list[dict[str, Any]]:
    """Source, characteristic, group, and how likely the group is to speak there relative to everybody else."""
    found: list[dict[str, Any]] = truth()["seldom_heard"]
    return found


def disagreements(sources: list[dict[str, Any]]) -> list[str]:
    """Where the warehouse differs from what `sources` in the file says it holds, a sentence each.

    `sources` are the entries of `orchestration.overview.status`, of a demo of 36 months at scale 1.
    """
    held = {each["source"]: each for each in sources}
    found = []
    for name, told in truth()["sources"].items():
        each = held.get(name, {})
        shown = {
            "extracts": each.get("accepted"), "rows": each.get("rows_in_use"), "refused": each.get("refused"),
            "newest_period": each.get("newest_period"),
        }  # fmt: skip
        found += [
            f"{name}: {what} {shown[what]}, where {TRUTH.name} says {said}." for what, said in told.items() if shown[what] != said
        ]
        if each.get("state") != "current":
            found.append(f"{name}: {each.get('state', 'not there')}, where it should be current.")
    return found
