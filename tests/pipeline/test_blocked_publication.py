"""Marts that break a critical expectation are not published: the run says why, and readers keep what was published before."""

import json
from pathlib import Path

from commands import ics, rows
from ics_insight import demo

LAST = "Monthly-AE-September-2026.csv"
PUBLISHED = "select max(period_start), count(*) from published.operational"
SENTENCE = (
    "Not published: marts.fct_operational: Not so: England counts about as much as in the months before (ae ENG ae_4h 2026-09-01)."
)


def test_a_month_in_another_unit_is_not_published_and_a_waiver_lets_it_pass(migrated: Path, tmp_path: Path) -> None:
    """Seven months of A&E, the last of them first in tens: every number ten times as large, so that the file agrees with itself."""
    home, inbox = migrated, tmp_path / "delivered"
    demo.write(inbox, months=7, only=("ae",))
    month = (inbox / "ae" / LAST).read_text()
    (inbox / "ae" / LAST).unlink()
    before = ics(home, "run", "--inbox", str(inbox))
    assert before.returncode == 0, before.stdout + before.stderr
    published = rows(home, PUBLISHED)
    assert published[0][0] == "2026-08-01"

    (inbox / "ae" / LAST).write_text(_ten_times(month))
    blocked = ics(home, "run", "--inbox", str(inbox))
    assert blocked.returncode == 1
    assert "ae: 7 delivered, 1 loaded and accepted, 6 known before" in blocked.stdout
    assert "transform: done" in blocked.stdout
    assert "publish: failed" in blocked.stdout
    assert SENTENCE in blocked.stdout
    assert "Traceback" not in blocked.stdout + blocked.stderr
    assert rows(home, PUBLISHED) == published
    assert rows(home, "select max(period_start) from marts.fct_operational") == [["2026-09-01"]]

    told = ics(home, "status").stdout
    assert SENTENCE in told
    assert "which stands." in told
    known = json.loads(ics(home, "status", "--json").stdout)["publication"]
    assert known["state"] == "blocked"
    assert known["published_at"] < known["decided_at"]
    assert rows(home, "select state from ledger.publication order by decided_at") == [["published"], ["blocked"]]

    expectation = "England counts about as much as in the months before"
    given = ["waive", "marts.fct_operational", expectation, "--role", "head of analysis", "--reason", "They were asked."]
    assert ics(home, *given).returncode == 2  # no last day
    late = ics(home, *given, "--expires", "2999-12-31")
    assert (late.returncode, "a year is the longest" in late.stderr) == (1, True)
    today = rows(home, "select current_date")[0][0]
    assert ics(home, *given, "--expires", today).returncode == 0
    waived = ics(home, "run", "--inbox", str(inbox))
    assert waived.returncode == 0, waived.stdout
    assert rows(home, PUBLISHED)[0][0] == "2026-09-01"
    told = ics(home, "status").stdout
    assert f"Waived until {today} by head of analysis: “{expectation}” of marts.fct_operational. They were asked." in told
    assert "Not published" not in told
    shown = rows(home, "select distinct status, waived_by from marts.quality where organisation_code = 'ENG' and status = 'fail'")
    assert shown == [["fail", "head of analysis"]]

    (inbox / "ae" / LAST.replace(".csv", "-revised.csv")).write_text(month)
    mended = ics(home, "run", "--inbox", str(inbox))
    assert mended.returncode == 0, mended.stdout
    assert rows(home, "select count(*) from marts.quality where status = 'fail'") == [["0"]]


def _ten_times(month: str) -> str:
    """Every count of the month with a nought behind it."""
    header, *lines = month.splitlines()
    multiplied = [",".join(f"{cell}0" if cell.isdigit() and cell != "0" else cell for cell in line.split(",")) for line in lines]
    return "\n".join([header, *multiplied]) + "\n"
