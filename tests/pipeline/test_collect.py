"""Collecting one source by the command: a file that is named, one that lies on a server, and forgetting it all."""

import json
import shutil
from pathlib import Path

from commands import ics
from ics_insight import demo
from servers import sftp_site

AUGUST = "Monthly-AE-August-2026.csv"  # any one month of the two that are delivered
SEPTEMBER = "Monthly-AE-September-2026.csv"


def test_collecting_one_file_and_forgetting_it_all(migrated: Path, tmp_path: Path) -> None:
    home, inbox = migrated, tmp_path / "delivered"
    demo.write(inbox, months=2, only=("ae",))
    done = ics(home, "collect", "ae", "--file", str(inbox / "ae" / AUGUST))
    assert done.returncode == 0, done.stdout + done.stderr
    assert "ae: 1 delivered, 1 loaded and accepted" in done.stdout
    wrong = ics(home, "collect", "rtt", "--file", str(inbox / "ae" / AUGUST))
    assert wrong.returncode == 1
    assert "found a file of `ae`" in wrong.stdout
    gone = ics(home, "collect", "ae", "--file", str(inbox / "ae" / "gone.csv"))
    assert gone.returncode == 1
    assert "gone.csv is not there." in gone.stdout
    assert ics(home, "collect", "nothing").returncode == 1
    whose = ics(home, "collect", "ae", "--file", str(inbox / "ae" / AUGUST), "--sender", "RXX")
    assert whose.returncode == 1
    assert "`ae` comes from its publisher alone: there is no sender to name." in whose.stdout
    (tmp_path / "root" / "out").mkdir(parents=True)
    shutil.copy(inbox / "ae" / SEPTEMBER, tmp_path / "root" / "out")
    with sftp_site(tmp_path / "root") as place:
        stated = {
            "conn_type": "sftp", "host": "127.0.0.1", "port": place.port, "login": place.user, "password": place.password,
            "extra": {"host_key": place.host_key},
        }  # fmt: skip
        online = {
            "ICS_ONLINE": "true", "ICS_SOURCES__AE__PAGES": "[]", "AIRFLOW_CONN_TRUST": json.dumps(stated),
            "ICS_SOURCES__AE__SFTP": '[{"connection": "trust", "folder": "/out"}]',
        }  # fmt: skip
        done = ics(home, "collect", "ae", **online)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "ae: 1 delivered, 1 loaded and accepted" in done.stdout
    assert place.password not in "".join(path.read_text(errors="replace") for path in (home / "logs").rglob("*.log"))
    assert ics(home, "reset").returncode == 1
    assert home.exists()
    assert ics(home, "reset", "--yes").returncode == 0
    assert not home.exists()
