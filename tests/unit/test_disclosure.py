"""Small numbers: what is hidden, what with it, and that whoever adds and subtracts does not get it back."""

import random
from itertools import pairwise, product

import pytest

from ics_insight.disclosure import POLICIES, STRICTEST, Before, Bounds, Margin, Policy, Share, attack, attack_both, suppress
from ics_insight.disclosure.over_time import Together

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


def seen(counts: dict[str, int], hidden: dict[str, Bounds], margins: list[Margin], policy: Policy) -> Before:
    """A table as readers have it."""
    shown = {cell: policy.may_be(count) for cell, count in counts.items() if cell not in hidden}
    return Before(shown, hidden, tuple(margins))


TWO, THREE = [Margin("all", ("a", "b"))], [Margin("all", ("a", "b", "c"))]


def test_what_was_hidden_stays_hidden_when_it_is_restated() -> None:
    """9 was hidden, of 39 with b; a late form makes it 10. Who kept the older table knows that b was 30 at most: 9 or 10 remain."""
    older, newer = {"all": 79, "a": 40, "b": 30, "c": 9}, {"all": 80, "a": 40, "b": 30, "c": 10}
    before = seen(older, suppress(older, THREE, STRICT), THREE, STRICT)
    assert set(before.hidden) == {"b", "c"}
    assert suppress(newer, THREE, STRICT) == {}
    assert attack_both(before, newer, [], THREE).before == {"b": Bounds(29, 30), "c": Bounds(9, 10)}
    assert suppress(newer, THREE, STRICT, before=before) == {"b": Bounds(1, 39), "c": Bounds(1, 39)}


def test_what_was_withdrawn_is_not_worked_out() -> None:
    """Nobody is left of 9: of c nothing is known but that b, if it only grew, was 30 at most: c had 9 to 38 of their 39."""
    older, less = {"all": 79, "a": 40, "b": 30, "c": 9}, {"all": 70, "a": 40, "b": 30, "c": 0}
    before = seen(older, {"b": Bounds(1, 38), "c": Bounds(1, 38)}, THREE, STRICT)
    together = attack_both(before, less, [], THREE)
    assert together == Together({}, {"b": Bounds(1, 30), "c": Bounds(9, 38)}, {"a": Bounds(0, 0), "b": Bounds(0, 29)})
    assert suppress(less, THREE, STRICT, before=before) == {}
    # 40 and 39 that only grew are no parts of 70
    with pytest.raises(ValueError, match="contradicts itself"):
        attack_both(seen({"all": 79, "a": 40, "b": 39}, {}, TWO, STRICT), {"all": 70}, ["a", "b"], TWO)
    assert set(
        suppress({"all": 70, "a": 66, "b": 4}, TWO, STRICT, before=seen({"all": 79, "a": 40, "b": 39}, {}, TWO, STRICT))
    ) == {"a", "b"}


def test_who_came_in_a_month_is_told_by_two_exact_tables_and_by_no_rounded_ones() -> None:
    """61 less 60: one came, of a, and nobody of b. Rounded, 60 and 40 stand there twice, for 58 to 62 and for 38 to 42."""
    margins = [Margin("all", ("a", "b"))]
    older, newer = {"all": 100, "a": 60, "b": 40}, {"all": 101, "a": 61, "b": 40}
    assert suppress(newer, margins, STRICT, before=seen(older, {}, margins, STRICT)) == {}
    told = attack_both(seen(older, {}, margins, STRICT), newer, [], margins).added
    assert told == {"all": Bounds(1, 1), "a": Bounds(1, 1), "b": Bounds(0, 0)}
    before = seen(older, {}, margins, STRICTEST)
    assert suppress(newer, margins, STRICTEST, before=before) == {}
    told = attack_both(before, {cell: STRICTEST.may_be(count) for cell, count in newer.items()}, [], margins).added
    assert told == dict.fromkeys(newer, Bounds(0, 4))


def test_a_whole_that_hardly_grew_does_not_tell_that_three_groups_did() -> None:
    """Each of three goes to the next round number, the whole stays at its own: each has 1 or 2 more. Some of it is hidden."""
    groups = ("a", "b", "c")
    margins = [Margin("all", (*groups, "d"))]
    older = {**dict.fromkeys(groups, 17), "d": 127, "all": 178}
    newer = {**dict.fromkeys(groups, 18), "d": 127, "all": 181}
    before = seen(older, {}, margins, STRICTEST)
    shown = {cell: STRICTEST.may_be(count) for cell, count in newer.items()}
    assert attack_both(before, shown, [], margins).added["a"] == Bounds(1, 2)
    hidden = suppress(newer, margins, STRICTEST, before=before)
    assert hidden
    shown = {cell: one for cell, one in shown.items() if cell not in hidden}
    told = attack_both(before, shown, hidden, margins).added
    assert [STRICTEST.missing_of_added(told[group]) for group in groups] == [0, 0, 0]


