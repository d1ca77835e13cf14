"""Representation: indicators, weights and parity against what papers, other programs and arithmetic give."""

import csv
from math import sqrt
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from ics_insight.representation import (
    NotWeighted,
    design_effect,
    design_effect_of_limits,
    effective_size,
    needed_for_parity,
    r_indicator,
    rake,
    total_variation,
    wilson_limits,
)

Z = 1.959963984540054


# ---- intervals


@pytest.mark.parametrize(
    ("counted", "total", "lower", "upper"),
    # numbers of the tests of PHEindicatormethods, which the Office for Health Improvement and Disparities publishes
    [(65, 100, 0.5525444, 0.7363576), (1045, 5000, 0.1979555, 0.2204913)],
)
def test_wilson_limits_are_those_of_the_publisher_of_the_method(counted: int, total: int, lower: float, upper: float) -> None:
    found = wilson_limits(counted, total)
    assert (float(found[0]), float(found[1])) == pytest.approx((lower, upper), abs=2e-7)


def wilson(share: float, effective: float) -> tuple[float, float]:
    """Limits in the way in which textbooks write them."""
    centre, whole = share + Z**2 / (2 * effective), 1 + Z**2 / effective
    half = Z * sqrt(share * (1 - share) / effective + Z**2 / (4 * effective**2))
    return (centre - half) / whole, (centre + half) / whole


@pytest.mark.parametrize("share", [0.0, 0.03, 0.5, 0.93])
@pytest.mark.parametrize("effective", [12.0, 250.0, 31_000.0])
def test_limits_give_back_the_effective_number_that_they_were_made_of(share: float, effective: float) -> None:
    lower, upper = wilson(share, effective)
    assert design_effect_of_limits(share, min(share, lower), upper, 2.5 * effective) == pytest.approx(2.5, rel=1e-6)


def test_limits_rounded_to_four_places_give_nearly_the_same() -> None:
    """0.9 from 0.8256 to 0.9448 is 90 of 100: as many as answered."""
    assert design_effect_of_limits(0.9, 0.8256, 0.9448, 100) == pytest.approx(1, abs=0.002)


@pytest.mark.parametrize(("share", "lower", "upper"), [(0.5, 0.6, 0.7), (0.5, 0.3, 0.4), (0.5, 0.5, 0.5), (0.5, -0.1, 1.1)])
def test_limits_that_do_not_surround_the_share_are_none(share: float, lower: float, upper: float) -> None:
    with pytest.raises(ValueError, match="limits: expected"):
        design_effect_of_limits(share, lower, upper, 100)


def test_the_gp_patient_survey_lost_certainty_by_its_weights(published_files: Path) -> None:
    """England in 2025: its weights are the same whatever was asked, so that every question says the same of what they cost."""
    with (published_files / "gpps/GPPS_2025_National_data_(weighted)_(csv)_PUBLIC.csv").open(newline="") as file:
        [england] = csv.DictReader(file)
    stems = [name.removesuffix(".lowileval") for name in england if name.endswith(".lowileval")]
    found = {
        stem: design_effect_of_limits(
            *(float(england[f"{stem}.{column}"]) for column in ("pcteval", "lowileval", "hiwileval", "basefulluw"))
        )
        for stem in stems
    }
    assert len(found) >= 34
    assert min(found.values()) > 2
    assert max(found.values()) / min(found.values()) < 1.05


# ---- response


def test_three_in_a_hundred_answer_and_the_indicator_hardly_shows_how_unevenly() -> None:
    """40 % answer at 1 %, 40 % at 3.5 %, and the oldest 20 % at 6 %, six times as often as the youngest.

    In all 0.4 + 1.4 + 1.2 = 3 %; S² = 0.4 · 0.02² + 0.4 · 0.005² + 0.2 · 0.03² = 0.00035, S = 0.0187, R = 0.963, S/p̄ = 0.62.
    """
    sampled = np.array([40_000, 40_000, 20_000])
    found = r_indicator(sampled * [0.01, 0.035, 0.06], sampled)
    assert (found.rate, round(found.r, 3), round(found.variation, 2)) == (pytest.approx(0.03), 0.963, 0.62)
    assert found.variation == pytest.approx(sqrt(0.00035) / 0.03, rel=1e-4)
    assert found.variation == pytest.approx((1 - found.r) / (2 * found.rate))
    assert found.partial == pytest.approx([sqrt(0.4) * -0.02, sqrt(0.4) * 0.005, sqrt(0.2) * 0.03])
    assert sum(found.partial**2) == pytest.approx(0.00035)


def test_the_indicator_is_that_of_the_package_balance() -> None:
    """Its docstring gives 0.7418011102528389 for four people who answer with these probabilities."""
    assert r_indicator([0.2, 0.4, 0.3, 0.5], [1, 1, 1, 1]).r == pytest.approx(0.7418011102528389, abs=1e-15)


