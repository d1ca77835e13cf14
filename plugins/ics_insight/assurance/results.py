"""What was found, as rows of `assurance.result`; and who lets what pass for a while, as rows of `assurance.waiver`."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from psycopg.rows import class_row

from ics_insight.assurance.findings import Case, Finding
from ics_insight.assurance.suites import Gate, described, suites
from ics_insight.errors import Unavailable
from ics_insight.warehouse import Connection, Extract

LONGEST_WAIVER = timedelta(days=366)
_COLUMNS = (
    "gate", "target", "expectation", "expectation_type", "rule", "severity", "status", "source", "organisation_code",
    "measure_code", "period_start", "period_end", "extract_id", "observed", "threshold", "sample_keys", "why", "dag_run",
)  # fmt: skip


@dataclass(frozen=True)
class Waiver:
    """Leave, by a role that answers for it, to go on although an expectation of a table does not hold, up to and with a day."""

    target: str
    expectation: str
    organisation_code: str | None
    role: str
    reason: str
    expires_on: date


def record_extract(connection: Connection, extract: Extract, findings: Sequence[Finding], dag_run: str) -> None:
    """One row per expectation of the extract, in place of those of an earlier look."""
    connection.execute("delete from assurance.result where extract_id = %s", [extract.extract_id])
    about = (extract.source, extract.sender or None, None, extract.period_start, extract.period_end, extract.extract_id)
    _write(connection, ([*_said("raw", each), *about, *_found(each), each.why, dag_run] for each in findings))


def record_marts(connection: Connection, findings: Sequence[Finding], dag_run: str) -> None:
    """One row per expectation and one per case of it, in place of those of the last look."""
    connection.execute("delete from assurance.result where gate = 'marts'")
    _write(connection, (row for each in findings for row in _rows_of_mart(each, dag_run)))


def _rows_of_mart(finding: Finding, dag_run: str) -> Iterator[list[Any]]:
    yield [*_said("marts", finding), *[None] * 6, *_found(finding), finding.why, dag_run]
    for case in finding.cases:
        about = (case.source, case.organisation_code, case.measure_code, case.period_start, case.period_end, None)
        yield [*_said("marts", finding, case), *about, *_found(case), finding.why, dag_run]


def _said(gate: Gate, finding: Finding, case: Case | None = None) -> list[str | None]:
    return [gate, finding.target, finding.name, finding.type, finding.rule, finding.severity, (case or finding).status]


def _found(found: Finding | Case) -> list[Any]:
    return [found.observed, found.threshold, list(found.keys)]


def _write(connection: Connection, rows: Iterator[list[Any]]) -> None:
    statement = f"copy assurance.result ({', '.join(_COLUMNS)}) from stdin"
    with connection.cursor().copy(statement.encode()) as copy:
        for row in rows:
            copy.write_row(row)


def waivers(connection: Connection) -> list[Waiver]:
    """Those that stand today, the one that ends first before others."""
    with connection.cursor(row_factory=class_row(Waiver)) as cursor:
        columns = ", ".join(Waiver.__dataclass_fields__)
        return cursor.execute(
            f"select {columns} from assurance.standing_waiver order by expires_on, waiver_id".encode()  # noqa: S608
        ).fetchall()


def waive(connection: Connection, waiver: Waiver) -> None:
    """Write a waiver down. Raises Unavailable, with what to change, for an expectation that is not there, for a role or reason that
    is missing, and for a last day that has passed or lies more than a year ahead."""
    today = datetime.now(UTC).date()
    known = _expectations()
    if (waiver.target, waiver.expectation) not in known:
        there = "; ".join(f"“{name}”" for target, name in known if target == waiver.target)
        raise Unavailable(
            f"{waiver.target} has no expectation “{waiver.expectation}”. It has: {there}."
            if there
            else f"There are no expectations of {waiver.target}. Tables that have some: {', '.join(dict(known))}."
        )
    if not waiver.role.strip() or not waiver.reason.strip():
        raise Unavailable("A waiver names the role that answers for it, and a reason.")
    if not today <= waiver.expires_on <= today + LONGEST_WAIVER:
        raise Unavailable(f"A waiver ends between today and {today + LONGEST_WAIVER}: a year is the longest.")
    connection.execute(
        """insert into assurance.waiver (target, expectation, organisation_code, role, reason, expires_on)
           values (%s, %s, %s, %s, %s, %s)""",
        [waiver.target, waiver.expectation, waiver.organisation_code, waiver.role, waiver.reason, waiver.expires_on],
    )


def _expectations() -> list[tuple[str, str]]:
    """Table and name of every expectation of both gates."""
    gates: tuple[Gate, ...] = ("raw", "marts")
    every = (described(gate, name) for gate in gates for name in suites(gate))
    return [(suite["meta"]["table"], each["meta"]["name"]) for suite in every for each in suite["expectations"]]


def not_waived(findings: Sequence[Finding], standing: Sequence[Waiver], sender: str = "") -> list[Finding]:
    """Those critical expectations that do not hold, each for at least one organisation that no waiver is for."""
    return [each for each in findings if each.status == "fail" and not _is_waived(each, standing, sender)]


def _is_waived(finding: Finding, standing: Sequence[Waiver], sender: str) -> bool:
    waived = {each.organisation_code for each in standing if (each.target, each.expectation) == (finding.target, finding.name)}
    concerned = {case.organisation_code for case in finding.cases if case.status == "fail"} or {sender or None}
    return None in waived or concerned <= waived
