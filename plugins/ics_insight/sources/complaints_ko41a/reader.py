"""KO41a: the organisation and site files of the annual zip of written complaints."""

from ics_insight.sources.reading import read_yearly_csvs as read

__all__ = ["read"]
