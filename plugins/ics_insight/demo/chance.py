"""Chance that comes out the same everywhere.

Each figure draws from its own key, so that a month reads the same however many months are written. Only +, −, ×, ÷ and
square roots are used on what is drawn: logarithms and the like may differ in the last digit from one machine to another.
"""

from math import sqrt
from random import Random

SEED = "quillmere-1"
_SPREAD_OF_FOUR = sqrt(3)  # four uniform draws added have a standard deviation of 1/√3


class Chance:
    """A stream of numbers that belongs to a key, for example `Chance("ae", trust.code, month)`."""

    def __init__(self, *key: object) -> None:
        self.draw = Random("|".join(map(str, (SEED, *key)))).random  # noqa: S311 - a fictional system keeps no secrets

    def between(self, low: float, high: float) -> float:
        """A number from `low` to `high`, each as likely as the other."""
        return low + (high - low) * self.draw()

    def near(self, middle: float, spread: float) -> float:
        """A bell-shaped number: mean `middle`, standard deviation `spread`, never further off than 3.5 of these."""
        four = self.draw() + self.draw() + self.draw() + self.draw()
        return middle + spread * _SPREAD_OF_FOUR * (four - 2)

    def count(self, middle: float, spread: float) -> int:
        """A whole number of things, not below 0; `spread` is a share of `middle`."""
        return max(0, round(self.near(middle, spread * middle)))


def within(low: float, value: float, high: float) -> float:
    return min(max(value, low), high)
