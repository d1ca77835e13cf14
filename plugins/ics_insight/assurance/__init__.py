"""The front door of assurance: holding a loaded extract against its expectations."""

from ics_insight.assurance.gate import check

__all__ = ["check"]
