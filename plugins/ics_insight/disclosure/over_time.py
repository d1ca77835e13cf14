"""What two publications of one table tell together, that neither tells alone."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from math import inf

from ics_insight.disclosure.attack import Bounds, Margin, attack


@dataclass(frozen=True)
class Before:
    """What readers have seen of a table of which another is a later state: to its counts some were added. Cells have the names that
    they have in the later one; of what is shown stands what it may be, and of what is hidden what was said of it."""

    shown: Mapping[str, int | Bounds]
    hidden: Mapping[str, Bounds]
    margins: tuple[Margin, ...]

    def alone(self) -> dict[str, Bounds]:
        """What it tells of what it hides."""
        return attack({**self.shown, **self.hidden}, self.hidden, self.margins)

    def least(self) -> dict[str, int]:
        """How many there were of each at least."""
        shown = {cell: count if isinstance(count, int) else count.least for cell, count in self.shown.items()}
        return shown | {cell: bounds.least for cell, bounds in self.alone().items()}


@dataclass(frozen=True)
class Together:
    """What may be, of each cell: what is hidden now, what was hidden before, and how many were added."""

    now: dict[str, Bounds]
    before: dict[str, Bounds]
    added: dict[str, Bounds]


def attack_both(
    before: Before,
    told: Mapping[str, int | Bounds],
    hidden: Collection[str],
    margins: Iterable[Margin],
    *,
    fewer: Collection[str] = (),
) -> Together:
    """What whoever kept the older table can work out, given that people are added and none is taken away.

    `told` is what the newer table tells of its cells, of which some are `hidden`. A cell of which there are fewer now than there
    were is an exception, whether that is to be seen or it is among `fewer`: nothing is known of what was added to it. Raises
    ValueError where the two contradict each other in another way: then this cannot be said of them at all.
    """
    grown = [
        cell for cell, fewest in before.least().items()
        if cell not in fewer and (cell in hidden or (cell in told and _most(told[cell]) >= fewest))
    ]  # fmt: skip
    cells = {**told, **{_before(cell): count for cell, count in {**before.shown, **before.hidden}.items()}}
    found = attack(
        cells | {_added(cell): Bounds(0, None) for cell in grown},
        [*hidden, *map(_before, before.hidden), *map(_added, grown)],
        [
            *margins,
            *(Margin(_before(margin.whole), tuple(map(_before, margin.parts))) for margin in before.margins),
            *(Margin(cell, (_before(cell), _added(cell))) for cell in grown),
        ],
    )
    return Together(
        {cell: found[cell] for cell in hidden},
        {cell: found[_before(cell)] for cell in before.hidden},
        {cell: found[_added(cell)] for cell in grown},
    )


def _before(cell: str) -> str:
    return f"before: {cell}"


def _added(cell: str) -> str:
    return f"added: {cell}"


def _most(count: int | Bounds) -> float:
    most = count if isinstance(count, int) else count.most
    return inf if most is None else most
