"""Weights that make a sample like its population, what they cost, and when they are not to be had."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from ics_insight.representation.intervals import FloatArray

SMALLEST_CELL = 10  # people of a group in the sample
SMALLEST_EFFECTIVE = 30
LARGEST_WEIGHT = 5.0  # times the mean
_ROUNDS = 500
_NEAR = 1e-6  # of the sample, between a weighted group and its target

_Margin = tuple[npt.NDArray[np.intp], FloatArray]


class NotWeighted(Exception):
    """A sample cannot be weighted to its population. The message says why in a sentence; it is to be shown as it is, unweighted."""


@dataclass(frozen=True)
class Weighted:
    """A weight for each person of a sample, in its order, with a mean of 1, and what weighting cost."""

    weights: FloatArray
    design_effect: float
    effective_size: float


def design_effect(weights: npt.ArrayLike) -> float:
    """Kish's design effect of unequal weights, mean(w²) / mean(w)²: 1 where all are equal (Kish 1965, Survey Sampling)."""
    found = np.asarray(weights, dtype=np.float64)
    return float((found**2).mean() / found.mean() ** 2)


def effective_size(weights: npt.ArrayLike) -> float:
    """How large an equally weighted sample would be as certain: people by design effect."""
    return np.asarray(weights).size / design_effect(weights)


def rake(sample: pd.DataFrame, targets: Mapping[str, Mapping[str, float]], cap: float = LARGEST_WEIGHT) -> Weighted:
    """Weights with which each margin of the sample has the population's shares (iterative proportional fitting, Deming and
    Stephan 1940), none of them above `cap` times the mean.

    `sample` has a row for each person and a column for each key of `targets`, which says the share of each group in the
    population; shares of a margin add up to 1. Every person counts once: answers that their publisher has weighted are not to be
    weighted again. No group is merged into another, however small. Weights above the cap are cut to it and the margins fitted
    again, in turn.

    Raises NotWeighted where somebody is in no group of a target, fewer than 10 people are in a group, no weights within the cap
    meet the targets, or the weighted sample is worth fewer than 30 people; ValueError for shares that do not add up to 1.
    """
    margins = [_margin(sample[name], name, shares) for name, shares in targets.items()]
    weights = _fitted(len(sample), margins, cap)
    worth = effective_size(weights)
    if worth < SMALLEST_EFFECTIVE:
        raise NotWeighted(f"Weighted, {len(sample)} people are worth {worth:.0f}; expected at least {SMALLEST_EFFECTIVE}.")
    return Weighted(weights, design_effect(weights), worth)


def _margin(values: pd.Series, name: str, shares: Mapping[str, float]) -> _Margin:
    """The place of each person's group among those of the target, and the target's shares."""
    goals = np.array(list(shares.values()), dtype=np.float64)
    if (goals <= 0).any() or abs(goals.sum() - 1) > _NEAR:
        raise ValueError(f"{name}: expected shares above 0 that add up to 1, found {goals.sum():.6f}.")
    codes = np.asarray(pd.Index(list(shares)).get_indexer(values), dtype=np.intp)
    if (codes < 0).any():
        raise NotWeighted(f"{name}: {(codes < 0).sum()} people are in no group that the population has.")
    for group, people in zip(shares, np.bincount(codes, minlength=len(goals)), strict=True):
        if people < SMALLEST_CELL:
            few = "nobody" if people == 0 else f"fewer than {SMALLEST_CELL} people"
            raise NotWeighted(f"{name}: {few} in the sample of {group}, for whom no others can stand.")
    return codes, goals


def _fitted(people: int, margins: list[_Margin], cap: float) -> FloatArray:
    weights = np.ones(people)
    for _ in range(_ROUNDS):
        for codes, goals in margins:
            weights *= (goals * people / np.bincount(codes, weights))[codes]
        weights = np.minimum(weights, cap)
        if all(np.abs(np.bincount(codes, weights) / people - goals).max() < _NEAR for codes, goals in margins):
            return weights
    above = f"weights above {cap:g} times the mean would be needed"
    why = above if weights.max() == cap else "the margins contradict one another"
    raise NotWeighted(f"The sample cannot be made like the population: {why}.")
