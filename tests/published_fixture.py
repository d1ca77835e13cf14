"""A real database with invented figures in schema `published`, as the dashboard finds it. Used by the dashboard's tests.

QZA has every case there is, QZB next to nothing, QZC as much as the largest ICB could have.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
import yaml

from ics_insight.settings import PROJECT, Settings, settings
from ics_insight.warehouse.connect import Connection, connect, prepare
from ics_insight.warehouse.embedded import remove, running

HOSTILE = """Bold <b onclick="x">O'Neill</b><script src="https://evil.example/x.js"></script> & Sons"""
PHONE, LISTEN, INPATIENT = "gpps_localgpservicesphone", "gpps_lastgpapptlisten", "cqc_inpatient_overall"

# Every page there is, of a board with some of everything and of one with next to nothing.
PAGES = [
    "/", "/icb/QZA", "/icb/QZB", "/icb/NONE", "/icb/QZA/services", "/icb/QZB/services", "/icb/QZA/heard", "/icb/QZB/heard",
    "/icb/QZA/places", "/icb/QZB/places", "/checks", "/icb/QZA/pathways", "/icb/QZA/pathway/stroke", "/icb/QZE/pathways",
    "/icb/QZA/known", "/icb/QZA/known?theme=T02&place=P1&group=ethnicity:Black", "/icb/QZA/data",
    "/icb/QZM/measures",
    "/icb/QZM/measure/fft_inpatient_positive", "/icb/QZM/measure/gpps_overallexp", "/icb/QZM/measure/rtt_18w",
    "/icb/QZM/organisation/ZM1", "/icb/QZP/pack",
]  # fmt: skip

