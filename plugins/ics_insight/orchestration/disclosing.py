"""Before readers see counts of people: which of them stay hidden, by the policy of their source."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from psycopg.rows import class_row

from ics_insight.disclosure import POLICIES, Bounds, Margin, suppress
from ics_insight.errors import BuildFailed
from ics_insight.sources import registry
from ics_insight.warehouse import Connection, connect

SUBJECT = "heard"  # published.heard
_HEARD = """
    select
        concat_ws('|', icb_code, source, period_start, period_end) as table_of,
        source, characteristic, group_code, voices, known, population is not null as is_compared
    from marts.representation
    where organisation_level = 'icb' and period_kind = 'three_years' and basis = 'people'
        and not banded and coalesce(null_reason in ('no_denominator', 'too_few'), true)
    order by table_of, characteristic, group_code
"""


@dataclass(frozen=True)
class Row:
    """How many of a group were heard, of how many of whom it is known."""

    table_of: str
    source: str
    characteristic: str
    group_code: str
    voices: Decimal
    known: Decimal
    is_compared: bool


def disclose() -> int:
    """Enter which counts of `published.heard` stay hidden; how many these are.

    Raises BuildFailed where counts do not add up: nobody could say what they tell.
    Characteristics whose small groups came as bands, or of which some was not sent, have no counts to show.
    """
    with connect("transformer") as connection:
        with connection.cursor(row_factory=class_row(Row)) as cursor:
            rows = cursor.execute(_HEARD).fetchall()
        tables = defaultdict(list)
        for row in rows:
            tables[row.table_of].append(row)
        kept = connection.execute("select cell from disclosure.hidden where subject = %s", [SUBJECT]).fetchall()
        held = {cell for (cell,) in kept}
        hidden: list[tuple[str, str, Bounds]] = []
        for each in tables.values():
            counts, margins = table(each)
            policy = POLICIES[registry()[each[0].source].policy or "strict_10"]
            try:
                found = suppress(counts, margins, policy, held=held)
            except ValueError as error:
                raise BuildFailed(f"marts.representation, {each[0].table_of}: {error} It is not published.") from None
            hidden += [(cell, policy.name, bounds) for cell, bounds in found.items()]
        _enter(connection, hidden)
    return len(hidden)


def table(rows: Iterable[Row]) -> tuple[dict[str, int], list[Margin]]:
    """The counts of one board and source, and what adds up to what: of each characteristic, the groups that are compared with the
    people there are make up those who are known. Who is of a group that nobody is counted in stands beside these."""
    of = defaultdict(list)
    for row in rows:
        of[f"{row.table_of}|{row.characteristic}"].append(row)
    counts: dict[str, int] = {}
    margins: list[Margin] = []
    for start, groups in of.items():
        compared = [row for row in groups if row.is_compared] or groups
        counts |= {f"{start}|{row.group_code}": int(row.voices) for row in groups}
        counts[f"{start}|known"] = int(groups[0].known)
        margins.append(Margin(f"{start}|known", tuple(f"{start}|{row.group_code}" for row in compared)))
    return counts, margins


def _enter(connection: Connection, hidden: list[tuple[str, str, Bounds]]) -> None:
    connection.execute("create temporary table news (cell text, policy text, least integer, most integer) on commit drop")
    with connection.cursor().copy("copy news from stdin") as copy:
        for cell, policy, bounds in hidden:
            copy.write_row([cell, policy, bounds.least, bounds.most])
    connection.execute("delete from disclosure.hidden where subject = %s and cell not in (select cell from news)", [SUBJECT])
    connection.execute(
        """insert into disclosure.hidden (subject, cell, policy, least, most) select %s, cell, policy, least, most from news
           on conflict (subject, cell) do update set policy = excluded.policy, least = excluded.least, most = excluded.most""",
        [SUBJECT],
    )
