"""Small numbers: what is hidden, what with it, and that whoever adds and subtracts does not get it back."""

import random
from itertools import product

import pytest

from ics_insight.disclosure import POLICIES, Bounds, Margin, Share, attack, suppress

STRICT = POLICIES["strict_10"]


def test_a_lone_hidden_part_is_what_is_left_of_its_whole() -> None:
    found = attack({"all": 30, "women": 27}, ["men"], [Margin("all", ("women", "men"))])
    assert found == {"men": Bounds(3, 3)}


def test_two_hidden_parts_share_what_is_left() -> None:
    """10 less 7 are 3, of two that are 1 or more each: 1 or 2. Where zeros are hidden as well, 0 to 3."""
    asked = ({"all": 10, "a": 7}, ["b", "c"], [Margin("all", ("a", "b", "c"))])
    assert attack(*asked) == {"b": Bounds(1, 2), "c": Bounds(1, 2)}
    assert attack(*asked, least=0) == {"b": Bounds(0, 3), "c": Bounds(0, 3)}


def test_what_nothing_limits_has_no_most() -> None:
    assert attack({}, ["alone"], []) == {"alone": Bounds(1, None)}
    assert attack({"a": 12}, ["all", "b"], [Margin("all", ("a", "b"))]) == {"all": Bounds(13, None), "b": Bounds(1, None)}


def test_a_quarter_less_its_months_tells_the_third() -> None:
    """And with it, through that month's groups, one of a group: margins over time and over groups are put together."""
    margins = [Margin("q", ("jan", "feb", "mar")), Margin("mar", ("mar.women", "mar.men"))]
    found = attack({"q": 60, "jan": 25, "feb": 20, "mar.women": 12}, ["mar", "mar.men"], margins)
    assert found == {"mar": Bounds(15, 15), "mar.men": Bounds(3, 3)}


def test_sums_that_meet_in_a_circle_limit_each_other() -> None:
    """Rows of 10 and 10, columns of 8 and 12: with a, the others are 10 - a, 8 - a and 2 + a, and each is 1 or more."""
    margins = [Margin("r1", ("a", "b")), Margin("r2", ("c", "d")), Margin("c1", ("a", "c")), Margin("c2", ("b", "d"))]
    shown = {"r1": 10, "r2": 10, "c1": 8, "c2": 12}
    assert attack(shown, "abcd", margins) == {"a": Bounds(1, 7), "b": Bounds(3, 9), "c": Bounds(1, 7), "d": Bounds(3, 9)}
    assert attack(shown, "abcd", margins, least=0)["a"] == Bounds(0, 8)


def test_numbers_that_contradict_each_other_are_no_table() -> None:
    with pytest.raises(ValueError, match="does not add up to all"):
        attack({"all": 10, "a": 7, "b": 4}, [], [Margin("all", ("a", "b"))])
    with pytest.raises(ValueError, match="contradicts itself"):
        attack({"all": 10, "a": 12}, ["b"], [Margin("all", ("a", "b"))])
    with pytest.raises(ValueError, match="b is neither shown nor hidden"):
        attack({"all": 10, "a": 7}, [], [Margin("all", ("a", "b"))])


# A trust of three wards, as facts.md (1.3) has it: answers and positive answers of trust, A, B and C.
WARDS = {
    "trust": 232, "a": 150, "b": 80, "c": 2,
    "trust.positive": 200, "a.positive": 130, "b.positive": 68, "c.positive": 2,
}  # fmt: skip
WARD_MARGINS = [
    Margin("trust", ("a", "b", "c")),
    Margin("trust.positive", ("a.positive", "b.positive", "c.positive")),
]


def test_the_published_scheme_is_undone_by_its_percentages() -> None:
    """Counts of the smallest ward and of the next are starred, the total of answers and the next ward's percentage are not.

    85 % of 80 is 68, and 200 less 130 less 68 is 2: everybody of ward C was pleased.
    """
    hidden = ["b.positive", "c.positive"]
    shown = {cell: count for cell, count in WARDS.items() if cell not in hidden}
    assert attack(shown, hidden, WARD_MARGINS)["c.positive"] == Bounds(1, 69)  # without percentages
    told = attack(shown, hidden, WARD_MARGINS, [Share("b.positive", "b", 0.85, 2)])
    assert told == {"b.positive": Bounds(68, 68), "c.positive": Bounds(2, 2)}


