"""How old one must be to read what the pages say: of every page, with invented figures (see published_fixture)."""

import textstat
from lxml import html

from published_fixture import PAGES, published  # noqa: F401
from serving import here

# Health information is to be readable from nine to eleven years on (NHS digital service manual, Health literacy); a grade of
# Flesch and Kincaid is a school year in the United States, begun at five years more.
OLDEST = 11.0
HARD = (
    "Statistically significant heterogeneity of organisational performance notwithstanding, disproportionate "
    "underrepresentation of socioeconomically disadvantaged populations necessitates multidisciplinary methodological "
    "reconsideration."
)


def reading_age(text: str) -> float:
    """Years, by Flesch and Kincaid."""
    return float(textstat.flesch_kincaid_grade(text)) + 5


def prose(page: str) -> str:
    """What a page says in sentences: its paragraphs, items and captions; not its tables, whose names are others'."""
    found = html.fromstring(page).xpath("//main//p | //main//li | //main//figcaption | //main//caption | //main//summary")
    said = (" ".join(each.text_content().split()) for each in found)
    return " ".join(each if each.endswith((".", "?", "!")) else f"{each}." for each in said if each)


def test_a_hard_text_is_found_to_be_one() -> None:
    assert reading_age(HARD) > 20
    assert reading_age("We asked people what they think. Few of them are young. That is not fair.") < 9


def test_every_page_can_be_read_by_a_child_of_eleven(published: None) -> None:  # noqa: F811
    client = here()
    ages = {path: reading_age(prose(client.get(path).text)) for path in PAGES}
    assert {path: age for path, age in ages.items() if age > OLDEST} == {}
