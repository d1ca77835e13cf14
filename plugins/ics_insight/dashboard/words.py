"""Figures in words: a number, or the reason why there is none. An absent number is never written as zero."""

from calendar import monthrange
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Protocol

from ics_insight.dashboard.queries import Expectation, Figure, Heard

NO_DATA = "no data held"
REASONS = {
    "suppressed": "suppressed: too few people answered for the publisher to show it",
    "too_few": "above zero but too small to show",
    "not_applicable": "not applicable",
    "not_collected": "not collected",
    "not_submitted": "not submitted",
}
HIDDEN = {
    "small_number": "small number",
    "small_part": "not shown: it, or what is left, is a small number",
    "not_collected": "not collected",
    "banded_by_its_sender": "banded by who sent it",
}
NO_RATIO = {
    "not_collected": "not collected",
    "no_denominator": "nobody counts these people here",
    "suppressed": "suppressed by the publisher",
    "too_few": "too few voices to tell",
    "small_number": "not shown: small numbers",
    "banded_by_its_sender": "not shown: banded by who sent it",
}
STATUS = {
    "seldom_heard": "Seldom heard",
    "more_often_heard": "More often heard",
    "as_expected": "As expected",
    "unclear": "Not clear",
}
CHARACTERISTICS = {
    "age": "Age",
    "sex": "Sex",
    "ethnicity": "Ethnicity",
    "deprivation": "Where people live",
    "disability": "Disability",
    "carer": "Unpaid care",
    "english": "Main language",
    "cancer_type": "Cancer",
}
MADE_OF = {
    "published": "As published",
    "added_up": "Added up from what is published of its practices",
    "derived": "Worked out from what is published of its practices, without an interval",
    "newest": "The newest in the period",
}
SILENCE = {
    "nobody_heard": "nobody heard",
    "not_known_by_place": "not known by place",
}
GAPS = {
    "cannot_be_recorded": "It has no place for it",
    "column_never_filled": "It has a place for it that nobody filled",
    "mostly_unknown": "Not known of more than half",
    "partly_unknown": "Not known of more than a tenth",
    "not_published": "Its publisher does not put it out",
    "nothing_held": "Nothing of it is held here",
}
SEATS = {
    "below_its_share": "Fewer than its share",
    "at_its_share": "As many as its share, or more",
    "unclear": "Not clear: numbers are small",
}
MEANINGS = {
    "improvement": "Improvement",
    "concern": "Concern",
    "change": "Change",
    "common_cause": "No more than chance",
}
RULES = {
    "outside_limits": "beyond the limits of chance",
    "trend": "seven in a row, each further the same way",
    "two_of_three": "two of three close to a limit",
    "shift": "seven in a row on one side of the usual",
    "change_between_waves": "further from the wave before than chance goes",
}
WHOM = {
    "of_this_pathway": "People on this pathway",
    "of_everybody_here": "Everybody here, people on this pathway among them",
}
WHOSE_VOICES = {  # a voice is told of once: with its pathway, or with those of whom nobody says one
    "of_this_pathway": "People on this pathway",
    "of_everybody_here": "Others here, of whom nobody says the pathway",
}
WHOSE_SHORT = {"of_this_pathway": "this pathway", "of_everybody_here": "others"}
BASES = {
    "published": "as published",
    "added_up": "added up from counts",
    "derived": "estimated from smaller areas",
    "newest": "the newest of the year",
}
GEOGRAPHIES = {
    "registered": "people registered with practices here",
    "resident": "people who live here",
    "provider": "people treated by services here",
}
NOT_TOLD = {  # of what a source tells of who speaks
    "partly_unknown": "Not told of more than one in ten",
    "mostly_unknown": "Not told of more than half",
    "column_never_filled": "There is a column, which is never filled",
    "cannot_be_recorded": "Cannot be recorded",
    "not_published": "Not published",
    "nothing_held": "Nothing held",
}
SOURCE_STATES = {
    "up_to_date": "Up to date",
    "out_of_date": "Out of date",
    "missing": "Nothing in use",
    "unlimited": "Nobody says how old it may be",
}
FOUND = ("Holds", "Does not hold somewhere", "Nothing to tell")
METHODS = {
    "wilson_95": "Wilson",
    "wilson_95_published": "Wilson, as published",
    "published_95": "as published",
    "expected_range": "range expected by the publisher, not a confidence interval",
}


def value(figure: Figure | None) -> str:
    """The value as the reader sees it, or why there is none."""
    if figure is None:
        return NO_DATA
    if figure.value is None:
        return REASONS.get(figure.null_reason or "", _plain(figure.null_reason) or NO_DATA)
    return number(figure.value, figure.scale)


def number(amount: Decimal, scale: str) -> str:
    """An amount on its scale, to one decimal place."""
    if scale == "proportion":
        return _percent(amount)
    return whole(amount) if scale == "count" else str(_tenth(amount))


def difference(amount: Decimal, scale: str) -> str:
    """How far two figures lie apart, with its sign: shares in percentage points."""
    apart = _tenth(amount * 100) if scale == "proportion" else _hundredth(amount) if scale == "score_0_10" else amount
    return f"{apart:+}{' points' if scale == 'proportion' else ''}"


def interval(figure: Figure | None, with_method: bool = True) -> str:
    """The interval and how it was made, or why there is none."""
    if figure is None:
        return NO_DATA
    told = ends(figure)
    return f"{told} ({method(figure)})" if with_method and figure.lower is not None and figure.upper is not None else told


