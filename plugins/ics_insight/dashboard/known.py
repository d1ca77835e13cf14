"""The page of what is known already: of a theme, in a place, from a group of people, and what is not known."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from itertools import groupby
from urllib.parse import urlencode

from ics_insight.dashboard import charts, inequality_charts, journey_charts, words
from ics_insight.dashboard.drawing import Drawing, rows_of
from ics_insight.dashboard.journey_charts import Share
from ics_insight.dashboard.known_queries import Knowledge, Raised
from ics_insight.dashboard.queries import Heard
from ics_insight.dashboard.rendering import Page, render

OLD = 2  # years after which what was heard is called old
KINDS = ("Heard in the last two years", "Last heard over two years ago")


@dataclass(frozen=True)
class Choice:
    """What a reader asks for; empty where anything will do."""

    theme: str = ""
    place: str = ""
    group: str = ""


@dataclass(frozen=True)
class Theme:
    """A theme and the sources that raise it."""

    code: str
    label: str
    definition: str
    raised: tuple[Raised, ...]


def known_page(found: Knowledge, choice: Choice) -> Page:
    """What is known in one ICB of what was chosen; without a choice, of every theme."""
    themes, day = themes_of(found.raised), found.published_at.date()
    chosen = [theme for theme in themes if theme.code == choice.theme]
    of_group = [row for row in found.heard if row.group_code == choice.group]
    in_place = [row for row in found.placed if row.place_code == choice.place]
    is_open = choice == Choice()
    drawn = {
        "themes": _overview(themes, day) if is_open else [], "theme": _of_theme(chosen), "group": _of_group(of_group),
    }  # fmt: skip
    sources = sorted({row.source_title for row in found.raised}, key=str.lower)
    html = render(
        "known.html", board=found, at=f"/icb/{found.code}/known", found=found, choice=choice, is_open=is_open, themes=themes,
        theme=next(iter(chosen), None), placed=in_place, of_group=of_group, drawn=drawn, sources=sources, day=day, old=OLD,
        theme_options=[(theme.code, theme.label) for theme in themes],
        place_options=list({row.place_code: row.place_name for row in found.placed}.items()), groups=_groups(found.heard),
        untold=[row for row in found.untold if of_group and row.characteristic == of_group[0].characteristic],
        unknown=_unknown(choice, bool(chosen), bool(in_place), bool(of_group)),
        asked="" if is_open else f"?{urlencode({name: value for name, value in asdict(choice).items() if value})}",
    )  # fmt: skip
    drawings = [drawing for each in drawn.values() for drawing in each]
    return Page(html, drawings, {"themes": rows_of(found.raised), "places": rows_of(found.placed), "groups": rows_of(found.heard)})


def themes_of(raised: Sequence[Raised]) -> list[Theme]:
    """Themes by name, each with the sources that raise it."""
    found = []
    for (label, code), each in groupby(raised, key=lambda row: (row.theme_label, row.theme_code)):
        rows = tuple(each)
        found.append(Theme(code, label, rows[0].theme_definition or "", rows))
    return found


def _overview(themes: Sequence[Theme], day: date) -> list[Drawing]:
    """How many sources raise each theme, and how many of them did so last a long time ago."""
    if not themes:
        return []
    alone = sum(len(theme.raised) == 1 for theme in themes)
    title = f"{alone} of {words.some(len(themes), 'theme')} {'is' if alone == 1 else 'are'} raised by one source alone"
    bars = []
    for theme in themes:
        old = sum(row.is_over(OLD, day) for row in theme.raised)
        bars.append((theme.label, (len(theme.raised) - old, old), words.some(len(theme.raised), "source")))
    return [charts.bars("sources", title, bars, KINDS)]


def _of_theme(chosen: Sequence[Theme]) -> list[Drawing]:
    shares = [
        Share(row.source_title, row.negative, row.voices)
        for theme in chosen
        for row in theme.raised
        if row.voices and row.negative is not None
    ]
    if not shares:
        return []
    half = sum(each.share >= 0.5 for each in shares)
    title = f"{chosen[0].label}: half or more of the voices were negative in {half} of {words.some(len(shares), 'source')}"
    return [journey_charts.shares("negative", title, shares)]


def _of_group(rows: Sequence[Heard]) -> list[Drawing]:
    told = [row for row in rows if row.status is not None]
    drawn = [row for row in rows if row.ratio is not None]
    if not drawn:
        return []
    seldom = sum(row.status == "seldom_heard" for row in told)
    title = f"{words.group(rows[0])}: seldom heard in {seldom} of {words.some(len(told), 'source')} that can tell"
    by_source = [replace(row, characteristic="source", group_label=row.source_title) for row in drawn]
    return [replace(inequality_charts.ratios("group", title, by_source), rows=rows_of(drawn))]


def _groups(rows: Sequence[Heard]) -> list[tuple[str, list[tuple[str, str]]]]:
    """Groups to choose from, by characteristic."""
    known = {row.group_code: (row.characteristic, words.group(row)) for row in rows}
    options = sorted((characteristic, label, code) for code, (characteristic, label) in known.items())
    return [
        (words.CHARACTERISTICS.get(characteristic, characteristic), [(code, label) for _, label, code in each])
        for characteristic, each in groupby(options, key=lambda option: option[0])
    ]


def _unknown(choice: Choice, theme: bool, place: bool, group: bool) -> list[str]:
    """What was asked for and is not held, without saying it again."""
    asked = (("theme", choice.theme, theme), ("place", choice.place, place), ("group", choice.group, group))
    return [name for name, value, is_held in asked if value and not is_held]
