"""One Airflow DAG per source: discover → take, mapped over batches of what was delivered.

A refused file fails its own release and the run, with the ledger's sentence; the other releases go on, and what was accepted is
announced to `transform` through the source's asset.
"""

from datetime import UTC, datetime, timedelta
from typing import Any

from airflow.sdk import DAG, get_current_context, task
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
def discover(source: str) -> list[list[dict[str, Any]]]:
    """What there is to pick up, in batches. A place that cannot be looked at is tried again; in the end others go on without."""
    from ics_insight.errors import Unavailable
    from ics_insight.orchestration import collecting

    with plainly():
        context = get_current_context()
        found = collecting.discover(registry()[source], context["dag_run"].conf or {})
        missed = [each["unavailable"] for each in found if "unavailable" in each]
        if missed and context["ti"].try_number <= context["ti"].max_tries:
            raise Unavailable("\n".join(missed))
        collecting.progress.info("%d to pick up", len(found), extra={"to_do": len(found)})
        return [[dict(delivery) for delivery in batch] for batch in collecting.batches(found)]


@task(**RETRY, map_index_template="{{ delivered }}")
def take(source: str, batch: list[dict[str, Any]]) -> None:
    """Land, load and check each delivery of a batch."""
    from ics_insight.orchestration import collecting

    names = [collecting.name_of(delivery) for delivery in batch]
    get_current_context()["delivered"] = names[0] if len(names) == 1 else f"{names[0]} … {names[-1]} ({len(names)})"
    with plainly() as dag_run:
        collecting.take(registry()[source], batch, dag_run)


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
        releases = take.partial(source=source.name).expand(batch=discover(source.name))
        announced = announce.override(outlets=[assets.raw(source)])(source.name)
        releases >> [announced, verdict(source.name)]
    return pipeline


for _source in registry().values():
    globals()[f"collect__{_source.name}"] = collect(_source)
