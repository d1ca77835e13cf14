"""KO41b: the practice and sub-ICB files of the annual zip of written complaints."""

from ics_insight.sources.reading import read_yearly_csvs as read

__all__ = ["read"]
