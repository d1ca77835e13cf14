"""Tasks that fail with a sentence: what happened, where, and what to do."""

from collections.abc import Iterator
from contextlib import contextmanager

from ics_insight.errors import Blocked, BuildFailed, Refused, Unavailable

SAID = "said"


def failed_tasks() -> list[str]:
    """Tasks of the present run that failed, with their map index."""
    from airflow.sdk import get_current_context

    context = get_current_context()
    run_id = context["run_id"]
    states = context["ti"].get_task_states(dag_id=context["dag"].dag_id, run_ids=[run_id])
    return sorted(task for task, state in states.get(run_id, {}).items() if str(state) in ("failed", "upstream_failed"))


@contextmanager
def plainly() -> Iterator[str]:
    """Run a task's work; yields the name of the DAG run for the ledger.

    A refusal, or a publication that is held back, fails at once, since a retry cannot help; a service that is away fails so that
    Airflow tries again. Either way the sentence, or each of several on a line, is kept beside the task (XCom `said`), for whoever
    runs the DAGs in one process.
    """
    from airflow.sdk import get_current_context
    from airflow.sdk.exceptions import AirflowException, AirflowFailException

    context = get_current_context()
    instance = context["ti"]
    try:
        yield f"{context['dag'].dag_id}/{context['run_id']}"
    except (Refused, Blocked, BuildFailed) as reason:
        instance.xcom_push(key=SAID, value=str(reason))
        raise AirflowFailException(str(reason)) from None
    except Unavailable as reason:
        instance.xcom_push(key=SAID, value=str(reason))
        raise AirflowException(str(reason)) from None
