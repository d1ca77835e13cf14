"""The dashboard: what is published, as one plain page for each ICB. It reads schema `published` and nothing else."""

from ics_insight.dashboard.app import application

__all__ = ["application"]
