"""Marts that break a critical expectation are not published: the run says why, and readers keep what was published before."""

import json
import subprocess
import sys
from pathlib import Path

from commands import at, connect, environment, ics
from ics_insight import demo
from ics_insight.warehouse import embedded

LAST = "Monthly-AE-September-2026.csv"
EXPECTATION = "England counts about as much as in the months before"
SENTENCE = f"Not published: marts.fct_operational: Not so: {EXPECTATION} (ae ENG ae_4h 2026-09-01)."
NEWEST = "select (select max(period_start)::text from published.operational), max(period_start)::text from marts.fct_operational"
STATES = "select state from ledger.publication order by decided_at"
FAILED = "select distinct status, waived_by from marts.quality where organisation_code = 'ENG' and period_start = '2026-09-01'"

SOME_DAGS = """
import sys
from ics_insight.orchestration import environment, runner
with environment.airflow(), runner.airflow_log():
    dags = runner.Dags()
    ran = [dags.run(dag_id, {"inbox": sys.argv[1]}) for dag_id in sys.argv[2:]]
assert all(each.succeeded for each in ran), ran
"""


def test_a_month_in_another_unit_is_not_published_until_somebody_answers_for_it(migrated: Path, tmp_path: Path) -> None:
    """Seven months of A&E, the last with every number ten times as large, so that the file agrees with itself."""
    home, inbox = migrated, tmp_path / "delivered"
    demo.write(inbox, months=7, only=("ae",))
    month = (inbox / "ae" / LAST).read_text()
    (inbox / "ae" / LAST).unlink()
    _run(home, inbox, "collect__ae", "transform", "publish")

    (inbox / "ae" / LAST).write_text(_ten_times(month))
    blocked = ics(home, "run", "--inbox", str(inbox))
    assert blocked.returncode == 1
    for said in ("ae: 7 delivered, 1 loaded and accepted, 6 known before", "transform: done", "publish: failed", SENTENCE):
        assert said in blocked.stdout
    assert "Traceback" not in blocked.stdout + blocked.stderr
    assert _found(home, NEWEST, STATES) == [[("2026-08-01", "2026-09-01")], [("published",), ("blocked",)]]
    known = json.loads(ics(home, "status", "--json").stdout)["publication"]
    assert (known["state"], known["reason"].startswith(SENTENCE)) == ("blocked", True)
    assert known["published_at"] < known["decided_at"]

    [[(today,)]] = _found(home, "select current_date::text")
    given = ["waive", "marts.fct_operational", EXPECTATION, "--role", "head of analysis", "--reason", "They were asked."]
    assert ics(home, *given).returncode == 2  # no last day
    assert ics(home, *given, "--expires", str(today)).returncode == 0
    told = ics(home, "status").stdout
    assert SENTENCE in told
    assert "which stands." in told
    assert f"Waived until {today} by head of analysis: “{EXPECTATION}” of marts.fct_operational. They were asked." in told

    _run(home, inbox, "publish")
    assert _found(home, NEWEST, FAILED) == [[("2026-09-01", "2026-09-01")], [("fail", "head of analysis")]]
    assert "Not published" not in ics(home, "status").stdout


def _run(home: Path, inbox: Path, *dag_ids: str) -> None:
    """Real runs of these DAGs, as `ics run` makes them of all."""
    command = [sys.executable, "-c", SOME_DAGS, str(inbox), *dag_ids]
    subprocess.run(command, env=environment(home), check=True)


def _found(home: Path, *queries: str) -> list[list[tuple[object, ...]]]:
    with embedded.running(at(home)) as found, connect(found) as connection:
        return [connection.execute(query.encode()).fetchall() for query in queries]


def _ten_times(month: str) -> str:
    """Every count of the month with a nought behind it."""
    header, *lines = month.splitlines()
    multiplied = [",".join(f"{cell}0" if cell.isdigit() and cell != "0" else cell for cell in line.split(",")) for line in lines]
    return "\n".join([header, *multiplied]) + "\n"
