"""The overview of one ICB: first the groups with the greatest inequality, then silence, change, journeys, and what is in doubt."""

from collections.abc import Sequence

from ics_insight.dashboard import charts, inequality_charts, words
from ics_insight.dashboard.drawing import Drawing
from ics_insight.dashboard.heard import Seldom, seldom_heard
from ics_insight.dashboard.overview_queries import Change, Difference, Overview
from ics_insight.dashboard.pathways import KINDS
from ics_insight.dashboard.rendering import Page, render

MOST_GROUPS = 6  # of those that are seldom heard: what a reader takes in at a glance; the page of who is heard has all of them


def overview_page(overview: Overview) -> Page:
    """The whole of one ICB on a page."""
    seldom = seldom_heard(overview.heard)
    drawings = {
        "seldom": _groups(seldom[:MOST_GROUPS]) if seldom else None,
        "differences": inequality_charts.differences("differences", _greatest(overview.differences), overview.differences)
        if overview.differences
        else None,
        "pathways": _pathways(overview) if overview.pathways else None,
    }
    concerns = [change for change in overview.changes if change.meaning == "concern"]
    html = render(
        "overview.html",
        board=overview,
        at=f"/icb/{overview.code}",
        overview=overview,
        seldom=seldom,
        most_groups=MOST_GROUPS,
        drawings=drawings,
        concerns=concerns,
        said=change_in_words,
    )
    return Page(html, [drawing for drawing in drawings.values() if drawing])


def change_in_words(change: Change) -> str:
    """What a line says: which way it went, and by which rule that is more than chance."""
    return f"{words.MEANINGS[change.meaning]}: {words.RULES[change.rule]}"


def _groups(seldom: Sequence[Seldom]) -> Drawing:
    rows = [
        (group.label, (len(group.sources), group.told - len(group.sources)), f"{len(group.sources)} of {group.told}")
        for group in seldom
    ]
    first = seldom[0]
    title = f"{first.label}: seldom heard in {len(first.sources)} of {words.some(first.told, 'source')} that can tell"
    return charts.bars("seldom", title, rows, ("Seldom heard", "Other sources that can tell"))


def _greatest(differences: Sequence[Difference]) -> str:
    first = differences[0]
    value, reference = (words.number(amount, first.scale) for amount in (first.value, first.reference_value))
    group = words.of_group(first.characteristic, first.group_label)
    return f"{first.label}, {first.of}: {value} for “{group}”, {reference} for “{first.reference_label}”"


def _pathways(overview: Overview) -> Drawing:
    rows = [(pathway.pathway_label, pathway.parts, f"{pathway.silent} silent") for pathway in overview.pathways]
    most = max(overview.pathways, key=lambda pathway: pathway.silent)
    title = f"{most.pathway_label}: nobody was heard at {most.silent} of {words.some(most.touchpoints, 'touchpoint')}"
    return charts.bars("pathways", title, rows, KINDS)
