"""Before readers see counts of people: how each is told, by the policy of its source."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TypeVar

from psycopg.rows import class_row

from ics_insight.disclosure import POLICIES, STRICTEST, Before, Margin, Policy, suppress
from ics_insight.errors import BuildFailed
from ics_insight.sources import registry
from ics_insight.warehouse import Connection, connect

SUBJECT = "heard"  # published.heard
_HEARD = """
    with begun as (
        select now_icb_code as icb_code, source, min(period_start) as began from marts.fct_respondent_profile group by 1, 2
    )
    select
        heard.icb_code, heard.source, heard.characteristic, heard.period_start, heard.period_end, heard.group_code, heard.voices,
        heard.known, heard.population is not null as is_compared, begun.began
    from marts.representation as heard
    left join begun using (icb_code, source)
    where heard.organisation_level = 'icb' and heard.period_kind = 'three_years' and heard.basis = 'people'
        and not heard.banded and coalesce(heard.null_reason in ('no_denominator', 'too_few'), true)
    order by 1, 2, 3, 4, 6
"""
_SEEN = """
    select
        icb_code, source, characteristic, period_start, period_end, group_code, voices, known, policy,
        population is not null as is_compared
    from published.heard
    where policy is not null
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
    """How many of a group were heard, of how many of whom it is known; since when anybody was heard by its source."""

    voices: Decimal
    known: Decimal
    began: date | None


@dataclass(frozen=True, kw_only=True)
class Seen(_Group):
    """The same as readers have it."""

    voices: int | None
    known: int | None
    policy: str


def disclose() -> int:
    """Enter how each count of `published.heard` is told; how many of them are hidden.

    Raises BuildFailed where counts do not add up: nobody could say what they tell.
    Characteristics whose small groups came as bands, or of which some was not sent, have no counts to show.
    """
    with connect("transformer") as connection:
        now = _by_table(connection.cursor(row_factory=class_row(Row)).execute(_HEARD).fetchall())
        # nothing was published before the first time
        is_published = connection.execute("select to_regclass('published.heard') is not null").fetchone() == (True,)
        seen = _by_table(connection.cursor(row_factory=class_row(Seen)).execute(_SEEN).fetchall() if is_published else [])
        decided: dict[str, Told] = {
            cell: (named, count, shown, least, most)
            for cell, named, count, shown, least, most in connection.execute(_TOLD, [SUBJECT])
        }
        told: dict[str, Told] = {}
        for name, rows in now.items():
            policy = POLICIES.get(registry()[rows[0].source].policy or "", STRICTEST)
            told |= _table(rows, seen.get(name, []), policy, decided)
        _enter(connection, told)
    return sum(shown is None for _, _, shown, _, _ in told.values())


def _by_table(groups: Iterable[G]) -> dict[Name, list[G]]:
    tables = defaultdict(list)
    for group in groups:
        tables[group.name].append(group)
    return tables


def _table(rows: list[Row], seen: list[Seen], policy: Policy, decided: Mapping[str, Told]) -> dict[str, Told]:
    """One table, beside itself as readers have it. What has not changed is told as it was: to decide again could tell more."""
    counts = {row.group_code: int(row.voices) for row in rows} | {"known": int(rows[0].known)}
    start = "|".join(map(str, (*rows[0].name, rows[0].period_start, rows[0].period_end)))
    standing = {cell: decided.get(f"{start}|{cell}") for cell in counts}
    if all(one is not None and one[:2] == (policy.name, counts[cell]) for cell, one in standing.items()):
        return {f"{start}|{cell}": one for cell, one in standing.items() if one is not None}
    try:
        hidden = suppress(counts, [_margin(rows)], policy, before=_before(rows[0], seen))
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


def _before(now: Row, seen: list[Seen]) -> Before | None:
    """What readers have, if they can subtract it: the same three years, or others that leave out nothing of what those had."""
    if not seen or not (
        (seen[0].period_start, seen[0].period_end) == (now.period_start, now.period_end)
        or (now.began is not None and now.began >= now.period_start)
    ):
        return None
    policy = POLICIES.get(seen[0].policy, STRICTEST)
    cells = {row.group_code: row.voices for row in seen} | {"known": seen[0].known}
    return Before(
        {cell: policy.may_be(count) for cell, count in cells.items() if count is not None},
        frozenset(cell for cell, count in cells.items() if count is None),
        (_margin(seen),),
    )


def _enter(connection: Connection, told: Mapping[str, Told]) -> None:
    connection.execute("delete from disclosure.told where subject = %s", [SUBJECT])
    with connection.cursor().copy("copy disclosure.told (subject, cell, policy, count, shown, least, most) from stdin") as copy:
        for cell, (policy, count, shown, least, most) in told.items():
            copy.write_row([SUBJECT, cell, policy, count, shown, least, most])
