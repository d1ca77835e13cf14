"""The front door of landing: keeping bytes, and picking them up from where they are delivered."""

from ics_insight.landing.pickup import fetch, inbox_files
from ics_insight.landing.store import Kept, Landing

__all__ = ["Kept", "Landing", "fetch", "inbox_files"]
