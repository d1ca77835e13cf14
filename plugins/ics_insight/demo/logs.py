"""The logs of complaints and of PALS contacts that the home board's trusts keep: who said what, when, and what became of it.

A trust exports its log after each quarter, from the beginning of the financial year, so that a record comes again in every later
export of its year, further on than before. Texts are put together from parts of our own.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache

from ics_insight.demo import months, people, plan
from ics_insight.demo.chance import Chance
from ics_insight.demo.people import Person
from ics_insight.demo.providers import AMBULANCE, PARTNERSHIP, TRUSTS, Site, Trust
from ics_insight.demo.span import Span
from ics_insight.demo.system import practices

LOG_BEGAN = months.last_months(months.TOLD)[0]
SENDERS = (*TRUSTS[:3], PARTNERSHIP, AMBULANCE)


@dataclass(frozen=True)
class Issue:
    """A subject and a sub-subject as logs word them, and what somebody says about it."""

    subject: str
    sub_subject: str
    said: tuple[str, ...]


_TALK = Issue("Communications", "Communication with relatives, carers and next of kin",
              ("Nobody rang us although we had left our number twice",
              "Each person on the phone knew something different"))  # fmt: skip
_KIND = Issue("Values and behaviours (staff)", "Failure to listen",
              ("I was spoken over as if I were not in the room", "What I said about the pain was waved away"))  # fmt: skip
_LATE = Issue("Waiting times", "Wait in the emergency department",
              ("We sat from the afternoon until the next morning",
               "The board on the wall said two hours and it was nine"))  # fmt: skip
_LIST = Issue("Waiting times", "Wait for operation or procedure",
              ("The date was put back for the third time", "I no longer know whether I am on the list"))  # fmt: skip
_CARE = Issue("Patient care", "Nutrition, hydration and diet",
              ("The cup stood where it could not be reached", "The tray was taken away untouched"))  # fmt: skip
_TREAT = Issue("Clinical treatment", "Test results, delay or failure to act on",
               ("The scan was done in spring and read in summer", "No one could find the result"))  # fmt: skip
_BOOK = Issue("Appointments", "Appointment letter not received",
              ("The letter came the day after the appointment", "I was discharged for missing what I was never sent"))  # fmt: skip
_OUT = Issue("Admissions, discharges and transfers (excluding delayed discharge due to absence of care package)",
             "Discharged late in the day, or at night",
             ("She was sent home at eleven at night in a gown", "There was no one at home and nobody had asked"))  # fmt: skip
_PARK = Issue("Facilities", "Car parking", ("There was no space for a wheelchair to get out", "The machine took no coins"))
_MIND = Issue("Access to treatment or drugs", "Referral not accepted",
              ("We were told that he is too ill for one team and not ill enough for the other",
               "The form came back unread"))  # fmt: skip
_RIDE = Issue("Transport (ambulances)", "Ambulance, delay in arrival",
              ("He lay on the kitchen floor for five hours", "The call back never came"))  # fmt: skip
_CREW = Issue("Values and behaviours (staff)", "Discrimination, perceived or actual",
              ("They would not speak to me once they heard my accent", "I was taken for drunk"))  # fmt: skip
_BETWEEN = Issue("Integrated care (including delayed discharge due to absence of care package)",
                 "Between hospital and community services",
                 ("The ward was good and the home team was good, and between them lay five weeks of nothing",
                  "We came home after the stroke and nobody told us when the team would come or whom to ring",
                  "Each said that the other would call"))  # fmt: skip
_UNREAD = Issue("Communications", "Communication with GP",
                ("The hospital's letter lies unread at the surgery", "My surgery says that it never saw the discharge letter",
                 "The new tablets are in the letter and the surgery still gives the old ones"))  # fmt: skip
_SEVERAL = Issue("Integrated care (including delayed discharge due to absence of care package)", "Nobody in charge of the whole",
                 ("I have rung one service after the other this week and each sent me to the next",))  # fmt: skip
_OF_KIND = {
    "acute": (_TALK, _KIND, _LATE, _LIST, _CARE, _TREAT, _BOOK, _OUT, _PARK),
    "mental health and community": (_MIND, _TALK, _KIND, _BOOK, _TREAT),
    "ambulance": (_RIDE, _RIDE, _CREW),
}
_EFFECT = ("It has cost me my trust.", "I want it not to happen to the next person.", "My mother still talks of it.",
           "I should like to know who decides this.", "An apology would be a beginning.")  # fmt: skip
_THANKS = ("The nurse on nights sat with my father. Please tell her.", "Thank you to the porter who found my glasses.")
_QUESTIONS = ("How do I get a copy of my records?", "Where do I hand in the travel claim?", "When is visiting on Sundays?")
OUTCOMES = ("Upheld", "Partially upheld", "Not upheld")
VIA = ("Email", "Letter", "Phone", "Website", "In person")
ROLES = ("Patient", "Patient", "Patient", "Daughter", "Son", "Spouse", "Parent", "Carer")
SEVERITY = ("Low", "Low", "Medium", "Medium", "High")


@dataclass(frozen=True)
class Entry:
    """One row of a log, as it will stand once all is said and done; an export shows no more than had happened by its day."""

    reference: str
    received: date
    happened: date
    acknowledged: date
    due: date
    completed: date
    person: Person
    role: str
    via: str
    severity: str
    issues: tuple[Issue, ...]
    text: str
    site: Site
    specialty: str
    contact_type: str = "Concern"
    outcome: str = ""
    withdrawn: bool = False
    error: bool = False
    other: tuple[str, str] | None = None  # code and name
    counterpart: str = ""  # its reference in the other log
    linked: str = ""

    def is_complete(self, day: date) -> bool:
        return self.completed <= day

    @property
    def subjects(self) -> str:
        return ", ".join(dict.fromkeys(issue.subject for issue in self.issues))

    @property
    def sub_subjects(self) -> str:
        return ", ".join(dict.fromkeys(issue.sub_subject for issue in self.issues))

    @property
    def born(self) -> date:
        """On the first of the month of receipt, so that the age is right on the day."""
        return date(self.received.year - self.person.age, self.received.month, 1)


def exports(span: Span, log: Callable[[Trust, date, int], list[Entry]]) -> Iterator[tuple[Trust, str, date, list[Entry]]]:
    """Trust, name such as `2026-27_Q2`, last day, and entries of every export that falls in the span, oldest first."""
    for first, last in months.quarters(span.every):
        quarter = (first.month - 4) % 12 // 3 + 1
        began = max(LOG_BEGAN, months.later(first, -3 * (quarter - 1)))
        for trust in SENDERS:
            entries: list[Entry] = []
            month = began
            while month <= last:
                entries += log(trust, month, span.scale)
                month = months.later(month, 1)
            yield trust, f"{months.financial_year(first)}_Q{quarter}", last, entries


def entry(source: str, trust: Trust, month: date, number: int, prefix: str) -> Entry:
    """An ordinary row: the one with this number in its month."""
    chance = Chance(source, trust.code, month, number)
    received = month + timedelta(days=int(chance.draw() * months.last_day(month).day))
    happened = received - timedelta(days=1 + int(chance.draw() * (400 if source == "complaints" else 20)))
    waited = 1 + int(chance.draw() * 3) if chance.draw() < 0.9 else 6
    completed = received + timedelta(days=int(chance.between(15, 90) if source == "complaints" else chance.between(0, 12)))
    choices = _OF_KIND[trust.kind]
    issue = choices[int(chance.draw() * len(choices))]
    issues = (issue, _TALK) if chance.draw() < 0.25 and issue is not _TALK else (issue,)
    site = trust.sites[int(chance.draw() * len(trust.sites))]
    wards = site.wards
    ward = wards[int(chance.draw() * len(wards))].first.partition(" - ")[2].capitalize() if wards else "Emergency operations"
    person = people.speaker(chance, source)
    return Entry(
        f"{prefix}/{month.year}/{month.month:02d}{number:04d}", received, happened, received + timedelta(days=waited),
        received + timedelta(days=60), completed, person, _pick(chance, ROLES), _pick(chance, VIA), _pick(chance, SEVERITY), issues,
        _said(chance, issue, number), site, ward, outcome=_pick(chance, OUTCOMES),
    )  # fmt: skip


def about(found: Entry, issue: Issue, other: tuple[str, str], key: object) -> Entry:
    """The same row about something that is planted, with the other organisation that it involves."""
    return replace(found, issues=(issue,), other=other, text=_said(Chance("said", found.reference, key), issue, 1))


def spread(count: int, first: date, last: date, month: date) -> int:
    """How many of `count` things, spread evenly over the months from first to last, fall in a month."""
    if not first <= month <= last:
        return 0
    position, length = _between(first, month), _between(first, last) + 1
    return count * (position + 1) // length - count * position // length


def _between(first: date, last: date) -> int:
    return 12 * (last.year - first.year) + last.month - first.month


def rubbish(source: str, trust: Trust, month: date, prefix: str) -> list[Entry]:
    """Rows that are none: of the last month of each quarter, in the numbers that `truth.yml` plants."""
    if month.month % 3:
        return []
    counts = plan.planted("rows_that_are_none")["each_quarter"]
    rows = []
    number = 9000
    for kind in ("test", "opened_in_error", "withdrawn", "follow_up"):
        for _ in range(counts[kind]):
            number += 1
            found = entry(source, trust, month, number, prefix)
            if kind == "test":
                found = replace(found, text="Test record, please ignore.")
            elif kind == "follow_up":
                first = f"{prefix}/{month.year}/{month.month:02d}0000"
                found = replace(found, reference=f"{first} {_pick(Chance(found.reference), _FOLLOW)}")
            rows.append(replace(found, error=kind == "opened_in_error", withdrawn=kind == "withdrawn"))
    return rows


_FOLLOW = ("FU1", "FLR1")
BETWEEN, UNREAD, SEVERAL = _BETWEEN, _UNREAD, _SEVERAL


def question(found: Entry) -> Entry:
    """An enquiry, a compliment or a piece of signposting in the place of a concern."""
    chance = Chance("question", found.reference)
    drawn = chance.draw()
    if drawn < 0.30:
        return replace(found, contact_type="Enquiry", text=_pick(chance, _QUESTIONS), issues=(_BOOK,))
    if drawn < 0.42:
        return replace(found, contact_type="Compliment", text=_pick(chance, _THANKS), issues=(_KIND,))
    return replace(found, contact_type="Signposting") if drawn < 0.50 else found


def _pick(chance: Chance, choices: tuple[str, ...]) -> str:
    return choices[int(chance.draw() * len(choices))]


def _said(chance: Chance, issue: Issue, number: int) -> str:
    """What somebody says; a few sign it or quote their NHS number, so that there is something to take out."""
    said = f"{_pick(chance, issue.said)}. {_pick(chance, _EFFECT)}"
    if number % 23 == 5:
        said += f" Yours, {people.invented_name(chance)}"
    if number % 29 == 7:
        said += f" My NHS number is {people.nhs_number(int(chance.draw() * 1_000_000))}."
    return said


@cache
def organisation_name(code: str) -> str:
    """Of a trust or a practice."""
    trust = next((trust.name for trust in (*TRUSTS, PARTNERSHIP, AMBULANCE) if trust.code == code), "")
    return trust or next(practice.name for practice in practices() if practice.code == code)
