"""How sources stand, as the dashboard's tests find it: days are counted from today, as the page counts them."""

from datetime import UTC, date, datetime, timedelta

from ics_insight.warehouse.connect import Connection
from published_fixture import HOSTILE, put

TODAY = datetime.now(UTC).date()
REASON = "Row 12 has no organisation: say which trust it is, and send the file again."


def ago(days: int) -> date:
    """The day so many days before today."""
    return TODAY - timedelta(days=days)


# source, title, kind, days since its newest period ended, how many there may be, files refused
SOURCES = (
    ("ae", "A&E waits", "operational", 75, 75, 0),
    ("stories", HOSTILE, "voice", 76, 75, 2),
    ("gpps", "GP Patient Survey", "survey", 400, None, 0),
    ("log", "A log", "voice", None, 200, 1),
    ("organisations", "Register", "reference", 3, 120, 0),
)


def rows(connection: Connection) -> None:
    """Put them in."""
    for source, title, kind, days, most, refused in SOURCES:
        put(
            connection, "source_state", source=source, source_title=title, publisher="Invented Statistics", kind=kind,
            max_age_days=most, files_in_use=0 if days is None else 3, files_refused=refused,
            newest_period_end=None if days is None else ago(days),
            last_received=None if days is None else datetime(2026, 6, 1, 9, tzinfo=UTC),
        )  # fmt: skip
        for number in range(refused):  # of another board's is told how many, and no more
            put(
                connection, "refusal", icb_code="QZA", source=source, extract_id=f"{source}-{number}",
                file_name=f"{source}{'' if number == 0 else number}.csv", reason=REASON,
                received_at=datetime(2026, 6, 2 - number, 9, tzinfo=UTC),
            )  # fmt: skip
