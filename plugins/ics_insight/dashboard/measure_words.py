"""What a measure is, what its line says and what was compared, in sentences that stand where others draw icons."""

from collections.abc import Sequence

from ics_insight.dashboard import words
from ics_insight.dashboard.measure_rows import Answered, Break, Compared, Definition, Own, Pair, Point, Spread
from ics_insight.dashboard.queries import Figure

LEVELS = {
    "icb": ("board", "boards"),
    "sub_icb": ("part of this board", "parts of this board"),
    "pcn": ("primary care network", "primary care networks"),
    "practice": ("GP practice", "GP practices"),
    "dental_practice": ("dental practice", "dental practices"),
    "trust": ("trust", "trusts"),
    "provider": ("provider", "providers"),
    "independent_sector": ("independent provider", "independent providers"),
    "site": ("hospital site", "hospital sites"),
    "cancer_alliance": ("cancer alliance", "cancer alliances"),
}
SCALES = {
    "proportion": "A share, from 0% to 100%.",
    "score_0_10": "A score from 0 to 10. It is not a percentage.",
    "count": "A count. More people bring more of it, so it is held against nobody else’s.",
    "rate_per_1000": "A number for each 1,000 people.",
}
DIRECTIONS = {
    "higher_is_better": "Higher is better.",
    "lower_is_better": "Lower is better.",
    "not_applicable": "Neither higher nor lower is better in itself.",
}
MADE = {
    "counted": "Its parts are counts: so many of so many.",
    "weighted": "Its publisher weights the answers, so that they stand for everybody who could have been asked.",
    "standardised": "Its publisher adjusts it for who was asked at each place.",
    "published": "It stands as its publisher gives it, without the counts behind it.",
    "count": "It is counted, and nobody is asked.",
    "rate": "It is a count over the people there are.",
}
GEOGRAPHIES = {
    "registered": "A board’s figure is about the patients of its practices, or people whose care it pays for.",
    "resident": "A board’s figure is about the people who live in it.",
    "provider": "A board’s figure is about people treated by the services in its area, wherever they live.",
}
PEOPLE = {
    "registered": "patients of its practices, or people whose care it pays for",
    "resident": "people who live here",
    "provider": "people treated here",
}
COMPARED = {
    "between_organisations": "Organisations of one kind may be set beside each other in one period.",
    "over_time": "Each organisation may be set beside its own past alone, and not beside others.",
}
MEANINGS = {
    "improvement": "Improvement: better than chance explains",
    "concern": "Concern: worse than chance explains",
    "change": "Change: more than chance explains, and neither way is better",
    "common_cause": "Common cause: nothing but chance",
}
ASSURANCE = {
    "consistently_met": "As things are, it meets the target always.",
    "consistently_missed": "As things are, it never meets the target. Only another way of working will.",
    "inconsistent": "As things are, it meets the target now and then, by chance.",
    "no_limits": "Whether it will meet the target cannot be told, since there are no limits.",
}
RULES = {
    "outside_limits": "outside the limits",
    "trend": "seven in a row that go one way",
    "two_of_three": "two of three close to the same limit",
    "shift": "seven in a row on the same side of the centre",
    "change_between_waves": "more than chance between two waves",
}
NO_LIMITS = {
    "too_few_points": "There are too few points for limits.",
    "no_counts": "There are no limits: the counts behind it are not held.",
    "no_variation": "There are no limits: every point is the same.",
}
CHARTS = {
    "xmr": "limits are three sigma from the centre, by how far months lie from each other (an XmR chart)",
    "xmr_screened": "limits are three sigma from the centre, by how far months lie from each other, large leaps left out (XmR)",
    "p_prime": "limits follow how many answers each month has, and how far months differ beyond that (Laney’s p′ chart)",
}
GROUPS = (  # of the list of measures, by how their codes begin; the others stand under their source
    ("GP practices", ("gpps_", "fft_gp_")),
    ("Emergency care", ("cqc_uec_", "fft_ae_", "fft_ambulance_")),
    ("Hospital care", ("cqc_inpatient_", "fft_inpatient_", "fft_outpatient_", "cqc_maternity_", "fft_maternity_")),
    ("Cancer care", ("cancer_",)),
    ("Mental health care", ("cqc_mental_health_", "fft_mental_health_")),
    ("Complaints", ("ko41",)),
    ("Waits", ("ae_", "rtt_")),
)
SPREAD_UNTOLD = {"too_few_areas": "they are too few"}
POSITIONS = {
    "within": "Within the limits",
    "above_95": "Above the 95% limit",
    "above_998": "Above the 99.8% limit",
    "below_95": "Below the 95% limit",
    "below_998": "Below the 99.8% limit",
}
MADE_OF = {
    "resummed": "added up for the board as it is now",
    "derived": "worked out for the board as it is now",
    "none": "no figure for the board as it is now",
}
_PLAINER = {"paper discharge": "paper on leaving hospital", "sms": "text message"}  # ways of asking, as a source names them


