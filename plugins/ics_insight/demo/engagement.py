"""Engagement logs by the template in `sources/engagement`: the panel's every quarter, and two voluntary groups'.

The panel hears whom it is easy to hear (`truth.yml`, `seldom_heard`). The stroke group asked its own question, and a carer kept a
diary of one week. Notes are put together from parts that were written for this.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from ics_insight.demo import months
from ics_insight.demo.chance import Chance
from ics_insight.demo.files import Cell, csv_bytes, xlsx_bytes, zip_bytes
from ics_insight.demo.people import GROUPS, SEXES, Person, speaker
from ics_insight.demo.plan import planted
from ics_insight.demo.span import Span
from ics_insight.demo.system import BOARDS_CHANGED, CARERS_GROUP, HOME, OLD_QUILLMERE, PANEL, STROKE_GROUP
from ics_insight.demo.templates import Row, Tables, template_sheets

A_QUARTER = 3  # exercises of the panel: a meeting, a survey of whoever the panel's members send it on to, and a visit
TAKING_PART = (24, 400, 38)
CHANNELS = ("panel", "survey", "outreach visit")
NOTES, PAYMENTS = 5, 4
STROKE_NOTES, DIARY_NOTES = 24, 6
CHARACTERISTICS = {
    "age": ("16-34", "35-54", "55-74", "75+"), "sex": SEXES, "ethnicity": GROUPS, "deprivation": ("1", "2", "3", "4", "5"),
    "disability": ("yes", "no"),
}  # fmt: skip
_SUBJECTS = (
    ("How people reach their GP practice", "T01", "GP contact"), ("Waiting for a hospital appointment", "T02", "waiting list"),
    ("Letters and messages that people can read", "T05", "outpatients"), ("Going home from hospital", "T07", "leaving hospital"),
    ("Being listened to in a crisis", "T03", "community MH/crisis"), ("Getting to appointments", "T11", "transport"),
)  # fmt: skip
_SAID = (
    ("Ringing at eight in the morning is not possible for who works shifts.", "T01", "negative"),
    ("The letter was clear and came in time.", "T05", "positive"),
    ("Nobody tells you how long it will be, so that you ring again and again.", "T02", "negative"),
    ("They asked me what mattered to me, and wrote it down.", "T16", "positive"),
    ("Two buses each way, and the appointment was moved twice.", "T11", "negative"),
    ("Some things are better than last year and some are not.", "T90", "mixed"),
)  # fmt: skip
_STROKE_SAID = (
    "After the ward there was nobody to ring.", "The exercises stopped for weeks.", "We did not know who would come, or when.",
    "Each said that the other would call.",
)  # fmt: skip


def files(span: Span) -> Iterator[tuple[str, bytes]]:
    """Files of the quarters that lie wholly in the months asked for: workbooks of the panel, zips of CSVs of the others."""
    for start, end in months.quarters(span.every):
        name = f"engagement_{start:%Y-%m}_{end:%Y-%m}"
        yield f"{PANEL.code}/{name}.xlsx", xlsx_bytes(template_sheets("engagement", _panel(start, span.scale)))
        for sender, tables in ((STROKE_GROUP.code, _stroke(start)), (CARERS_GROUP.code, _carers(start))):
            if tables:
                yield (
                    f"{sender}/{name}.zip",
                    zip_bytes({f"{table}.csv": csv_bytes(rows) for table, rows in template_sheets("engagement", tables).items()}),
                )


def _panel(start: date, scale: int) -> Tables:
    """The quarter's exercises, and those of the quarter before again, with what was told back meanwhile."""
    tables: Tables = {"exercises": [], "participants": [], "notes": [], "panels": _members(start), "reimbursements": []}
    for number in range(A_QUARTER * scale):
        tables["exercises"].append(_exercise(start, number))
        if (before := months.later(start, -3)) >= months.last_months(months.TOLD)[0]:
            told = (start + timedelta(days=20 + number % 50)).isoformat()
            again: Row = {"told_back_date": told, "told_back_method": "letter and meeting", "participant_rating": 3 + number % 2}
            tables["exercises"].append(_exercise(before, number) | again)
        identity = _identity(start, number)
        people = _people(identity, TAKING_PART[number % A_QUARTER])
        tables["participants"] += _by_group(people, {"exercise_id": identity})
        tables["notes"] += [_note(identity, i, people[i], _SAID[(number + i) % len(_SAID)]) for i in range(NOTES)]
        tables["reimbursements"] += [_payment(identity, i, start) for i in range(PAYMENTS)]
    return tables


