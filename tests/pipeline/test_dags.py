"""The DAGs as Airflow parses them."""

import json
import subprocess
import sys
from pathlib import Path

from commands import environment

PROJECT = Path(__file__).parents[2]

PARSE = """
import json, sys
from airflow.dag_processing.dagbag import DagBag
bag = DagBag()
print("PARSED", json.dumps({
    "errors": {name: str(error) for name, error in bag.import_errors.items()},
    "dags": {
        dag_id: {
            "tasks": sorted(dag.task_ids),
            "outlets": sorted(asset.uri for task in dag.tasks for asset in task.outlets),
            "waits_for": sorted(asset.uri for asset in getattr(getattr(dag.timetable, "asset_condition", None), "objects", [])),
        } for dag_id, dag in bag.dags.items()
    },
    "modules": sorted(sys.modules),
}))
"""


def parsed(tmp_path: Path) -> dict:
    more = {
        "AIRFLOW_HOME": str(tmp_path),
        "AIRFLOW__CORE__DAGS_FOLDER": str(PROJECT / "dags"),
        "AIRFLOW__CORE__PLUGINS_FOLDER": str(PROJECT / "plugins"),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
    }
    done = subprocess.run(
        [sys.executable, "-c", PARSE], env=environment(tmp_path, **more), capture_output=True, text=True, check=False, timeout=120
    )
    line = next((line for line in done.stdout.splitlines() if line.startswith("PARSED ")), None)
    assert line, done.stderr[-2000:]
    return json.loads(line.removeprefix("PARSED "))


def test_exactly_these_dags_are_there_and_parsing_them_imports_nothing_heavy(tmp_path: Path) -> None:
    found = parsed(tmp_path)
    assert found["errors"] == {}
    # A DAG file that Airflow skips in silence shows here, and so does one too many.
    sources = {
        "actions", "ae", "boundaries", "cancer_survey", "care_opinion", "complaints", "complaints_ko41a", "complaints_ko41b",
        "cqc_inpatient", "cqc_maternity", "cqc_mental_health", "cqc_uec", "engagement", "fft", "fft_comments", "gpps",
        "healthwatch", "organisations", "pals", "populations", "responsibilities", "rtt",
    }  # fmt: skip
    assert set(found["dags"]) == {"transform", "publish", *(f"collect__{source}" for source in sources)}
    heavy = {"great_expectations", "dbt", "pandas", "pyarrow", "sklearn", "altair"}
    assert heavy & {name.split(".")[0] for name in found["modules"]} == set()

    raw = {source: f"ics://warehouse/raw/{source}" for source in sources}
    for source in sources:
        dag = found["dags"][f"collect__{source}"]
        assert dag["tasks"] == ["announce", "discover", "take", "verdict"]
        assert dag["outlets"] == [raw[source]]
    assert found["dags"]["transform"]["waits_for"] == sorted(raw.values())
    assert found["dags"]["transform"]["tasks"] == ["intermediate", "marts", "staging", "vocabulary"]
    assert found["dags"]["publish"]["waits_for"] == found["dags"]["transform"]["outlets"] == ["ics://warehouse/marts"]
