"""A fictional care system, written and collected: what benchmarks of the marts and of their checks begin with."""

import time
from pathlib import Path

from rich.console import Console

from ics_insight import demo
from ics_insight.orchestration import collecting
from ics_insight.sources import registry

TOLD_SECONDS = 5


def collect(inbox: Path, console: Console, *, months: int, scale: int) -> None:
    """Write so many months at a scale below `inbox`, and land, load and check all of it."""
    console.print(f"Writing {months} months at scale {scale} …")
    demo.write(inbox, months=months, scale=scale)
    told = time.monotonic()
    for source in registry().values():
        deliveries = collecting.discover(source, {"inbox": str(inbox)})
        for number, delivery in enumerate(deliveries, 1):
            collecting.take(source, [delivery], "bench")
            if time.monotonic() - told > TOLD_SECONDS:
                told = time.monotonic()
                console.print(f"  {source.name}: {number} of {len(deliveries)}")
