"""The two gates: what Great Expectations finds becomes rows, and decides whether an extract is accepted and whether marts are
published."""

from ics_insight.assurance.results import not_waived, record_extract, record_marts, waivers
from ics_insight.assurance.suites import described, run_on_extract, run_on_mart, suites
from ics_insight.errors import Blocked, Refused
from ics_insight.sources import Source
from ics_insight.warehouse import Connection, Extract, Ledger, connect, unload

ROW_COUNT_TOLERANCE = 0.25


def check(source: Source, extract_id: str, dag_run: str) -> Extract:
    """Hold a loaded extract against `expectations/raw/<source>.yml` and accept or refuse it; anything else is left as it is.

    A broken critical expectation that is not waived refuses: the rows leave raw, the bytes stay in landing, and earlier extracts
    stay in use. Warnings are written beside the data. Raises Refused, after the ledger has its sentence.
    """
    with connect("loader") as connection:
        extract = Ledger(connection).get(extract_id)
        if extract.state != "loaded":
            return extract
        usual = Ledger(connection).usual_rows(extract)
        standing = waivers(connection)
    findings = run_on_extract(source.name, extract_id, _row_limits(usual))
    broken = not_waived(findings, standing, extract.sender)
    reason = Refused(
        f"{extract.file_name}: " + " ".join(finding.sentence for finding in broken),
        problems=tuple(problem for finding in broken for problem in finding.problems),
    )
    with connect("loader") as connection:
        ledger = Ledger(connection)
        if ledger.get(extract_id, lock=True).state == "loaded":
            record_extract(connection, extract, findings, dag_run)
            if broken:
                unload(connection, source, extract_id)
                ledger.refused(extract_id, reason, dag_run)
            else:
                ledger.accepted(extract_id, dag_run)
        extract = ledger.get(extract_id)
    if broken and extract.state == "refused":
        raise reason
    return extract


def check_marts(dag_run: str) -> int:
    """Hold the marts against every suite of `expectations/marts` whose table is there; how many expectations were asked.

    A broken critical expectation that is not waived blocks the publication: the last good one stands. Every result is written
    beside the data. Raises Blocked, after the ledger has its sentence.
    """
    with connect("transformer") as connection:
        there = [name for name in suites("marts") if _is_there(connection, described("marts", name)["meta"]["table"])]
    findings = [finding for name in there for finding in run_on_mart(name)]
    with connect("transformer") as connection:
        record_marts(connection, findings, dag_run)
        broken = not_waived(findings, waivers(connection))
        if broken:
            reason = Blocked("Not published: " + " ".join(f"{each.target}: {each.sentence}" for each in broken))
            Ledger(connection).blocked(dag_run, reason)
    if broken:
        raise reason
    return len(findings)


def _is_there(connection: Connection, table: str) -> bool:
    """A source that is not installed has no tables."""
    return connection.execute("select to_regclass(%s) is not null", [table]).fetchone() == (True,)


def _row_limits(usual: tuple[int, int] | None) -> dict[str, int] | None:
    """A quarter below the smallest and above the largest extract that was accepted before; None while there is no history."""
    if usual is None:
        return None
    fewest, most = usual
    return {"fewest_rows": int(fewest * (1 - ROW_COUNT_TOLERANCE)), "most_rows": int(most * (1 + ROW_COUNT_TOLERANCE)) + 1}
