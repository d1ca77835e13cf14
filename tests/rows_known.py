"""What is known already, as the dashboard's tests find it: in QZA themes, places and what sources do not tell; QZC is large."""

from datetime import date
from typing import Any

from ics_insight.warehouse.connect import Connection
from published_fixture import HOSTILE, put

# Published on 11 June 2026: May 2024 was over two years before, June 2024 was not; nor was all of 2024.
THEMES: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("T02", "Waiting", {
        "source": "pals", "source_title": "PALS", "voices": 1425, "negative": 745, "last_heard_from": date(2024, 5, 1),
    }),
    ("T02", "Waiting", {
        "source": "log", "source_title": HOSTILE, "voices": 20, "negative": 0, "last_heard_from": date(2024, 6, 1),
    }),
    ("T01", "Access", {
        "source": "log", "source_title": HOSTILE, "voices_null_reason": "small_number", "negative_null_reason": "small_number",
        "last_heard_from": date(2024, 1, 1), "heard_precision": "year",
    }),
    ("T03", "Food", {
        "source": "log", "source_title": HOSTILE, "voices_null_reason": "small_number", "negative_null_reason": "small_number",
        "last_heard_from": date(2023, 1, 1), "heard_precision": "year",
    }),
)  # fmt: skip
PLACES = (
    ("P1", "Moor", "PALS", date(2024, 3, 31)),
    ("P1", "Moor", "Stories", date(2026, 3, 31)),
    ("P2", HOSTILE, "PALS", date(2026, 3, 31)),
)
GAPS = (("pals", "PALS", "ethnicity", "mostly_unknown"), ("stories", "Stories", "ethnicity", "cannot_be_recorded"))

# As much as a large board could have: every theme from every source of voices, twelve places.
LARGE = """
insert into published.theme_heard (
    icb_code, theme_code, theme_label, source, source_title, voices, negative, first_heard_from, last_heard_from, heard_precision
)
select
    'QZC', 'T' || n, 'A theme with a long name, number ' || n, 'source_' || s, 'A source with a long name, number ' || s, 1234, 567,
    date '2023-04-01', date '2026-04-01', 'month'
from generate_series(1, 20) as n, generate_series(1, 12) as s;
insert into published.place_heard (icb_code, place_code, place_name, source, source_title, last_heard)
select
    'QZC', 'P' || n, 'A place with a long name, number ' || n, 's' || s,
    'A source with a long name, number ' || s, date '2026-03-31'
from generate_series(1, 12) as n, generate_series(1, 12) as s;
"""


def rows(connection: Connection) -> None:
    """Put them in."""
    for code, label, values in THEMES:
        known: dict[str, Any] = {
            "icb_code": "QZA", "theme_code": code, "theme_label": label, "theme_definition": f"What {label.lower()} is.",
            "first_heard_from": date(2023, 1, 1), "heard_precision": "month",
        }  # fmt: skip
        put(connection, "theme_heard", **(known | values))
    for code, name, title, last in PLACES:
        put(
            connection, "place_heard", icb_code="QZA", place_code=code, place_name=name, source=title.lower(), source_title=title,
            last_heard=last,
        )  # fmt: skip
    for source, title, characteristic, finding in GAPS:
        known = {"source": source, "source_title": title, "characteristic": characteristic}
        put(connection, "gap", **known, recorded="recorded", why="a column for it", finding=finding)
    put(
        connection,
        "gap",
        source="x",
        source_title="Never told",
        characteristic="ethnicity",
        recorded="recorded",
        why="x",
        finding="known",
    )
    connection.execute(LARGE)
