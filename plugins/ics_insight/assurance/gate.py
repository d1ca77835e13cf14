"""The gate between raw and staging: what Great Expectations finds becomes rows, and decides whether an extract is accepted."""

from ics_insight.assurance.suites import Finding, run
from ics_insight.errors import Refused
from ics_insight.sources import Source
from ics_insight.warehouse import Connection, Extract, Ledger, connect, unload

ROW_COUNT_TOLERANCE = 0.25


def check(source: Source, extract_id: str, dag_run: str) -> Extract:
    """Hold a loaded extract against `expectations/raw/<source>.yml` and accept or refuse it; anything else is left as it is.

    A broken critical expectation refuses: the rows leave raw, the bytes stay in landing, and earlier extracts stay in use.
    Warnings are written beside the data. Raises Refused, after the ledger has its sentence.
    """
    with connect() as connection:
        extract = Ledger(connection).get(extract_id)
        if extract.state != "loaded":
            return extract
        usual = Ledger(connection).usual_rows(extract)
    findings = run("raw", source.name, extract_id, _row_limits(usual))
    broken = [finding for finding in findings if finding.severity == "critical" and not finding.success]
    reason = Refused(
        f"{extract.file_name}: " + " ".join(finding.sentence for finding in broken),
        problems=tuple(problem for finding in broken for problem in finding.problems),
    )
    with connect() as connection:
        ledger = Ledger(connection)
        if ledger.get(extract_id, lock=True).state == "loaded":
            _write(connection, extract_id, findings)
            if broken:
                unload(connection, source, extract_id)
                ledger.refused(extract_id, reason, dag_run)
            else:
                ledger.accepted(extract_id, dag_run)
        extract = ledger.get(extract_id)
    if broken and extract.state == "refused":
        raise reason
    return extract


def _row_limits(usual: tuple[int, int] | None) -> dict[str, int] | None:
    """A quarter below the smallest and above the largest extract that was accepted before; None while there is no history."""
    if usual is None:
        return None
    fewest, most = usual
    return {"fewest_rows": int(fewest * (1 - ROW_COUNT_TOLERANCE)), "most_rows": int(most * (1 + ROW_COUNT_TOLERANCE)) + 1}


def _write(connection: Connection, extract_id: str, findings: list[Finding]) -> None:
    connection.execute("delete from assurance.result where extract_id = %s", [extract_id])
    for found in findings:
        connection.execute(
            """insert into assurance.result (extract_id, suite, expectation, expectation_type, severity, success, rows_checked,
                   rows_unexpected, observed, example_rows, why)
               values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)""",
            [
                extract_id, found.suite, found.name, found.type, found.severity, found.success, found.rows_checked,
                found.rows_unexpected, found.observed, found.example_rows, found.why,
            ],
        )  # fmt: skip
