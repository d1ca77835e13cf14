"""The GP Patient Survey's files at four levels, for three years, in the grammar of 2024 (formats.md section 1a), and the practice
file of 2023 in the grammar that ended then (section 1c).

A year's practices are those of the end of fieldwork, in March; boards are those of the day of publication, in July, so that the
survey of 2026 comes by the boards that began in April.

The publisher's rules for small numbers (GPPS 2025 list of reporting variables, "Suppression"): a result of fewer than 10
respondents is -97 and its interval -99; a share above 0 and under 0.5 % is -98. Bases of all who answered stay.
"""

from collections.abc import Iterable, Iterator
from datetime import date
from math import sqrt

from ics_insight.demo.files import Cell, csv_bytes
from ics_insight.demo.span import Span
from ics_insight.demo.survey import FIRST_YEAR, PERSON, PROFILE, QUESTIONS, YEARS, Answers, Question, Tally, fieldwork_ends, survey
from ics_insight.demo.system import Icb, Practice, boards_on, practices_on

SUPPRESSED, UNDER_HALF_A_PERCENT, NO_INTERVAL = "-97", "-98", "-99"
FEWEST = 10
_Z = 1.959964


def files(span: Span) -> Iterator[tuple[str, bytes]]:
    """The practice file of 2023; national, board ("ICS"), network and practice file of each later year: names and bytes."""
    yield _numbered(FIRST_YEAR, span.scale)
    for year in YEARS:
        published = date(year, 7, 10)
        found = [(practice, survey(practice, year)) for practice in practices_on(fieldwork_ends(year), span.scale)]
        boards = [
            (icb, _sum(answers for practice, answers in found if practice.icb_on(published).code == icb.code))
            for icb in boards_on(published, span.scale)
        ]
        yield _file("National", year, ["national"], [([1], _sum(answers for _, answers in boards))])
        yield _file("ICS", year, _BOARD, [(_board(icb), answers) for icb, answers in boards])
        yield _file("PCN", year, _NETWORK, _networks(found, published))
        yield _file("Practice", year, _PRACTICE, [(_practice(practice, published), answers) for practice, answers in found])


def _file(level: str, year: int, ids: list[str], areas: list[tuple[list[Cell], Answers]]) -> tuple[str, bytes]:
    rows = [[*identity, *_cells(answers, year)] for identity, answers in areas]
    return f"GPPS_{year}_{level}_data_(weighted)_(csv)_PUBLIC.csv", csv_bytes([[*ids, *_columns()], *rows])


def _networks(found: list[tuple[Practice, Answers]], published: date) -> list[tuple[list[Cell], Answers]]:
    members: dict[str, list[tuple[Practice, Answers]]] = {}
    for practice, answers in found:
        if not practice.pcn_code.strip():
            continue  # a practice without a network
        members.setdefault(practice.pcn_code, []).append((practice, answers))
    return [
        ([code, listed[0][0].pcn_name, *_board(listed[0][0].icb_on(published))], _sum(answers for _, answers in listed))
        for code, listed in sorted(members.items())
    ]


def _sum(parts: Iterable[Answers]) -> Answers:
    total = Answers()
    for part in parts:
        total.add(part)
    return total


_BOARD = ["ad_icscode", "ad_icsname", "ad_icscodeons", "ad_commissioningregioncode", "ad_commissioningregionname"]
_NETWORK = ["ad_pcncode", "ad_pcnname", *_BOARD]
_PRACTICE = ["ad_practicecode", "ad_practicename", *_BOARD, "ad_pcncode", "ad_pcnname"]


def _board(icb: Icb) -> list[Cell]:
    system, region = f"{icb.area} Integrated Care System", f"{icb.region.name} Commissioning Region"
    return [icb.code, system.upper(), icb.ons_code, icb.region.code, region.upper()]


def _practice(practice: Practice, day: date) -> list[Cell]:
    return [practice.code, practice.name.upper(), *_board(practice.icb_on(day)), practice.pcn_code, practice.pcn_name]


