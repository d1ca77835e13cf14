"""What people answered at the home board's acute trusts and its mental health trust: an upload a trust and quarter.

Each trust writes in its own way: days as dates, as text or with the month in letters; groups in words or in the codes of the NHS;
what was asked in the header or nowhere. Comments are put together from parts of our own. Who speaks is drawn by `people.speaker`,
so that the groups that `truth.yml` names are seldom heard. `scale` multiplies the rows.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from ics_insight.demo import months, people, plan
from ics_insight.demo.chance import Chance
from ics_insight.demo.files import ExcelCell, csv_bytes, xlsx_bytes
from ics_insight.demo.people import Person
from ics_insight.demo.providers import PARTNERSHIP, TRUSTS, Site, Trust, Ward
from ics_insight.demo.span import Span

SENDERS = (*TRUSTS[:3], PARTNERSHIP)
ANSWERS = (270, 280, 290, 300)  # in each quarter of a year, of whom two in three write something
BANDS = ((16, 24), (25, 34), (35, 44), (45, 54), (55, 64), (65, 74), (75, 84), (85, 120))
_HEADER = (
    "date", "location_1", "location_2", "location_3", "fft_score", "question_1", "question_2", "sex", "gender", "age", "ethnicity",
    "sexuality", "disability", "religion", "extra_variable_1", "extra_variable_2", "extra_variable_3",
)  # fmt: skip
_GOOD, _BETTER = "What was good?", "What could we do better?"

_WHO = ("The nurses", "Everybody on the ward", "The doctor", "The staff at the desk", "The student nurse", "The porters",
        "The physiotherapist", "The night team", "The ward clerk", "The healthcare assistants")  # fmt: skip
_KIND = ("took time to explain", "never made me feel rushed", "kept me cheerful", "listened to what I had to say",
         "told me what would happen next", "were gentle and quick", "remembered my name", "made a hard day easier",
         "answered every question I had", "looked after my daughter as well")  # fmt: skip
_WHEN = ("from the first day on", "even when it was busy", "before and after the operation", "every morning",
         "at three in the night",
         "while we waited for the results", "although they were short of people", "until we left")  # fmt: skip
_WHAT = ("The noise at night", "Waiting for medicines to go home", "The parking", "The cold food", "The late letter",
         "Being moved twice in a night", "The heat on the bay", "Not knowing who was in charge",
         "The lift that does not work", "Chasing the results by phone")  # fmt: skip
_WISH = ("should be looked at", "made the stay longer than it had to be", "was the only thing I would change",
         "took up the whole afternoon", "wore my husband out", "could be put right with little effort",
         "has been the same for a year", "was hard with my hearing")  # fmt: skip
_BETWEEN = (
    "Nobody told us when the community team would come", "We were home for nine days before anyone rang",
    "The ward said that a therapist would call and the therapist had never heard of us",
    "I did not know whom to ring once I was home",
    "The plan that we were promised never reached the team at home", "At home it all stopped, and we had no number to ring",
)  # fmt: skip
_LED = ("After leaving the ward", "Once she was home", "When I came out", "After the stroke", "From the Friday on", "In the end")


@dataclass(frozen=True)
class Answer:
    """One person's answer: where and when, 1 to 6, and what was written to either question."""

    day: date
    site: Site
    ward: Ward
    score: int
    good: str
    better: str
    person: Person


def files(span: Span) -> Iterator[tuple[str, bytes]]:
    """`<sender>/<name>` and bytes, for each quarter that ends in one of the months."""
    for month in span.every:
        if month.month % 3:
            continue
        for trust in SENDERS:
            yield _file(trust, month, span.scale)


