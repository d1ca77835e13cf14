"""Who is heard, as readers may see it: on the whole demo, by whoever puts together all that is shown."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from deliveries import query
from ics_insight.disclosure import STRICTEST, Before, Bounds, Margin, Policy, attack, attack_both, suppress

pytestmark = pytest.mark.usefixtures("demo_marts")


class Reader:
    """What `published` tells of each count of one board and source, what it hides, and what adds up to what, as readers know."""

    def __init__(self) -> None:
        self.shown: dict[str, int | Bounds] = {}
        self.hidden: dict[str, Bounds | None] = {}
        self.margins: list[Margin] = []


def readers() -> dict[tuple[str, str], Reader]:
    rows = defaultdict(list)
    for row in query(
        """select icb_code, source, characteristic, group_code, voices, voices_null_reason, at_least, at_most, known,
               known_null_reason, population is not null
           from published.heard where coalesce(voices_null_reason, 'small_number') = 'small_number' order by 1, 2, 3, 4""",
    ):
        rows[row[0], row[1]].append(row[2:])
    found = {}
    for key, of in rows.items():
        reader = found[key] = Reader()
        by = defaultdict(list)
        for row in of:
            by[row[0]].append(row)
        for characteristic, groups in by.items():
            for _, group, voices, _, least, most, *_ in groups:
                _put(reader, group, voices, None if least is None else Bounds(least, most))
            *_, known, _, _ = groups[0]
            _put(reader, f"{characteristic} known", known, None)
            compared = [row[1] for row in groups if row[-1]] or [row[1] for row in groups]
            reader.margins.append(Margin(f"{characteristic} known", tuple(compared)))
    return found


def _put(reader: Reader, cell: str, count: int | None, bounds: Bounds | None) -> None:
    if count is None:
        reader.hidden[cell] = bounds
    else:
        # rounded to five: 15 may be 13 to 17
        reader.shown[cell] = Bounds(count - 2, count + 2) if count else 0


def test_no_small_number_is_shown_and_none_is_told() -> None:
    found = readers()
    assert len(found) > 5
    assert sum(len(reader.hidden) for reader in found.values()) > 1
    for key, reader in found.items():
        assert not [
            count for count in reader.shown.values() if isinstance(count, Bounds) and (count.least < 10 or count.most % 5 != 2)
        ], key
        for cell, bounds in attack(reader.shown, reader.hidden, reader.margins).items():
            assert bounds.values >= (9 if bounds.least < 10 else 2), (key, cell, bounds)
            # what the table says of it is what a reader can work out, who knows that 13 would be shown
            known = (bounds, Bounds(bounds.least, min(bounds.most or 12, 12)))
            assert reader.hidden[cell] in (None, *known), (key, cell)


def test_every_number_is_its_count_rounded() -> None:
    [(shown, wrong)] = query(
        """select count(*), count(*) filter (
               where abs(heard.voices - marts.voices) > 2 or abs(heard.known - marts.known) > 2
                   or heard.voices %% 5 <> 0 or heard.known %% 5 <> 0
           )
           from published.heard as heard
           inner join marts.representation as marts using (icb_code, source, period_start, period_end, characteristic, group_code)
           where marts.organisation_level = 'icb' and heard.voices is not null""",
    )
    assert shown > 50
    assert wrong == 0


def test_ratios_of_bands_tell_rounded_numbers_alone() -> None:
    """A ratio times the share of people is a fraction: of whole numbers, it would give both of them back."""
    rows = query(
        """select heard.ratio, heard.population_share, marts.voices, sum(round(marts.voices)) over (
               partition by marts.icb_code, marts.source, marts.characteristic
           )
           from published.heard as heard
           inner join marts.representation as marts using (icb_code, source, period_start, period_end, characteristic, group_code)
           where marts.organisation_level = 'icb' and heard.voices_null_reason = 'banded_by_its_sender'
               and heard.population is not null""",
    )
    told = [row for row in rows if row[0] is not None]
    assert len(told) > 5
    for ratio, share, voices, known in told:
        assert voices > 12
        assert float(ratio * share) == pytest.approx(5 * round(voices / 5) / (5 * round(known / 5)), abs=1e-6)
    assert all(voices < 13 for ratio, _, voices, _ in rows if ratio is None)


def test_numbers_that_are_not_rounded_would_tell_small_ones() -> None:
    """What rounding is for: with the true numbers beside them, whoever subtracts has those that are small."""
    true = {
        (icb, source, group): int(voices)
        for icb, source, group, voices in query(
            """select icb_code, source, group_code, voices from marts.representation
               where organisation_level = 'icb' and period_kind = 'three_years' and basis = 'people' and voices = trunc(voices)
               union all select distinct icb_code, source, characteristic || ' known', known from marts.representation
               where organisation_level = 'icb' and period_kind = 'three_years' and basis = 'people' and known = trunc(known)""",
        )
    }
    told = 0
    for key, reader in readers().items():
        cells = {*reader.shown, *reader.hidden}
        exact = {cell: true[(*key, cell)] for cell in cells if (*key, cell) in true}
        shown = {cell: count for cell, count in exact.items() if not 0 < count < 10}
        told += sum(bounds.values == 1 for bounds in attack(shown, cells - set(shown), reader.margins).values())
    assert told > 0


def months() -> dict[tuple[str, ...], list[dict[str, int]]]:
    """All that the demo's boards heard of each characteristic, added up month by month, as a young source is published."""
    rows = query(
        """select now_icb_code, source, characteristic, period_end, group_code, sum(people)::bigint
           from marts.fct_respondent_profile
           where not is_unknown and basis = 'people' and people = trunc(people) and now_icb_code not in ('UNK', 'ENG')
               and period_end - period_start < 31
           group by 1, 2, 3, 4, 5 order by 1, 2, 3, 4, 5""",
    )
    tables: dict[tuple[str, ...], dict[Any, dict[str, int]]] = defaultdict(lambda: defaultdict(dict))
    for icb, source, characteristic, month, group, people in rows:
        tables[icb, source, characteristic][month][group] = people
    found: dict[tuple[str, ...], list[dict[str, int]]] = {}
    for key, by_month in tables.items():
        counts = dict.fromkeys(sorted({group for month in by_month.values() for group in month}), 0)
        found[key] = []
        for month in sorted(by_month):
            counts = {group: count + by_month[month].get(group, 0) for group, count in counts.items()}
            found[key].append(counts | {"known": sum(counts.values())})
    return found


