"""The front door of landing: keeping bytes, and picking them up from where they are delivered.

It knows nothing of Airflow: logins and keys come as plain values. What a transport needs beyond the standard library is imported by
the module of that transport.
"""

from ics_insight.landing.inbox import inbox_files, inbox_folders
from ics_insight.landing.pace import Pace
from ics_insight.landing.pages import find_files
from ics_insight.landing.store import Kept, Landing
from ics_insight.landing.web import Fetched, Web, shown

__all__ = ["Fetched", "Kept", "Landing", "Pace", "Web", "find_files", "inbox_files", "inbox_folders", "shown"]
