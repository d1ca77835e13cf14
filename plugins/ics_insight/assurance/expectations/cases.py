"""What the custom expectations share: a query that names its cases, worked out by Postgres."""

import re
from typing import Any, ClassVar

from great_expectations.expectations.expectation import BatchExpectation
from great_expectations.render import LegacyRendererType, RenderedStringTemplateContent
from great_expectations.render.renderer.renderer import renderer
from great_expectations.render.renderer_configuration import RendererConfiguration, RendererValueType
from great_expectations.validator.metric_configuration import MetricConfiguration
from psycopg import sql

METRIC = "query.table"


class CaseExpectation(BatchExpectation):  # type: ignore[misc]
    """An expectation that speaks of cases: an organisation's month, a claim, a scope.

    `query` gives one row for each case that does not hold or cannot be judged: `status` (`broken`, `too_few` or `not_applicable`),
    `source`, `organisation_code`, `measure_code`, `period_start`, `period_end`, `observed`, `threshold` and `key`. It holds where
    no case is `broken`. What stands in braces in `query` is a field of the class, as a literal; those of `names` are names of
    columns or tables. `of` is what the cases are looked for in: the rows of the batch, or a view of the suite. `says` is what is
    expected, in words for Great Expectations' pages and ours; behind a dollar sign stands a field of the class.
    """

    of: str = "batch"

    query: ClassVar[str] = "select 'not_applicable' as status where false"
    names: ClassVar[tuple[str, ...]] = ("of",)
    says: ClassVar[str] = "No case is broken."

    def cases(self) -> str:
        """The query with its fields filled in."""
        own = [name for name in self.__fields__ if f"{{{name}}}" in self.query]
        filled = {
            name: sql.Identifier(getattr(self, name)) if name in self.names else sql.Literal(getattr(self, name)) for name in own
        }
        return sql.SQL(self.query).format(**filled).as_string(None)

    def get_validation_dependencies(self, execution_engine: Any = None, runtime_configuration: Any = None) -> Any:
        """All cases of the query: what Great Expectations offers for queries of its own stops after 200 rows."""
        needed = super().get_validation_dependencies(execution_engine, runtime_configuration)
        literal = self.cases().replace("{", "{{").replace("}", "}}")
        query = f"with batch as not materialized (select * from {{batch}})\nselect * from ({literal}) as cases"  # noqa: S608
        needed.set_metric_configuration(
            METRIC,
            MetricConfiguration(
                METRIC,
                metric_domain_kwargs={"batch_id": self.batch_id},
                metric_value_kwargs={"query": query, "fetch_all": True},
            ),
        )
        return needed

    def _validate(self, metrics: Any, runtime_configuration: Any = None, execution_engine: Any = None) -> dict[str, Any]:
        cases = metrics[METRIC]
        broken = sum(case["status"] == "broken" for case in cases)
        return {"success": broken == 0, "result": {"observed_value": broken, "details": {"cases": cases}}}

    @classmethod
    def _prescriptive_template(cls, renderer_configuration: RendererConfiguration) -> RendererConfiguration:
        renderer_configuration.template_str = cls.says
        for name, value in cls._said(renderer_configuration.kwargs).items():
            renderer_configuration.add_param(name=name, param_type=RendererValueType.STRING, value=value)
        return renderer_configuration

    @classmethod
    @renderer(renderer_type=LegacyRendererType.PRESCRIPTIVE)  # type: ignore[untyped-decorator]
    def _prescriptive_renderer(
        cls, configuration: Any = None, result: Any = None, runtime_configuration: Any = None
    ) -> list[RenderedStringTemplateContent]:
        kwargs = (configuration or result.expectation_config).kwargs
        said = {"template": cls.says, "params": cls._said(kwargs)}
        return [RenderedStringTemplateContent(content_block_type="string_template", string_template=said)]

    @classmethod
    def _said(cls, kwargs: dict[str, Any]) -> dict[str, str]:
        """The fields that `says` names, as words: a list with commas, a number without an exponent's letter."""
        given = {name: kwargs.get(name, cls.__fields__[name].default) for name in re.findall(r"\$(\w+)", cls.says)}
        return {name: _in_words(value) for name, value in given.items()}


def _in_words(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return f"{value:f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value).replace("_", " ")