def test_groups_that_answer_alike_are_represented() -> None:
    found = r_indicator([30, 3], [100, 10])
    assert (found.r, found.variation, list(found.partial)) == (1, 0, [0, 0])


@pytest.mark.parametrize(
    ("responded", "sampled", "why"),
    [
        ([1, 2], [10], "expected for each group"), ([11], [10], "expected for each group"),
        ([0, 1], [0, 9], "expected for each group"), ([-1, 2], [10, 10], "expected for each group"),
        ([0, 0], [10, 10], "nobody answered"),
    ],
)  # fmt: skip
def test_counts_that_cannot_be_are_no_response(responded: list[int], sampled: list[int], why: str) -> None:
    with pytest.raises(ValueError, match=f"response: {why}"):
        r_indicator(responded, sampled)


# ---- weights


@pytest.mark.parametrize(("weights", "effect"), [([0, 1, 2, 3], 1.5555556), ([1, 1, 1000], 2.9880418), ([7, 7, 7, 7], 1.0)])
def test_what_unequal_weights_cost(weights: list[float], effect: float) -> None:
    """The first two as the package balance documents them."""
    assert design_effect(weights) == pytest.approx(effect, abs=1e-7)
    assert effective_size(weights) == pytest.approx(len(weights) / effect, rel=1e-7)


def people(**counts: int) -> pd.DataFrame:
    return pd.DataFrame({"ethnicity": [group for group, number in counts.items() for _ in range(number)]})


