"""What the whole demo published, its board packs are made of."""

import pytest

from deliveries import query
from ics_insight.dashboard.kept import as_known
from ics_insight.dashboard.pack_content import content
from ics_insight.dashboard.pack_sections import MEASURES, sections_of
from ics_insight.demo import ICB
from ics_insight.warehouse.connect import connect

pytestmark = pytest.mark.usefixtures("demo_marts")


def test_each_publication_keeps_what_the_pack_of_every_board_is_made_of() -> None:
    kept = query(
        "select icb_code from kept.pack where published_at = (select max(published_at) from published.publication) order by 1"
    )
    boards = query("select distinct now_icb_code from published.measure where now_icb_code not in ('ENG', 'UNK') order by 1")
    assert kept == boards
    with connect("dashboard") as connection:
        for (code,) in boards:
            assert as_known(code) == content(connection, code, MEASURES)


def test_a_pack_can_be_made_of_every_board() -> None:
    for (code,) in query("select distinct icb_code from kept.pack"):
        found = as_known(code)
        assert found
        assert all(slide.title for section in sections_of(found) for slide in section.slides)


def test_every_section_of_the_home_board_tells_something() -> None:
    found = as_known(ICB)
    assert found
    for section in sections_of(found):
        assert any(slide.table for slide in section.slides), section.name
