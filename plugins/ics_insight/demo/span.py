"""What every writer of the demo is asked for."""

from dataclasses import dataclass
from datetime import date

from ics_insight.demo.months import last_months
from ics_insight.demo.system import LARGEST_SCALE


@dataclass(frozen=True)
class Span:
    """How many months to write, ending in September 2026, and how many times as much as usual.

    **Adding a writer.** A module `ics_insight.demo.<source>`, named as the folder in `sources/`, has

        def files(span: Span) -> Iterator[tuple[str, bytes]]

    and yields name and bytes of each file, oldest period first: that is the order in which they are delivered. The name is
    relative to `<folder>/<source>/`; where several organisations send the same source it is `<ODS code of the sender>/<file>`.
    No list names the writers: what the registry knows and this package has is written.

    * The same bytes everywhere: draw from `Chance("<source>", …keys)` with all that a figure depends on among the keys, use only
      + − × ÷ and square roots, never `set` order, the clock or the locale. A month's file must not depend on `months`; yearly
      sources write every release that falls in the 36 months to September 2026 however few months are asked for.
    * Who there is comes from `system` (boards, practices, bodies), `providers` (trusts, sites, wards) and `people` (areas,
      groups, who speaks).
    * National publications cover `icbs(span.scale)`, `trusts(span.scale)`, `practices_on(day, span.scale)`: `scale` adds as many
      Englands again and leaves the rows of the first as they are. Logs of a single sender (comments, complaints, engagement)
      multiply their rows by `span.scale`; what is planted stays as it is.
    * What is planted is taken from `plan.planted("<id>")`, which reads `truth.yml`, never typed a second time. Each source's
      figures in `ics status` stand in that file's `sources`, with the arithmetic that gives them.
    * All of it has four minutes on two cores from writing to the dashboard: some hundred files of some hundred rows a source.
    """

    months: int = 36
    scale: int = 1

    def __post_init__(self) -> None:
        if self.months < 1:
            raise ValueError(f"months: expected at least 1, found {self.months}.")
        if not 1 <= self.scale <= LARGEST_SCALE:
            raise ValueError(f"scale: expected 1 to {LARGEST_SCALE}, found {self.scale}.")

    @property
    def every(self) -> list[date]:
        """First day of each month, oldest first."""
        return last_months(self.months)
