"""NHS England's monthly A&E file: one row per organisation, and a last row with the total of each column."""

from ics_insight.sources.reading import read_monthly_csv as read

__all__ = ["read"]
