"""Pathways as the dashboard's tests find them: QZA has every case, QZE is a board that took over from QZD, QZC is large."""

from datetime import date
from typing import Any

from ics_insight.warehouse.connect import Connection
from published_fixture import HOSTILE, put

STEPS = (
    ("home", "Home and looking after oneself"),
    ("ambulance", "Ambulance"),
    ("ed", "A&E or urgent treatment centre"),
    ("ward", "On the ward"),
    ("between_services", "Between services"),
)
YEARS = {"2025-26": (date(2025, 4, 1), date(2026, 3, 31)), "2026-27": (date(2026, 4, 1), date(2027, 3, 31))}
GAPS = {"ed_to_ward": ("From A&E to the ward", "ed", "ward"), "ward_to_home": ("From the ward to home", "ward", "home")}
VOICES: dict[str, Any] = {
    "heard_as": "voices", "measure_code": "voices", "series": "x", "scale": "voices", "basis": "added_up",
    "interval_null_reason": "not_applicable",
}  # fmt: skip
NOBODY: dict[str, Any] = {
    "heard_as": "nobody", "heard_of": "nobody_heard", "source": "none", "measure_code": "none", "series": "none", "scale": "none",
    "basis": "none", "null_reason": "nobody_heard", "interval_null_reason": "nobody_heard",
}  # fmt: skip

# As much as a large board could have: 13 touchpoints, at each 12 measures, and 8 sources of voices of both kinds.
LARGE = """
insert into published.pathway_heard (
    icb_code, pathway_code, pathway_label, ordinal, touchpoint_code, touchpoint_label, period_code, period_start, period_end,
    heard_as, heard_of, source, source_title, measure_code, measure_label, headline, series, scale, value, base, lower, upper,
    interval_method, basis, voices, negative
)
select
    'QZC', 'frailty', 'Frailty and leaving hospital', place, 'place_' || place, 'A touchpoint with a long name, ' || place,
    '2026-27', date '2026-04-01', date '2027-03-31', heard_as, heard_of, 'source_' || n, 'A source with a long name, number ' || n,
    'measure_' || n, 'A measure with a name as long as questions have, number ' || n, true, 'x', scale, value, base, value - 0.02,
    value + 0.02, 'wilson_95', 'added_up', voices, voices
from
    generate_series(1, 13) as place,
    (
        select 'measure', 'of_everybody_here', n, 'proportion', 0.5, 12345, null from generate_series(1, 12) as n
        union all
        select 'voices', whom, n, 'voices', null, null, 1234 + n
        from generate_series(1, 8) as n, unnest(array['of_this_pathway', 'of_everybody_here']) as whom
    ) as told (heard_as, heard_of, n, scale, value, base, voices);
"""


def rows(connection: Connection) -> None:
    """Put them in."""
    _stroke(connection)
    _between(connection)
    put(connection, "pathway_wait", pathway_code="stroke", touchpoint_code="ed", measure_code="ae_4h")
    # of another pathway, which has no waits of its own to tell
    put(connection, "pathway_wait", pathway_code="urgent_care", touchpoint_code="ward", measure_code="ae_4h")
    for month, within, of in ((4, 700, 1000), (5, 801, 1001)):
        _wait(connection, month, within, of)
    _at(connection, "QZA", "2026-27", "home", **NOBODY, pathway_code="urgent_care", pathway_label=HOSTILE)
    _boards(connection)
    connection.execute(LARGE)


