"""Counts of voices, as readers may see them: on the whole demo, held against the marts and against whoever puts them together."""

import re

import pytest

from deliveries import query
from ics_insight.disclosure import POLICIES
from ics_insight.settings import PROJECT

pytestmark = pytest.mark.usefixtures("demo_marts")
ROUND5 = POLICIES["round5"]

# Of each place on a pathway: how many voices are of that pathway, and of how many nobody says it, and how many are negative.
TRUE = """
    select concat_ws('|', icb_code, pathway_code, {place}, period_start, source, series), heard_of, base, negative
    from marts.{mart}
    where heard_as = 'voices' and area_level = 'icb' and organisation_code = area_code and period_kind = 'year'
"""
SHOWN = """
    select
        concat_ws('|', icb_code, pathway_code, {place}, period_start, source, series), heard_of, voices, voices_null_reason,
        negative, negative_null_reason
    from published.{table} where heard_as = 'voices'
"""
TABLES = [
    ("pathway_experience", "pathway_heard", "touchpoint_code"),
    ("interface_experience", "interface_heard", "interface_code"),
]


def small(part: int, whole: int) -> bool:
    return ROUND5.hides(part) or ROUND5.hides(whole - part)


def whole(count: int) -> tuple[int | None, str | None]:
    """What stands in place of a count, by the policy."""
    return ROUND5.shown(count), "small_number" if ROUND5.hides(count) else None


def part(count: int, of: int) -> tuple[int | None, str | None]:
    """The same of a part of a whole that is told as well: nothing where it, or what is left, is a small number."""
    return (None, "small_part") if small(count, of) else (ROUND5.shown(count), None)


@pytest.mark.parametrize(("mart", "table", "place"), TABLES)
def test_what_is_shown_is_what_the_policy_says_of_what_there_is(mart: str, table: str, place: str) -> None:
    true = {row[:2]: row[2:] for row in query(TRUE.format(mart=mart, place=place))}
    shown = {row[:2]: row[2:] for row in query(SHOWN.format(table=table, place=place))}
    assert shown.keys() == true.keys()
    assert len(shown) > 100
    for key, (voices, negative) in true.items():
        assert shown[key] == (*whole(int(voices)), *part(int(negative), int(voices))), key
    assert {row[0] for row in shown.values()} > {None, 10}


@pytest.mark.parametrize(("mart", "table", "place"), TABLES)
def test_whoever_subtracts_knows_no_small_number_to_fewer_than_four_values(mart: str, table: str, place: str) -> None:
    """He knows the policy, and tries every pair of numbers that it allows; of what is left of a pair as well."""
    tried = 0
    for row in {row[2:] for row in query(SHOWN.format(table=table, place=place))}:
        pairs = [
            (negative, voices)
            for voices in range(1, (row[0] or 7) + 10)
            for negative in range(voices + 1)
            if (*whole(voices), *part(negative, voices)) == row
        ]
        told = [{negative for negative, _ in pairs}, {voices for _, voices in pairs}, {all_ - some for some, all_ in pairs}]
        for values in told:
            assert values == {0} or len(values) >= 4, (row, values)
        tried += row[3] == "small_part"
    assert tried > 3


def test_a_part_alone_would_tell_what_is_left() -> None:
    """What hiding it is for: nearly all were negative, and the few who were not would be the rest."""
    left = [
        int(voices) - int(negative)
        for _, _, voices, negative in query(TRUE.format(mart="pathway_experience", place="touchpoint_code"))
        if not ROUND5.hides(int(negative))
    ]
    assert sum(ROUND5.hides(each) for each in left) > 3


def test_who_is_heard_on_a_pathway_and_of_whom_nobody_says_it_are_never_told_together() -> None:
    """Of the others there is one number for all pathways of a place, or more where some are held to be on one with little
    confidence: sums would differ from pathway to pathway by those of each."""
    others: dict[str, set[int]] = {}
    for key, heard_of, voices, _ in query(TRUE.format(mart="pathway_experience", place="touchpoint_code")):
        icb, _, rest = key.split("|", 2)
        if heard_of == "of_everybody_here":
            others.setdefault(f"{icb}|{rest}", set()).add(int(voices))
    assert sum(len(each) == 1 for each in others.values()) > 0.8 * len(others)