def shares(sample: pd.DataFrame, name: str, weights: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> dict[str, float]:
    return {group: float(weights[(sample[name] == group).to_numpy()].sum() / weights.sum()) for group in sample[name].unique()}


def test_a_group_below_five_in_a_hundred_keeps_a_share_of_its_own() -> None:
    """Defaults of other programs merge such groups with others before raking, and make them seldom heard again."""
    sample = people(White=900, Asian=60, Black=30, Other=10)
    target = {"White": 0.70, "Asian": 0.15, "Black": 0.10, "Other": 0.05}
    found = rake(sample, {"ethnicity": target})
    assert shares(sample, "ethnicity", found.weights) == pytest.approx(target, abs=1e-12)
    # one weight for each group: its share of the population by its share of the sample
    assert [found.weights[at] for at in (0, 900, 960, 990)] == pytest.approx([7 / 9, 2.5, 10 / 3, 5])
    squares = 900 * (7 / 9) ** 2 + 60 * 2.5**2 + 30 * (10 / 3) ** 2 + 10 * 5**2
    assert found.design_effect == pytest.approx(squares / 1_000)
    assert found.effective_size == pytest.approx(1_000 / (squares / 1_000))


def two_margins(counts: dict[tuple[str, str], int]) -> pd.DataFrame:
    return pd.DataFrame([key for key, number in counts.items() for _ in range(number)], columns=["age", "ethnicity"])


def test_two_margins_are_met_together_and_odds_within_them_kept() -> None:
    """Raking leaves the odds ratio of the sample as it was (Deming and Stephan 1940): here 60 · 40 / (20 · 30) = 4."""
    sample = two_margins({("young", "White"): 60, ("young", "Asian"): 20, ("old", "White"): 30, ("old", "Asian"): 40})
    target = {"age": {"young": 0.4, "old": 0.6}, "ethnicity": {"White": 0.8, "Asian": 0.2}}
    found = rake(sample, target)
    for name, goal in target.items():
        assert shares(sample, name, found.weights) == pytest.approx(goal, abs=1e-5)
    cells = sample.assign(weight=found.weights).groupby(["age", "ethnicity"])["weight"].sum()
    odds = cells["young", "White"] * cells["old", "Asian"] / (cells["young", "Asian"] * cells["old", "White"])
    assert odds == pytest.approx(4, rel=1e-6)
    assert found.weights.mean() == pytest.approx(1)


def test_weights_are_cut_to_the_cap_where_others_can_make_up_for_it() -> None:
    """Three times as many young and three times as many Asian people are wanted: raked without a cap, who is both weighs more."""
    sample = two_margins({("old", "White"): 810, ("young", "White"): 90, ("old", "Asian"): 90, ("young", "Asian"): 10})
    target = {"age": {"young": 0.3, "old": 0.7}, "ethnicity": {"White": 0.7, "Asian": 0.3}}
    assert rake(sample, target, cap=10).weights.max() == pytest.approx(9)  # 3 × 3, since age and ethnicity are independent
    found = rake(sample, target, cap=4)
    assert found.weights.max() == pytest.approx(4)
    for name, goal in target.items():
        assert shares(sample, name, found.weights) == pytest.approx(goal, abs=1e-5)


@pytest.mark.parametrize(
    ("sample", "target", "why"),
    [
        (people(White=190, Asian=9), {"White": 0.9, "Asian": 0.1}, "ethnicity: fewer than 10 people in the sample of Asian"),
        (people(White=190), {"White": 0.9, "Asian": 0.1}, "ethnicity: nobody in the sample of Asian"),
        (people(White=90, Asian=20, unknown=4), {"White": 0.9, "Asian": 0.1}, "ethnicity: 4 people are in no group"),
        # 10 of 400 are 2.5 %: 15 % would be 6 times the mean
        (people(White=390, Asian=10), {"White": 0.85, "Asian": 0.15}, "weights above 5 times the mean would be needed"),
        # weights 0.6 and 2.2: 40² / (30 · 0.6² + 10 · 2.2²) = 27
        (people(White=30, Asian=10), {"White": 0.45, "Asian": 0.55}, "40 people are worth 27; expected at least 30"),
    ],
)
def test_a_sample_that_cannot_be_weighted_says_why(sample: pd.DataFrame, target: dict[str, float], why: str) -> None:
    with pytest.raises(NotWeighted, match=why):
        rake(sample, {"ethnicity": target})


def test_margins_that_contradict_one_another_are_not_met() -> None:
    """All who are young are Asian and all who are old are White: no weights make more young than Asian people."""
    sample = two_margins({("young", "Asian"): 50, ("old", "White"): 50})
    target = {"age": {"young": 0.4, "old": 0.6}, "ethnicity": {"White": 0.5, "Asian": 0.5}}
    with pytest.raises(NotWeighted, match="the margins contradict one another"):
        rake(sample, target)


@pytest.mark.parametrize("target", [{"White": 0.9, "Asian": 0.2}, {"White": 1.0, "Asian": 0.0}])
def test_shares_that_do_not_add_up_are_no_target(target: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="ethnicity: expected shares above 0 that add up to 1"):
        rake(people(White=50, Asian=50), {"ethnicity": target})


# ---- parity


@pytest.mark.parametrize(
    ("group", "total", "share", "needed"),
    [
        (5, 100, 0.10, 6),  # 10 / 105 is below a tenth, 11 / 106 above
        (12, 100, 0.20, 10),  # 22 / 110 is a fifth and no less
        (20, 100, 0.20, 0), (30, 100, 0.20, 0), (0, 0, 0.20, 0), (0, 10, 0.0, 0),
        (0, 3, 1 / 3, 2),  # 2 / 5 is above a third, 1 / 4 below
        (1, 3, 1 / 3, 0),
    ],
)  # fmt: skip
def test_how_many_more_voices_bring_parity(group: int, total: int, share: float, needed: int) -> None:
    assert needed_for_parity(group, total, share) == needed


def test_one_voice_fewer_would_not_be_parity() -> None:
    """In whole numbers, so that no rounding comes in: of `whole` people `part` are the group's."""
    for part, whole in ((7, 113), (1, 6), (3, 10), (49, 50)):
        for total in range(0, 120, 7):
            for group in range(0, total + 1, 3):
                more = needed_for_parity(group, total, part / whole)
                assert (group + more) * whole >= part * (total + more)
                assert more == 0 or (group + more - 1) * whole < part * (total + more - 1)


@pytest.mark.parametrize(("group", "total", "share"), [(1, 0, 0.5), (-1, 5, 0.5), (1, 5, 1.0), (1, 5, -0.1)])
def test_parity_with_what_cannot_be_is_none(group: int, total: int, share: float) -> None:
    with pytest.raises(ValueError, match="parity: expected"):
        needed_for_parity(group, total, share)


def test_total_variation_is_what_proportional_similarity_lacks_of_1() -> None:
    """Go Vocal's specification gives a similarity of 0.8 for these: 20 % and 80 % against 40 % and 60 %."""
    assert 1 - total_variation({"a": 2, "b": 8}, {"a": 40, "b": 60}) == pytest.approx(0.8)


@pytest.mark.parametrize(
    ("heard", "population", "distance"),
    [({"a": 3, "b": 6}, {"a": 1, "b": 2}, 0), ({"a": 3}, {"b": 2}, 1), ({"a": 1, "c": 1}, {"a": 1, "b": 1}, 0.5)],
)
def test_distributions_alike_apart_and_half_apart(heard: dict[str, float], population: dict[str, float], distance: float) -> None:
    assert total_variation(heard, population) == pytest.approx(distance)


def test_an_empty_distribution_is_no_distance_from_anything() -> None:
    with pytest.raises(ValueError, match="total variation: expected somebody"):
        total_variation({}, {"a": 1})
