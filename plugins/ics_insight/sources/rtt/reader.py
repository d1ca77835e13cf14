"""NHS England's referral to treatment full extract: provider by commissioner by treatment function, 105 weekly bands."""

from ics_insight.sources.reading import read_monthly_csv as read

__all__ = ["read"]