def test_themes_are_those_of_the_voices_and_small_ones_stay_small() -> None:
    true = {
        (icb, theme, source): (int(voices), int(negative))
        for icb, theme, source, voices, negative in query(
            """select coalesce(whose.now_icb_code, voice.icb_code), about.theme_code, voice.source, count(distinct voice.voice_id),
                   count(distinct voice.voice_id) filter (where about.polarity = 'negative')
               from marts.voice_once as voice
               inner join marts.bridge_voice_theme as about using (icb_code, source, voice_id)
               left join marts.dim_organisation as whose
                   on coalesce(voice.organisation_code, voice.collected_by_code) = whose.organisation_code and whose.is_current
               group by 1, 2, 3"""
        )
    }
    shown = query(
        "select icb_code, theme_code, source, voices, voices_null_reason, negative, negative_null_reason from published.theme_heard"
    )
    assert len(shown) == len(true) > 50
    for icb, theme, source, *told in shown:
        voices, negative = true[icb, theme, source]
        assert tuple(told) == (*whole(voices), *part(negative, voices)), (icb, theme, source)
    dates = """select count(*) from published.theme_heard
               where voices is null and (heard_precision <> 'year' or extract(month from last_heard_from) <> 1)"""
    assert query(dates) == [(0,)]


@pytest.mark.parametrize(
    ("table", "columns"),
    [("heard_for_others", ("voices",)), ("panel", ("seats", "people"))],
)
def test_other_counts_are_rounded_and_no_small_one_is_among_them(table: str, columns: tuple[str, ...]) -> None:
    for column in columns:
        [(shown, wrong)] = query(f"select count({column}), count(*) filter (where mod({column}, 5) <> 0) from published.{table}")
        assert shown > 5
        assert wrong == 0
    assert query("select count(*) from published.panel where people is null and people_null_reason is null") == [(0,)]


def test_nobody_heard_is_a_row_of_its_own_and_no_zero() -> None:
    assert query("select count(*) > 50, count(voices), count(value) from published.pathway_heard where heard_as = 'nobody'") == [
        (True, 0, 0)
    ]


def test_of_a_panel_no_small_group_is_told_by_what_else_is(demo_marts: object) -> None:
    """Neither by how many more it needs, nor by those beside it."""
    small = """
        select count(*), count(*) filter (where shown.additions_up_to is not null)
        from published.panel as shown
        inner join published.panel as beside using (icb_code, source, organisation_code, panel_id, as_at, characteristic)
        where beside.people_null_reason is not null"""
    [(beside, told)] = query(small)
    assert beside > 10
    assert told == 0


def test_the_moment_of_publication_is_that_of_the_last_table() -> None:
    folder = PROJECT / "dbt_project" / "models" / "published"
    named = set(re.findall(r"depends_on: \{\{ ref\('(\w+)'\) \}\}", (folder / "publication.sql").read_text()))
    assert named == {path.stem for path in folder.glob("*.sql")} - {"publication"}


def test_what_a_check_observed_of_who_is_heard_is_not_told_beside_a_figure() -> None:
    """It is a ratio of counts of which some are hidden."""
    told = "target = 'marts.representation' and observed is not null"
    assert query(f"select count(*) > 0 from marts.quality where {told}") == [(True,)]
    assert query(f"select count(*) from published.doubt where {told}") == [(0,)]


def test_where_somebody_was_heard_on_one_pathway_nobody_is_said_to_be_silent() -> None:
    """A touchpoint may be of several pathways, and silent on some of them alone."""
    heard = """
        select distinct area_level, area_code, touchpoint_code, period_start from marts.pathway_experience
        where heard_as = 'voices' and period_kind = 'year'"""
    silent_on_one = f"""
        select count(*) > 0 from marts.pathway_experience
        inner join ({heard}) as heard using (area_level, area_code, touchpoint_code, period_start)
        where heard_as = 'nobody' and period_kind = 'year'"""
    assert query(silent_on_one) == [(True,)]
    both = f"""
        select count(*) from published.silence
        inner join ({heard}) as heard using (area_level, area_code, touchpoint_code, period_start)"""
    assert query(both) == [(0,)]