def _columns() -> list[str]:
    names = ["distributed", "received", "resprate"]
    for q in QUESTIONS:
        options = [f"{q.stem}_{k}" for k in range(1, len(q.kinds) + 1)]
        names += [f"{option}.count" for option in options]
        names += [f"{q.stem}.{part}" for part in ("counteval", "basefulluw", "baseevaluw", "basefullw", "baseevalw")]
        names += [f"{option}.pct" for option in options]
        names += [f"{q.stem}.{part}" for part in ("pcteval", "lowileval", "hiwileval")]
    for stem, answers in PROFILE.items():
        names += [f"{stem}_{k}.count" for k in range(1, answers + 1)]
        names += [f"{stem}.{part}" for part in ("basefulluw", "baseevaluw", "basefullw", "baseevalw")]
        names += [f"{stem}_{k}.pct" for k in range(1, answers + 1)]
    return [*names, "popsize"]


def _cells(answers: Answers, year: int) -> list[Cell]:
    cells: list[Cell] = [answers.distributed, answers.received, number(answers.received / answers.distributed, year)]
    for question, tally in zip(QUESTIONS, answers.tallies, strict=True):
        cells += _results(question, tally, year)
    for tally in answers.profile:
        cells += _about(tally, year)
    return [*cells, answers.people]


def _about(tally: Tally, year: int) -> list[Cell]:
    """The cells of a question about the respondents, which has no summary: all who answered are its base."""
    people, full = sum(tally.persons), sum(tally.weights)
    weighted = number(full / PERSON, year)
    counts = [number(weight / PERSON, year) if people >= FEWEST else SUPPRESSED for weight in tally.weights]
    shares = [_share(weight, full, year) if people >= FEWEST else SUPPRESSED for weight in tally.weights]
    return [*counts, people, people, weighted, weighted, *shares]


def _results(question: Question, tally: Tally, year: int) -> list[Cell]:
    """The cells of one question, in the order of `_columns`."""
    counted = [tally.persons[k] for k in question.evaluative]
    full, base = sum(tally.weights), sum(tally.weights[k] for k in question.evaluative)
    everybody = number(full / PERSON, year)
    if sum(counted) < FEWEST:
        hidden: list[Cell] = [SUPPRESSED] * len(question.kinds)
        return [
            *hidden, SUPPRESSED, sum(tally.persons), SUPPRESSED, everybody, SUPPRESSED,
            *hidden, SUPPRESSED, NO_INTERVAL, NO_INTERVAL,
        ]  # fmt: skip
    good = sum(tally.weights[k] for k in question.good)
    lower, upper = wilson(good / base, sum(counted))
    return [
        *(number(weight / PERSON, year) for weight in tally.weights),
        number(good / PERSON, year), sum(tally.persons), sum(counted), everybody, number(base / PERSON, year),
        *(_share(weight, full if kind == "u" else base, year) for weight, kind in zip(tally.weights, question.kinds, strict=True)),
        number(good / base, year), number(lower, year), number(upper, year),
    ]  # fmt: skip


def _share(weight: int, base: int, year: int) -> str:
    return UNDER_HALF_A_PERCENT if 0 < weight / base < 0.005 else number(weight / base, year)


def wilson(share: float, n: int) -> tuple[float, float]:
    """Wilson's 95 % limits of a share of `n` persons (Wilson 1927): (p + z²/2n ± z √(p(1−p)/n + z²/4n²)) / (1 + z²/n)."""
    z2 = _Z * _Z
    middle = share + z2 / (2 * n)
    half = _Z * sqrt(share * (1 - share) / n + z2 / (4 * n * n))
    return (middle - half) / (1 + z2 / n), (middle + half) / (1 + z2 / n)


def number(value: float, year: int) -> str:
    """As the publisher wrote numbers: ten digits and nine decimals in 2025, 15 digits and no leading zero since 2026."""
    if year < 2026:
        return f"{round(value, 9):.10g}"
    text = f"{value:.15g}"
    return text.removeprefix("0") if text.startswith("0.") else text


