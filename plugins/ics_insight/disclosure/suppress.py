"""Which counts to hide, so that none that is too small can be worked out from those that are shown."""

from collections.abc import Collection, Iterable, Mapping

from ics_insight.disclosure.attack import Bounds, Margin, attack
from ics_insight.disclosure.policies import Policy


class Unprotected(ValueError):
    """Numbers could not be protected, even with all of them hidden."""


def suppress(
    counts: Mapping[str, int],
    margins: Iterable[Margin],
    policy: Policy,
    *,
    held: Collection[str] = (),
    given: Mapping[str, int] | None = None,
) -> dict[str, Bounds]:
    """Cells to hide, each with what a reader can still work out of it.

    `counts` are all cells that would be shown, wholes among them; `margins` say what adds up to what. Of a hidden cell every share
    and rate is to be hidden as well. Cells in `held` were hidden when the table was last published and stay so: a restatement must
    not tell what was kept. `given` is shown already, by somebody else, and cannot be hidden. Raises Unprotected where too little is
    left to hide behind. A hidden count is 1 or more, or 0 or more where one that was hidden before is none by now.

    First go the counts that the policy says are too small. Then, while the attacker can still tell one of these, or of those that
    went with them, to fewer values than the policy asks, the smallest count beside it goes as well: of the parts before the wholes,
    since a whole is what most readers came for.
    """
    margins = list(margins)
    beside: dict[str, set[str]] = {}
    wholes = {margin.whole for margin in margins}
    for margin in margins:
        members = {margin.whole, *margin.parts}
        for cell in members:
            beside.setdefault(cell, set()).update(members - {cell})
    hidden = {cell for cell, count in counts.items() if policy.hides(count) or cell in held}
    least = 0 if any(counts[cell] == 0 for cell in hidden) else 1
    while True:
        shown = {cell: count for cell, count in counts.items() if cell not in hidden}
        found = attack({**(given or {}), **shown}, hidden, margins, least=least)
        told = sorted((bounds.values, cell) for cell, bounds in found.items() if bounds.values < policy.spread)
        if not told:
            return found
        left = {(other in wholes, counts[other], other) for _, cell in told[:1] for other in beside[cell] if shown.get(other)} or {
            (other in wholes, counts[other], other) for _, cell in told for other in beside[cell] if shown.get(other)
        }
        if not left:
            raise Unprotected(f"{told[0][1]} can be told to {told[0][0]:.0f} values, and nothing is left to hide beside it.")
        hidden.add(min(left)[2])
