"""Which counts to hide, so that none that is too small can be worked out from those that are shown."""

from collections.abc import Iterable, Iterator, Mapping

from ics_insight.disclosure.attack import Bounds, Margin, attack
from ics_insight.disclosure.over_time import Before, attack_both
from ics_insight.disclosure.policies import Policy


def suppress(
    counts: Mapping[str, int], margins: Iterable[Margin], policy: Policy, *, before: Before | None = None
) -> dict[str, Bounds]:
    """Cells to hide, each with what a reader can work out of it from this table.

    `counts` are all cells that would be shown, wholes among them; `margins` say what adds up to what. Of a hidden cell every share
    and rate is to be hidden as well. `before` is the table as it was last published: who kept it can subtract, so that neither what
    it hid nor the few who were added since may be told. Raises ValueError where wholes are not what their parts add up to.

    First go the counts that the policy says are too small. Then, while the attacker can still tell one of these, or of those that
    went with them, to fewer values than the policy asks, the smallest count beside it goes as well: of the parts before the wholes,
    since a whole is what most readers came for.
    """
    margins = list(margins)
    attack(counts, [], margins)  # whether they add up
    beside, wholes = _beside(margins), {margin.whole for margin in margins}
    hidden = {cell for cell, count in counts.items() if policy.hides(count)}
    while True:
        shown = {cell: policy.may_be(count) for cell, count in counts.items() if cell not in hidden}
        found = _knowing(policy, attack(shown, hidden, margins), counts, beside)
        missing = [(policy.missing(bounds), cell) for cell, bounds in found.items()]
        if before:
            missing += _missing_over_time(before, shown, found, counts, margins, policy)
        told = min(((-values, cell) for values, cell in missing if values > 0), default=None)
        # Something is left: were all but zeros hidden, nothing would limit any of them.
        left = [cell for cell in shown if counts[cell]]
        if told is None or not left:
            return found
        near = beside.get(told[1], set()) | {told[1]}
        hidden.add(min(left, key=lambda cell: (cell not in near, cell in wholes, counts[cell], cell)))


def _beside(margins: Iterable[Margin]) -> dict[str, set[str]]:
    """The cells that stand in a sum with each."""
    beside: dict[str, set[str]] = {}
    for margin in margins:
        members = {margin.whole, *margin.parts}
        for cell in members:
            beside.setdefault(cell, set()).update(members - {cell})
    return beside


def _knowing(
    policy: Policy, found: Mapping[str, Bounds], counts: Mapping[str, int], beside: Mapping[str, set[str]]
) -> dict[str, Bounds]:
    """Whoever knows the policy knows that of those that are hidden in a sum one is small: where only one can be, it is. Said of one
    that is hidden for another reason, that would be wrong."""
    most = policy.largest_hidden
    small = {cell for cell, bounds in found.items() if bounds.least <= most}
    alone = {cell for cell in small if policy.hides(counts[cell]) and not small & beside.get(cell, set())}
    return {
        cell: Bounds(bounds.least, most if bounds.most is None else min(bounds.most, most)) if cell in alone else bounds
        for cell, bounds in found.items()
    }


def _missing_over_time(
    before: Before,
    shown: Mapping[str, int | Bounds],
    hidden: Mapping[str, Bounds],
    counts: Mapping[str, int],
    margins: Iterable[Margin],
    policy: Policy,
) -> Iterator[tuple[float, str]]:
    """How many values are missing to what must remain possible of a cell for who has both tables."""
    fewer = {cell for cell, fewest in before.least().items() if counts.get(cell, 0) < fewest}
    try:
        together = attack_both(before, {**shown, **hidden}, hidden, margins, fewer=fewer)
    except ValueError:
        return  # what was withdrawn makes wrong whatever is worked out
    for cell, bounds in together.now.items():
        yield policy.missing(bounds), cell
    for cell, bounds in before.alone().items():  # what was told then cannot be taken back
        yield min(policy.missing(together.before[cell]), bounds.values - together.before[cell].values), cell
    for cell, bounds in together.added.items():
        yield policy.missing_of_added(bounds), cell
