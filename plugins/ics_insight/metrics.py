"""Metrics, which are defined once in dbt (`models/marts/_semantics.yml`), asked for by name: MetricFlow writes the query, and the
role that audits runs it.

MetricFlow is imported when a question is asked: importing it takes seconds.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ics_insight.errors import Unavailable
from ics_insight.settings import settings
from ics_insight.warehouse import connect


@dataclass(frozen=True)
class Metric:
    """What can be asked for: its name, what it means, and by what it can be told apart."""

    name: str
    label: str
    description: str
    dimensions: tuple[str, ...]


@dataclass(frozen=True)
class Answer:
    """Column names, rows, and the query that gave them."""

    names: list[str]
    rows: list[tuple[Any, ...]]
    sql: str


def known() -> list[Metric]:
    """Every metric with its dimensions, by name. Raises Unavailable where nothing was built yet."""
    engine = _engine()
    return [
        Metric(
            metric.name,
            metric.label or metric.name,
            metric.description or "",
            tuple(sorted({dimension.dunder_name for dimension in metric.dimensions})),
        )
        for metric in sorted(engine.list_metrics(), key=lambda metric: metric.name)
    ]


def ask(metrics: Sequence[str], by: Sequence[str], where: Sequence[str] = (), order: Sequence[str] = ()) -> Answer:
    """The metrics told apart `by` dimensions, as MetricFlow spells them (`metric_time__month`, `organisation`), where every
    condition holds (`{{ Dimension('measure_row__source') }} = 'fft'`), in this order (that of `by` where none is given; `-` before
    a name: largest first). Times are the first day of their month, quarter or year.

    Raises Unavailable with MetricFlow's sentence for what it does not know."""
    engine = _engine()
    from metricflow.engine.metricflow_engine import MetricFlowQueryRequest
    from metricflow_semantics.errors.error_classes import MetricFlowException

    try:
        request = MetricFlowQueryRequest.create(
            metric_names=metrics, group_by_names=by, where_constraints=where or None, order_by_names=order or by
        )
        statement = engine.explain(request).sql_statement.sql
    except MetricFlowException as error:
        raise Unavailable(f"This cannot be asked: {error}") from None
    with connect("auditor") as connection:
        answer = connection.execute(statement)
        rows = [tuple(value.date() if isinstance(value, datetime) else value for value in row) for row in answer]
        return Answer([column.name for column in answer.description or []], rows, statement)


def _engine() -> Any:
    path = settings().home / "dbt" / "target" / "semantic_manifest.json"
    if not path.exists():
        raise Unavailable(f"No metrics yet: {path} is written when the marts are built. Run `ics run` first.")
    from metricflow.engine.metricflow_engine import MetricFlowEngine
    from metricflow.protocols.sql_client import SqlEngine
    from metricflow.sql.render.postgres import PostgresSQLSqlPlanRenderer
    from metricflow_semantics.model.dbt_manifest_parser import parse_manifest_from_dbt_generated_manifest
    from metricflow_semantics.model.semantic_manifest_lookup import SemanticManifestLookup

    class Dialect:
        """All that the engine asks of a client when it only writes queries."""

        sql_engine_type = SqlEngine.POSTGRES
        sql_plan_renderer = PostgresSQLSqlPlanRenderer()

    manifest = parse_manifest_from_dbt_generated_manifest(path.read_text())
    return MetricFlowEngine(SemanticManifestLookup(manifest), Dialect())