def level(code: str, number: int = 2) -> str:
    """A level in words, of one or of several."""
    one, several = LEVELS.get(code, (code.replace("_", " "), f"{code.replace('_', ' ')}s"))
    return one if number == 1 else several


def sentence(text: str) -> str:
    """A text as the beginning of a sentence, with all other letters as they are."""
    return text[:1].upper() + text[1:]


def group(definition: Definition) -> str:
    """What a measure is about, for the list; its source, where that is none of the groups."""
    return next((name for name, begins in GROUPS if definition.measure_code.startswith(begins)), definition.source_title)


def base(figure: Figure) -> str:
    """Of how many: people who answered, or what was counted."""
    if figure.scale == "count":
        return "a count"
    return words.whole(figure.denominator if figure.base is None else figure.base)


def value(figure: Figure) -> str:
    """The value, or why there is none; of a figure that could not be made for a new board, that."""
    if figure.value is None and figure.null_reason == "cannot_be_recut":
        return "not published for this board as it is now"
    return words.value(figure)


def interval(figure: Figure, with_method: bool = True) -> str:
    """The interval and how it was made, or why there is none; a figure that was made for a new board has none."""
    if figure.lower is None and isinstance(figure, Own) and figure.method != "as_published":
        return "none"
    return words.interval(figure, with_method)


def method(own: Own) -> str:
    """The file of a board's figure, or how the figure was made."""
    if own.method == "as_published":
        return own.file_name
    return f"{MADE_OF.get(own.method, own.method.replace('_', ' '))}: {own.why}"


def variation(points: Sequence[Point]) -> str:
    """What the newest point says of its line, in a sentence without its stop; of one without limits, why."""
    newest = points[-1]
    if newest.meaning is None:
        return NO_LIMITS.get(newest.limits_null_reason or "", "There are no limits.").rstrip(".")
    because = f" ({RULES[newest.rule]})" if newest.rule in RULES else ""
    return f"{MEANINGS[newest.meaning]}{because}"


def short(point: Point | None) -> str:
    """The same in a cell of a table."""
    return "Not told" if point is None or point.meaning is None else MEANINGS[point.meaning].partition(":")[0]


def limits(point: Point | None, scale: str) -> str:
    """The limits of a point, or that it has none."""
    if point is None or point.lower_limit is None or point.upper_limit is None:
        return "none"
    return f"{words.number(point.lower_limit, scale)} to {words.number(point.upper_limit, scale)}"


def assurance(point: Point) -> str | None:
    """Whether the target is met; None where there is none."""
    if point.target is None:
        return None
    return f"{ASSURANCE[point.assurance]} The target is {words.number(point.target, 'proportion')}."


def trial(point: Point) -> str | None:
    """That limits may still move; None of settled ones."""
    if point.limits_kind != "trial":
        return None
    return f"Trial limits: made of {point.points_in_segment} months, fewer than twelve, so they may still move."


def broken(each: Break) -> str:
    """Why a line is cut."""
    what = "the survey or its question changed" if each.reason == "series" else each.what[:1].lower() + each.what[1:]
    for word, plainer in _PLAINER.items():
        what = what.replace(word, plainer)
    return f"From {words.day(each.breaks_on)} a new line begins: {what.rstrip('.')}."


def outside(rows: Sequence[Compared]) -> str:
    """What a funnel says: how many lie outside what chance leaves."""
    number = sum(row.position != "within" for row in rows)
    of = f"{number} of {len(rows)} {level(rows[0].organisation_level, len(rows))}"
    return f"{of} {'lies' if number == 1 else 'lie'} outside what chance leaves at 95%"