TABLES = """
create table published.measure (
    icb_code text, source text, measure_code text, organisation_code text, organisation_level text, period_start date,
    period_end date, group_code text, value numeric, scale text, numerator numeric, denominator numeric, base bigint,
    lower numeric, upper numeric, interval_method text, null_reason text, interval_null_reason text, series text,
    extract_id text, label text, direction text, organisation_name text, now_icb_code text
);
create table published.operational (
    icb_code text, source text, measure_code text, organisation_code text, organisation_level text, period_start date,
    period_end date, numerator numeric, denominator numeric, value numeric, null_reason text, extract_id text, label text,
    direction text, organisation_name text, now_icb_code text
);
create table published.organisation (
    organisation_code text, organisation_name text, organisation_level text, icb_code text, icb_name text
);
create table published.extract (
    extract_id text, source text, source_title text, publisher text, part text, file_name text, received_at timestamptz,
    period_start date, period_end date
);
create table published.expectation (
    gate text, target text, source text, source_title text, expectation text, rule text, severity text, why text, status text,
    looked bigint, broken bigint, untold bigint, broken_last_on date, examples text[], checked_at timestamptz, waivers text[]
);
insert into published.expectation values
    ('raw', 'raw.ae', 'ae', 'A&E waits', 'one row per organisation', null, 'critical', 'It would count twice.', 'pass', 28, 0, 0,
     null, null, '2026-06-11', null),
    ('raw', 'raw.ae', 'ae', 'A&E waits', 'about as many rows as ever', 'Must have from 3 to 9 rows.', 'warning',
     'Far fewer are an incomplete file.', 'warn', 28, 2, 3, '2025-04-30', null, '2026-06-11', null),
    ('raw', 'raw.cqc', 'cqc', 'Adult inpatient survey', 'nothing before it to compare with', null, 'warning', 'It is new.',
     'not_applicable', 1, 0, 1, null, null, '2026-06-11', null),
    ('marts', 'marts.fct_voice', null, null, 'a log holds about as many as in the months before', 'A period counts enough.',
     'warning', 'A month may be missing.', 'warn', null, 1, 7, '2026-04-30', '{pals ZT1 2026-04}', '2026-06-11', null),
    ('marts', 'marts.signal', null, null, '<b>no</b> break without a reason', 'Another way is known of.', 'critical',
     'A line would mislead.', 'fail', null, 1, 0, '2025-01-31', '{fft ZT2 ae}', '2026-06-11',
     '{"Chief nurse until 2026-12-31 for ZT2: a new form"}');
create table published.heard (
    icb_code text, source text, source_title text, period_start date, period_end date, characteristic text, group_code text,
    group_label text, position integer, voices bigint, voices_null_reason text, at_least integer, at_most integer, known bigint,
    known_null_reason text, denominator_kind text, population_as_at date, population bigint, population_share numeric,
    ratio numeric, ratio_lower numeric, ratio_upper numeric, ratio_null_reason text, seldom_below numeric, status text
);
insert into published.heard
select
    'QZA', source, title, '2023-05-01', '2026-04-30', characteristic, characteristic || ':' || answer, label, position,
    voices, reason, least, most, known, null, 'residents', '2021-03-21', people, people / 250000.0, ratio, lower, upper,
    case when ratio is null then coalesce(reason, 'too_few') end, 0.8, status
from (
    values
    ('complaints', 'Complaints', 'ethnicity', 'Black', 'Black', 2, 20, null, null, null, 900, 25000, 0.2222, 0.1442, 0.3405,
     'seldom_heard'),
    ('complaints', 'Complaints', 'ethnicity', 'White', 'White', 1, 850, null, null, null, 900, 200000, 1.1806, 1.1583, 1.1985,
     'as_expected'),
    ('complaints', 'Complaints', 'ethnicity', 'Mixed', 'mixed or multiple ethnic groups', 3, null, 'small_number', 1, 29, 900,
     15000, null, null, null, 'seldom_heard'),
    ('complaints', 'Complaints', 'ethnicity', 'Other', 'other ethnic group', 4, null, 'small_number', 1, null, 900, 10000,
     null, null, null, null),
    ('pals', 'PALS <b>contacts</b>', 'english', 'no', 'main language is another, and who speaks for them', 2, 0, null, null,
     null, 400, 50000, 0, 0, 0.0476, 'seldom_heard'),
    ('pals', 'PALS <b>contacts</b>', 'ethnicity', 'Black', 'Black', 2, 11, null, null, null, 30, 25000, null, null, null, null)
) as heard (
    source, title, characteristic, answer, label, position, voices, reason, least, most, known, people, ratio, lower, upper, status
);
insert into published.heard values (
    'QZA', 'stories', 'Stories', '2023-05-01', '2026-04-30', 'carer', 'carer:yes', 'cares unpaid for somebody', 1, null,
    'not_collected', null, null, null, 'not_collected', 'residents', '2021-03-21', 20000, 0.08, null, null, null,
    'not_collected', 0.8, null
);
create table published.sub_icb_location (
    icb_code text, place_code text, place_name text, boundary jsonb, boundary_as_at date, boundary_null_reason text, extract_id text
);
create table published.publication (published_at timestamptz);
insert into published.publication values ('2026-06-11 09:30+00');
insert into published.organisation values
    ('QZA', 'NHS Vale & Moor Integrated Care Board', 'icb', 'QZA', 'NHS Vale & Moor Integrated Care Board'),
    ('QZB', 'NHS Empty Quarter Integrated Care Board', 'icb', 'QZB', 'NHS Empty Quarter Integrated Care Board'),
    ('QZC', 'NHS Great Plain Integrated Care Board', 'icb', 'QZC', 'NHS Great Plain Integrated Care Board');
insert into published.extract
select
    'gpps-' || part || '-' || year, 'gpps', 'GP Patient Survey', 'Invented Surveys', part, 'GPPS_' || year || '_' || part || '.csv',
    make_timestamptz(year, 7, 10, 9, 0, 0), make_date(year, 1, 1), make_date(year, 3, 31)
from unnest(array['national', 'ics', 'practice']) as part, generate_series(2023, 2026) as year;
insert into published.extract values (
    'cqc', 'cqc_inpatient', 'Adult inpatient survey', 'Invented Commission', 'trust', 'Inpatients-2025.ods',
    '2026-05-01', '2025-11-01', '2025-11-30'
);
insert into published.extract values
    ('register', 'organisations', null, null, 'practices', 'epraccur.csv', '2026-05-02', '2026-04-20', '2026-04-20');
insert into published.extract
select
    source || to_char(month, 'YYYY-MM'), source, title, 'Invented Statistics', 'provider',
    source || '-' || to_char(month, 'FMMonth-YYYY') || '.csv', month + interval '45 days', month, month + interval '1 month - 1 day'
from
    (values ('ae', 'A&E waits'), ('rtt', 'RTT waits')) as sources (source, title),
    generate_series('2024-01-01'::date, '2026-04-01', interval '1 month') as month;
"""