def publications(policy: Policy) -> Iterator[tuple[Before, Before]]:
    """Each two that follow."""
    for tables in months().values():
        before = None
        for counts in tables:
            margins = (Margin("known", tuple(cell for cell in counts if cell != "known")),)
            hidden = suppress(counts, margins, policy, before=before)
            now = Before({cell: policy.may_be(count) for cell, count in counts.items() if cell not in hidden}, hidden, margins)
            if before:
                yield before, now
            before = now


def test_nobody_who_came_in_a_month_is_told_by_two_publications() -> None:
    """Three years of the demo, published by the month: who keeps last month's table cannot tell few people of this month."""
    seen = 0
    for before, now in publications(STRICTEST):
        seen += 1
        together = attack_both(before, now.shown, now.hidden, now.margins)
        for bounds in (*together.now.values(), *together.before.values()):
            assert bounds.values >= (9 if bounds.least < 10 else 2)
        for bounds in together.added.values():
            assert bounds.values >= 4 or bounds.least >= 10 or bounds.most == 0
    assert seen > 300


def test_numbers_that_are_not_rounded_would_tell_who_came() -> None:
    policy = replace(STRICTEST, nearest=1)
    told = 0
    for before, now in publications(policy):
        added = attack_both(before, now.shown, now.hidden, now.margins).added
        told += sum(bounds.values == 1 and 0 < bounds.least < 10 for bounds in added.values())
    assert told > 300


def test_what_is_made_of_a_hidden_count_is_hidden_with_it() -> None:
    """But for bands: their ratio is made of middles, and tells no count."""
    [(ratios, wrong, missing)] = query(
        """select count(heard.ratio),
               count(*) filter (
                   where heard.ratio is not null and (heard.voices is null or heard.known is null) and not marts.banded
               ),
               count(*) filter (
                   where heard.ratio is null and heard.voices is not null and heard.known is not null and marts.ratio is not null
               )
           from published.heard as heard
           inner join marts.representation as marts using (icb_code, source, period_start, period_end, characteristic, group_code)
           where marts.organisation_level = 'icb'""",
    )
    assert ratios > 50
    assert (wrong, missing) == (0, 0)


def test_the_planted_groups_are_on_the_page() -> None:
    """A group that the demo makes seldom heard is said to be so, small number or not."""
    said = query(
        """select count(*) from published.heard where status = 'seldom_heard'
           union all select count(*) from marts.representation
           where organisation_level = 'icb' and period_kind = 'three_years' and basis = 'people' and status = 'seldom_heard'""",
    )
    assert said[0][0] > 0
    assert said[0][0] <= said[1][0]


@pytest.mark.parametrize("column", ["ethnicity", "english"])
def test_every_group_of_the_mart_has_its_row(column: str) -> None:
    counted = """select icb_code, source, count(*) from {} where characteristic = %s and {} group by 1, 2 order by 1, 2"""
    level = "organisation_level = 'icb' and period_kind = 'three_years' and basis = 'people'"
    assert query(counted.format("published.heard", "true"), column) == query(counted.format("marts.representation", level), column)
