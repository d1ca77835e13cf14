"""Which counts to hide, so that none that is too small can be worked out from those that are shown."""

from collections.abc import Collection, Iterable, Mapping

from ics_insight.disclosure.attack import Bounds, Margin, attack
from ics_insight.disclosure.policies import Policy


def suppress(
    counts: Mapping[str, int],
    margins: Iterable[Margin],
    policy: Policy,
    *,
    held: Collection[str] = (),
) -> dict[str, Bounds]:
    """Cells to hide, each with what a reader can still work out of it.

    `counts` are all cells that would be shown, wholes among them; `margins` say what adds up to what. Of a hidden cell every share
    and rate is to be hidden as well. Cells in `held` were hidden when the table was last published and stay so: a restatement must
    not tell what was kept. A hidden count is 1 or more, or 0 or more where one that was hidden before is none by now. Raises
    ValueError where wholes are not what their parts add up to.

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
        found = attack(shown, hidden, margins, least=least)
        told = min((bounds.values, cell) for cell, bounds in found.items()) if found else None
        if told is None or told[0] >= policy.spread:
            return found
        near = beside.get(told[1], set())
        # Something is left: were all but zeros hidden, nothing would limit any of them.
        hidden.add(
            min((cell for cell in shown if shown[cell]), key=lambda cell: (cell not in near, cell in wholes, shown[cell], cell))
        )