# As much as the largest ICB could have: 530 practices, 10 trusts with an A&E, 25 providers with a waiting list, 28 months.
LARGE = """
insert into published.measure
select
    'QZC', 'gpps', code, 'Z' || lpad(n::text, 5, '0'), 'practice', '2026-01-01', '2026-03-31', 'all', 0.4 + n / 1060.0,
    'proportion', null, null, 100 + n, 0.35 + n / 1060.0, 0.45 + n / 1060.0, 'wilson_95_published', null, null, '2024',
    'gpps-practice-2026', 'x', 'higher', 'The Long Street Medical Centre ' || n
from generate_series(1, 530) as n, unnest(array['gpps_localgpservicesphone', 'gpps_lastgpapptlisten']) as code;
insert into published.measure
select
    'QZC', 'cqc_inpatient', 'cqc_inpatient_overall', 'ZL' || n, 'trust', '2025-11-01', '2025-11-30', 'all', 7 + n / 10.0,
    'score_0_10', null, null, 400 + n, null, null, null, null, 'not_applicable', '2020', 'cqc', 'x', 'higher',
    'Great Plain Number ' || n || ' University Hospitals NHS Foundation Trust'
from generate_series(1, 10) as n;
insert into published.operational
select
    'QZC', source, code, 'ZL' || n, 'provider', month, month + interval '1 month - 1 day', within, 17000 + n,
    round(within / (17000 + n), 6), null, source || to_char(month, 'YYYY-MM'), 'x', 'higher',
    'Great Plain Number ' || n || ' University Hospitals NHS Foundation Trust'
from
    (values ('ae', 'ae_4h', 10), ('rtt', 'rtt_18w', 25)) as sources (source, code, many),
    generate_series(1, many) as n,
    generate_series('2024-01-01'::date, '2026-04-01', interval '1 month') as month,
    lateral (select 10000 + 50 * n + 100 * extract(month from month) as within) as counted;
"""


