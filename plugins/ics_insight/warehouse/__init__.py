"""The front door of the warehouse: connections, the ledger of extracts, and loading."""

from ics_insight.warehouse.connect import Connection, connect, parameters, prepare
from ics_insight.warehouse.ledger import Extract, Ledger
from ics_insight.warehouse.load import load, refresh_statistics, unload

__all__ = ["Connection", "Extract", "Ledger", "connect", "load", "parameters", "prepare", "refresh_statistics", "unload"]
