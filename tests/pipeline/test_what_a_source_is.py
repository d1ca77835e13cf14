"""A source is its folder, its staging folder, its expectations and its rows of vocabulary, and nothing else.

Shown on a copy of the project: sources whose folder is deleted leave no DAG, no raw table and no staging view, and everything else
is built; a new source is added by these four things, and what it measured is published.
"""

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from commands import environment
from ics_insight.settings import PROJECT
from ics_insight.sources import registry

# In a process of its own, so that the copy's code runs and not this one's.
WHAT_IS_THERE = """
import json, sys
from datetime import UTC, datetime
from pathlib import Path
from ics_insight import assurance, demo, warehouse
from ics_insight.orchestration import building, collecting, environment
from ics_insight.settings import PROJECT
from ics_insight.sources import registry

inbox = Path(sys.argv[1])
assert str(PROJECT) == sys.argv[2], PROJECT
with environment.database():
    warehouse.prepare()
    for source in registry().values():
        for path in sorted(p for p in (inbox / source.name).rglob("*") if p.is_file()):
            sender = path.parent.name if source.senders else ""
            delivery = {"at": str(path), "seen_at": datetime(2026, 11, 1, tzinfo=UTC).isoformat(), "sender": sender}
            extract_id = collecting.land(source, delivery, "a test")
            collecting.load_extract(source, extract_id, "a test")
            assurance.check(source, extract_id, "a test")
    for layer in building.LAYERS:
        building.build(layer)
    with warehouse.connect() as connection:
        def listed(query):
            return sorted(row[0] for row in connection.execute(query).fetchall())
        found = {
            "raw": listed("select tablename::text from pg_tables where schemaname = 'raw' and tablename <> 'header'"),
            "staging": listed("select distinct split_part(viewname, '__', 1) from pg_views where schemaname = 'staging'"),
            "measured": listed("select distinct measure_code from published.measure"),
            "states": dict(connection.execute("select source || ' ' || state, count(*) from ledger.extract group by 1").fetchall()),
        }
from airflow.dag_processing.dagbag import DagBag
bag = DagBag(str(PROJECT / "dags"))
found["dags"] = sorted(bag.dags)
found["errors"] = {name: str(error) for name, error in bag.import_errors.items()}
print("FOUND", json.dumps(found))
"""

