"""What a board pack says, section by section: what people said in each service beside its wait, as findings with their figures."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from itertools import groupby

from ics_insight.dashboard import charts, inequality_charts, words
from ics_insight.dashboard.drawing import Drawing
from ics_insight.dashboard.pack_content import Content, Difference, Pair, Untold, Voices
from ics_insight.dashboard.queries import Figure, Heard


@dataclass(frozen=True)
class Service:
    """A service: what is asked about it, its wait, and whose voices are about it: of who travels a pathway, of everybody at some of
    its points, or all that some sources heard."""

    key: str
    name: str
    measures: tuple[str, ...]
    wait: str = ""
    pathway: str = ""
    touchpoints: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()


SERVICES = (
    Service(
        "gp", "GP practice",
        ("gpps_overallexp", "gpps_localgpservicesphone", "gpps_localgpserviceswebsite", "gpps_lastgpapptlisten", "fft_gp_positive"),
        touchpoints=("gp_contact", "gp_appointment"),
    ),
    Service(
        "emergency", "Emergency department", ("fft_ae_positive", "cqc_uec_type1_overall", "cqc_uec_type3_overall"), wait="ae_4h",
        touchpoints=("nhs111", "ambulance", "ed"),
    ),
    Service(
        "hospital", "Hospital stay and planned care", ("fft_inpatient_positive", "cqc_inpatient_overall", "cqc_inpatient_respect"),
        wait="rtt_18w",
        touchpoints=("waiting_list", "outpatients", "diagnostics", "admission", "procedure", "ward", "leaving_hospital"),
    ),
    Service(
        "cancer", "Cancer",
        ("cancer_overall", "cancer_involved_in_decisions", "cancer_team_worked_together", "cancer_gp_right_support",
         "cancer_emotional_support_at_home", "cancer_information"),
        pathway="cancer",
    ),
    Service("mental-health", "Mental health", ("cqc_mental_health_overall",), pathway="mental_health"),
    Service("maternity", "Maternity", (), pathway="maternity"),
    Service("community", "Community services", (), touchpoints=("intermediate_care", "community_care", "social_care", "pharmacy")),
    Service(
        "complaints", "Complaints",
        ("ko41a_new", "ko41a_upheld_share", "ko41b_gp_new", "ko41b_gp_upheld_share", "ko41b_dental_new",
         "ko41b_dental_upheld_share"),
        sources=("complaints", "pals"),
    ),
)  # fmt: skip
MEASURES = sorted({code for service in SERVICES for code in (*service.measures, service.wait) if code})


@dataclass(frozen=True)
class Table:
    """Rows below headings, each cell in words."""

    caption: str
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Slide:
    """One finding: its title says it, beside it a picture and a table. `notes` name sources and files."""

    key: str
    title: str
    said: tuple[str, ...] = ()
    drawing: Drawing | None = None
    table: Table | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Section:
    """Slides of one service, or those before or after all services."""

    key: str
    name: str
    slides: tuple[Slide, ...]


def sections_of(content: Content) -> list[Section]:
    """The whole pack, in its order."""
    services = (Section(service.key, service.name, tuple(_service(content, service))) for service in SERVICES)
    return [
        Section("first", "Who has it worse, and who is not heard", tuple(_opening(content))),
        *services,
        Section("last", "Where this comes from, and what is not known", tuple(_closing(content))),
    ]


def _opening(content: Content) -> Iterator[Slide]:
    yield _inequality(content)
    by_source = groupby(content.seldom, key=lambda row: row.source_title)
    seldom = [_seldom(number, source, tuple(rows)) for number, (source, rows) in enumerate(by_source)]
    yield from seldom or [Slide("seldom", "No group was found to be seldom heard. Where few speak, none can be")]
    yield _silence(content)


def _inequality(content: Content) -> Slide:
    beyond = [each for each in content.differences if each.beyond_chance]
    if not content.differences:
        return Slide("groups", f"Differences between groups: {words.NO_DATA}")
    first = beyond[0] if beyond else None
    title = "No difference between groups is larger than chance makes"
    if first:
        title = f"Greatest difference: {first.label}. {_capital(first.group_label)}: {_amount(first.value, first.scale)} "
        title += f"({words.whole(first.base)} who answered), "
        title += f"{first.reference_label}: {_amount(first.reference_value, first.scale)}"
    rows = tuple(
        (each.label, _capital(each.group_label), _amount(each.value, each.scale), words.whole(each.base),
         f"{_amount(each.reference_value, each.scale)} ({each.reference_label})", _difference(each),
         "Yes" if each.beyond_chance else "No")
        for each in content.differences
    )  # fmt: skip
    headings = (
        "Measure",
        "Group",
        "Group’s figure",
        "People who answered",
        "Beside",
        "Difference and 95% interval",
        "Beyond chance",
    )
    caption = "Largest differences between groups, in each measure’s newest period"
    said = ["Up to eight differences, largest first. Many are looked at: “beyond chance” allows for that."]
    if any(each.basis == "practices_in_fifths" for each in content.differences):
        said.append("Where people live is known of their practice, not of each person who answered.")
    notes = sorted({f"{each.source_title}, {words.period(each.period_start, each.period_end)}" for each in content.differences})
    return Slide("groups", title, tuple(said), None, Table(caption, headings, rows), tuple(notes))


def _difference(each: Difference) -> str:
    points = [each.difference, each.difference_lower, each.difference_upper]
    if any(point is None for point in points):
        return words.NO_DATA
    if each.scale == "proportion":
        told = [f"{point * 100:+.1f}" for point in points if point is not None]
        return f"{told[0]} points ({told[1]} to {told[2]})"
    told = [f"{point:+.1f}" for point in points if point is not None]
    return f"{told[0]} ({told[1]} to {told[2]})"


def _seldom(number: int, source: str, rows: tuple[Heard, ...]) -> Slide:
    title = f"Seldom heard in {source}: {', '.join(words.group(row) for row in rows)}"
    told = tuple(
        (words.group(row), words.voices(row), words.people(row.known, row.known_null_reason), words.share(row.population_share),
         words.ratio(row))
        for row in rows
    )  # fmt: skip
    headings = ("Group", "Voices, to the nearest 5", "Of all who are known", "Share of the people", "Ratio and 95% interval")
    caption = f"Groups seldom heard in {source}, {words.period(rows[0].period_start, rows[0].period_end)}"
    drawn = [row for row in rows if row.ratio is not None]
    drawing = inequality_charts.ratios(f"seldom-{number}", title, drawn) if drawn else None
    said = (
        "At 1, a group has as large a share of the voices as of the people: the tall grey stroke.",
        "The short purple stroke is where seldom heard begins. Bar through a mark: 95% interval.",
    )
    notes = (f"{source}, {words.period(rows[0].period_start, rows[0].period_end)}.",)
    return Slide(f"seldom-{number}", title, said, drawing, Table(caption, headings, told), notes)


def _silence(content: Content) -> Slide:
    if not content.silences:
        return Slide("silence", "No point of the pathways is known to be silent")
    year = words.period(content.silences[0].period_start, content.silences[0].period_end)
    names = [each.touchpoint_label for each in content.silences]
    some = "1 point" if len(names) == 1 else f"{len(names)} points"
    rows = tuple((name, "nobody heard") for name in names)
    table = Table(f"Where nobody was heard, {year}", ("Point of a pathway", "Heard"), rows)
    title = f"Nobody was heard at {some} of the pathways: {'; '.join(names)}"
    return Slide("silence", title, ("That nobody spoke does not say that all is well.",), None, table, (f"All sources, {year}.",))


def _service(content: Content, service: Service) -> Iterator[Slide]:
    yield _said(content, service)
    if service.wait:
        yield _beside_wait(content, service)
    yield _voices(content, service)
    doubts = _doubts(content, service)
    if doubts:
        yield doubts


def _said(content: Content, service: Service) -> Slide:
    """Headline measures, newest: of the board, or of each trust where it has no figure of its own."""
    wait = () if service.wait else ("No wait is held for this service.",)
    lines = [line for code in service.measures for line in _lines(content, code)]
    key = f"{service.key}-said"
    if not lines:
        return Slide(key, f"{service.name}: no headline figure of what people said is held", wait)
    rows = tuple(
        (_label(content, line[-1]), _who(line[-1]), words.period(line[-1].period_start, line[-1].period_end),
         words.value(line[-1]), words.whole(line[-1].base), words.interval(line[-1], with_method=False), _change(content, line))
        for line in lines
    )  # fmt: skip
    headings = ("Measure", "Who", "Period", "Figure", "People, or cases", "95% interval", "Change")
    table = Table(f"{service.name}: what people said, newest", headings, rows)
    title = _finding(content, lines)
    shown = next((line for line in lines if line[-1].value is not None), None)
    drawing = _drawn(content, key, title, shown) if shown and shown[-1].scale in charts.FULL else None
    said = (*wait, _key(content, shown[-1])) if shown and drawing else wait
    return Slide(key, title, said, drawing, table, _origins(line[-1] for line in lines))


def _key(content: Content, figure: Figure) -> str:
    own = f"Blue circles, thick line: {'this board' if figure.organisation_level == 'icb' else figure.organisation_name}. "
    held = any(each.organisation_level == "england" and each.measure_code == figure.measure_code for each in content.figures)
    return own + ("Grey diamonds, thin dashed line: England. " if held else "") + "A line’s vertical axis need not start at zero."


def _who(figure: Figure) -> str:
    return "This board" if figure.organisation_level == "icb" else figure.organisation_name


def _finding(content: Content, lines: Sequence[Sequence[Figure]]) -> str:
    first = next((line for line in lines if line[-1].value is not None), lines[0])
    newest = first[-1]
    who = "" if newest.organisation_level == "icb" else f", {newest.organisation_name}"
    answered = f"{words.whole(newest.base)} who answered"
    of = {"proportion": f" of {answered}", "score_0_10": f" out of 10, {answered}"}.get(newest.scale, "")
    period = words.period(newest.period_start, newest.period_end)
    change = _change(content, first)
    return f"{_label(content, newest)}{who}: {words.value(newest)}{of}, {period}. {change}"


def _lines(content: Content, code: str) -> list[list[Figure]]:
    """Figures of a measure, oldest first: of the board, or else of each trust by name."""
    of_measure = [figure for figure in content.figures if figure.measure_code == code and figure.organisation_level != "england"]
    return [
        list(each)
        for _, each in groupby(
            sorted(of_measure, key=lambda figure: (figure.organisation_name.casefold(), figure.organisation_code)),
            key=lambda figure: figure.organisation_code,
        )
    ]


def _change(content: Content, line: Sequence[Figure]) -> str:
    """What is known of change: by the rules of the line's chart, or else of the newest two periods by their intervals."""
    newest = line[-1]
    if newest.organisation_level == "icb":
        for change in content.changes:
            if (change.measure_code, change.period_end) == (newest.measure_code, newest.period_end) and change.meaning:
                points = f" (of {change.points_in_segment} points)" if change.points_in_segment else ""
                return f"{_MEANING[change.meaning]}{points}"
    before = next((figure for figure in reversed(line[:-1]) if figure.value is not None), None)
    if newest.value is None or before is None or before.value is None or before.series != newest.series:
        return "Nothing to compare it with"
    then = f"{words.value(before)} in {words.period(before.period_start, before.period_end)}"
    if newest.lower is None or newest.upper is None or before.lower is None or before.upper is None:
        return f"It was {then}"
    if newest.lower > before.upper:
        return f"Higher than {then}"
    return f"Lower than {then}" if newest.upper < before.lower else f"No clear change from {then}"


