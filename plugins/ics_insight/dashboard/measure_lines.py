"""The line of one organisation in one measure: its drawing, and what it says in sentences that need no icon."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from ics_insight.dashboard import charts, control_charts, measure_words, words
from ics_insight.dashboard.drawing import Drawing
from ics_insight.dashboard.measure_rows import Break, Own, Point
from ics_insight.dashboard.queries import Figure

CONTROLLED = ("xmr", "xmr_screened", "p_prime")  # methods that give limits; the other one sets two waves beside each other


@dataclass(frozen=True)
class Line:
    """A chart and what it says."""

    drawing: Drawing
    said: tuple[str, ...]


def control_line(
    key: str, name: str, points: Sequence[Point], scale: str, breaks: Iterable[Break] = (), before: Sequence[Own] = ()
) -> Line:
    """A control chart of one organisation's points, oldest first."""
    last = points[-1]
    when = words.period(last.period_start, last.period_end)
    title = f"{name}: {words.number(last.value, scale)} in {when}. {measure_words.variation(points)}"
    said = [measure_words.assurance(last), measure_words.trial(last), *map(measure_words.broken, breaks)]
    return Line(control_charts.control(key, title, points, scale, before), tuple(each for each in said if each))


def added_up_line(key: str, name: str, own: Sequence[Own], england: Sequence[Figure], within: tuple[float, float]) -> Line | None:
    """The months of a board that nobody publishes as such, so that no limits are held: what was added up for it, beside England."""
    last = newest(own)
    if last is None:
        return None
    title = f"{name}: {words.value(last)} in {words.period(last.period_start, last.period_end)}"
    drawn = charts.lines(key, title, apart(own, name), england, within, monthly=True)
    made = "" if last.method == "as_published" else f"The board’s months are {measure_words.method(last)}. "
    said = f"{made}They have no limits. Dashed here: England."
    return Line(drawn, (said,))


def wave_line(
    key: str, name: str, figures: Sequence[Figure], england: Sequence[Figure], points: Sequence[Point],
    within: tuple[float, float], breaks: Iterable[Break] = (),
) -> Line | None:  # fmt: skip
    """The periods of one organisation beside England's, oldest first; of a single one, a strip. None where nothing can be drawn:
    no figure, or one count, whose size has nothing to be held against."""
    known = [figure for figure in figures if figure.value is not None]
    several = len({figure.period_start for figure in known}) > 1
    if not known or (known[0].scale == "count" and not several):
        return None
    last = known[-1]
    there = next((figure for figure in england if figure.period_start == last.period_start and last.scale != "count"), None)
    beside = f" (England {words.value(there)})" if there and there.value is not None else ""
    title = f"{name}: {words.value(last)} in {words.period(last.period_start, last.period_end)}{beside}"
    if several:
        # England's own size would press a board's counts flat
        drawn = charts.lines(key, title, figures, england if last.scale != "count" else [], within, monthly=False)
    else:
        drawn = charts.strip(key, title, last, there)
    return Line(drawn, (_between_waves(last, figures, points), *map(measure_words.broken, breaks)))


def _between_waves(last: Figure, figures: Sequence[Figure], points: Sequence[Point]) -> str:
    """Whether the newest wave differs from the one before by more than chance, or why that is not told."""
    wave = next((point for point in points if point.period_start == last.period_start), None)
    if wave is None or wave.centre is None or wave.meaning is None:
        untold = "Whether it changed by more than chance cannot be told"
        if any(isinstance(figure, Own) and figure.method != "as_published" for figure in figures):
            return f"{untold}: not all of these figures were published for this board as it is now."
        return f"{untold} from what is published."
    before = words.number(wave.centre, last.scale)
    return f"The period before: {before}. {measure_words.MEANINGS[wave.meaning]}."


def within(figures: Iterable[Figure]) -> tuple[float, float]:
    """The vertical axis for these figures and their intervals."""
    known = [figure for figure in figures if figure.value is not None]
    ends = [float(end) for figure in known for end in (figure.value, figure.lower, figure.upper) if end is not None]
    scale = known[0].scale if known else "proportion"
    if scale == "count":
        ends.append(0.0)  # of a count, how much more or less is only seen from nought
    low, high, _ = control_charts.axis(ends or [0.0, 1.0], control_charts.TOP.get(scale))
    return low, high


def apart(figures: Iterable[Own], name: str) -> list[Figure]:
    """A board's figures under its name, so that no line joins those that were published with those that were made for it."""
    return [replace(figure, series=f"{figure.series} {figure.method}", organisation_name=name) for figure in figures]


def is_controlled(points: Iterable[Point]) -> bool:
    """Whether these are points of control charts."""
    return any(point.method in CONTROLLED for point in points)


def charted_by(points: Iterable[Point]) -> str:
    """How the limits of these points are made, in a sentence; nothing where they have none."""
    methods = sorted({point.method for point in points if point.lower_limit is not None})
    return "; ".join(measure_words.CHARTS[method] for method in methods)


def newest(figures: Sequence[Own]) -> Own | None:
    """The newest figure that a board has."""
    return next((figure for figure in reversed(figures) if figure.value is not None), None)
