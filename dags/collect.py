"""One Airflow DAG per source: discover → land → load → check, mapped over what was delivered.

A refused file fails its own release and the run, with the ledger's sentence; the other releases go on, and what was accepted is
announced to `transform` through the source's asset.
"""

from datetime import UTC, datetime, timedelta
from typing import Any

from airflow.sdk import DAG, get_current_context, task, task_group
from airflow.sdk.exceptions import AirflowFailException, AirflowSkipException

from ics_insight.orchestration import assets
from ics_insight.orchestration.plainly import failed_tasks, plainly
from ics_insight.sources import Source, registry

# Retries help where something outside may come back: a server, the database. They cannot mend a file.
RETRY: dict[str, Any] = {
    "retries": 3,
    "retry_delay": timedelta(seconds=30),
    "retry_exponential_backoff": True,
    "max_retry_delay": timedelta(minutes=10),
}


@task(**RETRY)
def discover(source: str) -> list[dict[str, str]]:
    from ics_insight.orchestration import collecting

    with plainly():
        return [dict(found) for found in collecting.discover(registry()[source], get_current_context()["dag_run"].conf or {})]


@task(**RETRY, map_index_template="{{ delivered }}")
def land(source: str, delivery: dict[str, str]) -> str | None:
    from ics_insight.orchestration import collecting

    get_current_context()["delivered"] = delivery["at"].split("?")[0].rsplit("/", 1)[-1]
    with plainly() as dag_run:
        return collecting.land(registry()[source], delivery, dag_run)


@task(**RETRY)
def load(source: str, extract_id: str | None) -> str | None:
    from ics_insight.orchestration import collecting

    with plainly() as dag_run:
        return collecting.load_extract(registry()[source], extract_id, dag_run).extract_id if extract_id else None


@task(**RETRY)
def check(source: str, extract_id: str | None) -> None:
    from ics_insight import assurance

    with plainly() as dag_run:
        if extract_id:
            assurance.check(registry()[source], extract_id, dag_run)


@task_group
def release(source: str, delivery: dict[str, str]) -> None:
    check(source, load(source, land(source, delivery)))


@task(trigger_rule="all_done", **RETRY)
def announce(source: str) -> None:
    """Tell `transform` that there is something new, if there is."""
    from ics_insight.orchestration import collecting

    with plainly() as dag_run:
        if not collecting.outcome(registry()[source], dag_run)["accepted"]:
            raise AirflowSkipException("Nothing new was accepted.")


@task(trigger_rule="all_done", **RETRY)
def verdict(source: str) -> str:
    """The run fails when a file was refused, with every sentence, or could not be had.

    Airflow judges a run by its last tasks, and this is one of them: a failure before it would count for nothing otherwise.
    """
    from ics_insight.orchestration import collecting

    with plainly() as dag_run:
        done = collecting.outcome(registry()[source], dag_run)
    sentences = [f"Refused: {each['reason']}" for each in done["refused"]]
    if failed := failed_tasks():
        sentences.append(f"Failed: {', '.join(failed)}.")
    if sentences:
        raise AirflowFailException(" ".join(sentences))
    return f"{done['delivered']} delivered, {done['accepted']} accepted, {done['known']} known before."


def collect(source: Source) -> DAG:
    with DAG(
        dag_id=f"collect__{source.name}",
        description=f"{source.title} ({source.publisher})",
        schedule=source.schedule,
        start_date=datetime(2026, 1, 1, tzinfo=UTC),
        catchup=False,
        is_paused_upon_creation=False,
        max_active_runs=1,
        tags=["collect", source.name],
        doc_md=f"Publisher: {source.publisher}. Licence: {source.licence}. Found at {source.page}",
    ) as pipeline:
        releases = release.partial(source=source.name).expand(delivery=discover(source.name))
        announced = announce.override(outlets=[assets.raw(source)])(source.name)
        releases >> [announced, verdict(source.name)]
    return pipeline


for _source in registry().values():
    globals()[f"collect__{_source.name}"] = collect(_source)