_MEANING = {
    "improvement": "Better, by more than chance",
    "concern": "Worse, by more than chance",
    "change": "Changed, by more than chance",
    "common_cause": "No change beyond chance",
}


def _drawn(content: Content, key: str, title: str, line: Sequence[Figure]) -> Drawing:
    newest = line[-1]
    england = [
        each for each in content.figures if each.organisation_level == "england" and each.measure_code == newest.measure_code
    ]
    monthly = (newest.period_end - newest.period_start).days <= 31
    if len({figure.period_start for figure in line if figure.value is not None}) > 1:
        return charts.lines(key, title, line, england, charts.axis([*line, *england]), monthly)
    beside = next((each for each in england if each.period_start == newest.period_start), None)
    return charts.strip(key, title, newest, beside)


def _beside_wait(content: Content, service: Service) -> Slide:
    """The wait of the board, month by month, beside what people said in the same month."""
    key, line = f"{service.key}-wait", next(iter(_lines(content, service.wait)), [])
    if not line:
        return Slide(key, f"{service.name}: the wait: {words.NO_DATA}")
    pairs = {
        pair.period_start: pair
        for pair in content.pairs
        if pair.operational_measure_code == service.wait and pair.measure_code == service.measures[0]
    }
    newest, said = line[-1], content.labels.get(service.measures[0], service.measures[0])
    title = f"{_label(content, newest)}: {words.value(newest)} of {words.whole(newest.base)}, "
    title += words.period(newest.period_start, newest.period_end)
    pair = pairs.get(newest.period_start)
    if pair and pair.experience_value is not None:
        title += f"; {said}: {' of '.join(_experience(pair))} who answered"
    rows = tuple(
        (words.period(figure.period_start, figure.period_end), words.value(figure), words.whole(figure.base),
         *_experience(pairs.get(figure.period_start)))
        for figure in reversed(line[-_MONTHS:])
    )  # fmt: skip
    headings = ("Month", _label(content, newest), "Of how many", said, "People who answered")
    table = Table(f"{service.name}: the wait beside what people said, newest months first", headings, rows)
    drawing = _drawn(content, key, title, line) if newest.value is not None else None
    note = "Each has its own source; that they stand side by side does not say that one makes the other."
    said_of_it = (note, _key(content, newest)) if drawing else (note,)
    return Slide(key, title, said_of_it, drawing, table, _origins(line[-_MONTHS:]))


