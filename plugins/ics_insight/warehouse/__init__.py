"""The front door of the warehouse: connections, the ledger of extracts, and loading."""

from ics_insight.warehouse.connect import connect, parameters, prepare
from ics_insight.warehouse.ledger import Extract, Ledger
from ics_insight.warehouse.load import load

__all__ = ["Extract", "Ledger", "connect", "load", "parameters", "prepare"]