# the survey that ended in 2023: a question's number, what it is called since, and which of its answers make up each of the old ones
_NUMBERED = (
    ("q3", "localgpservicesphone", ((1,), (2,), (3, 4), (5,), (0,))),
    ("q4", "localgpservicesreception", ((0,), (1,), (2,), (3,), (4,))),
    ("q86b", "lastgpapptlisten", ((0,), (1,), (2,), (3,), (4,), (5,))),
    ("q86e", "lastgpapptcare", ((0,), (1,), (2,), (3,), (4,), (5,))),
    ("q90", "lastgpapptneeds", ((0,), (1,), (2,), (3,))),
    ("q28", "overallexp", ((0,), (1,), (2,), (3,), (4,))),
)
_ABOUT = {"q112": "aboutyougender", "q56": "aboutyoucarer"}
_COMMISSIONED = ["ics_code", "ics_code_ons", "ics_name", "cr_code", "cr_name", "distributed", "received", "resprate"]


def _numbered(year: int, scale: int) -> tuple[str, bytes]:
    """The practice file in the older grammar."""
    rows: list[list[Cell]] = []
    header: list[Cell] = ["practice_code", "practice_name", "pcn_code", "pcn_name", *_COMMISSIONED]
    for practice in practices_on(fieldwork_ends(year), scale):
        answers, icb = survey(practice, year), practice.icb_on(date(year, 7, 13))
        results: dict[str, Cell] = {}
        for q, stem, merged in _NUMBERED:
            at = next(i for i, question in enumerate(QUESTIONS) if question.stem == stem)
            results |= _old(q, QUESTIONS[at], answers.tallies[at], merged, year)
        for q, stem in _ABOUT.items():
            results |= _old_about(q, answers.profile[list(PROFILE).index(stem)], year)
        if not rows:
            header += results
        system = f"{icb.area} Integrated Care System".upper()
        rows.append([
            practice.code, practice.name.upper(), practice.pcn_code, practice.pcn_name, icb.code, icb.ons_code, system,
            icb.region.code, icb.region.name.upper(), answers.distributed, answers.received,
            number(answers.received / answers.distributed, year), *results.values(),
        ])  # fmt: skip
    return f"GPPS_{year}_Practice_data_(weighted)_(csv)_PUBLIC.csv", csv_bytes([header, *rows])


def _old(q: str, question: Question, tally: Tally, merged: tuple[tuple[int, ...], ...], year: int) -> dict[str, Cell]:
    weights = [sum(tally.weights[i] for i in answers) for answers in merged]
    judging = [k for k, answers in enumerate(merged) if answers[0] in question.evaluative]
    full, base, good = sum(weights), sum(weights[k] for k in judging), weights[0] + weights[1]
    people = sum(tally.persons[i] for k in judging for i in merged[k])
    cells: dict[str, Cell] = {f"{q}base": number(full / PERSON, year)}
    if len(judging) < len(merged):
        cells[f"{q}_{''.join(str(k + 1) for k in judging)}base"] = number(base / PERSON, year)
    lower, upper = wilson(good / base, people) if people >= FEWEST else (0.0, 0.0)
    cells |= {f"{q}_{k}": number(weight / PERSON, year) for k, weight in enumerate(weights, 1)}
    cells[f"{q}_12"] = number(good / PERSON, year)
    cells |= {f"{q}_{k + 1}pct": _share(weight, base if k in judging else full, year) for k, weight in enumerate(weights)}
    cells |= {f"{q}_12pct": number(good / base, year) if base else SUPPRESSED}
    cells |= {f"{q}ci_lower_wil": number(lower, year), f"{q}ci_upper_wil": number(upper, year)}
    if people < FEWEST:
        return {name: cell if name == f"{q}base" else NO_INTERVAL if "ci_" in name else SUPPRESSED for name, cell in cells.items()}
    return cells


def _old_about(q: str, tally: Tally, year: int) -> dict[str, Cell]:
    full = sum(tally.weights)
    cells: dict[str, Cell] = {f"{q}base": number(full / PERSON, year)}
    cells |= {f"{q}_{k}": number(weight / PERSON, year) for k, weight in enumerate(tally.weights, 1)}
    return cells | {f"{q}_{k}pct": _share(weight, full, year) for k, weight in enumerate(tally.weights, 1)}
