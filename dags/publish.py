"""The Airflow DAG that holds new marts against what is expected of them, and then builds schema `published`, the only one that the
dashboard reads. Marts that break a critical expectation are not published: the last publication stands.
"""

from airflow.sdk import dag, task

from ics_insight.orchestration import assets
from ics_insight.orchestration.plainly import plainly


@dag(schedule=[assets.MARTS], catchup=False, is_paused_upon_creation=False, max_active_runs=1, tags=["warehouse"], doc_md=__doc__)
def publish() -> None:
    @task
    def gate() -> str:
        from ics_insight import assurance

        with plainly() as dag_run:
            return f"{assurance.check_marts(dag_run)} expectations asked."

    @task(outlets=[assets.PUBLISHED])
    def published() -> str:
        from ics_insight.orchestration import building

        with plainly() as dag_run:
            return building.publish(dag_run)

    gate() >> published()


publish()