def _identity(start: date, number: int) -> str:
    return f"P-{start:%Y-%m}-{number + 1:02d}"


def _exercise(start: date, number: int) -> Row:
    title, theme, touchpoint = _SUBJECTS[(start.month // 3 + number) % len(_SUBJECTS)]
    held = start + timedelta(days=7 + 19 * (number % A_QUARTER))
    outreach = number % A_QUARTER == 2
    return {
        "exercise_id": _identity(start, number), "title": title, "purpose": "Know what to change first, and change it with people",
        "host_org": (HOME if held >= BOARDS_CHANGED else OLD_QUILLMERE).code, "partner_orgs": None, "start_date": held.isoformat(),
        "place": HOME.places[number % len(HOME.places)].name, "channel": CHANNELS[number % A_QUARTER],
        "came_or_went": "went_to_them" if outreach else "came_to_us", "topic_origin": "organisation_asked", "theme": theme,
        "from_touchpoint": touchpoint, "decision_ref": f"BP-{start:%Y%m}",
        "options_date": (held - timedelta(days=30)).isoformat() if number % 2 else None,
        "decision_date": (held + timedelta(days=45)).isoformat(), "carman_level": "involvement" if outreach else "consultation",
        "carman_area": "organisational design and governance", "arnstein_staff": 6 if outreach else 5,
        "arnstein_participants": 4 if outreach else 3, "engagement_model": "patient and consumer involvement",
        "participants": TAKING_PART[number % A_QUARTER], "adjustments_asked": 3, "adjustments_met": 2 + number % 2,
        "languages": "English; Urdu" if outreach else "English", "decision_makers_present": "chief nurse; place director",
        "cost": 850 + 120 * number, "consent_basis": "told at the time", "retention_until": f"{held.year + 3}-03-31",
    }  # fmt: skip


def _people(key: str, count: int) -> list[Person]:
    return [speaker(Chance("engagement", key, i), "engagement", youngest=16) for i in range(count)]


def _by_group(people: Sequence[Person], key: Row) -> list[Row]:
    """A row for each group; one to nine people are a band."""
    return [
        {**key, "characteristic": characteristic, "group": group,
         "people": _banded(sum(person.belongs(characteristic, group) for person in people))}
        for characteristic, groups in CHARACTERISTICS.items() for group in groups
    ]  # fmt: skip


def _banded(people: int) -> Cell:
    return people if people == 0 or people >= 10 else "<10"


def _note(exercise: str, number: int, person: Person, said: tuple[str, str, str]) -> Row:
    text, theme, polarity = said
    return {
        "note_id": f"{exercise}-N{number + 1:02d}", "exercise_id": exercise, "age_group": _age_band(person),
        "respondent_role": "carer" if person.carer else "person", "theme": theme, "polarity": polarity, "text": text,
        "consent_basis": "withdrawn" if exercise == "P-2026-04-01" and number == 0 else "told at the time",
    }  # fmt: skip


def _age_band(person: Person) -> str:
    return next(group for group in CHARACTERISTICS["age"] if person.belongs("age", group))


def _payment(exercise: str, number: int, start: date) -> Row:
    offered = start + timedelta(days=30)
    kind, amount = (("time", 75), ("travel", 8.4), ("replacement care", 42.5), ("time", 75))[number % 4]
    slow = 12 + 14 * (number % 3)  # days until it was paid
    return {
        "reimbursement_id": f"{exercise}-R{number + 1}", "exercise_id": exercise, "role": "panel member", "kind": kind,
        "hours": 3 if kind == "time" else None, "offered": amount, "paid": None if number == 3 else amount,
        "offered_on": offered.isoformat(), "claimed_on": None if number == 3 else (offered + timedelta(days=5)).isoformat(),
        "paid_on": None if number == 3 else (offered + timedelta(days=5 + slow)).isoformat(),
    }  # fmt: skip


def _members(start: date) -> list[Row]:
    """Who sits on the panel on the first day of a quarter. A member stays for nine quarters."""
    quarter, plan = (start.year * 12 + start.month) // 3, planted("panel_composition")
    seats = plan["seats"]
    people = [speaker(Chance("engagement", "member", i, (quarter + i) // 9), "engagement", youngest=16) for i in range(seats)]
    key: Row = {
        "panel_id": plan["panel"], "title": PANEL.name, "kind": "panel", "host_org": PANEL.code, "as_at": start.isoformat(),
    }  # fmt: skip
    tenure = Counter("under a year" if (quarter + i) % 9 < 4 else "one year or more" for i in range(seats))
    routes = Counter(
        ("invited by letter", "asked to join", "asked to join", "answered an advertisement")[i % 4] for i in range(seats)
    )
    return [
        {**key, "characteristic": "all", "group": "all", "people": seats},
        *_by_group(people, key),
        *({**key, "characteristic": "tenure", "group": each, "people": _banded(tenure[each])} for each in sorted(tenure)),
        *(
            {**key, "characteristic": "recruitment route", "group": each, "people": _banded(routes[each])}
            for each in sorted(routes)
        ),
    ]


def _stroke(start: date) -> Tables:
    """What leaving hospital after a stroke was like: asked by the people themselves, told back a quarter later."""
    plan = planted("stroke_interface")
    identity = plan["engagement_exercise"]
    exercise: Row = {
        "exercise_id": identity, "title": "What leaving hospital after a stroke was like",
        "purpose": "Somebody to ring in the days after the ward", "host_org": STROKE_GROUP.code,
        "partner_orgs": plan["to"]["organisation"],
        "start_date": "2025-07-08", "end_date": "2025-07-29", "place": "Quillmere", "channel": "group session",
        "came_or_went": "went_to_them", "topic_origin": "community_raised", "theme": "T06", "pathway": plan["pathway"],
        "from_touchpoint": plan["interface"]["from"], "to_touchpoint": plan["interface"]["to"],
        "carman_level": "partnership and shared leadership", "carman_area": "organisational design and governance",
        "arnstein_staff": 6, "arnstein_participants": 6, "engagement_model": "peer or lay", "participants": STROKE_NOTES,
        "adjustments_asked": 9, "adjustments_met": 9, "languages": "English", "cost": 410, "consent_basis": "written",
        "retention_until": "2028-07-31",
    }  # fmt: skip
    if start == date(2025, 10, 1):
        return {"exercises": [exercise | {"told_back_date": "2025-11-11", "told_back_method": "visit", "participant_rating": 2}]}
    if start != date(2025, 7, 1):
        return {}
    people = [speaker(Chance("engagement", identity, i), "engagement", youngest=45) for i in range(STROKE_NOTES)]
    notes = [_note(identity, i, people[i], (_STROKE_SAID[i % len(_STROKE_SAID)], "T06", "negative")) for i in range(STROKE_NOTES)]
    about = {"from_touchpoint": plan["interface"]["from"], "to_touchpoint": plan["interface"]["to"], "service_text": "stroke"}
    return {
        "exercises": [exercise], "participants": _by_group(people, {"exercise_id": identity}),
        "notes": [note | about for note in notes],
        "reimbursements": [_payment(identity, i, start) | {"role": "participant"} for i in range(6)],
    }  # fmt: skip


def _carers(start: date) -> Tables:
    """A week in a carer's diary, among other things that carers said."""
    plan = planted("eleven_services")
    if start != months.quarter(months.first(plan["month"]))[0]:
        return {}
    identity = plan["exercise"]
    people = _people(identity, 18)
    notes = [_note(identity, i, people[i], _SAID[i % len(_SAID)]) | {"respondent_role": "carer"} for i in range(DIARY_NOTES)]
    notes[0] |= {
        "note_id": plan["note"], "theme": "T06", "polarity": "negative", "services_in_week": plan["services_in_week"],
        "hours_waiting_in": plan["hours_waiting_in"], "purpose_understood": "no",
        "text": "So many came to the house this week that I wrote them all down. None of them knew of the others.",
    }  # fmt: skip
    exercise: Row = {
        "exercise_id": identity, "title": "A week in a carer's diary", "purpose": "Fewer visits that know of each other",
        "host_org": CARERS_GROUP.code, "start_date": f"{plan['month']}-10", "place": "Saltwhistle",
        "channel": "one to one", "came_or_went": "went_to_them", "topic_origin": "community_raised", "theme": "T06",
        "carman_level": "involvement", "carman_area": "direct care", "participants": len(people), "consent_basis": "written",
        "retention_until": "2029-03-31",
    }  # fmt: skip
    return {
        "exercises": [exercise], "participants": _by_group(people, {"exercise_id": identity}), "notes": notes,
        "reimbursements": [_payment(identity, i, start) | {"role": "participant"} for i in range(PAYMENTS)],
    }  # fmt: skip
