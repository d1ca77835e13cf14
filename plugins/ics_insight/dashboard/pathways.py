"""The pages of pathways: how many touchpoints of each were heard at, and one journey with every source in its place."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from ics_insight.dashboard import charts, journey_charts, words
from ics_insight.dashboard.drawing import Drawing, Row, rows_of
from ics_insight.dashboard.journey_charts import Share, Stop
from ics_insight.dashboard.pathway_queries import Gap, Journey, Journeys, Neighbour, State, Step, Told, Wait, Year
from ics_insight.dashboard.rendering import Page, render

KINDS = ("Somebody was heard", "Nobody was heard", "No figure for the board")
BETWEEN_SERVICES = "between_services"


@dataclass(frozen=True)
class Count:
    """How many touchpoints of a pathway somebody was heard at in a year, and which are silent."""

    code: str
    label: str
    heard: int
    silent: tuple[str, ...]
    untold: tuple[str, ...]

    @property
    def parts(self) -> tuple[int, int, int]:
        return self.heard, len(self.silent), len(self.untold)

    @property
    def touchpoints(self) -> int:
        return sum(self.parts)


@dataclass(frozen=True)
class Block:
    """What is known of a touchpoint or of a gap: in words and in numbers, of whom, each with its rows; `further` are figures that
    stand behind others."""

    key: str
    label: str
    state: str
    in_words: tuple[tuple[str, tuple[Told, ...]], ...]
    in_numbers: tuple[tuple[str, tuple[Told, ...]], ...]
    further: tuple[Told, ...]


@dataclass(frozen=True)
class Place:
    """A touchpoint, the waits that belong to it, and the gaps that open behind it."""

    ordinal: int
    code: str
    block: Block
    waits: tuple[Wait, ...]
    gaps: tuple[Block, ...]


def pathways_page(found: Journeys) -> Page:
    """All pathways of a board, in the newest year and in the last one that is over."""
    at = f"/icb/{found.code}/pathways"
    chosen = _years(found)
    counted = [(year, _counts(found.steps, found.states, year.code)) for year in chosen]
    drawings = [
        charts.bars(
            f"touchpoints-{year.code}", _finding_of_all(counts, year_label(year, found.published_at)),
            [(each.label, each.parts, f"{each.heard} of {each.touchpoints}") for each in counts],
            KINDS,
        )
        for year, counts in counted
    ]  # fmt: skip
    html = render(
        "pathways.html", board=found, at=at, found=found, drawings=drawings, counted=counted,
        labels={year.code: year_label(year, found.published_at) for year in chosen}, neighbours=succession(found.neighbours),
    )  # fmt: skip
    return Page(html, drawings, {"all": [_row(found.code, year, each) for year, counts in counted for each in counts]})


def pathway_page(found: Journey) -> Page:
    """One journey: its touchpoints in order, every source at each on its own scale, and the gaps between them."""
    places = _places(found)
    year = year_label(found.year, found.published_at)
    code, label = found.steps[0].pathway_code, found.steps[0].pathway_label
    stops = [_stop(place, found.told) for place in places]
    shares = _shares(places)
    drawings: list[Drawing] = [journey_charts.stops("journey", finding(label, places, year), stops)]
    if shares:
        half = sum(each.share >= 0.5 for each in shares)
        title = f"Half or more of the voices were negative in {half} of {words.some(len(shares), 'count')} that can be told"
        drawings.append(journey_charts.shares("negative", title, shares))
    html = render(
        "pathway.html", board=found, at=f"/icb/{found.code}/pathway/{code}", asked=f"?year={found.year.code}",
        found=found, label=label, year=year, finding=finding(label, places, year), places=places, drawings=drawings,
        neighbours=succession(found.neighbours), others=[each for each in found.years if each != found.year],
        between_services=BETWEEN_SERVICES,
    )  # fmt: skip
    known = {"icb_code": found.code, "pathway_code": code, "year": found.year.code}
    whole = {"touchpoints": found.told, "gaps": found.told_between}
    return Page(html, drawings, {name: [{**known, **row} for row in rows_of(each)] for name, each in whole.items()})


def year_label(year: Year, published_at: datetime) -> str:
    """A financial year as it is called, and that it is not over."""
    return f"{year.code} so far" if year.end >= published_at.date() else year.code


def finding(label: str, places: Sequence[Place], year: str) -> str:
    """At how many touchpoints of a journey nobody was heard, and of how many there is nothing to tell, as a sentence."""
    states = [place.block.state for place in places]
    where = f"{words.some(len(places), 'touchpoint')} of the pathway “{label}” in {year}"
    silent, untold = states.count("silent"), states.count("untold")
    found = f"Nobody was heard at {silent} of {where}" if silent else f"Somebody was heard at {states.count('heard')} of {where}"
    return f"{found}; for {untold} there is no figure for the board" if untold else found


def succession(neighbours: Sequence[Neighbour]) -> tuple[list[Neighbour], list[Neighbour], date | None]:
    """The boards before this one, those after it, and the last day of the figures of the former."""
    before = [each for each in neighbours if each.is_before]
    return before, [each for each in neighbours if not each.is_before], max((each.last for each in before), default=None)


def touchpoint_label(code: str, label: str) -> str:
    """What lies between services is part of a life, and no place where nothing else fits."""
    return "Life between services" if code == BETWEEN_SERVICES else label


def _years(found: Journeys) -> list[Year]:
    """The newest, and the newest that is over; of a year in which the board was not there yet nobody can say what was silent."""
    _, _, last = succession(found.neighbours)
    own = [year for year in found.years if last is None or year.end > last]
    over = [year for year in own if year.end < found.published_at.date()]
    return list(dict.fromkeys([*own[:1], *over[:1]]))


def _counts(steps: Sequence[Step], states: Sequence[State], year: str) -> list[Count]:
    known = {(state.pathway_code, state.touchpoint_code): state.state for state in states if state.year == year}
    found = []
    held = {pathway for pathway, _ in known}
    for code, label in dict.fromkeys((step.pathway_code, step.pathway_label) for step in steps if step.pathway_code in held):
        own = [step for step in steps if step.pathway_code == code]
        by_state = {
            state: tuple(
                touchpoint_label(step.touchpoint_code, step.touchpoint_label)
                for step in own
                if known.get((code, step.touchpoint_code), "untold") == state
            )
            for state in ("heard", "silent", "untold")
        }
        found.append(Count(code, label, len(by_state["heard"]), by_state["silent"], by_state["untold"]))
    return found


def _finding_of_all(counts: Sequence[Count], year: str) -> str:
    silent = sum(bool(each.silent) for each in counts)
    return f"Nobody was heard somewhere on {silent} of {words.some(len(counts), 'pathway')} in {year}"


def _places(found: Journey) -> list[Place]:
    steps = {step.touchpoint_code for step in found.steps}
    behind: dict[str, list[Block]] = {}
    for gap in found.gaps:
        at = next((code for code in (gap.from_touchpoint, gap.to_touchpoint) if code in steps), found.steps[-1].touchpoint_code)
        behind.setdefault(at, []).append(_gap(gap, found.told_between))
    return [
        Place(
            step.ordinal,
            step.touchpoint_code,
            _block(
                f"at-{step.touchpoint_code}", touchpoint_label(step.touchpoint_code, step.touchpoint_label),
                [each for each in found.told if each.place == step.touchpoint_code],
            ),
            tuple(each for each in found.waits if each.touchpoint_code == step.touchpoint_code),
            tuple(behind.get(step.touchpoint_code, ())),
        )
        for step in found.steps
    ]  # fmt: skip


def _gap(gap: Gap, told: Sequence[Told]) -> Block:
    return _block(f"gap-{gap.code}", gap.label, [each for each in told if each.place == gap.code])


def _block(key: str, label: str, rows: Sequence[Told]) -> Block:
    figures = [each for each in rows if each.heard_as == "measure"]
    headlined = {each.source for each in figures if each.headline}
    shown = [each for each in figures if each.headline or each.source not in headlined]
    return Block(
        key, label, _state(rows), _by_whom(each for each in rows if each.heard_as == "voices"), _by_whom(shown),
        tuple(each for each in figures if each not in shown),
    )  # fmt: skip


def _state(rows: Sequence[Told]) -> str:
    """As in State."""
    if any(each.heard_as != "nobody" and each.is_heard for each in rows):
        return "heard"
    return "silent" if any(each.heard_as == "nobody" for each in rows) else "untold"


def _by_whom(rows: Iterable[Told]) -> tuple[tuple[str, tuple[Told, ...]], ...]:
    """Of people on this pathway, and of others or of everybody: never together."""
    held = list(rows)
    return tuple(
        (whom, tuple(each for each in held if each.heard_of == whom)) for whom in dict.fromkeys(each.heard_of for each in held)
    )


def _stop(place: Place, told: Sequence[Told]) -> Stop:
    heard = [each for each in told if each.place == place.code and each.heard_as != "nobody" and each.is_heard]
    in_words, in_numbers = ({each.source for each in heard if each.heard_as == kind} for kind in ("voices", "measure"))
    return Stop(f"{place.ordinal}. {place.block.label}", place.block.state, len(in_words), len(in_numbers))


def _shares(places: Sequence[Place]) -> list[Share]:
    return [
        Share(f"{place.ordinal}. {place.block.label}, {each.source_title}, {words.WHOSE_SHORT[whom]}", each.negative, each.voices)
        for place in places
        for whom, rows in place.block.in_words
        for each in rows
        if each.voices and each.negative is not None
    ]


def _row(code: str, year: Year, each: Count) -> Row:
    return {
        "icb_code": code, "year": year.code, "pathway_code": each.code, "pathway": each.label, "touchpoints": each.touchpoints,
        "heard": each.heard, "silent": "; ".join(each.silent), "untold": "; ".join(each.untold),
    }  # fmt: skip
