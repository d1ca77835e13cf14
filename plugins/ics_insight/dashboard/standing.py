"""The page of data quality: how old each source is, what was refused, what does not hold, and who lets that pass."""

from collections.abc import Sequence
from datetime import date

from ics_insight.dashboard import age_chart, words
from ics_insight.dashboard.age_chart import Age
from ics_insight.dashboard.drawing import rows_of
from ics_insight.dashboard.rendering import Page, render
from ics_insight.dashboard.standing_queries import Source, Standing


def standing_page(found: Standing, today: date) -> Page:
    """How the data of one ICB stand on a day."""
    title = finding(found.sources, today)
    known = [(source, age) for source in found.sources if (age := source.age_days(today)) is not None]
    ages = [Age(source.source_title, age, source.max_age_days) for source, age in known]
    drawings = [age_chart.ages("ages", title, ages)] if ages else []
    html = render(
        "standing.html", board=found, at=f"/icb/{found.code}/data", found=found, today=today, title=title, drawings=drawings,
        refused=[source for source in found.sources if source.files_refused],
        missing=[source.source_title for source in found.sources if source.state(today) == "missing"],
        stale=[source.source_title for source in found.sources if source.state(today) == "out_of_date"],
    )  # fmt: skip
    states = [{"worked_out_on": today, "state": source.state(today)} for source in found.sources]
    rows = [{**row, **state} for row, state in zip(rows_of(found.sources), states, strict=True)]
    return Page(html, drawings, {"sources": rows, "files": rows_of(found.files)})


def finding(sources: Sequence[Source], today: date) -> str:
    """How many sources are out of date or missing, as a sentence."""
    states = [source.state(today) for source in sources]
    stale, missing = states.count("out_of_date"), states.count("missing")
    found = f"{stale or 'None'} of {words.some(len(sources), 'source')} {'are' if stale > 1 else 'is'} out of date"
    return f"{found}, and of {missing} nothing is in use" if missing else found
