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
        """Which marts were looked at, as `building.marts_built_at` names them."""
        from ics_insight import assurance
        from ics_insight.orchestration import building

        with plainly() as dag_run:
            looked_at = building.marts_built_at()
            assurance.check_marts(dag_run)
            return looked_at

    @task(outlets=[assets.PUBLISHED])
    def published(checked: str) -> str:
        from ics_insight.orchestration import building

        with plainly() as dag_run:
            return building.publish(checked, dag_run)

    published(gate())


publish()
