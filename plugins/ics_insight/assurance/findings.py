"""What expectations found: one finding for each, with its cases, as read from Great Expectations' results."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from string import Template
from typing import Any, Literal

from ics_insight.errors import Problem

Status = Literal["pass", "warn", "fail", "not_applicable", "too_few"]

EXAMPLES = 10  # rows or keys that a sentence names
REPORTED = 500  # rows that the report to the sender lists for one expectation
WORST_FIRST: tuple[Status, ...] = ("fail", "warn", "too_few", "pass", "not_applicable")
BROKEN: dict[str, Status] = {"critical": "fail", "warning": "warn"}


@dataclass(frozen=True)
class Case:
    """One thing that an expectation of a mart speaks of by itself, where it did not hold or could not be judged."""

    status: Status
    source: str | None
    organisation_code: str | None
    measure_code: str | None
    period_start: date | None
    period_end: date | None
    observed: str | None
    threshold: str | None
    keys: tuple[str, ...]


@dataclass(frozen=True)
class Finding:
    """What one expectation found. Rows and keys are given, never what stands in them: that may be what a patient wrote."""

    target: str
    name: str
    type: str
    rule: str | None  # what is expected, as Great Expectations words it; none of a query, whose name says it
    severity: str
    status: Status
    observed: str | None
    threshold: str | None
    keys: tuple[str, ...]
    are_rows: bool
    more: bool
    why: str
    problems: tuple[Problem, ...] = ()
    cases: tuple[Case, ...] = ()

    @property
    def sentence(self) -> str:
        rows = list(dict.fromkeys(key.rpartition(" ")[2] for key in self.keys)) if self.are_rows else list(self.keys)
        where = ("row " if self.are_rows else "") + ", ".join(rows) + (", …" if self.more else "")
        return f"Not so: {self.name}{f' ({where})' if rows else ''}. {self.why}"


def left_out(target: str, described: dict[str, Any]) -> Finding:
    """The finding of an expectation that there is nothing to hold against yet."""
    meta = described["meta"]
    return Finding(
        target=target,
        name=meta["name"],
        type=described["type"],
        rule=None,
        severity=described["severity"],
        status="not_applicable",
        observed=None,
        threshold=None,
        keys=(),
        are_rows=False,
        more=False,
        why=meta["why"],
    )


def of_rows(target: str, each: Any) -> Finding:
    """The finding of an expectation of a file: what is unexpected is a row of it."""
    meta, result = each.expectation_config.meta, each.result
    places = _places(result)
    rows = sorted(places, key=lambda place: (place[1], place[0]))
    keys = tuple(dict.fromkeys(f"{sheet} {row}".strip() for sheet, row, _ in rows))
    observed, threshold = _measured(each)
    return Finding(
        target=target,
        name=meta["name"],
        type=each.expectation_config.type,
        rule=_rule(each),
        severity=str(each.expectation_config.severity.value),
        status="pass" if each.success else BROKEN[each.expectation_config.severity.value],
        observed=observed,
        threshold=threshold,
        keys=keys[:EXAMPLES],
        are_rows=True,
        more=bool(keys) and int(observed or 0) > len(keys[:EXAMPLES]),
        why=meta["why"],
        problems=_problems(meta, places),
    )


def of_cases(target: str, each: Any) -> Finding:
    """The finding of an expectation of a mart: what is unexpected is a case, with its source, organisation and period."""
    meta, severity = each.expectation_config.meta, str(each.expectation_config.severity.value)
    details = each.result.get("details") or {}
    rows = sorted(details.get("cases", details.get("unexpected_rows", [])), key=_about)
    cases = _merged(_case(row, severity) for row in rows)
    broken = [case for case in cases if case.status == BROKEN[severity]]
    keys = tuple(" ".join(filter(None, (case.source, case.organisation_code, *case.keys[:1]))) for case in broken[:EXAMPLES])
    return Finding(
        target=target,
        name=meta["name"],
        type=each.expectation_config.type,
        rule=_rule(each),
        severity=severity,
        status="pass" if each.success else BROKEN[severity],
        observed=str(each.result.get("observed_value")),
        threshold="0",
        keys=keys,
        are_rows=False,
        more=len(broken) > len(keys),
        why=meta["why"],
        cases=tuple(cases),
    )


def _rule(each: Any) -> str | None:
    """What Great Expectations' pages say of an expectation. Of a query they show its text, which tells a reader nothing."""
    if each.expectation_config.type == "unexpected_rows_expectation":
        return None
    each.render()
    [said, *_] = each.expectation_config.rendered_content
    return str(Template(said.value.template).safe_substitute({name: param["value"] for name, param in said.value.params.items()}))


def _about(row: dict[str, Any]) -> tuple[str, ...]:
    return tuple(str(row.get(name)) for name in ("source", "organisation_code", "measure_code", "period_start", "key"))


def _case(row: dict[str, Any], severity: str) -> Case:
    said = row.get("status", "broken")
    key = row.get("key")
    return Case(
        status=BROKEN[severity] if said == "broken" else said,
        source=row.get("source"),
        organisation_code=row.get("organisation_code"),
        measure_code=row.get("measure_code"),
        period_start=row.get("period_start"),
        period_end=row.get("period_end"),
        observed=None if row.get("observed") is None else str(row["observed"]),
        threshold=None if row.get("threshold") is None else str(row["threshold"]),
        keys=() if key is None else (str(key),),
    )


def _merged(cases: Iterable[Case]) -> list[Case]:
    """One case for each source, organisation, measure and period: the worst of them, with the keys of all that are as bad."""
    merged: dict[tuple[Any, ...], Case] = {}
    for case in cases:
        about = (case.source, case.organisation_code, case.measure_code, case.period_start, case.period_end)
        known = merged.get(about)
        if known is None or WORST_FIRST.index(case.status) < WORST_FIRST.index(known.status):
            merged[about] = case
        elif case.status == known.status and len(known.keys) < EXAMPLES:
            merged[about] = replace(known, keys=known.keys + case.keys)
    return list(merged.values())


def _measured(each: Any) -> tuple[str | None, str | None]:
    """How many rows there are and may be; or how many are unexpected, where none may be."""
    result, kwargs = each.result, each.expectation_config.kwargs
    if "min_value" in kwargs and "element_count" not in result:
        return str(result["observed_value"]), f"{kwargs['min_value']} to {kwargs['max_value']}"
    unexpected = result.get("unexpected_count", result.get("observed_value"))
    return (None if unexpected is None else str(unexpected)), "0"


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
