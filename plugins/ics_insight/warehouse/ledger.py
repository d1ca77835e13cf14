"""The ledger: what was delivered, what became of it, what was published, and why.

An extract's states: `landed` (bytes kept) → `loaded` (rows in raw) → `accepted` (passed its checks), or `refused` with a reason
at either step. Its id is made from its source, its sender where there is one, and its bytes, so that the same
file is the same extract for ever.
"""

import hashlib
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from psycopg.rows import class_row, dict_row

from ics_insight.errors import Blocked, Problem, Refused
from ics_insight.warehouse.connect import Connection


@dataclass(frozen=True)
class Extract:
    """One row of `ledger.extract`."""

    extract_id: str
    source: str
    sha256: str
    size_bytes: int
    file_name: str
    state: str
    reason: str | None
    layout: str | None
    part: str | None
    period_start: date | None
    period_end: date | None
    row_count: int | None
    sender: str = ""


_COLUMNS = ", ".join(Extract.__dataclass_fields__)


def extract_id(source: str, sha256: str, sender: str = "") -> str:
    """16 hexadecimal digits that name these bytes as a file of this source, from this sender."""
    parts = [source, sender, sha256] if sender else [source, sha256]
    return hashlib.sha256(":".join(parts).encode()).hexdigest()[:16]


