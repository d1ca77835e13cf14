"""Running a suite of expectations on Postgres: beside the custom expectations, the only module that knows Great Expectations.

It is imported inside the task that needs it: importing Great Expectations takes seconds. The context is ephemeral, one a process,
asked by one thread at a time; the suites are plain files, so that there is no project state to get stuck.
"""

import logging
import os
import warnings
from functools import lru_cache
from typing import Any, Literal

import yaml
from sqlalchemy import URL, Engine, text

from ics_insight.assurance.findings import Finding, left_out, of_cases, of_rows
from ics_insight.settings import PROJECT
from ics_insight.warehouse import parameters
from ics_insight.warehouse.connect import Writer

Gate = Literal["raw", "marts"]


def suites(gate: Gate) -> list[str]:
    """The names of the files in `expectations/<gate>`, in order."""
    return sorted(path.stem for path in (PROJECT / "expectations" / gate).glob("*.yml"))


def described(gate: Gate, suite_name: str) -> dict[str, Any]:
    """`expectations/<gate>/<suite_name>.yml` as it is written; of a raw suite with the table that it is of."""
    found: dict[str, Any] = yaml.load((PROJECT / "expectations" / gate / f"{suite_name}.yml").read_text(), yaml.CSafeLoader)
    if gate == "raw":
        found["meta"]["table"] = f"raw.{suite_name}"
    return found


def run_on_extract(source_name: str, extract_id: str, row_limits: dict[str, int] | None) -> list[Finding]:
    """Run a source's suite on the rows of one extract. `row_limits` fills the suite's own parameters; an expectation that needs
    them is not applicable while there are none."""
    suite = described("raw", source_name)
    target = suite["meta"]["table"]
    without = [each for each in suite["expectations"] if row_limits is None and "$PARAMETER" in str(each["kwargs"])]
    suite["expectations"] = [each for each in suite["expectations"] if each not in without]
    result = _validate("loader", suite, suite["meta"]["query"].format(extract_id=extract_id), row_limits or {})
    return [left_out(target, each) for each in without] + [of_rows(target, each) for each in _evaluated(suite, result)]


def run_on_mart(suite_name: str) -> list[Finding]:
    """Run a mart's suite on the whole of its table."""
    suite = described("marts", suite_name)
    target = suite["meta"]["table"]
    result = _validate("transformer", suite, f"select * from {target}", {})  # noqa: S608
    return [of_cases(target, each) for each in _evaluated(suite, result)]


def _validate(role: Writer, suite: dict[str, Any], query: str, values: dict[str, int]) -> Any:
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    logging.getLogger("great_expectations").setLevel(logging.ERROR)  # before the import, which talks otherwise
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import great_expectations as gx

        source, asked = _asset(_address(role))
        asked.query = query
        batch = asked.get_batch_definition("all").get_batch()
        listed = [_reading_batch(each) for each in suite["expectations"]]
        built = gx.ExpectationSuite(name=suite["name"], expectations=listed, meta=suite["meta"])
        try:
            _make_views(source.get_execution_engine().engine, query, suite["meta"].get("views", {}))
            return batch.validate(
                built,
                result_format={"result_format": "COMPLETE", "unexpected_index_column_names": ["row_number"]},
                expectation_parameters=values,
            )
        finally:
            # Each has a pool of connections of its own, which would stay open; they are opened again when needed.
            source.get_engine().dispose()
            source.get_execution_engine().engine.dispose()


@lru_cache(maxsize=2)  # one for each gate
def _asset(address: str) -> tuple[Any, Any]:
    """A data source, and rows of it to be asked for by a query. Great Expectations takes longer to make them than to ask."""
    import great_expectations as gx

    from ics_insight.assurance import expectations  # noqa: F401  (a suite names them by their type)

    gx_context = gx.get_context(mode="ephemeral")
    gx_context.variables.progress_bars = {"globally": False}
    source = gx_context.data_sources.add_postgres("warehouse", connection_string=address)
    asset = source.add_query_asset("rows", query="select 1")
    asset.add_batch_definition_whole_table("all")
    return source, asset


def _reading_batch(expectation: dict[str, Any]) -> dict[str, Any]:
    """The expectation with its query as Great Expectations wants it: the rows of the batch under their name, braces doubled."""
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


def _address(role: Writer) -> str:
    known = parameters(role)
    # Freshly loaded rows have no statistics yet, and one array per row unfolds to an unknown length: nested loops, which the
    # planner then prefers, would take minutes.
    options = {"options": "-c enable_nestloop=off"}
    url = URL.create(
        "postgresql+psycopg2", known["user"], known["password"], known["host"], known["port"], known["dbname"], options
    )
    return url.render_as_string(hide_password=False)  # stays in this process: the context is not written anywhere


def _evaluated(suite: dict[str, Any], result: Any) -> list[Any]:
    for each in result.results:
        if each.exception_info and (raised := _exception(each.exception_info)):
            name = each.expectation_config.meta["name"]
            raise RuntimeError(f"Expectation “{name}” of {suite['name']} could not be evaluated: {raised}")
    return list(result.results)


def _exception(info: dict[str, Any]) -> str | None:
    found = [info] if "raised_exception" in info else [each for each in info.values() if isinstance(each, dict)]
    return next((str(each.get("exception_message")) for each in found if each.get("raised_exception")), None)