_MONTHS = 6


def _experience(pair: Pair | None) -> tuple[str, str]:
    if pair is None:
        return words.NO_DATA, words.NO_DATA
    if pair.experience_value is None:
        return words.REASONS.get(pair.experience_null_reason or "", words.NO_DATA), words.whole(pair.experience_base)
    return _amount(pair.experience_value, pair.experience_scale or ""), words.whole(pair.experience_base)


def _voices(content: Content, service: Service) -> Slide:
    """How many voices each source heard; they are rounded, and never added up."""
    found = [each for each in content.voices if _belongs(each, service)]
    key = f"{service.key}-voices"
    if not found:
        return Slide(key, f"{service.name}: nobody’s own words were heard in what is published")
    year = words.period(found[0].period_start, found[0].period_end)
    most = max(found, key=lambda each: each.voices or 0)
    title = f"{service.name}: small numbers of voices, {year}"
    if most.voices:
        title = f"{service.name}: most voices in one source: {words.whole(most.voices)}, "
        title += f"{most.touchpoint_label}, {most.source_title}, {year}"
    rows = tuple(
        (each.touchpoint_label, each.source_title, words.people(each.voices, each.voices_null_reason),
         words.people(each.negative, each.negative_null_reason))
        for each in found
    )  # fmt: skip
    headings = ("Where", "Source", "Voices, to the nearest five", "Of them negative")
    whose = "people on this pathway" if service.pathway else "people there of whom nobody says the pathway"
    table = Table(f"{service.name}: voices of {whose}, {year}", headings, rows)
    notes = tuple(sorted({f"{each.source_title}, {year}." for each in found}))
    return Slide(key, title, ("One person may speak in more than one source: they are not added up.",), None, table, notes)


