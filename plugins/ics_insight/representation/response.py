"""How evenly a survey was answered across groups of those who were asked."""

from dataclasses import dataclass
from math import sqrt

import numpy as np
import numpy.typing as npt

from ics_insight.representation.intervals import FloatArray


@dataclass(frozen=True)
class Response:
    """How evenly people answered, by group (Schouten, Bethlehem and others 2012, International Statistical Review 80(3)).

    `rate` is the share that answered. `r` is 1 where all groups answered alike, and falls with the spread of their rates; where
    few answered it is near 1 however unevenly they did, so that it is never to be read alone. `variation` is the coefficient of
    variation of the groups' rates, which equals the largest bias that a mean of the answers can have, (1 − r) / (2 · rate), in
    standard deviations of what was asked. `partial` says for each group, in the order given, how much it adds to the spread, and
    by its sign whether it answered more or less than others did.
    """

    rate: float
    r: float
    variation: float
    partial: FloatArray


def r_indicator(responded: npt.ArrayLike, sampled: npt.ArrayLike) -> Response:
    """The R-indicator R = 1 − 2·S from how many were asked and how many answered, by group.

    S² = Σ N_h (p_h − p̄)² / (N − 1) with p_h the rate of a group of N_h people; unconditional partial indicators are
    √(N_h / N) (p_h − p̄). Raises ValueError unless both are as long, somebody answered, somebody of each group was asked and no
    more of it answered.
    """
    answered, asked = np.asarray(responded, dtype=np.float64), np.asarray(sampled, dtype=np.float64)
    if answered.shape != asked.shape or asked.sum() <= 1 or (asked <= 0).any() or (answered < 0).any() or (answered > asked).any():
        raise ValueError("response: expected for each group some who were asked and, of them, those who answered.")
    if not answered.any():
        raise ValueError("response: nobody answered.")
    people = asked.sum()
    rate = answered.sum() / people
    apart = answered / asked - rate
    spread = sqrt((asked * apart**2).sum() / (people - 1))
    return Response(float(rate), 1 - 2 * spread, spread / float(rate), np.sqrt(asked / people) * apart)
