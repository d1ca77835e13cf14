"""Wilson's 95 % interval of a proportion, and what a published one says of how many answers it stands for."""

from math import sqrt

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
_Z = 1.959963984540054


def wilson_limits(counted: npt.ArrayLike, total: npt.ArrayLike) -> tuple[FloatArray, FloatArray]:
    """Lower and upper limits, from 0 to 1, of `counted` of `total`, each a number or an array; totals are above 0.

    Wilson 1927, as the Office for Health Improvement and Disparities writes it.
    """
    x, n = np.asarray(counted, dtype=np.float64), np.asarray(total, dtype=np.float64)
    centre = 2 * x + _Z**2
    half = _Z * np.sqrt(_Z**2 + 4 * x * (1 - x / n))
    whole = 2 * (n + _Z**2)
    return (centre - half) / whole, (centre + half) / whole


def design_effect_of_limits(share: float, lower: float, upper: float, answered: float) -> float:
    """How many times as many people answered as a simple random sample would need for the published interval of a share.

    The interval is Wilson's 95 % one of a weighted survey, share and limits run from 0 to 1, and `answered` is the unweighted
    base that its publisher worked it out from (the GP Patient Survey takes all who were asked the question, also for a share of
    those who had something to say). Each limit l obeys (share − l)² = z²·l(1 − l)/n with n the effective number of answers; the
    two together give n, which rounding of the limits then disturbs least. Raises ValueError for limits that do not surround the
    share.
    """
    if not 0 <= lower <= share <= upper <= 1 or lower == upper:
        raise ValueError(f"limits: expected 0 ≤ lower ≤ share ≤ upper ≤ 1, found {lower}, {share}, {upper}.")
    effective = (_Z * (sqrt(lower * (1 - lower)) + sqrt(upper * (1 - upper))) / (upper - lower)) ** 2
    return answered / effective