def answers(trust: Trust, month: date, scale: int = 1) -> list[Answer]:
    """What a trust heard in the quarter that ends in a month."""
    count = scale * ANSWERS[month.month // 3 - 1]
    start, end = months.quarter(month)
    found = [_answer(trust, Chance("fft_comments", trust.code, month, i), start, (end - start).days + 1, i) for i in range(count)]
    return sorted(found, key=lambda answer: answer.day)


def _answer(trust: Trust, chance: Chance, start: date, days: int, number: int) -> Answer:
    # one a month at the least, so that an upload always covers its quarter
    day = start + timedelta(days=number * 44 if number < 3 else int(chance.draw() * days))
    places = _places(trust)
    site, ward = places[int(chance.draw() * len(places))]
    stroke = plan.planted("stroke_interface")
    shares = stroke["fft_comments"]
    writes = chance.draw() < 0.67
    on_it = (site.code, ward.name) == (stroke["from"]["site"], stroke["from"]["ward"])
    between = writes and chance.draw() < shares["share_negative_about_interface" if on_it else "share_elsewhere"]
    draw = chance.draw()
    score = next(i for i, share in enumerate((0.70, 0.91, 0.945, 0.965, 0.985, 1.01), 1) if draw < share)
    good = _good(chance) if writes and (score <= 3 or chance.draw() < 0.2) and not (between and chance.draw() < 0.5) else ""
    better = _between(chance) if between else _better(chance) if writes and (score >= 3 or not good or chance.draw() < 0.3) else ""
    return Answer(day, site, ward, score, good, better, people.speaker(chance, "fft_comments", youngest=16))


@cache
def _places(trust: Trust) -> tuple[tuple[Site, Ward], ...]:
    return tuple((site, ward) for site in trust.sites for ward in site.wards)


def _pick(chance: Chance, parts: tuple[str, ...]) -> str:
    return parts[int(chance.draw() * len(parts))]


def _good(chance: Chance) -> str:
    text = f"{_pick(chance, _WHO)} {_pick(chance, _KIND)} {_pick(chance, _WHEN)}."
    return f"{text} {_pick(chance, _WHO)} {_pick(chance, _KIND)}." if chance.draw() < 0.25 else text


def _better(chance: Chance) -> str:
    return f"{_pick(chance, _WHAT)} {_pick(chance, _WISH)}."


def _between(chance: Chance) -> str:
    return f"{_pick(chance, _LED)}: {_pick(chance, _BETWEEN)[0].lower()}{_pick(chance, _BETWEEN)[1:]}."


# --- as each trust writes it ---


def _file(trust: Trust, month: date, scale: int) -> tuple[str, bytes]:
    said = answers(trust, month, scale)
    header: list[ExcelCell] = list(_HEADER)
    rows = [_row(trust, answer, Chance("fft_comments", "row", trust.code, month, i)) for i, answer in enumerate(said)]
    quarter = f"{month.year} Q{month.month // 3}"
    if trust is SENDERS[0]:
        content = xlsx_bytes({"Sheet1": [header, *rows]})
        return f"{trust.code}/FFT comments {quarter}.xlsx", content
    if trust is SENDERS[1]:  # does not ask about religion
        drop = header.index("religion")
        table = [row[:drop] + row[drop + 1 :] for row in [header, *rows]]
        return f"{trust.code}/fft_comments_{quarter.replace(' ', '_')}.csv", csv_bytes(table)  # type: ignore[arg-type]
    if trust is SENDERS[2]:  # cannot leave the NHS number out
        numbers = [people.nhs_number(int(Chance("fft_comments", "nhs", month, i).draw() * 999_999)) for i in range(len(rows))]
        table = [["NHS Number", *header], *([number, *row] for number, row in zip(numbers, rows, strict=True))]
        return f"{trust.code}/Patient feedback {months.name(month)} {month.year}.xlsx", xlsx_bytes({"Export": table})
    header[5:7] = [f"question_1: {_GOOD}", f"question_2: {_BETTER}"]
    return f"{trust.code}/{quarter.replace(' ', '-')}-friends-and-family.csv", csv_bytes([header, *rows])  # type: ignore[list-item]


def _row(trust: Trust, answer: Answer, chance: Chance) -> list[ExcelCell]:
    person, which = answer.person, SENDERS.index(trust)
    unknown = [chance.draw() for _ in range(6)]
    nothing = "NA" if which == 0 else ""
    language = "" if unknown[5] < 0.1 else f"Main language English: {'yes' if person.english else 'no'}"
    ethnicity = people.NHS_CODE_OF[person.ethnicity] or "S" if which == 0 else person.ethnicity
    cells: list[ExcelCell] = [
        _day(answer.day, which), answer.site.name, answer.ward.first.partition(" - ")[2].title(), answer.ward.name,
        answer.score, answer.good or nothing, answer.better or nothing,
        _known(person.sex.title(), unknown[0]), _known(person.sex.title(), unknown[0]), _known(_band(person.age), unknown[1]),
        _known(ethnicity, unknown[2], "Z" if which == 0 else "Prefer not to say"),
        _known("S" if chance.draw() < 0.95 else "B", unknown[3], "Prefer not to say"),
        _known("Y" if person.disabled else "N", unknown[4]),
        _known("C" if chance.draw() < 0.5 else "None", unknown[3], "Prefer not to say"),
        language, "", "",
    ]  # fmt: skip
    return cells


def _day(day: date, which: int) -> ExcelCell:
    return (day, f"{day.day:02d}/{day.month:02d}/{day.year}", f"{day.day} {months.name(day)} {day.year}", day.isoformat())[which]


def _known(value: str, draw: float, refused: str = "Prefer not to say") -> str:
    """One in twenty would rather not say, one in twenty leaves it empty."""
    return refused if draw < 0.05 else "" if draw < 0.1 else value


def _band(age: int) -> str:
    low, high = next(band for band in BANDS if band[0] <= age <= band[1])
    return f"{low}+" if high == 120 else f"{low}-{high}"
