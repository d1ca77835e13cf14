"""One Airflow DAG per source: discover → land → load → check, mapped over what was delivered.

A refused file fails its own release and the run, with the ledger's sentence; the other releases go on, and what was accepted is
announced to `transform` through the source's asset.
"""

from datetime import UTC, datetime, timedelta

from airflow.sdk import DAG, dag, get_current_context, task, task_group
from airflow.sdk.exceptions import AirflowFailException, AirflowSkipException

from ics_insight.orchestration import assets
from ics_insight.orchestration.plainly import plainly
from ics_insight.sources import Source, registry

# Retries help where something outside may come back: a server, the database. They cannot mend a file.
RETRY = {
    "retries": 3,
    "retry_delay": timedelta(seconds=30),
    "retry_exponential_backoff": True,
    "max_retry_delay": timedelta(minutes=10),
}


def collect(source: Source) -> DAG:
    @dag(
        dag_id=f"collect__{source.name}",
        description=f"{source.title} ({source.publisher})",
        schedule=source.schedule,
        start_date=datetime(2026, 1, 1, tzinfo=UTC),
        catchup=False,
        max_active_runs=1,
        tags=["collect", source.name],
        doc_md=f"Publisher: {source.publisher}. Licence: {source.licence}. Found at {source.page}",
    )
    def pipeline() -> None:
        @task(**RETRY)
        def discover() -> list[dict[str, str]]:
            from ics_insight.orchestration import collecting

            with plainly():
                return collecting.discover(source, get_current_context()["dag_run"].conf or {})

        @task(**RETRY, map_index_template="{{ delivered }}")
        def land(delivery: dict[str, str]) -> str | None:
            from ics_insight.orchestration import collecting

            get_current_context()["delivered"] = delivery["at"].split("?")[0].rsplit("/", 1)[-1]
            with plainly() as dag_run:
                return collecting.land(source, delivery, dag_run)

        @task(**RETRY)
        def load(extract_id: str | None) -> str | None:
            from ics_insight.orchestration import collecting

            with plainly() as dag_run:
                return collecting.load_extract(source, extract_id, dag_run).extract_id if extract_id else None

        @task(**RETRY)
        def check(extract_id: str | None) -> None:
            from ics_insight import assurance

            with plainly() as dag_run:
                if extract_id:
                    assurance.check(source, extract_id, dag_run)

        @task_group
        def release(delivery: dict[str, str]) -> None:
            check(load(land(delivery)))

        @task(trigger_rule="all_done", outlets=[assets.raw(source)], **RETRY)
        def announce() -> None:
            """Tell `transform` that there is something new, if there is."""
            from ics_insight.orchestration import collecting

            with plainly() as dag_run:
                if not collecting.outcome(source, dag_run)["accepted"]:
                    raise AirflowSkipException("Nothing new was accepted.")

        @task(trigger_rule="all_done", **RETRY)
        def verdict() -> str:
            """The run fails when a file was refused, with every sentence."""
            from ics_insight.orchestration import collecting

            with plainly() as dag_run:
                done = collecting.outcome(source, dag_run)
            if done["refused"]:
                raise AirflowFailException(" ".join(f"Refused: {each['reason']}" for each in done["refused"]))
            return f"{done['delivered']} delivered, {done['accepted']} accepted, {done['known']} known before."

        release.expand(delivery=discover()) >> [announce(), verdict()]

    return pipeline()


for _source in registry().values():
    globals()[f"collect__{_source.name}"] = collect(_source)