def test_the_same_wards_are_not_undone_here() -> None:
    """With a count every share of it goes, so that nothing is left to work it out from."""
    for policy in POLICIES.values():
        hidden = suppress(WARDS, WARD_MARGINS, policy)
        assert {"c", "c.positive"} <= set(hidden)
        shown = {cell: count for cell, count in WARDS.items() if cell not in hidden}
        shares = [
            Share(part, whole, round(WARDS[part] / WARDS[whole], 2), 2)
            for part, whole in ((f"{ward}.positive", ward) for ward in ("trust", "a", "b", "c"))
            if part in shown and whole in shown
        ]
        for cell, bounds in attack(shown, hidden, WARD_MARGINS, shares).items():
            assert bounds.values >= policy.spread, (policy, cell)
            assert bounds.least <= WARDS[cell] <= (bounds.most or WARDS[cell])


def test_the_smallest_beside_it_goes_with_it_and_the_whole_stays() -> None:
    counts = {"all": 100, "a": 60, "b": 25, "c": 12, "d": 3}
    hidden = suppress(counts, [Margin("all", ("a", "b", "c", "d"))], STRICT)
    assert hidden == {"c": Bounds(1, 14), "d": Bounds(1, 14)}


def test_nobody_is_shown_as_nobody() -> None:
    counts = {"all": 60, "a": 40, "b": 20, "c": 0}
    assert suppress(counts, [Margin("all", ("a", "b", "c"))], STRICT) == {}


def test_what_was_hidden_stays_hidden_when_it_is_restated() -> None:
    """9 was hidden; a late form makes it 10, and whoever kept the older table would learn both."""
    margins = [Margin("all", ("a", "b", "c"))]
    before = suppress({"all": 79, "a": 40, "b": 30, "c": 9}, margins, STRICT)
    after = suppress({"all": 80, "a": 40, "b": 30, "c": 10}, margins, STRICT, held=before)
    assert set(before) == set(after) == {"b", "c"}
    assert suppress({"all": 80, "a": 40, "b": 30, "c": 10}, margins, STRICT) == {}
    # nobody is left of it: whoever was told so would learn that the 9 of before were withdrawn
    assert suppress({"all": 70, "a": 40, "b": 30, "c": 0}, margins, STRICT, held=before) == {"b": Bounds(0, 30), "c": Bounds(0, 30)}


def test_the_whole_goes_where_its_parts_are_not_enough() -> None:
    counts = {"all": 4, "a": 3, "b": 1, "more": 104, "others": 100}
    hidden = suppress(counts, [Margin("all", ("a", "b")), Margin("more", ("all", "others"))], STRICT)
    assert {"all", "a", "b"} <= set(hidden)
    assert set(hidden) & {"more", "others"}  # else one would tell the other


@pytest.mark.parametrize("seed", range(6))
def test_no_hidden_cell_of_any_table_is_told(seed: int) -> None:
    """Groups by quarters by organisations, with all wholes: the attacker has every margin and share, to a tenth of a percent."""
    rng = random.Random(seed)  # noqa: S311 - tables, not secrets
    groups, quarters, places = ("g1", "g2", "g3", "unknown"), ("q1", "q2"), ("x", "y", "z")
    counts = {f"{g}|{q}|{p}": int(rng.paretovariate(0.6)) - 1 for g, q, p in product(groups, quarters, places)}
    counts = {cell: min(count, 400) for cell, count in counts.items()}
    margins = []
    for axis, members in enumerate((groups, quarters, places)):
        others = [(*m, "all") for m in (groups, quarters, places)]
        del others[axis]
        for pair in product(*others):
            cells = [[*pair[:axis], member, *pair[axis:]] for member in (*members, "all")]
            *parts, whole = ("|".join(cell) for cell in cells)
            margins.append(Margin(whole, tuple(parts)))
    waiting = list(margins)
    while waiting:  # wholes are added up from parts that are known by then
        margin = next(margin for margin in waiting if all(part in counts for part in margin.parts))
        counts[margin.whole] = sum(counts[part] for part in margin.parts)
        waiting.remove(margin)
    policy = POLICIES["fft_lt5"]
    hidden = suppress(counts, margins, policy)
    assert {cell for cell, count in counts.items() if 0 < count < 5} <= set(hidden)
    shown = {cell: count for cell, count in counts.items() if cell not in hidden}
    shares = [
        Share(part, margin.whole, round(shown[part] / shown[margin.whole], 3), 3)
        for margin in margins
        for part in margin.parts
        if shown.get(margin.whole) and part in shown
    ]
    told = attack(shown, hidden, margins, shares)
    assert all(bounds.values >= policy.spread for bounds in told.values())
    assert all(bounds.least <= counts[cell] <= (bounds.most or counts[cell]) for cell, bounds in told.items())
    assert told == hidden  # what a reader can work out is what the table says