def _belongs(each: Voices, service: Service) -> bool:
    if service.pathway:
        return each.heard_of == "of_this_pathway" and each.pathway_code == service.pathway
    return each.heard_of == "of_everybody_here" and (each.touchpoint_code in service.touchpoints or each.source in service.sources)


def _doubts(content: Content, service: Service) -> Slide | None:
    found = [each for each in content.doubts if each.measure_code in (*service.measures, service.wait)]
    if not found:
        return None
    rows = tuple(
        (content.labels.get(each.measure_code, each.measure_code), each.sentence, words.whole(each.organisations),
         f"{each.waived_by}, until {words.day(each.waived_until)}: {each.waiver_reason}" if each.waived_by and each.waived_until
         else "nobody")
        for each in found
    )  # fmt: skip
    figures = (
        "1 figure" if len({each.measure_code for each in found}) == 1 else f"{len({each.measure_code for each in found})} figures"
    )
    table = Table(f"{service.name}: what the checks found", ("Figure", "What was found", "Organisations", "Who lets it pass"), rows)
    return Slide(f"{service.key}-doubts", f"{service.name}: the checks leave a doubt about {figures}", (), None, table)


def _closing(content: Content) -> Iterator[Slide]:
    old = [each for each in content.sources if _is_old(content.published_at, each.newest_period_end, each.max_age_days)]
    rows = tuple(
        (each.source_title, each.publisher or words.NO_DATA,
         words.day(each.newest_period_end) if each.newest_period_end else words.NO_DATA,
         "out of date" if each in old else "no" if each.newest_period_end else words.NO_DATA, words.whole(each.files_refused))
        for each in content.sources
    )  # fmt: skip
    table = Table(
        "Sources and how old they are",
        ("Source", "Publisher", "Newest period ends", "Out of date", "Files that stand refused"),
        rows,
    )
    title = f"{len(old)} of {len(content.sources)} sources are out of date" if old else "No source is out of date"
    yield Slide("sources", title, (), None, table)
    by_source = groupby(content.untold, key=lambda each: each.source_title)
    unknown = tuple((source, "; ".join(_not_told(each) for each in rows)) for source, rows in by_source)
    told = Table("What each source does not tell about who speaks", ("Source", "Not known"), unknown)
    some = "1 source does" if len(unknown) == 1 else f"{len(unknown)} sources do"
    title = f"{some} not tell, in part or at all, who speaks" if unknown else "Every source tells who speaks"
    yield Slide("unknown", title, ("That nobody recorded it is a finding and not a zero.",), None, told if unknown else None)


def _not_told(each: Untold) -> str:
    what = words.CHARACTERISTICS.get(each.characteristic, each.characteristic).lower()
    return f"{what} ({_UNTOLD[each.finding]})"


_UNTOLD = {
    "partly_unknown": "partly",
    "mostly_unknown": "mostly",
    "column_never_filled": "never filled in",
    "cannot_be_recorded": "not asked",
    "not_published": "not published",
    "nothing_held": "nothing held",
}


def _is_old(published_at: datetime, newest: date | None, most: int | None) -> bool:
    return newest is not None and most is not None and (published_at.date() - newest).days > most


def _origins(figures: Iterable[Figure]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(f"{each.source_title}, file {each.file_name}" for each in figures))


def _label(content: Content, figure: Figure) -> str:
    return content.labels.get(figure.measure_code, figure.measure_code)


def _amount(value: Decimal | None, scale: str) -> str:
    return words.NO_DATA if value is None else words.number(value, scale)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
