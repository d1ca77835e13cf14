"""The page of who is heard in one ICB: which groups seldom are, in which source, and what nobody can tell."""

import csv
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from io import StringIO
from itertools import groupby

from markupsafe import Markup

from ics_insight.dashboard import charts, words
from ics_insight.dashboard.page import render
from ics_insight.dashboard.queries import Heard, Hearing


@dataclass(frozen=True)
class Seldom:
    """A group and the sources in which it is seldom heard, of those that can tell."""

    label: str
    sources: tuple[str, ...]
    told: int


@dataclass(frozen=True)
class Drawn:
    """What is drawn of one source: the groups that are seldom heard in it and whose numbers may be shown."""

    name: str
    title: str
    rows: tuple[Heard, ...]
    drawing: Markup


def heard_page(hearing: Hearing) -> str:
    """Who is heard in one ICB, as HTML."""
    seldom = _seldom(hearing.rows)
    return render(
        "heard.html",
        hearing=hearing,
        title=_finding(seldom),
        seldom=seldom,
        rows=[row for row in hearing.rows if row.status == "seldom_heard"],
        drawn=_drawn(hearing),
        sections=[(name, list(each)) for name, each in groupby(_told(hearing.rows), key=lambda row: row.characteristic)],
        untold=_untold(hearing.rows),
    )


def heard_picture(hearing: Hearing, number: int) -> bytes | None:
    """One chart of that page as PNG, by its place there, counted from 0; None where there is none."""
    drawn = _drawn(hearing)
    return charts.ratios_picture(f"{drawn[number].title}. {hearing.name}", drawn[number].rows) if number < len(drawn) else None


def _drawn(hearing: Hearing) -> list[Drawn]:
    shown = sorted(
        (row for row in hearing.rows if row.status == "seldom_heard" and row.ratio is not None), key=lambda row: row.source_title
    )
    found = []
    for number, (source, each) in enumerate(groupby(shown, key=lambda row: row.source_title)):
        rows = tuple(each)
        title = f"Seldom heard in {source}: {', '.join(words.group(row) for row in rows)}"
        found.append(Drawn(source, title, rows, charts.ratios(f"seldom-{number}", title, rows)))
    return found


def heard_csv(hearing: Hearing) -> str:
    """Every row behind the page, as CSV with a header; what is not shown is empty, with the reason beside it."""
    out = StringIO()
    writer = csv.DictWriter(out, ["icb_code", *Heard.__dataclass_fields__], lineterminator="\r\n")
    writer.writeheader()
    writer.writerows({"icb_code": hearing.code, **asdict(row)} for row in hearing.rows)
    return out.getvalue()


def _finding(seldom: Sequence[Seldom]) -> str:
    if not seldom:
        return "No group was found to be seldom heard"
    first = seldom[0]
    where = "1 source" if len(first.sources) == 1 else f"{len(first.sources)} sources"
    return f"Seldom heard in {where} of {first.told} that can tell: {first.label}"


def _seldom(rows: Sequence[Heard]) -> list[Seldom]:
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


def _untold(rows: Sequence[Heard]) -> list[tuple[str, list[str]]]:
    """Of each source, the characteristics that it does not record."""
    missing = {(row.source_title, row.characteristic) for row in rows if row.ratio_null_reason == "not_collected"}
    return [
        (source, [words.CHARACTERISTICS.get(characteristic, characteristic) for _, characteristic in each])
        for source, each in groupby(sorted(missing), key=lambda pair: pair[0])
    ]
