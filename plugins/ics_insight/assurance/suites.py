"""Running a suite of expectations on Postgres: the only module that knows Great Expectations.

It is imported inside the task that needs it: importing Great Expectations takes seconds. The context is ephemeral and the suites
are plain files, so that there is no project state to get stuck.
"""

import logging
import os
import warnings
from dataclasses import dataclass
from typing import Any

import yaml
from sqlalchemy import URL, Engine, text

from ics_insight.errors import Problem
from ics_insight.settings import PROJECT
from ics_insight.warehouse import parameters

EXAMPLES = 10  # rows that a sentence names
REPORTED = 500  # rows that the report to the sender lists for one expectation


@dataclass(frozen=True)
class Finding:
    """What one expectation found. Rows are given by number only: what stands in them may be what a patient wrote."""

    suite: str
    name: str
    type: str
    severity: str
    success: bool
    rows_checked: int | None
    rows_unexpected: int | None
    observed: str | None
    example_rows: list[int]
    why: str
    problems: tuple[Problem, ...]

    @property
    def sentence(self) -> str:
        rows = ", ".join(map(str, self.example_rows)) + (", …" if (self.rows_unexpected or 0) > len(self.example_rows) else "")
        return f"Not so: {self.name}{f' (row {rows})' if self.example_rows else ''}. {self.why}"


def run(gate: str, suite_name: str, extract_id: str, row_limits: dict[str, int] | None) -> list[Finding]:
    """Run `expectations/<gate>/<suite_name>.yml` on the rows of one extract. `row_limits` fills the suite's own parameters;
    an expectation that needs them is left out while there are none."""
    described = yaml.load((PROJECT / "expectations" / gate / f"{suite_name}.yml").read_text(), yaml.CSafeLoader)
    if row_limits is None:
        described["expectations"] = [e for e in described["expectations"] if "$PARAMETER" not in str(e["kwargs"])]
    result = _validate(described, extract_id, row_limits or {})
    return [_finding(described["name"], each) for each in result.results]


def _validate(described: dict[str, Any], extract_id: str, row_limits: dict[str, int]) -> Any:
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    logging.getLogger("great_expectations").setLevel(logging.ERROR)  # before the import, which talks otherwise
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import great_expectations as gx

        gx_context = gx.get_context(mode="ephemeral")
        gx_context.variables.progress_bars = {"globally": False}
        source = gx_context.data_sources.add_postgres("warehouse", connection_string=_address())
        query = described["meta"]["query"].format(extract_id=extract_id)
        batch = source.add_query_asset("extract", query=query).add_batch_definition_whole_table("all").get_batch()
        expectations = [_reading_batch(each) for each in described["expectations"]]
        suite = gx.ExpectationSuite(name=described["name"], expectations=expectations, meta=described["meta"])
        try:
            _make_views(source.get_execution_engine().engine, query, described["meta"].get("views", {}))
            return batch.validate(
                suite,
                result_format={"result_format": "COMPLETE", "unexpected_index_column_names": ["row_number"]},
                expectation_parameters=row_limits,
            )
        finally:
            # Each has a pool of connections of its own, which would stay open until the garbage is collected.
            source.get_engine().dispose()
            source.get_execution_engine().engine.dispose()


def _reading_batch(expectation: dict[str, Any]) -> dict[str, Any]:
    """The expectation with its query as Great Expectations wants it: the rows of the extract under their name, braces doubled."""
    kwargs = dict(expectation["kwargs"])
    if query := kwargs.get("unexpected_rows_query"):
        literal = query.replace("{", "{{").replace("}", "}}")
        kwargs["unexpected_rows_query"] = f"with batch as (select * from {{batch}})\nselect * from ({literal}) as unexpected"  # noqa: S608
    return expectation | {"kwargs": kwargs}


def _make_views(engine: Engine, query: str, views: dict[str, str]) -> None:
    """What several expectations of a suite read, worked out once: Great Expectations runs the query of each of them twice.

    They are temporary tables of the only connection that the engine's pool holds, and end with it.
    """
    if not views:
        return
    with engine.begin() as connection:
        for name, view in views.items():
            connection.execute(text(f"create temporary table {name} as with batch as ({query})\nselect * from ({view}) as view"))


def _address() -> str:
    known = parameters("owner")
    # Freshly loaded rows have no statistics yet, and one array per row unfolds to an unknown length: nested loops, which the
    # planner then prefers, would take minutes.
    options = {"options": "-c enable_nestloop=off"}
    url = URL.create(
        "postgresql+psycopg2", known["user"], known["password"], known["host"], known["port"], known["dbname"], options
    )
    return url.render_as_string(hide_password=False)  # stays in this process: the context is not written anywhere


def _finding(suite: str, each: Any) -> Finding:
    meta, result = each.expectation_config.meta, each.result
    if each.exception_info and (raised := _exception(each.exception_info)):
        raise RuntimeError(f"Expectation “{meta['name']}” of {suite} could not be evaluated: {raised}")
    places = _places(result)
    unexpected = result.get(
        "unexpected_count", result.get("observed_value") if "unexpected_rows" in str(result.get("details")) else None
    )
    return Finding(
        suite=suite,
        name=meta["name"],
        type=each.expectation_config.type,
        severity=str(each.expectation_config.severity.value),
        success=bool(each.success),
        rows_checked=result.get("element_count"),
        rows_unexpected=None if unexpected is None else int(str(unexpected).split()[0]),
        observed=None if result.get("observed_value") is None else str(result["observed_value"]),
        example_rows=sorted({row for _, row, _ in places})[:EXAMPLES],
        why=meta["why"],
        problems=_problems(meta, places),
    )


def _problems(meta: dict[str, Any], places: list[tuple[str, int, str]]) -> tuple[Problem, ...]:
    """One for each place, or one for the whole file where there is none."""
    found, expected = f"Not so: {meta['name']}.", meta["why"]
    listed = tuple(Problem(found, sheet, row, column, expected) for sheet, row, column in places[:REPORTED])
    return listed or (Problem(found, expected=expected),)


def _places(result: dict[str, Any]) -> list[tuple[str, int, str]]:
    """Sheet, row and column of what was unexpected, in order; a query says sheet and column where its table has several."""
    listed = result.get("unexpected_index_list") or (result.get("details") or {}).get("unexpected_rows") or []
    return sorted(
        {
            (str(row.get("sheet") or ""), int(row["row_number"]), str(row.get("column_name") or ""))
            for row in listed
            if row.get("row_number") is not None
        }
    )


def _exception(info: dict[str, Any]) -> str | None:
    found = [info] if "raised_exception" in info else [each for each in info.values() if isinstance(each, dict)]
    return next((str(each.get("exception_message")) for each in found if each.get("raised_exception")), None)