@pytest.fixture(scope="module")
def published(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """A database of its own, reached through the environment, with the figures below in it, and those of single pages: the modules
    that the test's module lists in `ROWS`, and all of them where it lists none."""
    known = [import_module(path.stem) for path in sorted(Path(__file__).parent.glob("rows_*.py"))]
    wanted = getattr(request.module, "ROWS", known)
    at = Settings(home=tmp_path_factory.mktemp("home"), db_host="", db_port=0)
    with running(at) as environment, pytest.MonkeyPatch.context() as patch:
        for name, value in environment.items():
            patch.setenv(name, value)
        patch.delenv("ICS_ICB", raising=False)
        settings.cache_clear()
        prepare()
        with connect() as connection:
            _contracted(connection)
            connection.execute(TABLES)
            connection.execute(LARGE)
            _survey_rows(connection)
            _operational_rows(connection)
            for table in ("measure", "operational"):  # no board changed
                connection.execute(f"update published.{table} set now_icb_code = icb_code")  # type: ignore[call-overload]
            for module in wanted:
                module.rows(connection)
            connection.execute("grant select on all tables in schema published to ics_dashboard")
        yield
    settings.cache_clear()
    remove(at)


def _contracted(connection: Connection) -> None:
    """Empty tables as their contracts say, with what must be unique in them."""
    text = (PROJECT / "dbt_project/models/published/_read.yml").read_text()
    for model in yaml.safe_load(text)["models"]:
        columns = ", ".join(f"{column['name']} {column['data_type']}" for column in model["columns"])
        connection.execute(f"create table published.{model['name']} ({columns})".encode())
        for index in model.get("config", {}).get("indexes", []):
            connection.execute(f"create unique index on published.{model['name']} ({', '.join(index['columns'])})".encode())


def put(connection: Connection, table: str, **values: Any) -> None:
    """Insert one row, unless one like it stands."""
    names, marks = ", ".join(values), ", ".join(f"%({name})s" for name in values)
    connection.execute(f"insert into published.{table} ({names}) values ({marks}) on conflict do nothing".encode(), values)


def gpps(connection: Connection, code: str, year: int, value: float | None, **values: Any) -> None:
    """One GP Patient Survey figure: of QZA itself unless `values` say otherwise."""
    level = values.get("organisation_level", "icb")
    part = {"england": "national", "icb": "ics"}.get(level, "practice")
    known: dict[str, Any] = {
        "icb_code": "QZA",
        "source": "gpps",
        "measure_code": code,
        "organisation_code": "QZA",
        "organisation_level": level,
        "organisation_name": "NHS Vale & Moor Integrated Care Board",
        "period_start": date(year, 1, 1),
        "period_end": date(year, 3, 31),
        "group_code": "all",
        "value": value,
        "scale": "proportion",
        "base": 12345,
        "series": "2024" if year >= 2024 else "2018",
        "extract_id": f"gpps-{part}-{year}",
    }
    if value is not None:
        known |= {"lower": max(0, value - 0.02), "upper": value + 0.02, "interval_method": "wilson_95_published"}
    put(connection, "measure", **(known | values))


def _survey_rows(connection: Connection) -> None:
    england = {
        "icb_code": "ENG",
        "organisation_code": "ENG",
        "organisation_level": "england",
        "organisation_name": "England",
        "base": 702837,
    }
    for year, own, national in ((2023, 0.49, 0.50), (2024, 0.51, 0.52), (2025, 0.5146, 0.5294), (2026, 0.5378, 0.5331)):
        gpps(connection, PHONE, year, own)
        gpps(connection, PHONE, year, national, **england)
    gpps(connection, LISTEN, 2026, 0.8695)
    gpps(connection, LISTEN, 2026, 0.11, group_code="age_16_24")  # a group's figure is not everybody's
    gpps(connection, LISTEN, 2026, 0.8712, **england)
    practices: list[tuple[str, str, float | None, dict[str, Any]]] = [
        ("Z00001", "willow Surgery", 0.91, {"base": 88}),
        ("Z00002", "Ash Lane Practice", 0.32, {"base": 120}),
        ("Z00003", "Elm Practice", None, {"null_reason": "suppressed", "interval_null_reason": "suppressed", "base": 7}),
        ("Z00004", "Fir Practice", None, {"null_reason": "too_few", "interval_null_reason": "not_applicable", "base": 240}),
        ("Z00005", "Hazel Practice", None, {"null_reason": "not_collected", "base": None}),
        ("Z00006", "Ivy Practice", 0.0, {"base": 31}),
        ("Z00007", HOSTILE, 0.55, {"base": 52}),
        ("Z00008", "Oak Practice", 0.0004, {"base": 2500}),
    ]
    for code, name, value, more in practices:
        known = {"organisation_code": code, "organisation_level": "practice", "organisation_name": name, **more}
        gpps(connection, PHONE, 2026, value, **known)
    closed = {"organisation_code": "Z00009", "organisation_level": "practice", "organisation_name": "Yew Practice", "base": 77}
    gpps(connection, PHONE, 2025, 0.777, **closed)
    for code, name, value, more in (
        ("ZT1", "Moor Hospitals NHS Trust", 8.14, {"lower": 7.6, "upper": 8.4, "interval_method": "expected_range", "base": 512}),
        ("ZT2", f"{HOSTILE} Trust", None, {"null_reason": "suppressed", "interval_null_reason": "suppressed", "base": 21}),
        ("ZT3", "Dale Teaching Hospitals NHS Foundation Trust", 7.9, {"interval_null_reason": "not_collected", "base": 433}),
    ):
        put(
            connection, "measure", icb_code="QZA", source="cqc_inpatient", measure_code=INPATIENT, organisation_code=code,
            organisation_level="trust", organisation_name=name, period_start=date(2025, 11, 1), period_end=date(2025, 11, 30),
            group_code="all", value=value, scale="score_0_10", series="2020", extract_id="cqc", **more,
        )  # fmt: skip


def _operational_rows(connection: Connection) -> None:
    """28 months; Moor lacks one and did not submit another; Dale has no A&E."""
    for number in range(28):
        start = date(2024 + number // 12, number % 12 + 1, 1)
        wave = (number * 7) % 11 * 60
        for code, name, icb, level, within, of in (
            ("ENG", "England", "ENG", "england", 1_600_000 + wave * 200, 2_200_000),
            ("ZT1", "Moor Hospitals NHS Trust", "QZA", "provider", 6_200 + wave, 9_000),
            ("ZT2", f"{HOSTILE} Trust", "QZA", "provider", 5_100 + wave * 2, 8_000),
            ("ZT3", "Dale Teaching Hospitals NHS Foundation Trust", "QZA", "provider", 0, 0),
        ):
            if code == "ZT1" and number == 15:
                continue
            reason = "not_applicable" if of == 0 else "not_submitted" if code == "ZT1" and number == 20 else None
            _month(connection, start, "ae", "ae_4h", code, name, icb, level, within, of, reason)
        for code, name, icb, level, within, of in (
            ("ENG", "England", "ENG", "england", 4_400_000 + number * 9_000, 7_100_000),
            ("QZA", "NHS Vale & Moor Integrated Care Board", "QZA", "icb", 61_000 + number * 150 + wave, 104_000),
            ("ZT1", "Moor Hospitals NHS Trust", "QZA", "provider", 30_000 + number * 200, 50_000),
            ("ZT3", "Dale Teaching Hospitals NHS Foundation Trust", "QZA", "provider", 28_000 - number * 100, 41_000),
        ):
            _month(connection, start, "rtt", "rtt_18w", code, name, icb, level, within, of, None)
    _month(connection, date(2026, 4, 1), "rtt", "rtt_18w", "ZT9", "An unplaced provider", "UNK", "provider", 5, 9, None)
    _month(connection, date(2026, 4, 1), "rtt", "rtt_18w", "QZB", "NHS Empty Quarter", "QZB", "icb", 0, 12, None)


def _month(
    connection: Connection, start: date, source: str, measure_code: str, code: str, name: str, icb: str, level: str,
    within: int, of: int, reason: str | None,
) -> None:  # fmt: skip
    end = (start + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    put(
        connection, "operational", icb_code=icb, source=source, measure_code=measure_code, organisation_code=code,
        organisation_level=level, organisation_name=name, period_start=start, period_end=end,
        numerator=None if reason == "not_submitted" else within, denominator=None if reason == "not_submitted" else of,
        value=None if reason else round(within / of, 6), null_reason=reason, extract_id=f"{source}{start:%Y-%m}",
    )  # fmt: skip
