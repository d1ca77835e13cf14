"""Board packs as they were known: what each is made of is kept at each publication, so that one of a past month comes out the same
whatever was published since."""

import re
from datetime import UTC, datetime

from ics_insight.dashboard.pack_content import AS_JSON, Content, content
from ics_insight.dashboard.queries import NOT_ICBS, snapshot
from ics_insight.warehouse.connect import Connection


def keep(connection: Connection, measures: list[str]) -> int:
    """Keep what the packs of this publication are made of; how many boards. Of earlier months the last publication alone stays."""
    boards = connection.execute(_BOARDS, [NOT_ICBS]).fetchall()
    for (code,) in boards:
        made = content(connection, code, measures)
        if made is not None:
            connection.execute(
                """insert into kept.pack (published_at, icb_code, content) values (%s, %s, %s)
                   on conflict (published_at, icb_code) do update set content = excluded.content""",
                [made.published_at, code, AS_JSON.dump_json(made).decode()],
            )
    connection.execute(_PRUNE)
    return len(boards)


def as_known(code: str, until: datetime | None = None) -> Content | None:
    """What the newest publication before `until` said of this board; None where none did."""
    with snapshot() as connection:
        row = connection.execute(_NEWEST, {"code": code, "until": until}).fetchone()
        return AS_JSON.validate_json(row[0]) if row else None


def first_kept(code: str) -> datetime | None:
    """When the first publication of which something is kept was made; None where none was."""
    with snapshot() as connection:
        row = connection.execute("select min(published_at) from kept.pack where icb_code = %s", [code]).fetchone()
        first: datetime | None = row[0] if row else None
        return first


def end_of(month: str) -> datetime | None:
    """The moment at which a month, such as 2026-09, is over, in UTC; None for what is no month."""
    if not re.fullmatch(r"20\d\d-(0[1-9]|1[0-2])", month):
        return None
    year, number = int(month[:4]), int(month[5:])
    return datetime(year + number // 12, number % 12 + 1, 1, tzinfo=UTC)


_BOARDS = """
select distinct now_icb_code from (
    select now_icb_code from published.measure union select now_icb_code from published.operational
) as facts
where now_icb_code <> all(%s)
order by now_icb_code
"""

_NEWEST = """
select content::text from kept.pack
where icb_code = %(code)s and (%(until)s::timestamptz is null or published_at < %(until)s)
order by published_at desc
limit 1
"""

_PRUNE = """
delete from kept.pack as old
where
    date_trunc('month', old.published_at, 'UTC') < (select date_trunc('month', max(published_at), 'UTC') from kept.pack)
    and exists (
        select 1 from kept.pack as later
        where
            later.icb_code = old.icb_code and later.published_at > old.published_at
            and date_trunc('month', later.published_at, 'UTC') = date_trunc('month', old.published_at, 'UTC')
    )
"""
