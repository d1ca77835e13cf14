"""Counts of voices, as readers may see them: on the whole demo, held against the marts and against whoever puts them together."""

from typing import Any

import pytest

from deliveries import query
from ics_insight.disclosure import POLICIES

pytestmark = pytest.mark.usefixtures("demo_marts")
ROUND5 = POLICIES["round5"]

# Of each place on a pathway: how many voices are of that pathway, and of everybody there, and of each how many are negative.
TRUE = """
    select
        concat_ws('|', icb_code, pathway_code, {place}, period_start, source, series), heard_of,
        case heard_of when 'of_everybody_here' then sum(base) over everybody else base end,
        case heard_of when 'of_everybody_here' then sum(negative) over everybody else negative end,
        sum(base) over everybody
    from marts.{mart}
    where heard_as = 'voices' and area_level = 'icb' and organisation_code = area_code and period_kind = 'year'
    window everybody as (partition by icb_code, pathway_code, {place}, period_start, source, series)
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


def expected(part: int, whole: int) -> tuple[int | None, str | None]:
    """What stands in place of a part of a whole, by the policy: nothing where it, or what is left, is a small number."""
    return (None, "small_number") if small(part, whole) else (ROUND5.shown(part), None)


@pytest.mark.parametrize(("mart", "table", "place"), TABLES)
def test_what_is_shown_is_what_the_policy_says_of_what_there_is(mart: str, table: str, place: str) -> None:
    true = {row[:2]: row[2:] for row in query(TRUE.format(mart=mart, place=place))}
    shown = {row[:2]: row[2:] for row in query(SHOWN.format(table=table, place=place))}
    assert shown.keys() == true.keys()
    assert len(shown) > 100
    for key, (voices, negative, everybody) in true.items():
        assert shown[key] == (*expected(int(voices), int(everybody)), *expected(int(negative), int(voices))), key
    assert {row[0] for row in shown.values()} > {None, 10}


@pytest.mark.parametrize(("mart", "table", "place"), TABLES)
def test_whoever_subtracts_knows_no_small_number_to_fewer_than_four_values(mart: str, table: str, place: str) -> None:
    """He knows the policy, and that those of a pathway are among everybody: he tries every pair of numbers that it allows."""
    rows: dict[str, dict[str, Any]] = {}
    for key, heard_of, voices, *_ in query(SHOWN.format(table=table, place=place)):
        rows.setdefault(key, {})[heard_of] = voices
    tried = 0
    for key, of in rows.items():
        if set(of) != {"of_this_pathway", "of_everybody_here"}:
            continue
        tried += 1
        pairs = [
            (part, whole)
            for whole in range(1, (of["of_everybody_here"] or 7) + 10)
            for part in range(1, whole + 1)
            if expected(whole, whole)[0] == of["of_everybody_here"] and expected(part, whole)[0] == of["of_this_pathway"]
        ]
        if of["of_this_pathway"] is None:
            assert len({part for part, _ in pairs}) >= 4, (key, of)
        if of["of_everybody_here"] is None:
            assert len({whole for _, whole in pairs}) >= 4, (key, of)
    assert tried > 10


def test_as_the_mart_splits_them_they_would_tell() -> None:
    """What everybody's being one number on all pathways is for: what is left beside a pathway differs from pathway to pathway, and
    two of these tell a small number to fewer values than the policy means to leave."""
    left = {}
    for key, heard_of, voices, _, everybody in query(TRUE.format(mart="pathway_experience", place="touchpoint_code")):
        icb, pathway, touchpoint, start, source, series = key.split("|")
        if heard_of == "of_this_pathway":
            left.setdefault((icb, touchpoint, start, source, series), {})[pathway] = (int(voices), int(everybody) - int(voices))
    told = 0
    for of in left.values():
        wholes: set[int] | None = None
        for part, rest in of.values():
            if ROUND5.hides(rest):
                continue
            ends = range(rest_low(rest) + part_low(part), rest_low(rest) + 5 + part_low(part) + (7 if ROUND5.hides(part) else 5))
            wholes = set(ends) if wholes is None else wholes & set(ends)
        told += wholes is not None and len(wholes) < 5
    assert told > 0


def rest_low(count: int) -> int:
    return (ROUND5.shown(count) or 3) - 2


def part_low(count: int) -> int:
    return 1 if ROUND5.hides(count) else (ROUND5.shown(count) or 2) - 2


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
        assert tuple(told) == (*expected(voices, voices), *expected(negative, voices)), (icb, theme, source)
    dates = """select count(*) from published.theme_heard
               where voices is null and (heard_precision <> 'year' or extract(month from last_heard_from) <> 1)"""
    assert query(dates) == [(0,)]


@pytest.mark.parametrize(
    ("table", "columns"),
    [("heard_for_others", ("voices",)), ("panel", ("seats", "people", "additions_up_to"))],
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
