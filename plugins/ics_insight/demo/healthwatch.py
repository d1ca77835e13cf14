"""What the home board's local Healthwatch sends: a feed of feedback each quarter, once as JSON, and a report each quarter."""

import json
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from ics_insight.demo import logs, months, people, plan
from ics_insight.demo.chance import Chance
from ics_insight.demo.files import Cell, csv_bytes
from ics_insight.demo.providers import TRUSTS
from ics_insight.demo.span import Span
from ics_insight.demo.system import HEALTHWATCH, HOME, practices
from ics_insight.sources.reading.logs import age_group

EACH_MONTH = 30
JSON_QUARTER = date(2026, 4, 1)
HEADER = [
    "comment_ID", "comment_date", "comment_author", "comment_author_email", "comment_content", "comment_approved",
    "feedback_rating", "feedback_when", "feedback_who", "feedback_phone", "feedback_address", "feedback_response",
    "feedback_hw_reply", "feedback_uuid", "feedback_moderation", "service_name", "hw_services_ods_code", "feedback_age_group",
    "feedback_sex", "feedback_ethnicity", "feedback_disability", "feedback_carer",
]  # fmt: skip
REPORT_HEADER = [
    "recommendation_id", "recommendation", "report_id", "report_title", "report_date", "addressed_to", "addressed_to_code",
    "response_due", "response", "response_date", "response_kind",
]  # fmt: skip
RECOMMENDED = ("Tell people on the day who will call, and when", "Give one number that is answered", "Put the letter into words")
_PHONE = ("I rang forty times before nine and gave up", "The line cut off at number twelve", "Nobody picks up any more")
_STROKE = ("Home from the stroke unit, and then nobody came", "The ward said the team would ring, the team said the ward would")
_GOOD = ("The receptionist found me a chair and a glass of water", "They explained it twice and did not sigh")
_BAD = ("I waited in the corridor and nobody knew my name", "The form asked what the last form had asked")
_RATED = {"good": (4, 5), "bad": (1, 2), "stroke": (1, 2), "phone": (1, 2)}


def files(span: Span) -> Iterator[tuple[str, bytes]]:
    """Per quarter `T6D4P/hw-feedback_2025-26_Q3.csv` and `T6D4P/hw-report_2025-26_Q3.csv`; the feed of April 2026 is JSON."""
    for first, last in months.quarters(span.every):
        name = f"{months.financial_year(first)}_Q{(first.month - 4) % 12 // 3 + 1}"
        rows = [row for at in range(3) for row in _feedback(months.later(first, at), span.scale)]
        if first == JSON_QUARTER:
            feed = {"generated": "quarterly", "items": [_item(row) for row in rows]}
            yield f"{HEALTHWATCH.code}/hw-feedback_{name}.json", json.dumps(feed, ensure_ascii=False, indent=1).encode()
        else:
            yield f"{HEALTHWATCH.code}/hw-feedback_{name}.csv", csv_bytes([[*HEADER], *rows])
        yield f"{HEALTHWATCH.code}/hw-report_{name}.csv", csv_bytes([[*REPORT_HEADER], *_report(first, last)])


def _feedback(month: date, scale: int) -> list[list[Cell]]:
    """The pieces of a month: first the planted ones, then whatever else people say."""
    stroke, phone = plan.planted("stroke_interface"), plan.planted("phone_collapse")
    kinds = ["stroke"] * logs.spread(stroke["healthwatch"], *_span(stroke), month)
    kinds += ["phone"] * logs.spread(phone["healthwatch"], *_span(phone), month)
    kinds += [""] * (EACH_MONTH * scale - len(kinds))
    return [_row(month, number, kind) for number, kind in enumerate(kinds)]


def _span(planted: dict[str, Any]) -> tuple[date, date]:
    first, last = planted["months"]
    return months.first(first), months.first(last)


