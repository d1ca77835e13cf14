"""The page of who is heard in one ICB: which groups seldom are, in which source, and what nobody can tell."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from ics_insight.dashboard import inequality_charts, words
from ics_insight.dashboard.drawing import Drawing, Row, rows_of
from ics_insight.dashboard.queries import Heard, Hearing
from ics_insight.dashboard.rendering import Page, render
from ics_insight.dashboard.unheard_queries import Silent, Unheard


@dataclass(frozen=True)
class Seldom:
    """A group and the sources in which it is seldom heard, of those that can tell."""

    label: str
    sources: tuple[str, ...]
    told: int


def heard_page(hearing: Hearing, unheard: Unheard) -> Page:
    """Who is heard in one ICB, and who is not."""
    seldom = seldom_heard(hearing.rows)
    drawings = _drawn(hearing.rows)
    silence = inequality_charts.silence("silence", _silences(unheard.silent), unheard.silent) if unheard.silent else None
    html = render(
        "heard.html",
        board=hearing,
        at=f"/icb/{hearing.code}/heard",
        hearing=hearing,
        title=_finding(seldom),
        seldom=seldom,
        rows=[row for row in hearing.rows if row.status == "seldom_heard"],
        drawings=drawings,
        sections=[(name, list(each)) for name, each in groupby(_told(hearing.rows), key=lambda row: row.characteristic)],
        silence=silence,
        areas=_areas(unheard.silent),
        touchpoints=[
            (touchpoint, {row.area_code: row.silence for row in each})
            for touchpoint, each in groupby(unheard.silent, key=lambda row: row.touchpoint_label)
        ],
        unheard=unheard,
        gaps=[(source, list(each)) for source, each in groupby(unheard.gaps, key=lambda gap: gap.source_title)],
    )
    tables: dict[str, Sequence[Row]] = {
        "all": [{"icb_code": hearing.code, **row} for row in rows_of(hearing.rows)],
        "gaps": rows_of(unheard.gaps),
        "panels": rows_of(unheard.seats),
    }
    return Page(html, [*drawings, *([silence] if silence else [])], tables)


def _areas(silent: Sequence[Silent]) -> list[tuple[str, str]]:
    """Code and name of each area, the board before its places."""
    found = {(row.area_level != "icb", row.area_name, row.area_code) for row in silent}
    return [(code, "The whole board" if not is_place else name) for is_place, name, code in sorted(found)]


def _silences(silent: Sequence[Silent]) -> str:
    everywhere = {row.touchpoint_label for row in silent if row.area_level == "icb"}
    if not everywhere:
        return "Somebody was heard at every touchpoint, though not in every place"
    return f"Nobody in the whole board was heard at {words.some(len(everywhere), 'touchpoint')}"


def _drawn(rows: Sequence[Heard]) -> list[Drawing]:
    """By source, the groups that are seldom heard in it and whose numbers may be shown."""
    shown = [row for row in rows if row.status == "seldom_heard" and row.ratio is not None]
    by_source = groupby(sorted(shown, key=lambda row: row.source_title), key=lambda row: row.source_title)
    found = []
    for number, (source, each) in enumerate(by_source):
        of_source = list(each)
        title = f"Seldom heard in {source}: {', '.join(words.group(row) for row in of_source)}"
        found.append(inequality_charts.ratios(f"seldom-{number}", title, of_source))
    return found


def _finding(seldom: Sequence[Seldom]) -> str:
    if not seldom:
        return "No group was found to be seldom heard"
    first = seldom[0]
    where = "1 source" if len(first.sources) == 1 else f"{len(first.sources)} sources"
    return f"Seldom heard in {where} of {first.told} that can tell: {first.label}"


def seldom_heard(rows: Sequence[Heard]) -> list[Seldom]:
    """Groups by the number of sources in which they are seldom heard, most first; then by name."""
    found = []
    for label, each in groupby(sorted(rows, key=words.group), key=words.group):
        group = list(each)
        sources = tuple(row.source_title for row in group if row.status == "seldom_heard")
        if sources:
            found.append(Seldom(label, sources, sum(row.status is not None for row in group)))
    return sorted(found, key=lambda each: (-len(each.sources), each.label))


def _told(rows: Sequence[Heard]) -> list[Heard]:
    return [row for row in rows if row.ratio_null_reason != "not_collected"]
