"""The front door of assurance: holding a loaded extract against its expectations, and the report of a refused one."""

from ics_insight.assurance.gate import check
from ics_insight.assurance.report import report_path, write_report

__all__ = ["check", "report_path", "write_report"]