def _row(month: date, number: int, kind: str) -> list[Cell]:
    chance = Chance("healthwatch", month, number)
    kind = kind or ("good" if chance.draw() < 0.45 else "bad")
    low, high = _RATED[kind]
    said_on = month + timedelta(days=int(chance.draw() * months.last_day(month).day))
    silent = number % 10 == 9  # a rating without a word, left as the form had it
    code, service = _service(chance, kind)
    who = people.speaker(chance, "healthwatch", youngest=16)
    said = {"good": _GOOD, "bad": _BAD, "stroke": _STROKE, "phone": _PHONE}[kind]
    text = "" if silent else f"{said[int(chance.draw() * len(said))]}."
    identifier = 100_000 + 1_000 * ((month.year - 2023) * 12 + month.month) + number
    return [
        identifier, f"{said_on.isoformat()} 10:{number % 60:02d}:00", people.invented_name(chance), "somebody@example.org", text,
        "0" if number % 17 == 16 else "1", 3 if silent else low if chance.draw() < 0.5 else high, _when(chance, said_on),
        "A relative", "01632 960000", "1 Nowhere Lane", "Thank you. We are looking into it." if number % 6 == 1 else "",
        "We have passed this on." if number % 7 == 2 else "", f"w{identifier}" if number % 2 else "",
        "partial" if number % 23 == 3 else "all" if number % 29 == 4 else "", service, code,
        age_group(date(said_on.year - who.age, said_on.month, 1), said_on), who.sex, people.GROUP_OF[who.ethnicity],
        "yes" if who.disabled else "no", "yes" if who.carer else "no",
    ]  # fmt: skip


def _service(chance: Chance, kind: str) -> tuple[str, str]:
    """Code and name of what it is about."""
    if kind == "stroke":
        code = plan.planted("stroke_interface")["to"]["organisation"]
    elif kind == "phone":
        code = plan.planted("phone_collapse")["practice"]
    elif chance.draw() < 0.4:
        code = TRUSTS[int(chance.draw() * 3)].code
    else:
        home = [practice for practice in practices() if practice.icb is HOME]
        code = home[int(chance.draw() * len(home))].code
    return code, logs.organisation_name(code)


def _when(chance: Chance, said_on: date) -> str:
    """As people put it; one in eight leaves it empty, one in eight says what nobody can place."""
    before = months.later(said_on.replace(day=1), -1)
    name = months.name(before)
    ways = (f"{said_on:%d/%m/%y}", f"about {name} {before.year}", name, "last summer", "yesterday", "last month", "", "a while ago")
    return ways[int(chance.draw() * len(ways))]


def _item(row: list[Cell]) -> dict[str, object]:
    """One item of the JSON feed: what the form adds stands under `meta`, and the feed has a key of its own."""
    flat = dict(zip(HEADER, row, strict=True))
    meta = {key: value for key, value in flat.items() if key.startswith(("feedback_", "hw_services_"))}
    return {**{key: value for key, value in flat.items() if key not in meta}, "comment_karma": 0, "meta": meta}


def _report(first: date, last: date) -> list[list[Cell]]:
    """A report in the quarter's second month; every third recommendation stays without an answer."""
    report_on = months.later(first, 1) + timedelta(days=8)
    trust = TRUSTS[first.month // 3 % 3]
    rows: list[list[Cell]] = []
    for number, recommended in enumerate(RECOMMENDED, 1):
        answered = report_on + timedelta(days=20 + 9 * (number - 1)) if number < len(RECOMMENDED) else None
        rows.append([
            f"R{number}", f"{recommended}.", f"HW-{first.year}-{last.month:02d}", f"What people told us by {months.name(last)}",
            f"{report_on:%d/%m/%Y}", trust.name, trust.code, "", "We will." if answered else "",
            f"{answered:%d/%m/%Y}" if answered else "", ("Accepted" if number == 1 else "Accepted in part") if answered else "",
        ])  # fmt: skip
    return rows
