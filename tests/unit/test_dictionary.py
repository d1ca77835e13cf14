"""The data dictionary says what the contracts say."""

from ics_insight.dictionary import PLACE, dictionary


def test_the_dictionary_is_not_stale() -> None:
    assert PLACE.read_text() == dictionary(), "docs/data-dictionary.md is stale: run `make docs`"


def test_every_column_of_every_mart_is_described() -> None:
    rows = [line for line in dictionary().splitlines() if line.startswith("| `")]
    assert rows
    assert [row for row in rows if not row.rsplit("|", 2)[1].strip()] == []
