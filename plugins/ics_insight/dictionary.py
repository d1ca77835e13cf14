"""The data dictionary, made from what dbt enforces: the contracts of `marts` and `published`. Nobody types it.

`python -m ics_insight.dictionary` writes `docs/data-dictionary.md`; a test fails while that file says something else.
"""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from ics_insight.settings import PROJECT

LAYERS = {
    "marts": "What analysts query. Every fact carries `icb_code`; a null never stands without its reason.",
    "published": "What the page and BI tools read, and nothing else does.",
}
PLACE = PROJECT / "docs" / "data-dictionary.md"
MODELS = PROJECT / "dbt_project" / "models"


def dictionary() -> str:
    """The whole document, in Markdown."""
    lines = [
        "# Data dictionary",
        "",
        "Made from the contracts in `dbt_project/models` by `make docs`. Change it there.",
    ]
    for layer, meaning in LAYERS.items():
        lines += ["", f"## `{layer}`", "", meaning]
        for model in sorted(_models(MODELS / layer), key=lambda model: str(model["name"])):
            lines += ["", *_described(layer, model)]
    return "\n".join(lines) + "\n"


def _models(folder: Path) -> Iterator[dict[str, Any]]:
    for path in sorted(folder.glob("_*.yml")):
        yield from yaml.load(path.read_text(), yaml.CSafeLoader).get("models", [])


def _described(layer: str, model: dict[str, Any]) -> Iterator[str]:
    yield f"### `{layer}.{model['name']}`"
    yield ""
    yield _one_line(model.get("description", ""))
    if key := _key(model):
        yield ""
        yield f"One row for each {', '.join(f'`{name}`' for name in key)}."
    if made_from := _made_from(layer, model["name"]):
        yield ""
        yield f"Made from {', '.join(f'`{name}`' for name in made_from)}."
    yield ""
    yield "| column | type | | what it is |"
    yield "|---|---|---|---|"
    for column in model.get("columns", []):
        always = "always" if any(rule["type"] == "not_null" for rule in column.get("constraints", [])) else ""
        meaning = _one_line(_words(column.get("description", ""))).replace("|", "\\|")
        yield f"| `{column['name']}` | {column.get('data_type', '')} | {always} | {meaning}{_values(column)} |"


def _key(model: dict[str, Any]) -> list[str]:
    """Columns that no two rows share: of a table its unique index, else, as of a view, a test."""
    for index in model.get("config", {}).get("indexes", []):
        if index.get("unique"):
            return list(index["columns"])
    for test in model.get("data_tests", []):
        if isinstance(test, dict) and "unique_together" in test:
            return list(test["unique_together"]["arguments"]["columns"])
    return []


def _values(column: dict[str, Any]) -> str:
    """The values that a column may have, as its check lists them; of a view, a test."""
    values: list[str] = []
    for rule in column.get("constraints", []):
        if listed := re.fullmatch(rf"{column['name']} in \((.*)\)", rule.get("expression", "")):
            values = re.findall(r"'(.*?)'", listed[1])
    for test in column.get("data_tests", []):
        if isinstance(test, dict) and "accepted_values" in test:
            values = test["accepted_values"]["arguments"]["values"]
    return f" ({', '.join(f'`{value}`' for value in values)})" if values else ""


def _made_from(layer: str, name: str) -> list[str]:
    text = (MODELS / layer / f"{name}.sql").read_text()
    return sorted(set(re.findall(r"ref\('(\w+)'\)", text)))


def _words(description: str) -> str:
    """The description with what it takes from a `docs` block, which several columns share."""
    return re.sub(r"\{\{ doc\('(\w+)'\) \}\}", lambda named: _blocks()[str(named[1])], description)


@cache
def _blocks() -> dict[str, str]:
    written = "\n".join(path.read_text() for path in sorted(MODELS.rglob("*.md")))
    found = re.findall(r"\{% docs (\w+) %\}(.*?)\{% enddocs %\}", written, re.DOTALL)
    return {str(name): str(text) for name, text in found}


def _one_line(text: str) -> str:
    return " ".join(text.split())


if __name__ == "__main__":
    PLACE.write_text(dictionary())
