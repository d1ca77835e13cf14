"""KO41a in the demo: the annual zip of written complaints, whose other half the other source reads."""

from ics_insight.demo.written_complaints import files

__all__ = ["files"]
