"""Which counts of who is heard stay hidden, entered before they are published."""

import pytest

from deliveries import execute, query
from ics_insight.errors import BuildFailed
from ics_insight.orchestration.disclosing import disclose

pytestmark = pytest.mark.usefixtures("empty_warehouse")
HEARD = """
create table marts.representation as
select 'B' as icb_code, 'pals' as source, 'icb' as organisation_level, 'three_years' as period_kind,
    date '2023-04-01' as period_start, date '2026-03-31' as period_end, 'people' as basis,
    'ethnicity' as characteristic, 'ethnicity:' || name as group_code,
    voices::numeric as voices, 179::numeric as known, population, false as banded, null::text as null_reason
from (
    values ('a', 100, 1000), ('b', 50, 800), ('c', 20, 500), ('d', 9, 300), ('nobody counts', 7, null)
) as said (name, voices, population);
alter table marts.representation owner to ics_transformer
"""


def hidden() -> dict[str, tuple[int, int | None]]:
    rows = query("select cell, least, most from disclosure.hidden where subject = 'heard'")
    return {cell.rpartition("|")[2]: (least, most) for cell, least, most in rows}


def test_a_small_group_goes_with_the_next_and_stays_when_it_has_grown() -> None:
    """9 of 179, and 20 with it: 29 in two groups. Of those that nobody is counted in, 7 are in no sum."""
    execute(HEARD)
    assert disclose() == 3
    first = hidden()
    assert first == {"ethnicity:d": (1, 28), "ethnicity:c": (1, 28), "ethnicity:nobody counts": (1, None)}
    execute("update marts.representation set voices = 10 where group_code = 'ethnicity:d'")
    execute("update marts.representation set known = 180")
    assert disclose() == 3
    assert hidden() == first | {"ethnicity:d": (1, 29), "ethnicity:c": (1, 29)}
    # another three years are another table
    execute("update marts.representation set period_end = '2026-04-30', period_start = '2023-05-01'")
    assert disclose() == 1
    assert hidden() == {"ethnicity:nobody counts": (1, None)}


def test_bands_of_a_sender_are_left_as_they_are() -> None:
    execute(HEARD)
    execute("update marts.representation set voices = 5, banded = true")
    assert disclose() == 0


def test_counts_that_do_not_add_up_are_not_published() -> None:
    execute(HEARD)
    execute("update marts.representation set voices = 12 where group_code = 'ethnicity:d'")  # 182 of 179
    with pytest.raises(BuildFailed, match=r"^marts.representation, B\|pals\|.*does not add up to .*known. It is not published"):
        disclose()
