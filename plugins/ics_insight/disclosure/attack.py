"""Works out what hidden counts may be, from all that is shown: sums, shares, and that people are whole.

Whoever reads a published table can do the same with a spreadsheet and some patience. What this finds to be possible is what the
table says of the number that it hides.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import ceil, floor, inf, isinf

_SLACK = 1e-7  # of sums of shares, which floating-point numbers do not hit
_ANY = 10**8  # more people than England has: a count that may be so large is limited by nothing


@dataclass(frozen=True)
class Margin:
    """Parts that add up to a whole: groups to all, months to a year, organisations to their board."""

    whole: str
    parts: tuple[str, ...]


@dataclass(frozen=True)
class Share:
    """A published share of a count in another, as a fraction that was rounded to so many places."""

    part: str
    whole: str
    value: float
    places: int


@dataclass(frozen=True)
class Bounds:
    """The least and the most that a hidden count may be; no most where nothing limits it."""

    least: int
    most: int | None

    @property
    def values(self) -> float:
        """How many values are possible."""
        return float("inf") if self.most is None else self.most - self.least + 1


@dataclass(frozen=True)
class _Rule:
    """A linear rule: the sum of weighted hidden counts lies between two numbers."""

    weights: Mapping[str, float]
    low: float
    high: float


def attack(
    shown: Mapping[str, int | Bounds],
    hidden: Iterable[str],
    margins: Iterable[Margin],
    shares: Iterable[Share] = (),
    *,
    least: int = 1,
) -> dict[str, Bounds]:
    """What each hidden count may be, given what is shown.

    `shown` maps cells to counts, or to what these may be where the number that is shown is rounded; `hidden` names the others that
    margins and shares speak of. `least` is what a hidden count is at least: 1 where zeros are shown. A cell in both is looked for
    within what is shown of it. Raises ValueError for a cell in neither, and where the numbers contradict each other.
    """
    sought = set(hidden)
    exact = {cell: count for cell, count in shown.items() if isinstance(count, int)}
    within = dict.fromkeys(sought, Bounds(least, None)) | {
        cell: count for cell, count in shown.items() if isinstance(count, Bounds)
    }
    rules = [*(_of_margin(margin, exact) for margin in margins)]
    rules += [rule for share in shares for rule in _of_share(share, exact)]
    found: dict[str, Bounds] = {}
    for group, of_group in _apart(sorted(within), [rule for rule in rules if rule.weights]):
        if asked := [cell for cell in group if cell in sought]:
            found |= _solve(asked, {cell: within[cell] for cell in group}, of_group)
    return found


def _of_margin(margin: Margin, shown: Mapping[str, int]) -> _Rule:
    """Parts less their whole are nothing."""
    known, weights = 0, dict[str, float]()
    for cell, sign in ((margin.whole, -1), *((part, 1) for part in margin.parts)):
        if cell in shown:
            known += sign * shown[cell]
        else:
            weights[cell] = weights.get(cell, 0) + sign
    if not weights and known:
        raise ValueError(f"What is shown does not add up to {margin.whole}.")
    return _Rule(weights, -known, -known)


def _of_share(share: Share, shown: Mapping[str, int]) -> Iterable[_Rule]:
    """The part lies within half of the last place of the share."""
    half = 0.5 * 10**-share.places
    for factor, low, high in ((share.value - half, 0.0, inf), (share.value + half, -inf, 0.0)):
        known, weights = 0.0, dict[str, float]()
        for cell, weight in ((share.part, 1.0), (share.whole, -factor)):
            if cell in shown:
                known += weight * shown[cell]
            else:
                weights[cell] = weights.get(cell, 0) + weight
        yield _Rule(weights, low - known, high - known)


def _apart(cells: list[str], rules: list[_Rule]) -> Iterable[tuple[list[str], list[_Rule]]]:
    """Cells that no rule links have nothing to tell of each other: each group by itself is small enough to be solved."""
    group_of = {cell: cell for cell in cells}

    def head(cell: str) -> str:
        while group_of[cell] != cell:
            group_of[cell] = group_of[group_of[cell]]
            cell = group_of[cell]
        return cell

    for rule in rules:
        unknown = [cell for cell in rule.weights if cell not in group_of]
        if unknown:
            raise ValueError(f"{unknown[0]} is neither shown nor hidden.")
        first, *others = rule.weights
        for other in others:
            group_of[head(other)] = head(first)
    groups: dict[str, tuple[list[str], list[_Rule]]] = {}
    for cell in cells:
        groups.setdefault(head(cell), ([], []))[0].append(cell)
    for rule in rules:
        groups[head(next(iter(rule.weights)))][1].append(rule)
    return groups.values()


def _solve(asked: list[str], within: Mapping[str, Bounds], rules: list[_Rule]) -> dict[str, Bounds]:
    """The least and the most of those cells of a group that are asked for."""
    sums = all(abs(weight) == 1 for rule in rules for weight in rule.weights.values())
    is_tree = sum(len(rule.weights) for rule in rules) == len(within) + len(rules) - 1
    return (_narrow if sums and is_tree else _optimise)(asked, within, rules)


def _narrow(asked: list[str], within: Mapping[str, Bounds], rules: list[_Rule]) -> dict[str, Bounds]:
    """Rule by rule, until nothing is narrower. Exact for sums that do not meet again in a circle, and far quicker than programs."""
    low = {cell: float(bounds.least) for cell, bounds in within.items()}
    high = {cell: inf if bounds.most is None else float(bounds.most) for cell, bounds in within.items()}
    changed = True
    while changed:
        changed = False
        for rule in rules:
            ends = {
                cell: (low[cell], high[cell]) if weight > 0 else (-high[cell], -low[cell]) for cell, weight in rule.weights.items()
            }
            for cell, weight in rule.weights.items():
                least_of_others = sum(end[0] for other, end in ends.items() if other != cell)
                most_of_others = sum(end[1] for other, end in ends.items() if other != cell)
                lowest, highest = rule.low - most_of_others, rule.high - least_of_others
                lowest, highest = (lowest, highest) if weight > 0 else (-highest, -lowest)
                # people are whole
                lowest = lowest if isinf(lowest) else ceil(lowest - _SLACK)
                highest = highest if isinf(highest) else floor(highest + _SLACK)
                if lowest > low[cell] or highest < high[cell]:
                    low[cell], high[cell], changed = max(low[cell], lowest), min(high[cell], highest), True
                if low[cell] > high[cell]:
                    raise ValueError(f"What is shown contradicts itself: {cell} cannot be any number.")
    return {cell: Bounds(int(low[cell]), None if isinf(high[cell]) else int(high[cell])) for cell in asked}


def _optimise(asked: list[str], within: Mapping[str, Bounds], rules: list[_Rule]) -> dict[str, Bounds]:
    """As one program in whole numbers, with a copy of the rules for each end of each cell that is asked for."""
    import numpy as np
    from scipy.optimize import Bounds as Box
    from scipy.optimize import LinearConstraint, milp
    from scipy.sparse import csr_array, eye_array, kron

    number = {cell: index for index, cell in enumerate(within)}
    table = csr_array(
        (
            [weight for rule in rules for weight in rule.weights.values()],
            (
                [row for row, rule in enumerate(rules) for _ in rule.weights],
                [number[cell] for rule in rules for cell in rule.weights],
            ),
        ),
        shape=(len(rules), len(within)),
    )
    copies = 2 * len(asked)
    aims = np.zeros((copies, len(within)))
    for row, cell in enumerate(asked):
        aims[2 * row, number[cell]], aims[2 * row + 1, number[cell]] = 1, -1  # as few as may be, as many as may be
    slack = [0 if float(rule.low).is_integer() and float(rule.high).is_integer() else _SLACK for rule in rules]
    lows = [rule.low - some for rule, some in zip(rules, slack, strict=True)] * copies
    highs = [rule.high + some for rule, some in zip(rules, slack, strict=True)] * copies
    box = [(bounds.least, _ANY if bounds.most is None else bounds.most) for bounds in within.values()] * copies
    # Where sums are as simple as most are, the ends are whole by themselves, and nothing has to be searched.
    for whole in (0, 1):
        done = milp(
            aims.ravel(),
            integrality=np.full(aims.size, whole),
            bounds=Box([least for least, _ in box], [most for _, most in box]),
            constraints=LinearConstraint(kron(eye_array(copies), table, format="csr"), lows, highs),
            options={"mip_rel_gap": 0},  # nearly the least of one would do for all copies together
        )
        if done.x is None:
            raise ValueError(f"What is shown contradicts itself: {done.message}")
        if np.allclose(done.x, np.round(done.x), rtol=0, atol=_SLACK):
            break
    ends = done.x.reshape(aims.shape)
    found = {}
    for row, cell in enumerate(asked):
        lowest, highest = (round(float(ends[2 * row + end, number[cell]])) for end in (0, 1))
        found[cell] = Bounds(lowest, None if highest >= _ANY else highest)
    return found
