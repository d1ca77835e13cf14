"""The Airflow DAG that builds schema `published`, the only one that the dashboard reads, whenever the marts are new."""

from airflow.sdk import dag, task

from ics_insight.orchestration import assets
from ics_insight.orchestration.plainly import plainly


@dag(schedule=[assets.MARTS], catchup=False, is_paused_upon_creation=False, max_active_runs=1, tags=["warehouse"], doc_md=__doc__)
def publish() -> None:
    @task(outlets=[assets.PUBLISHED])
    def published() -> str:
        from ics_insight.orchestration import building

        with plainly():
            return building.build("published")

    published()


publish()
