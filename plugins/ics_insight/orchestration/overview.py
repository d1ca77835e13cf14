"""How the sources and the publication stand, for `ics status`."""

from dataclasses import asdict
from datetime import UTC, date, datetime
from typing import Any

from ics_insight.assurance import waivers
from ics_insight.sources import registry
from ics_insight.warehouse import Ledger, connect


def status(on: date | None = None) -> dict[str, Any]:
    """`sources`: one entry each, also for those that nothing came from yet; `refusals`: what stands refused, with the sentence;
    `publication`: how the last attempt ended, None before the first; `waivers`: what is let pass for now, by whom and why.

    A source is `current`, `stale` when its newest period ended longer ago than its source.yml allows, or `empty`: on the day
    that is named, or today.
    """
    with connect("loader") as connection:
        known = Ledger(connection).by_source()
        refusals = Ledger(connection).refusals()
        publication = Ledger(connection).publication()
        waived = [asdict(each) for each in waivers(connection)]
    today = on or datetime.now(UTC).date()
    nothing = {"newest_period": None, "accepted": 0, "refused": 0, "waiting": 0, "rows_in_use": 0, "last_received": None}
    sources = []
    for name, source in registry().items():
        row: dict[str, Any] = {"source": name, "title": source.title} | nothing | known.get(name, {})
        newest = row["newest_period"]
        row["state"] = "empty" if newest is None else "stale" if (today - newest).days > source.max_age_days else "current"
        sources.append(row)
    return {"sources": sources, "refusals": refusals, "publication": publication, "waivers": waived}
