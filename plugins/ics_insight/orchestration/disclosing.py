"""Before readers see counts of people: how each is told, by the policy of its source."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TypeVar

from psycopg.rows import class_row

from ics_insight.disclosure import POLICIES, STRICTEST, Before, Bounds, Margin, Policy, suppress
from ics_insight.errors import BuildFailed
from ics_insight.sources import registry
from ics_insight.warehouse import Connection, connect

SUBJECT = "heard"  # published.heard
_HEARD = """
    select
        icb_code, source, characteristic, period_start, period_end, group_code, voices, known, banded,
        population is not null as is_compared
    from marts.representation
    where organisation_level = 'icb' and period_kind = 'three_years' and basis = 'people'
        and coalesce(null_reason in ('no_denominator', 'too_few'), true)
    order by 1, 2, 3, 4, 6
"""
# When anybody was heard of whom it is known: the last days of the months, or years, that sources tell of.
_WHEN = """
    select now_icb_code, source, characteristic, array_agg(distinct period_end)
    from marts.fct_respondent_profile
    where not is_unknown and coalesce(people, people_high) > 0
    group by 1, 2, 3
"""
_SEEN = "select * from disclosure.seen"
_FORGET = """
    delete from disclosure.seen
    where (icb_code, source, characteristic) in (
        select icb_code, source, characteristic from published.heard where policy is not null
    )
"""
_REMEMBER = """
    insert into disclosure.seen
    select
        read.icb_code, read.source, read.characteristic, read.period_start, read.period_end, read.group_code,
        read.population is not null, read.policy, of_group.shown, of_group.least, of_group.most, of_known.shown
    from published.heard as read
    cross join lateral concat_ws('|', icb_code, source, characteristic, period_start, period_end) as start
    inner join disclosure.told as of_group
        on of_group.subject = %(subject)s and of_group.cell = concat_ws('|', start, read.group_code)
    inner join disclosure.told as of_known on of_known.subject = %(subject)s and of_known.cell = concat_ws('|', start, 'known')
    where read.policy is not null
"""
_TOLD = "select cell, policy, count, shown, least, most from disclosure.told where subject = %s"

Name = tuple[str, str, str]  # a table by itself: board, source and characteristic
Told = tuple[str, int, int | None, int | None, int | None]  # policy, count, what is shown of it, or what it may be


@dataclass(frozen=True, kw_only=True)
class _Group:
    """A group of people in a table."""

    icb_code: str
    source: str
    characteristic: str
    period_start: date
    period_end: date
    group_code: str
    is_compared: bool

    @property
    def name(self) -> Name:
        """The table that it is of."""
        return self.icb_code, self.source, self.characteristic


G = TypeVar("G", bound=_Group)


@dataclass(frozen=True, kw_only=True)
class Row(_Group):
    """How many of a group were heard, of how many of whom it is known; of bands, their middles."""

    voices: Decimal
    known: Decimal
    banded: bool


@dataclass(frozen=True, kw_only=True)
class Seen(_Group):
    """The same as readers have it."""

    policy: str
    voices: int | None
    at_least: int | None
    at_most: int | None
    known: int | None


def disclose() -> int:
    """Enter how each count of `published.heard` is told; how many of them are hidden.

    Raises BuildFailed where counts do not add up: nobody could say what they tell.
    Characteristics of which some was not sent have no counts to show. Where small groups came as bands, counts are not shown,
    but ratios would tell them.
    """
    with connect("transformer") as connection:
        now = _by_table(connection.cursor(row_factory=class_row(Row)).execute(_HEARD).fetchall())
        seen = _by_table(connection.cursor(row_factory=class_row(Seen)).execute(_SEEN).fetchall())
        when: dict[Name, list[date]] = {(icb, source, of): days for icb, source, of, days in connection.execute(_WHEN)}
        decided: dict[str, Told] = {
            cell: (named, count, shown, least, most)
            for cell, named, count, shown, least, most in connection.execute(_TOLD, [SUBJECT])
        }
        told: dict[str, Told] = {}
        for name, rows in now.items():
            policy = POLICIES.get(registry()[rows[0].source].policy or "", STRICTEST)
            before = _before(rows[0], seen.get(name, []), when.get(name, []))
            told |= _table(rows, policy, before, decided)
        _enter(connection, told)
    return sum(shown is None for _, _, shown, _, _ in told.values())


def remember(connection: Connection) -> None:
    """Enter what readers have, once it is published. Of a table that is not there now, they still have the one of before."""
    connection.execute(_FORGET)
    connection.execute(_REMEMBER, {"subject": SUBJECT})


def _by_table(groups: Iterable[G]) -> dict[Name, list[G]]:
    tables = defaultdict(list)
    for group in groups:
        tables[group.name].append(group)
    return tables


def _table(rows: list[Row], policy: Policy, before: Before | None, decided: Mapping[str, Told]) -> dict[str, Told]:
    """One table, beside itself as readers have it. What has not changed is told as it was: to decide again could tell more."""
    counts = {row.group_code: round(row.voices) for row in rows}
    margin = _margin(rows)
    counts["known"] = sum(counts[part] for part in margin.parts) if rows[0].banded else round(rows[0].known)
    start = "|".join(map(str, (*rows[0].name, rows[0].period_start, rows[0].period_end)))
    standing = {cell: decided.get(f"{start}|{cell}") for cell in counts}
    if all(one is not None and one[:2] == (policy.name, counts[cell]) for cell, one in standing.items()):
        return {f"{start}|{cell}": one for cell, one in standing.items() if one is not None}
    try:
        hidden = suppress(counts, [margin], policy, before=before)
    except ValueError as error:
        raise BuildFailed(f"marts.representation, {start}: {error} It is not published.") from None
    return {
        f"{start}|{cell}": (policy.name, count, None, hidden[cell].least, hidden[cell].most)
        if cell in hidden
        else (policy.name, count, policy.shown(count), None, None)
        for cell, count in counts.items()
    }


def _margin(rows: Sequence[_Group]) -> Margin:
    """The groups that are compared with the people there are make up those who are known. Who is of a group that nobody is counted
    in stands beside these."""
    compared = [row.group_code for row in rows if row.is_compared] or [row.group_code for row in rows]
    return Margin("known", tuple(compared))


def _before(now: Row, seen: list[Seen], when: Iterable[date]) -> Before | None:
    """What readers have, if they can subtract it: nobody whom it counts has gone out of the three years since."""
    if not seen or any(seen[0].period_start <= day < now.period_start for day in when):
        return None
    policy = POLICIES.get(seen[0].policy, STRICTEST)
    shown = {row.group_code: row.voices for row in seen if row.voices is not None}
    hidden = {row.group_code: Bounds(row.at_least or 0, row.at_most) for row in seen if row.voices is None}
    if seen[0].known is None:
        hidden["known"] = Bounds(1, None)
    else:
        shown["known"] = seen[0].known
    return Before({cell: policy.may_be(count) for cell, count in shown.items()}, hidden, (_margin(seen),))


def _enter(connection: Connection, told: Mapping[str, Told]) -> None:
    connection.execute("delete from disclosure.told where subject = %s", [SUBJECT])
    with connection.cursor().copy("copy disclosure.told (subject, cell, policy, count, shown, least, most) from stdin") as copy:
        for cell, (policy, count, shown, least, most) in told.items():
            copy.write_row([SUBJECT, cell, policy, count, shown, least, most])
