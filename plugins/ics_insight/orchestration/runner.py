"""Running DAGs for real in this one process: every task instance of a DAG run, without a scheduler.

Airflow's own talk goes to `<home>/logs/run.log`; what a person needs to know is returned.
"""

import contextlib
import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TextIO

from ics_insight.orchestration.plainly import SAID
from ics_insight.settings import settings

LAST = ("verdict",)  # says again what the others said


@dataclass(frozen=True)
class Ran:
    """A finished DAG run: its id for the ledger (`<dag>/<run>`), whether it succeeded, and what its failed tasks said."""

    dag_run: str
    succeeded: bool
    said: list[str] = field(default_factory=list)


@contextlib.contextmanager
def airflow_log() -> Iterator[TextIO]:
    """Send everything that is written to standard output and error to the log; yields a stream to the real standard output."""
    path = log_path()
    path.parent.mkdir(parents=True, exist_ok=True)
    sys.stdout.flush()
    sys.stderr.flush()
    kept_out, kept_err = os.dup(1), os.dup(2)
    with path.open("a") as log, os.fdopen(os.dup(kept_out), "w", buffering=1) as screen:
        os.dup2(log.fileno(), 1)
        os.dup2(log.fileno(), 2)
        try:
            yield screen
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os.dup2(kept_out, 1)
            os.dup2(kept_err, 2)
            os.close(kept_out)
            os.close(kept_err)


def log_path() -> Path:
    return settings().home / "logs" / "run.log"


class Dags:
    """The project's DAGs, parsed once. Raises RuntimeError with Airflow's message when a DAG file cannot be parsed."""

    def __init__(self) -> None:
        from airflow.dag_processing.dagbag import DagBag

        bag = DagBag()
        if bag.import_errors:
            raise RuntimeError("; ".join(f"{Path(name).name}: {error}" for name, error in bag.import_errors.items()))
        self._dags: dict[str, Any] = bag.dags

    def run(self, dag_id: str, conf: dict[str, Any]) -> Ran:
        """One run of a DAG with this `conf`. Its failed tasks do not raise: they are told in the result."""
        dag = self._dags[dag_id]
        for task in dag.tasks:
            task.retries = 0  # a person is waiting: what did not work is told, and can be run again
        run = dag.test(run_conf=conf)
        failed = [ti for ti in run.get_task_instances() if str(ti.state) in ("failed", "up_for_retry")]
        said = [sentence for ti in failed if ti.task_id not in LAST for sentence in _said(ti)]
        return Ran(f"{dag_id}/{run.run_id}", str(run.state) == "success", said)


def _said(instance: Any) -> list[str]:
    sentences = instance.xcom_pull(task_ids=instance.task_id, key=SAID, map_indexes=instance.map_index)
    return str(sentences or f"{instance.dag_id}.{instance.task_id} failed; {log_path()} says why.").splitlines()
