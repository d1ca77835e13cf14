"""How far those who were heard are from the population, and how many more voices would close the gap."""

from collections.abc import Mapping
from fractions import Fraction
from math import ceil

_FINEST = 10**9  # a share is of fewer people than that


def needed_for_parity(group: int, total: int, share: float) -> int:
    """How many further voices of a group would bring it to its share of the population, all else equal.

    The smallest m ≥ 0 with (group + m) / (total + m) ≥ share; `group` of `total` voices are the group's so far. Raises ValueError
    for a share that is not below 1, or more voices of the group than there are.
    """
    if not 0 <= share < 1 or not 0 <= group <= total:
        raise ValueError(f"parity: expected 0 ≤ group ≤ total and 0 ≤ share < 1, found {group}, {total} and {share}.")
    exact = Fraction(share).limit_denominator(_FINEST)  # 0.2 of 100 is 20, not a little more
    return max(0, ceil((exact * total - group) / (1 - exact)))


def total_variation(heard: Mapping[str, float], population: Mapping[str, float]) -> float:
    """Half the sum of differences between two distributions over groups: 0 where they are alike, 1 where no group is in both.

    Counts or shares by group; a group that one of them lacks counts as nobody. It is the share of voices that would have to come
    from others for the two to be alike. Raises ValueError where one of them is empty.
    """
    voices, people = sum(heard.values()), sum(population.values())
    if voices <= 0 or people <= 0:
        raise ValueError("total variation: expected somebody who was heard and somebody in the population.")
    groups = heard.keys() | population.keys()
    return sum(abs(heard.get(group, 0) / voices - population.get(group, 0) / people) for group in groups) / 2
