"""The GP Patient Survey's files at three levels, for three years, in the grammar of 2024 (formats.md section 1a).

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
from ics_insight.demo.survey import PERSON, QUESTIONS, YEARS, Answers, Question, Tally, fieldwork_ends, survey
from ics_insight.demo.system import Icb, Practice, boards_on, practices_on

SUPPRESSED, UNDER_HALF_A_PERCENT, NO_INTERVAL = "-97", "-98", "-99"
FEWEST = 10
_Z = 1.959964


def files(span: Span) -> Iterator[tuple[str, bytes]]:
    """National, board ("ICS") and practice file of each year: names and bytes."""
    for year in YEARS:
        published = date(year, 7, 10)
        found = [(practice, survey(practice, year)) for practice in practices_on(fieldwork_ends(year), span.scale)]
        boards = [
            (icb, _sum(answers for practice, answers in found if practice.icb_on(published).code == icb.code))
            for icb in boards_on(published, span.scale)
        ]
        yield _file("National", year, ["national"], [([1], _sum(answers for _, answers in boards))])
        yield _file("ICS", year, _BOARD, [(_board(icb), answers) for icb, answers in boards])
        yield _file("Practice", year, _PRACTICE, [(_practice(practice, published), answers) for practice, answers in found])


def _file(level: str, year: int, ids: list[str], areas: list[tuple[list[Cell], Answers]]) -> tuple[str, bytes]:
    rows = [[*identity, *_cells(answers, year)] for identity, answers in areas]
    return f"GPPS_{year}_{level}_data_(weighted)_(csv)_PUBLIC.csv", csv_bytes([[*ids, *_columns()], *rows])


def _sum(parts: Iterable[Answers]) -> Answers:
    total = Answers()
    for part in parts:
        total.add(part)
    return total


_BOARD = ["ad_icscode", "ad_icsname", "ad_icscodeons", "ad_commissioningregioncode", "ad_commissioningregionname"]
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
    return [*names, "popsize"]


def _cells(answers: Answers, year: int) -> list[Cell]:
    cells: list[Cell] = [answers.distributed, answers.received, number(answers.received / answers.distributed, year)]
    for question, tally in zip(QUESTIONS, answers.tallies, strict=True):
        cells += _results(question, tally, year)
    return [*cells, answers.people]


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
