"""The assets through which DAGs tell each other that something new is there."""

from airflow.sdk import Asset

from ics_insight.sources import Source

MARTS = Asset(name="marts", uri="ics://warehouse/marts")
PUBLISHED = Asset(name="published", uri="ics://warehouse/published")


def raw(source: Source) -> Asset:
    """Accepted extracts of a source."""
    return Asset(name=f"raw_{source.name}", uri=f"ics://warehouse/raw/{source.name}")
