"""The list of the measures of one board, by what they are about: each with its newest figure, and all its organisations by name."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from ics_insight.dashboard import measure_words
from ics_insight.dashboard.drawing import rows_of
from ics_insight.dashboard.measure_lines import newest
from ics_insight.dashboard.measure_rows import Definition, Level, Listed, Organisation, Own
from ics_insight.dashboard.queries import Figure
from ics_insight.dashboard.rendering import Page, render


@dataclass(frozen=True)
class Entry:
    """A measure in the list; `england` is of the same period. Where the board has no figure, `levels` say whose there are."""

    definition: Definition
    own: Own | None
    england: Figure | None
    levels: str


def measures_page(found: Listed) -> Page:
    """All measures of one board."""
    entries = _entries(found)
    held = [entry.own for entry in entries if entry.own]
    by_level = sorted(found.organisations, key=_place)  # stable: by name within
    html = render(
        "measures.html", board=found.board, held=bool(held),
        at=f"/icb/{found.board.code}/measures", found=found, told=measure_words,
        groups=_groups([entry for entry in entries if entry.own or entry.levels]),
        missing=[entry.definition for entry in entries if not entry.own and not entry.levels],
        organisations=[(level, list(each)) for level, each in groupby(by_level, key=lambda each: each.level)],
    )  # fmt: skip
    return Page(html, (), {"newest": rows_of(held)} if held else {})


def _entries(found: Listed) -> list[Entry]:
    """By label, as the definitions come."""
    england = {(figure.measure_code, figure.period_start): figure for figure in found.england}
    entries = []
    for definition in found.definitions:
        code = definition.measure_code
        own = newest([figure for figure in found.own if figure.measure_code == code])
        levels = [level for level in found.levels if level.measure_code == code]
        entries.append(Entry(definition, own, england.get((code, own.period_start)) if own else None, _levels(levels)))
    return entries


def _levels(levels: Sequence[Level]) -> str:
    return ", ".join(f"{each.organisations:,} {measure_words.level(each.level, each.organisations)}" for each in levels)


def _groups(entries: Sequence[Entry]) -> list[tuple[str, list[Entry]]]:
    known = [name for name, _ in measure_words.GROUPS]
    by_group: dict[str, list[Entry]] = {name: [] for name in known}
    for entry in entries:
        by_group.setdefault(measure_words.group(entry.definition), []).append(entry)
    return [(name, each) for name, each in by_group.items() if each]


def _place(organisation: Organisation) -> int:
    """Levels in the order in which their names stand; one that has none comes last."""
    order = list(measure_words.LEVELS)
    return order.index(organisation.level) if organisation.level in order else len(order)