def a_year(seed: int) -> list[Before]:
    """Groups that grow, some by one person a month, and what is published of them, each beside the one before."""
    rng = random.Random(seed)  # noqa: S311 - tables, not secrets
    groups = [f"g{number}" for number in range(rng.choice((2, 3, 6, 8)))]
    monthly = {group: min(rng.paretovariate(0.6), 30) for group in groups}
    margins = [Margin("known", tuple(groups))]
    counts, published = dict.fromkeys(groups, 0), list[Before]()
    for _ in range(12):
        counts = {group: count + sum(rng.random() < monthly[group] / 30 for _ in range(30)) for group, count in counts.items()}
        table = counts | {"known": sum(counts.values())}
        hidden = suppress(table, margins, STRICTEST, before=published[-1] if published else None)
        published.append(seen(table, hidden, margins, STRICTEST))
    return published


@pytest.mark.parametrize("seed", range(4))
def test_two_publications_that_follow_each_other_tell_nobody(seed: int) -> None:
    for before, now in pairwise(a_year(seed)):
        together = attack_both(before, now.shown, now.hidden, now.margins)
        told = [*together.now.values(), *together.before.values()]
        assert all(bounds.values >= (9 if bounds.least < 10 else 2) for bounds in told)
        few = [bounds for bounds in together.added.values() if bounds.least < 10 and bounds.most != 0]
        assert all(bounds.values >= 4 for bounds in few)


@pytest.mark.parametrize("seed", range(4))
def test_all_publications_of_a_year_together_tell_no_small_number(seed: int) -> None:
    year = a_year(seed)
    cells = {f"{month} {cell}": count for month, table in enumerate(year) for cell, count in table.shown.items()}
    hidden = [f"{month} {cell}" for month, table in enumerate(year) for cell in table.hidden]
    margins = [
        Margin(f"{month} {margin.whole}", tuple(f"{month} {part}" for part in margin.parts))
        for month, table in enumerate(year)
        for margin in table.margins
    ]
    added = []
    for month, cell in product(range(1, len(year)), {*year[0].shown, *year[0].hidden}):
        added.append(f"added {month} {cell}")
        margins.append(Margin(f"{month} {cell}", (f"{month - 1} {cell}", added[-1])))
    found = attack(cells | dict.fromkeys(added, Bounds(0, None)), [*hidden, *added], margins)
    assert all(bounds.values > 1 for bounds in found.values() if bounds.least < 10 and bounds.most != 0)


def test_one_that_is_hidden_alone_is_known_to_be_small() -> None:
    """248 are 248 to 252 to who sees 250, and 207 and 32 are 231 to 239: 9 to 21 are left for 9. But of 13 and more it would not be
    hidden; 9 to 12 are four values, so that the next goes with it."""
    margins = [Margin("known", ("a", "b", "c"))]
    counts = {"a": 207, "b": 32, "c": 9, "known": 248}
    boxes = {cell: STRICTEST.may_be(count) for cell, count in counts.items() if cell != "c"}
    assert attack(boxes, ["c"], margins) == {"c": Bounds(9, 21)}
    assert set(suppress(counts, margins, STRICTEST)) == {"b", "c"}


def test_of_a_whole_that_is_two_small_groups_each_may_be_nearly_all() -> None:
    """9 and 9 are 18, shown as 20, at most 22: one less than that is the most of each."""
    hidden = suppress({"a": 9, "b": 9, "known": 18}, [Margin("known", ("a", "b"))], STRICTEST)
    assert hidden == {"a": Bounds(1, 21), "b": Bounds(1, 21)}


def test_where_numbers_are_rounded_those_that_look_like_small_ones_are_hidden() -> None:
    """10 would stand for 8 to 12, of which 8 and 9 are too few; where 8 are enough, it is shown."""
    assert [STRICTEST.shown(count) for count in (0, 1, 9, 12, 13, 17, 18)] == [0, None, None, None, 15, 15, 20]
    assert [POLICIES["round5"].shown(count) for count in (0, 7, 8, 12, 13)] == [0, None, 10, 10, 15]
    assert STRICTEST.may_be(15) == STRICTEST.may_be(17) == Bounds(13, 17)


def test_the_attacker_of_rounded_numbers_finds_what_trying_all_finds() -> None:
    """Every pair of tables of two groups, of up to 9 people, by trial: rounded to three, one group hidden."""
    margins = [Margin("all", ("a", "b"))]
    policy = Policy("of this test", 2, "", 3)
    before = Before({"all": policy.may_be(9), "a": policy.may_be(3)}, {"b": Bounds(1, None)}, tuple(margins))
    shown = {"all": policy.may_be(9), "b": policy.may_be(6)}
    found = attack_both(before, shown, ["a"], margins)
    ways = [
        (a, b, more_a, more_b)
        for a, b, more_a, more_b in product(range(2, 5), range(1, 10), range(9), range(9))
        if 8 <= a + b <= 10 and 8 <= a + b + more_a + more_b <= 10 and 5 <= b + more_b <= 7
    ]
    assert found.before["b"] == Bounds(min(b for _, b, *_ in ways), max(b for _, b, *_ in ways))
    assert found.now["a"] == Bounds(min(a + more for a, _, more, _ in ways), max(a + more for a, _, more, _ in ways))
    assert found.added["b"] == Bounds(min(more for *_, more in ways), max(more for *_, more in ways))


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
