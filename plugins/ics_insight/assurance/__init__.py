"""The front door of assurance: the two gates, waivers, and the report of a refused extract."""

from ics_insight.assurance.gate import check, check_marts
from ics_insight.assurance.report import report_path, write_report
from ics_insight.assurance.results import Waiver, waive, waivers

__all__ = ["Waiver", "check", "check_marts", "report_path", "waive", "waivers", "write_report"]
