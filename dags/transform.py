"""The Airflow DAG that builds the warehouse from raw to marts with dbt, a build per layer, whenever a source has something new."""

from airflow.sdk import AssetAny, dag, task

from ics_insight.orchestration import assets
from ics_insight.orchestration.plainly import plainly
from ics_insight.sources import registry


@dag(
    schedule=AssetAny(*[assets.raw(source) for source in registry().values()]),
    catchup=False,
    is_paused_upon_creation=False,
    max_active_runs=1,
    tags=["warehouse"],
    doc_md=__doc__,
)
def transform() -> None:
    @task
    def build(layer: str) -> str:
        from ics_insight.orchestration import building

        with plainly():
            return building.build(layer)

    layers = [build.override(task_id=layer)(layer) for layer in ("vocabulary", "staging", "intermediate")]
    marts = build.override(task_id="marts", outlets=[assets.MARTS])("marts")
    layers[0] >> layers[1] >> layers[2] >> marts


transform()
