"""How people are spoken of on pages, in documents and in our own labels."""

import csv
import re
from collections.abc import Iterator
from itertools import pairwise

import pytest

from ics_insight.dashboard import charts, maps, measure_words, words
from ics_insight.dashboard.drawing import GREY
from ics_insight.settings import PROJECT

# What is avoided, and what stands in its place. Words of a source's own stay as its publisher wrote them.
REGISTER = {
    r"hard[- ]to[- ]reach": "seldom heard, or the group by its name",
    r"soft data|\banecdot\w*|just a story": "narrative evidence, lived experience",
    r"\bdischarg\w*": "leaving hospital, moving on from a service",
    r"\bBA?ME\b": "the ethnic group by its name",
    r"\b(?:CCG|STP)s?\b(?! \(before)": "sub-ICB location or ICB, with the dates",
    r"\bengaged (?:with )?[\d,]+ (?:people|residents|patients)": "so many people told us, and what changed",
    r"\bsufferers?\b|\bsuffers? from\b": "people with the condition",
}
LABELS = {
    "theme": ("label", "definition"),
    "touchpoint": ("label",),
    "interface": ("label",),
    "pathway": ("label",),
    "channel": ("label",),
    "measure_vocabulary": ("label",),
    "population_group": ("label",),
    "source_vocabulary": ("title",),
}


def found_in(text: str) -> list[str]:
    """Each word that is avoided, with what to say."""
    return [
        f"“{found[0]}”: say {instead}"
        for avoided, instead in REGISTER.items()
        for found in re.finditer(avoided, text, re.IGNORECASE)
    ]


def texts() -> Iterator[tuple[str, str]]:
    dashboard = PROJECT / "plugins" / "ics_insight" / "dashboard"
    for path in (
        PROJECT / "README.md",
        *sorted((PROJECT / "docs").glob("*.md")),
        *sorted((dashboard / "templates").glob("*.html")),
        *sorted((PROJECT / "dbt_project" / "models" / "published").glob("*.yml")),
    ):
        # words of code and of sources are no language of ours
        yield path.name, re.sub(r"`[^`\n]*`|```.*?```", "", path.read_text(), flags=re.DOTALL)
    said = [words.NO_DATA, *words.FOUND]
    for known in (words.REASONS, words.METHODS, words.HIDDEN, words.NO_RATIO, words.STATUS, words.CHARACTERISTICS):
        said += known.values()
    for known in (measure_words.SCALES, measure_words.DIRECTIONS, measure_words.MADE, measure_words.GEOGRAPHIES,
                  measure_words.COMPARED, measure_words.MEANINGS, measure_words.ASSURANCE, measure_words.RULES,
                  measure_words.NO_LIMITS, measure_words.CHARTS, measure_words.POSITIONS, measure_words.MADE_OF):  # fmt: skip
        said += known.values()
    yield "words", "\n".join(said)
    for seed, columns in LABELS.items():
        with (PROJECT / "dbt_project" / "seeds" / f"{seed}.csv").open(newline="") as file:
            rows = list(csv.DictReader(file))
        assert rows
        yield seed, "\n".join(row[column] for row in rows for column in columns)


@pytest.mark.parametrize(("name", "text"), [pytest.param(name, text, id=name) for name, text in texts()])
def test_nobody_is_spoken_of_as_they_should_not_be(name: str, text: str) -> None:
    assert found_in(text) == [], name


@pytest.mark.parametrize(
    "said",
    [
        "Hard-to-reach groups", "soft data", "anecdotal evidence", "It is just a story.", "Discharge from hospital", "BAME people",
        "Each CCG", "We engaged 300 people", "Diabetes sufferers",
    ],
)  # fmt: skip
def test_what_is_avoided_is_found(said: str) -> None:
    assert len(found_in(said)) == 1


def contrast(one: str, other: str) -> float:
    """WCAG 2.2, "contrast ratio": relative luminances, each with 0.05 added, over each other."""

    def luminance(colour: str) -> float:
        parts = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
        red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_marks_and_words_of_charts_stand_out_from_the_page() -> None:
    """Text at 4.5 to 1 (WCAG 1.4.3), marks at 3 to 1 (1.4.11): what a program that looks at pages cannot see in a drawing."""
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#ffffff", "#ffffff") == 1
    for colour in (charts.BLUE, GREY, charts.TEXT, charts.PLUM):
        assert contrast(colour, "#ffffff") >= 4.5, colour
    assert contrast(charts.BLUE, charts.TEXT) >= 1.5  # a mark on the bar of its interval


def test_shades_of_a_map_differ_from_their_neighbours_and_from_its_borders() -> None:
    """Numbers and the table carry what colour says; colour must still be told apart where it is seen as grey."""
    for lighter, darker in pairwise(maps.SHADES):
        assert contrast(lighter, darker) >= 1.5, darker
    assert all(contrast(shade, charts.TEXT) >= 2 for shade in maps.SHADES)
    assert contrast(GREY, "#ffffff") >= 3  # the stripes of a place without a number
