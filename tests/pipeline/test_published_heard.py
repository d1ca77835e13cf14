"""Who is heard, as readers may see it: on the whole demo, by whoever puts together all that is shown."""

from collections import defaultdict

import pytest

from deliveries import query
from ics_insight.disclosure import POLICIES, Bounds, Margin, attack

pytestmark = pytest.mark.usefixtures("demo_marts")
STRICT = POLICIES["strict_10"]


class Reader:
    """All counts of one board and source that `published` shows, what it hides, and what adds up to what, as a reader knows it."""

    def __init__(self) -> None:
        self.shown: dict[str, int] = {}
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
        reader.shown[cell] = count


def test_no_small_number_is_shown_and_none_is_told() -> None:
    found = readers()
    assert len(found) > 5
    assert sum(len(reader.hidden) for reader in found.values()) > 1
    for key, reader in found.items():
        assert not [count for count in reader.shown.values() if STRICT.hides(count)], key
        for cell, bounds in attack(reader.shown, reader.hidden, reader.margins).items():
            assert bounds.values >= STRICT.spread, (key, cell, bounds)
            # what the table says of it is no more than a reader knows
            said = reader.hidden[cell]
            assert said is None or (said.least <= bounds.least and (said.most is None or said.most >= (bounds.most or 0))), (
                key,
                cell,
            )


def test_hiding_small_numbers_alone_would_tell_some() -> None:
    """What the second step is for: with the true numbers of those that were hidden for others' sake, small ones come out."""
    true = {
        (icb, source, group): int(voices)
        for icb, source, group, voices in query(
            """select icb_code, source, group_code, voices from marts.representation
               where organisation_level = 'icb' and period_kind = 'three_years' and basis = 'people' and voices = trunc(voices)""",
        )
    }
    told = 0
    for key, reader in readers().items():
        again = {cell: count for cell in reader.hidden if (count := true.get((*key, cell))) and not STRICT.hides(count)}
        hidden = [cell for cell in reader.hidden if cell not in again]
        told += sum(bounds.values == 1 for bounds in attack(reader.shown | again, hidden, reader.margins).values())
    assert told > 0


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