def dispersion(rows: Sequence[Compared]) -> str:
    """How many would lie outside by chance, what is drawn as the centre, and over-dispersion where there is some."""
    first = rows[0]
    noun = level(first.organisation_level, first.organisations)
    said = (
        f"By chance about 1 in 20 would. The centre, {words.number(first.centre, 'proportion')}, is that of all "
        f"{words.whole(first.organisations)} {noun} that are held together."
    )
    if first.answers_basis == "effective":
        said += " Answers are as many as would give the interval that is published."
    if first.over_dispersed:
        said += f" They differ more than chance explains, in variance {first.phi:.1f} times as much, so the limits are widened."
    return said


def spread(each: Spread, scale: str) -> str:
    """How much the organisations of a level differ, and how much of it is more than chance."""
    ends = f"{words.number(each.lowest, scale)} to {words.number(each.highest, scale)}"
    said = f"The {each.areas} {level(each.organisation_level, each.areas)} of this board run from {ends}."
    if each.true_spread is None or each.i_squared is None:
        return f"{said} How much of that is chance cannot be told: {SPREAD_UNTOLD.get(each.null_reason or '', 'not known')}."
    points = f"{each.true_spread * 100:.1f} percentage points" if scale == "proportion" else f"{each.true_spread:.1f} points"
    beyond = words.number(each.i_squared, "proportion")
    return f"{said} Of how they differ, {beyond} is more than chance. Without chance, four in five would lie within {points}."


def no_funnel(definition: Definition) -> str:
    """Why organisations are not drawn beside each other."""
    if definition.compared == "over_time":
        said = f" Its publisher’s rule: {definition.comparability}." if definition.comparability else ""
        return f"Organisations are not drawn beside each other: this measure may be compared over time alone.{said}"
    if definition.scale != "proportion" or definition.figure not in ("counted", "weighted"):
        said = f" It may be compared {definition.comparability}." if definition.comparability else ""
        return f"No funnel is drawn: what chance leaves to each organisation cannot be worked out from what is published.{said}"
    return "No funnel is drawn: it takes ten organisations of one kind in the newest period, of which some are in this board."


def grade(answered: Answered) -> str:
    """How well it is known who answered; the rule stands in `GRADE_RULE`."""
    if not answered.known:
        return "Not known"
    if answered.known >= MOST and answered.told and not answered.seldom:
        return "Well known"
    return "Little known" if answered.known <= LEAST else "Partly known"


def known(answered: Answered) -> str:
    """Of how many characteristics it is known who answered, and how many groups are seldom heard."""
    said = f"Who answered is known for {answered.known} of {answered.characteristics} characteristics"
    if not answered.told:
        return f"{said}; which groups are seldom heard in it cannot be told here."
    number = len(answered.seldom)
    groups = "no group is" if number == 0 else "1 group is" if number == 1 else f"{number} groups are"
    return f"{said}; {groups} seldom heard{': ' if number else ''}{', '.join(answered.seldom)}."


MOST, LEAST = 5, 2
GRADE_RULE = (
    f"The rule: “Not known” where no characteristic is known, “Little known” where {LEAST} or fewer are, “Well known” where {MOST} "
    "or more are and no group is seldom heard, and “Partly known” for all others."
)


def said(pair: Pair) -> str:
    """What people said, of how many and with its interval, or why nothing stands there."""
    if pair.experience_value is None:
        return words.REASONS.get(pair.experience_null_reason or "", words.NO_DATA)
    scale = pair.experience_scale or "proportion"
    found = f"{words.number(pair.experience_value, scale)} of {words.whole(pair.experience_base)} who answered"
    if pair.experience_lower is None or pair.experience_upper is None:
        return found
    return f"{found} ({words.number(pair.experience_lower, scale)} to {words.number(pair.experience_upper, scale)})"


def waited(pair: Pair) -> str:
    """What was counted, or why nothing stands there."""
    if pair.operational_value is None:
        return words.REASONS.get(pair.operational_null_reason or "", words.NO_DATA)
    counts = f"{words.whole(pair.operational_numerator)} of {words.whole(pair.operational_denominator)}"
    added = ", added up over its providers" if pair.operational_basis == "added_up" else ""
    return f"{words.number(pair.operational_value, 'proportion')} ({counts}{added})"


def different_people(pair: Pair) -> str | None:
    """Of whom each tells, where the two tell of different people."""
    one, other = pair.experience_geography, pair.operational_geography
    if not one or not other or one == other or pair.operational_value is None or pair.experience_value is None:
        return None
    return f"Different people: the first is about {PEOPLE.get(one, one)}, the second about {PEOPLE.get(other, other)}."