MADE_UP = {
    "plugins/ics_insight/sources/made_up/__init__.py": "",
    "plugins/ics_insight/sources/made_up/reader.py": """
from ics_insight.sources.reading import read_monthly_csv as read

__all__ = ["read"]
""",
    "plugins/ics_insight/sources/made_up/source.yml": """
title: Made up
publisher: Nobody
licence: none
page: https://example.org/
schedule: "@monthly"
max_age_days: 75
disclosure: none
shapes: [measures]
layouts:
  - version: one
    part: all
    columns: {Period: text, Org: text, Happy: integer, Asked: integer}
""",
    "dbt_project/models/staging/made_up/_made_up.yml": """
version: 2
sources:
  - name: made_up
    schema: raw
    tables:
      - name: made_up
""",
    "dbt_project/models/staging/made_up/stg_made_up__measures.sql": """
select
    raw.extract_id, 'made_up' as source, 'made_up_happy' as measure_code, raw.org as organisation_code,
    'england' as organisation_level, 'ENG' as publisher_icb_code, extracts.period_start, extracts.period_end, 'all' as group_code,
    raw.happy::numeric / raw.asked as value, 'proportion' as scale, raw.happy::numeric as numerator,
    raw.asked::numeric as denominator, raw.asked as base, null::numeric as lower, null::numeric as upper,
    null::text as interval_method, null::text as null_reason, 'not_collected' as interval_null_reason, 'made_up' as series
from {{ source('made_up', 'made_up') }} as raw
inner join {{ extracts_in_use('made_up') }} as extracts on raw.extract_id = extracts.extract_id
""",
    "expectations/raw/made_up.yml": """
name: raw_made_up
meta: {notes: Made up., query: "select * from raw.made_up where extract_id = '{extract_id}'"}
expectations:
  - type: expect_column_values_to_not_be_null
    severity: critical
    kwargs: {column: asked}
    meta: {name: somebody was asked, why: Nothing can be said of nobody.}
""",
}
VOCABULARY = {
    "dbt_project/seeds/source_vocabulary.csv": "made_up,Made up,Nobody,survey,true,none\n",
    "dbt_project/seeds/measure_vocabulary.csv": "made_up_happy,made_up,Happy,higher_is_better,true\n",
    "dbt_project/seeds/theme_crosswalk.csv": "measure,made_up_happy,is,T90,1,0.9,2026-1\n",
    "dbt_project/seeds/touchpoint_crosswalk.csv": "measure,made_up_happy,is,gp_contact,1,0.9,2026-1\n",
    "dbt_project/seeds/interface_crosswalk.csv": "measure,made_up_happy,is,none,1,1,2026-1\n",
    "dbt_project/seeds/pathway_crosswalk.csv": "measure,made_up_happy,is,none,1,1,2026-1\n",
}


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project as it is, in a folder of its own, with the made-up source added to it."""
    copy = tmp_path_factory.mktemp("copy") / "project"
    for part in ("plugins", "dags", "dbt_project", "expectations"):
        shutil.copytree(PROJECT / part, copy / part, ignore=shutil.ignore_patterns("__pycache__", "target", "logs"))
    for name, text in MADE_UP.items():
        (copy / name).parent.mkdir(parents=True, exist_ok=True)
        (copy / name).write_text(text.lstrip())
    for name, row in VOCABULARY.items():
        with (copy / name).open("a") as file:
            file.write(row)
    return copy


@pytest.fixture(scope="module")
def inbox(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("inbox")
    (folder / "made_up").mkdir()
    (folder / "made_up" / "May.csv").write_text("Period,Org,Happy,Asked\nX-May-2026,ENG,3,4\n")
    for source in ("ae", "boundaries"):  # neighbours by name, one of either half, so that there are rows to come and go
        name, content = next(iter(_demo_files(source)))
        (folder / source).mkdir()
        (folder / source / name).write_bytes(content)
    return folder


def _demo_files(source: str) -> Any:
    from ics_insight import demo

    return demo.files_of(source, demo.Span(1))


def what_is_there(project: Path, inbox: Path, home: Path) -> dict[str, Any]:
    more = {"PYTHONPATH": str(project / "plugins"), "AIRFLOW_HOME": str(home / "airflow"), "AIRFLOW__CORE__LOAD_EXAMPLES": "False"}
    done = subprocess.run(
        [sys.executable, "-c", WHAT_IS_THERE, str(inbox), str(project)],
        env=environment(home, **more), capture_output=True, text=True, check=False, timeout=900,
    )  # fmt: skip
    line = next((line for line in done.stdout.splitlines() if line.startswith("FOUND ")), None)
    assert line, done.stderr[-3000:]
    found: dict[str, Any] = json.loads(line.removeprefix("FOUND "))
    assert found["errors"] == {}
    return found


def test_deleting_a_source_folder_removes_its_dag_raw_and_staging_and_a_new_one_needs_four_things(
    project: Path, inbox: Path, tmp_path: Path
) -> None:
    every = sorted([*registry(), "made_up"])
    halves = [[name for name in every[::2] if name != "made_up"], [name for name in every[1::2] if name != "made_up"]]
    assert all({"ae", "boundaries"} & set(half) for half in halves)
    folder, aside = project / "plugins/ics_insight/sources", tmp_path / "aside"
    for gone in halves:
        for name in gone:
            shutil.move(folder / name, aside / name)
        found = what_is_there(project, inbox, tmp_path / "home")
        left = sorted(set(every) - set(gone))
        assert found["raw"] == left
        assert found["staging"] == [f"stg_{name}" for name in left]
        assert found["dags"] == sorted(["publish", "transform", *(f"collect__{name}" for name in left)])
        assert "made_up_happy" in found["measured"]
        # what was collected before stays in landing, and says that it waits
        assert all(state.endswith(" landed") for state in found["states"] if state.split()[0] in gone)
        assert all(state.endswith(" accepted") for state in found["states"] if state.split()[0] in left)
        for name in gone:
            shutil.move(aside / name, folder / name)
    assert not any(aside.iterdir())
