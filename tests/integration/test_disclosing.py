"""Which counts of who is heard stay hidden, entered before they are published."""

import pytest

from deliveries import execute, query
from ics_insight.errors import BuildFailed
from ics_insight.orchestration.disclosing import disclose, remember
from ics_insight.warehouse import connect

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


LAST_MONTH = "period_end = '2026-03-31', period_start = '2023-04-01'"
THIS_MONTH = "period_end = '2026-04-30', period_start = '2023-05-01'"


def told() -> dict[str, int | tuple[int, int | None]]:
    rows = query("select cell, shown, least, most from disclosure.told where subject = 'heard'")
    return {
        cell.rpartition("|")[2].removeprefix("ethnicity:"): (least, most) if shown is None else shown
        for cell, shown, least, most in rows
    }


def heard(*days: str, **changes: int) -> None:
    """A board's marts, of whom somebody was heard in the months that end on these days."""
    execute(HEARD)
    execute(
        f"""create table marts.fct_respondent_profile as
            select 'B' as now_icb_code, 'pals' as source, 'ethnicity' as characteristic, day as period_end, false as is_unknown,
                5::numeric as people, 5::numeric as people_high
            from unnest(array[{", ".join(f"date '{day}'" for day in days)}]::date[]) as day""",
    )
    execute("alter table marts.fct_respondent_profile owner to ics_transformer")
    change(**changes)


def change(**changes: int) -> None:
    for group, voices in changes.items():
        execute("update marts.representation set voices = %s where group_code = %s", voices, f"ethnicity:{group}")
    execute("update marts.representation set known = (select sum(voices) from marts.representation where population is not null)")


def publish() -> None:
    """What readers see is no matter here, but that they have it."""
    execute("drop table if exists published.heard")
    execute(
        """create table published.heard as
           select icb_code, source, characteristic, period_start, period_end, group_code, population, 'strict_10_round5' as policy
           from marts.representation where null_reason is null""",
    )
    execute("alter table published.heard owner to ics_transformer")
    with connect("transformer") as connection:
        remember(connection)


def test_a_small_group_is_hidden_and_the_others_are_rounded() -> None:
    """9 of 179. 100, 50 and 20 stand for 164 to 176, and 180 for 178 to 182: 2 to 18 are left for it, which is enough. 7 of a group
    that nobody is counted in are in no sum."""
    heard()
    assert disclose() == 2
    # more than 12 cannot be: it would be shown
    assert told() == {"known": 180, "a": 100, "b": 50, "c": 20, "d": (2, 12), "nobody counts": (1, 12)}


def test_where_rounding_is_not_enough_the_next_group_goes_with_it() -> None:
    """98, 48 and 18 are shown as 100, 50 and 20, at least 164, and with 3 they are shown as 165, at most 167: 1 to 3 are left."""
    heard(a=98, b=48, c=18, d=3)
    assert disclose() == 3
    assert told() == {"known": 165, "a": 100, "b": 50, "c": (1, 20), "d": (1, 20), "nobody counts": (1, 12)}


def test_what_has_not_changed_is_told_as_it_was() -> None:
    heard()
    disclose()
    execute("update disclosure.told set shown = null, least = 3, most = 99 where cell like '%%ethnicity:b'")
    disclose()
    assert told()["b"] == (3, 99)
    change(a=101)
    disclose()
    assert told()["b"] == 50


YOUNG, FULL, PAUSED = ("2023-10-31", "2026-03-31"), ("2023-04-30", "2026-03-31"), ("2019-04-30", "2023-10-31", "2026-03-31")


@pytest.mark.parametrize(
    ("days", "period", "is_hidden"),
    [
        (YOUNG, THIS_MONTH, True),  # younger than three years: April only came to what readers have
        (FULL, THIS_MONTH, False),  # April came, and the April of three years ago went
        (PAUSED, THIS_MONTH, True),  # so long ago that nobody went now
        (FULL, LAST_MONTH, True),  # the same three years again
    ],
)
def test_what_two_publications_would_tell_together_is_hidden(days: tuple[str, ...], period: str, *, is_hidden: bool) -> None:
    """Three groups of 17 are 18, and the whole is 178 and then 181: shown as 15 and 20, and as 180 twice. Each would be known to
    have one more or two; with two of them hidden, one to four."""
    heard(*days, a=127, b=17, c=17, d=17)
    execute(f"update marts.representation set {LAST_MONTH}")
    assert disclose() == 1
    publish()
    execute(f"update marts.representation set {period}")
    change(b=18, c=18, d=18)
    assert disclose() == (3 if is_hidden else 1)


def test_what_readers_have_is_the_last_that_was_published() -> None:
    """Twice with the same groups, and once with fewer."""
    heard(*YOUNG)
    for voices in (100, 120, 140):
        change(a=voices)
        disclose()
        publish()
        assert query("select voices from disclosure.seen where group_code = 'ethnicity:a'") == [(voices,)]
    execute("delete from marts.representation where group_code = 'ethnicity:b'")
    change()
    disclose()
    publish()
    assert query("select count(*) from disclosure.seen") == [(4,)]


def test_a_publication_without_counts_does_not_take_from_readers_what_they_have() -> None:
    heard(*YOUNG, a=127, b=17, c=17, d=17)
    disclose()
    publish()
    execute("update marts.representation set null_reason = 'not_submitted'")
    assert disclose() == 0
    publish()
    execute("update marts.representation set null_reason = null")
    change(b=18, c=18, d=18)
    assert disclose() == 3


def test_what_was_not_published_in_the_end_is_nothing_that_readers_have() -> None:
    heard(*YOUNG, a=127, b=17, c=17, d=17)
    disclose()
    change(b=18, c=18, d=18)
    assert disclose() == 1


def test_middles_of_bands_are_rounded_as_counts_are_since_their_ratios_tell_them() -> None:
    """100, 50, 20 and a band of 1 to 9, of which 5 is the middle: what is known is their sum, 175."""
    heard(d=5)
    execute("update marts.representation set banded = true, known = 175.5")
    assert disclose() == 2
    assert told() == {"known": 175, "a": 100, "b": 50, "c": 20, "d": (1, 12), "nobody counts": (1, 12)}


def test_counts_that_do_not_add_up_are_not_published() -> None:
    heard()
    execute("update marts.representation set voices = 12 where group_code = 'ethnicity:d'")  # 182 of 179
    with pytest.raises(
        BuildFailed, match=r"^marts.representation, B\|pals\|ethnicity\|.*does not add up to known. It is not published"
    ):
        disclose()