def _stroke(connection: Connection) -> None:
    new = "2026-27"
    _at(connection, "QZA", new, "home", **NOBODY)
    small = {"voices_null_reason": "small_number", "negative_null_reason": "small_number"}
    everybody = {"heard_of": "of_everybody_here"}
    _at(connection, "QZA", new, "ambulance", **VOICES, **everybody, **small, source="pals", source_title="PALS contacts")
    figure = {
        "heard_as": "measure", "heard_of": "of_everybody_here", "source": "fft", "source_title": HOSTILE, "series": "1",
        "scale": "proportion", "basis": "added_up", "base": 4321,
    }  # fmt: skip
    limits = {"lower": 0.70, "upper": 0.74, "interval_method": "wilson_95"}
    _at(connection, "QZA", new, "ed", **figure, **limits, measure_code="good", measure_label="Good", headline=True, value=0.72)
    _at(connection, "QZA", new, "ed", **figure, measure_code="poor", measure_label="Poor", headline=False, value=0.0721)
    hidden = figure | {"base": None, "source": "cqc", "source_title": "A survey", "scale": "score_0_10"}
    _at(connection, "QZA", new, "ed", **hidden, measure_code="score", headline=True, null_reason="suppressed")
    _at(
        connection, "QZA", new, "ed", **VOICES, **everybody, source="pals", source_title="PALS contacts", voices=1180, negative=80,
    )  # fmt: skip
    own = {"heard_of": "of_this_pathway", "source": "pals", "source_title": "PALS contacts"}
    _at(connection, "QZA", new, "ed", **VOICES, **own, voices=65, negative=0)
    unasked = figure | {"value": None, "base": None, "null_reason": "not_collected"}
    _at(connection, "QZA", new, "ward", **unasked, measure_code="good_ward", measure_label="Good on the ward", headline=True)
    _at(
        connection,
        "QZA",
        new,
        "between_services",
        **VOICES,
        **everybody,
        source="pals",
        source_title="PALS contacts",
        voices=20,
        negative=15,
    )
    for code, _ in STEPS:
        _at(
            connection,
            "QZA",
            "2025-26",
            code,
            **VOICES,
            **everybody,
            source="pals",
            source_title="PALS contacts",
            voices=10,
            negative=10,
        )


def _between(connection: Connection) -> None:
    for code, (label, start, end) in GAPS.items():
        known = {
            "icb_code": "QZA", "pathway_code": "stroke", "pathway_label": "Stroke", "interface_code": code,
            "interface_label": label, "from_touchpoint": start, "to_touchpoint": end, "period_code": "2026-27",
            "period_start": YEARS["2026-27"][0],
            "period_end": YEARS["2026-27"][1],
        }  # fmt: skip
        told = NOBODY
        if code == "ward_to_home":
            counts = {"voices": 45, "negative": 40, "of_several": 15}
            told = VOICES | counts | {"heard_of": "of_everybody_here", "source": "pals", "source_title": "PALS contacts"}
        put(connection, "interface_heard", **(known | told))


def _wait(connection: Connection, month: int, within: int, of: int) -> None:
    put(
        connection, "pair", icb_code="QZA", measure_code="good", operational_measure_code="ae_4h", organisation_code="QZA",
        organisation_level="icb", period_start=date(2026, month, 1), period_end=date(2026, month, 30 if month == 4 else 31),
        operational_source="ae", operational_basis="added_up", operational_value=within / of, operational_numerator=within,
        operational_denominator=of, operational_months=1, operational_geography="provider",
    )  # fmt: skip


def _boards(connection: Connection) -> None:
    """QZD was there until March 2026; its provider is QZE's now. QZC gave one to QZA and goes on."""
    for code, name in (("QZD", "NHS Old Board"), ("QZE", "NHS New Board")):
        put(
            connection,
            "organisation",
            organisation_code=code,
            organisation_name=name,
            organisation_level="icb",
            icb_code=code,
            icb_name=name,
        )
    own = {"source": "rtt", "measure_code": "other", "numerator": 1, "denominator": 2, "value": 0.5, "organisation_level": "icb"}
    for code, now, level, start, end in (
        ("QZD", "QZD", "icb", date(2026, 3, 1), date(2026, 3, 31)),
        ("QZD", "QZE", "provider", date(2026, 3, 1), date(2026, 3, 31)),
        ("QZE", "QZE", "icb", date(2026, 4, 1), date(2026, 4, 30)),
        ("QZC", "QZA", "provider", date(2026, 3, 1), date(2026, 3, 31)),
    ):
        known = {"icb_code": code, "now_icb_code": now, "organisation_level": level, "organisation_code": f"{code}{level}"}
        put(connection, "operational", **(own | known), period_start=start, period_end=end)
    for code, year in (("QZD", "2025-26"), ("QZE", "2026-27")):
        _at(connection, code, year, "home", **NOBODY)
    _at(connection, "QZE", "2025-26", "ed", **VOICES, heard_of="of_everybody_here", source="pals", voices=10, negative=10)


def _at(connection: Connection, icb: str, year: str, touchpoint: str, **values: Any) -> None:
    start, end = YEARS[year]
    known: dict[str, Any] = {
        "icb_code": icb, "pathway_code": "stroke", "pathway_label": "Stroke", "touchpoint_code": touchpoint,
        "touchpoint_label": dict(STEPS)[touchpoint], "ordinal": [code for code, _ in STEPS].index(touchpoint) + 1,
        "period_code": year, "period_start": start, "period_end": end,
    }  # fmt: skip
    put(connection, "pathway_heard", **(known | values))
