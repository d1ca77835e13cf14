"""Small marts, made by hand in an empty warehouse, for tests of what is expected of them."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from deliveries import execute
from ics_insight.assurance.findings import Case, Finding
from ics_insight.assurance.suites import run_on_mart

# The columns that expectations and `marts.quality` read, typed as in the contracts.
TABLES = {
    "marts.fct_measure": """icb_code text default 'QZZ', source text default 'fft', measure_code text default 'fft_ae_positive',
        organisation_code text, organisation_level text default 'provider', period_start date, period_end date,
        group_code text default 'all', value numeric, scale text default 'proportion', numerator numeric, denominator numeric,
        base bigint, extract_id text""",
    "marts.fct_operational": """icb_code text default 'QZZ', source text default 'ae', measure_code text default 'ae_4h',
        organisation_code text, organisation_level text default 'provider', period_start date, period_end date, numerator numeric,
        denominator numeric, value numeric, extract_id text""",
    "marts.fct_voice": """icb_code text default 'QZZ', source text, collected_by_code text, period_start date, period_end date,
        said_on date, received_on date, consent text default 'obtained', text_kept_in text, extract_id text""",
    "marts.fct_rate": """source text default 'complaints_ko41b', measure_code text, organisation_code text, period_start date,
        period_end date, numerator numeric, denominator numeric""",
    "marts.signal": """source text default 'fft', measure_code text default 'fft_ae_positive', organisation_code text,
        organisation_level text default 'provider', group_code text default 'all', period_start date, period_end date,
        value numeric, denominator numeric, method text default 'p_chart', is_default boolean default true""",
    "marts.series_break": "measure_code text, organisation_code text, organisation_level text default 'provider', breaks_on date",
    "marts.dim_organisation": """organisation_code text, organisation_level text default 'practice', icb_code text default 'QZZ',
        opened_on date, closed_on date, valid_from date, valid_to date, is_current boolean default true""",
    "marts.bridge_organisation_succession": "predecessor text, successor text, effective_on date",
    "marts.dim_measure": "measure_code text, direction text default 'higher_is_better'",
    "intermediate.int_collection_modes": """source text default 'fft', measure_code text default 'fft_ae_positive',
        organisation_code text, organisation_level text default 'provider', period_start date, period_end date, mode text,
        responses numeric""",
    "intermediate.int_collection_change": """measure_code text default 'fft_ae_positive', organisation_code text,
        organisation_level text default 'provider', changed_on date, mode_before text, mode_since text, moved double precision""",
    "staging.stg_actions__benefits": """extract_id text, sender text, claim_id text, amount numeric, period_months integer,
        cost_period_months integer, claimed_on date, recomputed_amount numeric, periods_match boolean""",
    "staging.stg_responsibilities__owners": """sender text, responsibility_id text, scope text, organisation_code text,
        as_at date default '2026-09-30', valid_from date default '2026-01-01', is_current boolean default true,
        post text default 'held'""",
    "marts.representation": """icb_code text default 'QZZ', source text, organisation_code text, organisation_level text default
    'icb',
        period_kind text default 'year', period_start date default '2025-10-01', period_end date default '2026-09-30',
        characteristic text, group_code text, status text, null_reason text, voices bigint, population_share numeric, ratio numeric,
        ratio_lower numeric, ratio_upper numeric, seldom_below numeric default 0.8""",
}


def month(number: int) -> dict[str, date]:
    """First and last day of the month that comes so many after January 2025."""
    first = date(2025 + number // 12, number % 12 + 1, 1)
    following = date(2025 + (number + 1) // 12, (number + 1) % 12 + 1, 1)
    return {"period_start": first, "period_end": following - timedelta(days=1)}


def make(table: str, *rows: dict[str, Any]) -> None:
    """Make a table with these rows; what a row does not say is what the table's definition says, or null."""
    execute(f"create table if not exists {table} ({TABLES[table]})")
    execute(f"alter table {table} owner to ics_transformer")
    for row in rows:
        places = ", ".join(["%s"] * len(row))
        execute(f"insert into {table} ({', '.join(row)}) values ({places})", *row.values())


class Asked:
    """Asks a table one expectation, by a suite file as there are in `expectations/marts`."""

    def __init__(self, folder: Path, patch: pytest.MonkeyPatch) -> None:
        self.folder = folder / "expectations" / "marts"
        self.folder.mkdir(parents=True)
        patch.setattr("ics_insight.assurance.suites.PROJECT", folder)

    def suite(self, table: str, kind: str, severity: str = "warning", views: dict[str, str] | None = None, **kwargs: Any) -> str:
        name = table.partition(".")[2]
        expectation = {"type": kind, "severity": severity, "kwargs": kwargs, "meta": {"name": "it holds", "why": "It must."}}
        meta = {"table": table, "views": views or {}}
        text = yaml.safe_dump({"name": f"marts_{name}", "meta": meta, "expectations": [expectation]})
        (self.folder / f"{name}.yml").write_text(text)
        return name

    def __call__(self, table: str, kind: str, **kwargs: Any) -> Finding:
        [finding] = run_on_mart(self.suite(table, kind, **kwargs))
        return finding


def said(finding: Finding) -> list[tuple[Any, ...]]:
    """Of each case: status, organisation and what was observed, in order."""
    return sorted(((case.status, case.organisation_code, case.observed) for case in finding.cases), key=str)


def only(finding: Finding) -> Case:
    [case] = finding.cases
    return case