@dataclass(frozen=True)
class Ledger:
    """The ledger as seen through one connection; what is written is committed with it."""

    connection: Connection

    def receive(
        self, *, source: str, sha256: str, size_bytes: int, file_name: str, received_from: str, received_at: datetime,
        revised: bool, dag_run: str, sender: str = "", etag: str | None = None, last_modified: str | None = None,
    ) -> Extract:  # fmt: skip
        """Enter a delivery: its receipt, and its extract when these bytes are new.

        Bytes that stand refused take the name of this delivery, since the name may be what was wrong.
        """
        row = {
            "id": extract_id(source, sha256, sender), "source": source, "sender": sender, "sha256": sha256,
            "size": size_bytes, "name": file_name,
            "from": received_from, "at": received_at, "revised": revised, "run": dag_run, "etag": etag, "modified": last_modified,
        }  # fmt: skip
        self.connection.execute(
            """insert into ledger.extract
                   (extract_id, source, sender, sha256, size_bytes, file_name, received_from, received_at, revised, dag_run)
               values (%(id)s, %(source)s, %(sender)s, %(sha256)s, %(size)s, %(name)s, %(from)s, %(at)s, %(revised)s, %(run)s)
               on conflict (extract_id) do update
               set file_name = excluded.file_name, received_from = excluded.received_from, revised = excluded.revised
               where extract.state = 'refused'""",
            row,
        )
        self.connection.execute(
            """insert into ledger.receipt (extract_id, received_from, file_name, received_at, etag, last_modified, dag_run)
               values (%(id)s, %(from)s, %(name)s, %(at)s, %(etag)s, %(modified)s, %(run)s)""",
            row,
        )
        return self.get(row["id"])  # type: ignore[arg-type]

    def sighted(self, place: str, version: str, now: datetime) -> datetime:
        """When this version of a file was first seen at this place: `now` for one that was not seen before."""
        self.connection.execute("insert into ledger.sighting values (%s, %s, %s) on conflict do nothing", [place, version, now])
        query = "select seen_at from ledger.sighting where place = %s and version = %s"
        seen: tuple[datetime] = self.connection.execute(query, [place, version]).fetchone() or (now,)
        return seen[0]

    def get(self, extract_id: str, *, lock: bool = False) -> Extract:
        """The extract; with `lock`, nobody else can change it until this transaction ends. Raises KeyError for an unknown id."""
        with self.connection.cursor(row_factory=class_row(Extract)) as cursor:
            query = f"select {_COLUMNS} from ledger.extract where extract_id = %s" + (" for update" if lock else "")  # noqa: S608
            found = cursor.execute(query, [extract_id]).fetchone()
        if found is None:
            raise KeyError(f"extract {extract_id} is not in the ledger")
        return found

    def last_receipt(self, source: str, received_from: str) -> tuple[str, str | None, str | None] | None:
        """Extract, ETag and Last-Modified of what was last received from there for this source."""
        return self.connection.execute(
            """select extract_id, etag, receipt.last_modified
               from ledger.receipt join ledger.extract using (extract_id)
               where source = %s and receipt.received_from = %s
               order by receipt.received_at desc, receipt_id desc limit 1""",
            [source, received_from],
        ).fetchone()

    def received_in(self, dag_run: str, source: str, received_from: str) -> str | None:
        """The extract that this very run received from there, when it has come so far already."""
        found = self.connection.execute(
            """select extract_id from ledger.receipt join ledger.extract using (extract_id)
               where receipt.dag_run = %s and source = %s and receipt.received_from = %s order by receipt_id desc limit 1""",
            [dag_run, source, received_from],
        ).fetchone()
        return found[0] if found else None

    def waiting(self, source: str) -> list[tuple[str, str]]:
        """Id and file name of the extracts that a run left landed or loaded, in the order in which they came."""
        return self.connection.execute(
            """select extract_id, file_name from ledger.extract where source = %s and state in ('landed', 'loaded')
               order by received_at, extract_id""",
            [source],
        ).fetchall()

    def standing_refused(self, extract_id: str, dag_run: str) -> str | None:
        """The sentence with which this run refused the extract; None when it did not."""
        found = self.connection.execute(
            "select reason from ledger.extract where extract_id = %s and dag_run = %s and state = 'refused'", [extract_id, dag_run]
        ).fetchone()
        return found[0] if found else None

    def loaded(self, extract_id: str, *, layout: str, part: str, period: tuple[date, date], rows: int, dag_run: str) -> None:
        self.connection.execute(
            """update ledger.extract set state = 'loaded', reason = null, layout = %s, part = %s, period_start = %s,
                   period_end = %s, row_count = %s, dag_run = %s, changed_at = now() where extract_id = %s""",
            [layout, part, *period, rows, dag_run, extract_id],
        )
        self._clear_problems(extract_id)

    def accepted(self, extract_id: str, dag_run: str) -> None:
        self.connection.execute(
            "update ledger.extract set state = 'accepted', dag_run = %s, changed_at = now() where extract_id = %s",
            [dag_run, extract_id],
        )

    def refused(self, extract_id: str, reason: Refused, dag_run: str) -> None:
        """Say why, in a sentence and in rows for the report (`problems`)."""
        self.connection.execute(
            """update ledger.extract set state = 'refused', reason = %s, dag_run = %s, changed_at = now() where extract_id = %s""",
            [str(reason), dag_run, extract_id],
        )
        self._clear_problems(extract_id)
        for number, each in enumerate(reason.problems, 1):
            self.connection.execute(
                "insert into ledger.problem values (%s, %s, %s, %s, %s, %s, %s)",
                [extract_id, number, each.sheet, each.row, each.column, each.found, each.expected],
            )

    def problems(self, extract_id: str) -> list[Problem]:
        """What stood in the way of a refused extract."""
        with self.connection.cursor(row_factory=class_row(Problem)) as cursor:
            return cursor.execute(
                """select sheet, row_number as row, column_name as column, found, expected from ledger.problem
                   where extract_id = %s order by number""",
                [extract_id],
            ).fetchall()

    def _clear_problems(self, extract_id: str) -> None:
        self.connection.execute("delete from ledger.problem where extract_id = %s", [extract_id])

    def usual_rows(self, extract: Extract) -> tuple[int, int] | None:
        """Fewest and most rows of the accepted extracts of the same source, sender, part and layout; None for no others."""
        low, high = self.connection.execute(
            """select min(row_count), max(row_count) from ledger.extract
               where state = 'accepted' and source = %s and sender = %s and part = %s and layout = %s and extract_id <> %s""",
            [extract.source, extract.sender, extract.part, extract.layout, extract.extract_id],
        ).fetchone() or (None, None)
        return None if low is None else (low, high)

    def run_outcome(self, source: str, dag_run: str) -> dict[str, Any]:
        """What a run did with a source: how many files were delivered, accepted and known before, and what was refused and why."""
        delivered, known = self.connection.execute(
            """select count(*), count(*) - count(distinct extract_id) filter (where extract.dag_run = receipt.dag_run)
               from ledger.receipt join ledger.extract using (extract_id) where source = %s and receipt.dag_run = %s""",
            [source, dag_run],
        ).fetchone() or (0, 0)
        changed = self.connection.execute(
            "select state, file_name, reason from ledger.extract where source = %s and dag_run = %s order by file_name",
            [source, dag_run],
        ).fetchall()
        refused = [{"file_name": name, "reason": reason} for state, name, reason in changed if state == "refused"]
        accepted = sum(state == "accepted" for state, _, _ in changed)
        return {"delivered": delivered, "accepted": accepted, "known": known, "refused": refused}

    def published(self, dag_run: str) -> None:
        """This run published the marts."""
        self._decided(dag_run, "published", None)

    def blocked(self, dag_run: str, reason: Blocked) -> None:
        """This run published nothing, and why."""
        self._decided(dag_run, "blocked", str(reason))

    def _decided(self, dag_run: str, state: str, reason: str | None) -> None:
        """A run that is tried again decides again."""
        self.connection.execute(
            """insert into ledger.publication (dag_run, state, reason) values (%s, %s, %s)
               on conflict (dag_run) do update set state = excluded.state, reason = excluded.reason, decided_at = now()""",
            [dag_run, state, reason],
        )

    def publication(self) -> dict[str, Any] | None:
        """How the last attempt to publish ended, and when it last succeeded: state, reason, decided_at, published_at. None before
        the first attempt."""
        with self.connection.cursor(row_factory=dict_row) as cursor:
            return cursor.execute(
                """select state, reason, decided_at,
                       (select max(decided_at) from ledger.publication where state = 'published') as published_at
                   from ledger.publication order by decided_at desc, dag_run desc limit 1"""
            ).fetchone()

    def refusals(self) -> list[dict[str, Any]]:
        """What stands refused, newest first: source, file_name, received_at, reason."""
        with self.connection.cursor(row_factory=dict_row) as cursor:
            return cursor.execute(
                "select source, file_name, received_at, reason from ledger.extract where state = 'refused' order by changed_at desc"
            ).fetchall()

    def by_source(self) -> dict[str, dict[str, Any]]:
        """For each source with any extract: newest period in use, extracts by state, rows in use, last receipt."""
        with self.connection.cursor(row_factory=dict_row) as cursor:
            rows = cursor.execute(
                """select source,
                       max(period_end) filter (where state = 'accepted') as newest_period,
                       count(*) filter (where state = 'accepted') as accepted,
                       count(*) filter (where state = 'refused') as refused,
                       count(*) filter (where state in ('landed', 'loaded')) as waiting,
                       coalesce(
                           sum(row_count) filter (where extract_id in (select extract_id from ledger.current_extract)), 0
                       )::bigint as rows_in_use,
                       max(received_at) as last_received
                   from ledger.extract group by source"""
            ).fetchall()
        return {row["source"]: row for row in rows}