class _Ended(Protocol):
    """A figure with the ends of its interval, or the reason why it has none."""

    @property
    def value(self) -> Decimal | None: ...
    @property
    def scale(self) -> str: ...
    @property
    def lower(self) -> Decimal | None: ...
    @property
    def upper(self) -> Decimal | None: ...
    @property
    def null_reason(self) -> str | None: ...
    @property
    def interval_null_reason(self) -> str | None: ...


def ends(figure: _Ended) -> str:
    """Both ends of an interval, or why there is none."""
    if figure.lower is None or figure.upper is None:
        reason = figure.interval_null_reason or (figure.null_reason if figure.value is None else None)
        told = "not published" if reason == "not_collected" else _plain(reason)
        return f"none: {told}" if reason else NO_DATA
    return f"{number(figure.lower, figure.scale)} to {number(figure.upper, figure.scale)}"


def method(figure: Figure) -> str:
    """How the interval was made."""
    return METHODS.get(figure.interval_method or "", _plain(figure.interval_method) or "method not stated")


def whole(amount: Decimal | int | None) -> str:
    """A count of people, or that none is held."""
    return NO_DATA if amount is None else f"{amount:,.0f}"


def group(heard: Heard) -> str:
    """A group so that its name says what it is of."""
    return of_group(heard.characteristic, heard.group_label)


def of_group(characteristic: str, label: str) -> str:
    """A group in words, with its characteristic where its label alone does not say what it is of."""
    if characteristic in ("age", "sex", "ethnicity", "carer", "cancer_type"):
        return f"{CHARACTERISTICS[characteristic]}: {label}"
    return label[:1].upper() + label[1:]


def people(amount: int | None, reason: str | None) -> str:
    """A count of people, or why it is not shown."""
    return HIDDEN.get(reason or "", _plain(reason)) if amount is None else whole(amount)


def voices(heard: Heard) -> str:
    """How many of a group were heard; of a small number, what a reader can work out anyway."""
    if heard.voices is not None or heard.at_least is None:
        return people(heard.voices, heard.voices_null_reason)
    most = "or more" if heard.at_most is None else f"to {whole(heard.at_most)}"
    return f"{HIDDEN['small_number']}: {whole(heard.at_least)} {most}"


def ratio(heard: Heard) -> str:
    """The share of voices over the share of people, with its interval, or why there is none."""
    if heard.ratio is None or heard.ratio_lower is None or heard.ratio_upper is None:
        return NO_RATIO.get(heard.ratio_null_reason or "", _plain(heard.ratio_null_reason))
    return f"{_hundredth(heard.ratio)} ({_hundredth(heard.ratio_lower)} to {_hundredth(heard.ratio_upper)})"


def share(amount: Decimal | None) -> str:
    """A share of people in percent, or that none is held."""
    return NO_DATA if amount is None else _percent(amount)


def found(asked: Expectation) -> str:
    """What became of an expectation: of how many files, or in how many cases, and when last."""
    last = f", last in {asked.broken_last_on:%B %Y}" if asked.broken_last_on else ""
    if asked.looked is None:
        if asked.broken:
            return f"Does not hold in {some(asked.broken, 'case')}{last}{_untold(asked)}"
        return f"Nothing found that does not hold{_untold(asked)}" if asked.untold else "Holds"
    told = asked.looked - asked.untold
    if not told:
        return f"Nothing to hold {some(asked.looked, 'file')} against"
    if asked.broken:
        return f"Does not hold in {whole(asked.broken)} of {some(told, 'file')}{last}{_untold(asked)}"
    return f"Holds in {'all ' if told > 1 else ''}{some(told, 'file')}{_untold(asked)}"


def _untold(asked: Expectation) -> str:
    return f"; too few, or nothing to compare, in {whole(asked.untold)}" if asked.untold else ""


def some(number: int, name: str) -> str:
    """So many of a thing: `1 file`, `2 files`."""
    return f"{number:,} {name}{'' if number == 1 else 's'}"


def period(start: date, end: date) -> str:
    """A period by its shortest exact name: `2025`, `April 2026`, `January to March 2025`."""
    whole_months = start.day == 1 and end.day == monthrange(end.year, end.month)[1]
    if not whole_months:
        return day(start) if start == end else f"{day(start)} to {day(end)}"
    if (start.year, start.month) == (end.year, end.month):
        return f"{start:%B %Y}"
    if start.year == end.year:
        return f"{start.year}" if (start.month, end.month) == (1, 12) else f"{start:%B} to {end:%B %Y}"
    return f"{start:%B %Y} to {end:%B %Y}"


def heard_from(start: date, precision: str) -> str:
    """When something was heard, as exactly as it is told: a month, or a year where the number is small."""
    return f"{start.year}" if precision == "year" else f"{start:%B %Y}"


def day(moment: date | datetime) -> str:
    """A day, as in `1 April 2026`."""
    return f"{moment.day} {moment:%B %Y}"


def month(code: str) -> str:
    """A month, such as 2026-09, as in `September 2026`."""
    return f"{date.fromisoformat(f'{code}-01'):%B %Y}"


def _percent(share: Decimal) -> str:
    rounded = _tenth(share * 100)
    if rounded == 0 and share > 0:  # rounding must not turn somebody into nobody, nor nearly all into all
        return "under 0.1%"
    return "over 99.9%" if rounded == 100 and share < 1 else f"{rounded}%"


def _hundredth(amount: Decimal) -> Decimal:
    return amount.quantize(Decimal("0.01"), ROUND_HALF_UP)


def _tenth(amount: Decimal) -> Decimal:
    return amount.quantize(Decimal("0.1"), ROUND_HALF_UP)


def _plain(code: str | None) -> str:
    return (code or "").replace("_", " ")
