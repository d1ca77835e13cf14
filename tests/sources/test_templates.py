"""The templates that this project publishes are what it reads."""

import pytest
from templates import columns

from ics_insight.sources.registry import FOLDER


@pytest.mark.parametrize("source", ["actions", "engagement", "responsibilities"])
def test_templates_are_what_is_read(source: str) -> None:
    readme = (FOLDER / source / "README.md").read_text()
    for table, names in columns(source).items():
        assert (FOLDER / source / "templates" / f"{table}.csv").read_text() == ",".join(names) + "\n"
        assert [name for name in names if f"`{name}`" not in readme] == []
