"""Care Opinion stories as pulls of the API show them, in the form in which landing keeps a pull (`landing/api.py`).

A story changes after publication: it is read, answered and edited, and its provider says that a change is planned or made. What a
story looks like depends on how many months ago it was published, so that a pull is the same however many are written. Stories are
put together from parts of sentences that were written for this; nobody's words are in them.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Any

from ics_insight.demo import months
from ics_insight.demo.chance import Chance
from ics_insight.demo.people import Person, speaker
from ics_insight.demo.plan import planted
from ics_insight.demo.providers import PARTNERSHIP, TRUSTS, Site, Trust
from ics_insight.demo.span import Span

FIRST_ID = 812_001
ADDRESS = "https://www.careopinion.org.uk/api/v2/opinions"
CRITICALITY = ["not critical", "minimally critical", "mildly critical", "moderately critical", "strongly critical"]
_ROLES = ("the patient", "the patient", "the patient", "a relative", "a carer", "a parent/guardian")
_OPENINGS = (
    "I was seen at {0} last month.",
    "My mother was treated by {0}.",
    "We came to {0} after a referral.",
    "I was sent to {0}.",
)
_GOOD = (
    ("the staff took time for every question", "listened to"), ("somebody explained each step before it was done", "information"),
    ("the receptionist found a slot the same day", "appointment"), ("the nurse was kind when I was frightened", "kind"),
    ("everything was clean and calm", "clean"), ("they asked my family how we would manage at home", "family"),
)  # fmt: skip
_BAD = (
    ("nobody told us how long we would wait", "waiting"), ("I rang for three mornings before anybody answered", "phone"),
    ("the letter went to an old address and nobody noticed", "communication between"), ("I felt talked over", "listened to"),
    ("there was nowhere to park that I could pay for", "parking"), ("no interpreter had been booked", "interpreter"),
)  # fmt: skip
_STROKE = (
    "On the ward they were wonderful, and so was the team that came to the house. In the weeks between I had nobody to ring.",
    "We were told that somebody would come. The ward said ask the community team, the community team said they had no letter.",
    "My husband was sent home on a Friday. The exercises stopped that day and began again a month later, with other people.",
    "Good care at both ends and a hole in the middle: no date, no name, no number for the days after the hospital.",
)  # fmt: skip
_ENDINGS = ("I hope that somebody reads this.", "Thank you.", "I would like to know what will change.", "Others should know.")
_EDIT = "Added later: I have since been rung back."


@dataclass(frozen=True)
class _Story:
    """`number` counts from 0 and decides how the story goes on; `about` are trust or practice, site and service."""

    number: int
    month: date
    published: date
    submitted: date
    person: Person
    about: tuple[dict[str, str], ...]
    body: str
    title: str
    tags: tuple[tuple[str, str, int], ...]
    critical: int

    @property
    def identity(self) -> int:
        return FIRST_ID + self.number


def files(span: Span) -> Iterator[tuple[str, bytes]]:
    """One file per pull within the months asked for."""
    for day in planted("stories_change")["pulls"]:
        if day.replace(day=1) in span.every:
            yield f"care_opinion_{day}.jsonl", _pull(day, span.scale)


def _pull(day: date, scale: int) -> bytes:
    plan = planted("stories_change")
    earliest = day - timedelta(days=plan["window_days"])
    lines: list[dict[str, Any]] = []
    for story in _stories(scale):
        if not earliest <= story.submitted or story.published > day:
            continue
        if story.identity == plan["withdrawn"] and day == plan["pulls"][-1]:
            continue
        if (story.identity, day) == (plan["not_to_be_had"]["story"], plan["not_to_be_had"]["pull"]):
            lines.append({"resource": "opinion", "of": None, "id": None, "item": None})
            continue
        lines += _shown(story, day)
    lines.sort(key=lambda line: (line["resource"], line["of"] or 0, line["id"] is None, line["id"] or 0))
    return "".join(json.dumps(line, ensure_ascii=False, sort_keys=True, separators=(",", ":")) + "\n" for line in lines).encode()


def _shown(story: _Story, day: date) -> Iterator[dict[str, Any]]:
    """The lines of one story as it is on that day."""
    age = (day.year - story.month.year) * 12 + day.month - story.month.month
    of = story.identity
    yield {
        "resource": "opinion",
        "of": None,
        "id": of,
        "item": _opinion(story, age, renamed=day >= planted("stories_change")["renamed_from"]),
    }
    for service in story.about:
        yield {"resource": "healthservices", "of": of, "id": None, "item": service}
    for name, group, polarity in story.tags:
        yield {"resource": "tags", "of": of, "id": None, "item": {"name": name, "group": group, "polarity": polarity}}
    score = 5 - story.critical
    words = ("Very poor", "Poor", "Fair", "Good", "Very good")
    rating = {"questionText": "How likely are you to recommend this service?", "score": score, "scoreText": words[score - 1]}
    yield {
        "resource": "ratings", "of": of, "id": None,
        "item": {"opinionId": of, "healthserviceNacs": story.about[0]["nacs"], "ratings": [rating]},
    }  # fmt: skip
    for number in range(_responses(story, age)):
        answered = months.later(story.month, 1 if number == 0 else 6).replace(day=5)
        change = "We now give everybody a number to ring." if number else None
        yield {
            "resource": "responses", "of": of, "id": 10 * of + number,
            "item": {
                "id": 10 * of + number, "respondingToOpinionId": of, "signature": "The patient experience team",
                "body": "This is what we have done." if number else "Thank you for telling us. We have passed this on.",
                "dateOfSubmission": f"{answered}T09:30:00", "dateOfPublication": f"{answered}T14:00:00.5512345",
                "changeMessage": change, "source": "co", "changeScore": 2 if change else 0, "countHelpful": number,
                "countNotHelpful": 0, "links": [],
            },
        }  # fmt: skip


def _responses(story: _Story, age: int) -> int:
    """A quarter of the stories are never answered; the others a month after they came, and some again when a change was made."""
    return 0 if story.number % 4 == 0 or age < 1 else 2 if story.number % 8 == 1 and age >= 6 else 1


def _progress(story: _Story, age: int) -> str:
    if story.number % 4 == 0:
        return "Unread story" if age < 1 else "Story heard"
    if story.number % 8 == 1 and age >= 3:
        return "Made change" if age >= 6 else "Change planned"
    return "Story has a response" if age >= 1 else "Story heard"


def _opinion(story: _Story, age: int, *, renamed: bool) -> dict[str, Any]:
    rel, href = ("relation", "link") if renamed else ("rel", "href")
    named = [{rel: "healthservice", "id": each["nacs"], href: f"{ADDRESS}/{story.identity}/healthservices"} for each in story.about]
    website = story.number % 10 < 7 and len(story.about) == 1
    fraction = ".2745519" if story.number % 3 == 0 else ""
    item = {
        "id": story.identity, "title": story.title, "body": f"{story.body} {_EDIT}" if _is_edited(story, age) else story.body,
        "author": None if website else f"teacup{story.number}", "authorRole": _ROLES[story.number % len(_ROLES)], "authorRoleId": 1,
        "criticality": None if website else CRITICALITY[story.critical], "progress": _progress(story, age),
        "dateOfSubmission": f"{story.submitted}T{8 + story.number % 12:02d}:15:00{fraction}",
        "dateOfPublication": f"{story.published}T11:40:00", "source": "nhsc" if website else "co",
        "readBy": [{"role": "subscriber", "organisation": story.about[0]["organisation"]}] * min(age, 4),
        "links": [{rel: "self", "id": None, href: f"{ADDRESS}/{story.identity}"}, *named],
    }  # fmt: skip
    return item | ({"authorAgeGroup": _age_group(story.person.age)} if renamed else {})


def _is_edited(story: _Story, age: int) -> bool:
    return story.number % 25 == 7 and age >= 2


def _age_group(age: int) -> str:
    low = 16 if age < 25 else 25 + (age - 25) // 10 * 10
    return "75+" if age >= 75 else f"{low}-{24 if low == 16 else low + 9}"


@cache
def _stories(scale: int) -> tuple[_Story, ...]:
    every, a_month = months.last_months(months.TOLD), planted("stories_change")["a_month"]
    usual = [_usual(a_month * i + j, month) for i, month in enumerate(every) for j in range(a_month)]
    count, wanted = len(usual), planted("stroke_interface")["care_opinion_stories"]
    stroke = [_stroke(count + i, every[i * len(every) // wanted]) for i in range(wanted)]
    first = count + wanted
    more = [_usual(first + i, story.month) for i, story in enumerate(usual * (scale - 1))]
    return (*usual, *stroke, *more)


def _dates(chance: Chance, number: int, month: date) -> tuple[date, date]:
    """Published in the month; most were written some days before, one in June 2025 two months before."""
    published = month.replace(day=12 + int(14 * chance.draw()))
    waited = 2 + int(8 * chance.draw()) + (60 if number == 101 else 0)
    return published, published - timedelta(days=waited)


def _usual(number: int, month: date) -> _Story:
    chance = Chance("care_opinion", number)
    published, submitted = _dates(chance, number, month)
    person = speaker(chance, "care_opinion", youngest=16)
    service = _service(chance, person)
    bad = chance.draw() < 0.45
    parts = _BAD if bad else _GOOD
    first, second = (parts[(number + step) % len(parts)] for step in (0, 2))
    critical = 1 + int(4 * chance.draw()) if bad else 0
    opening = _OPENINGS[number % len(_OPENINGS)].format(service["name"])
    polarity = -1 if bad else 1
    return _Story(
        number, month, published, submitted, person, (service,),
        f"{opening} {first[0].capitalize()}, and {second[0]}. {_ENDINGS[number % len(_ENDINGS)]}",
        f"{first[1].capitalize()} at {service['name']}",
        ((first[1], "What went wrong" if bad else "What was good", polarity), (second[1], "Staff", polarity),
         ("frustrated" if bad else "grateful", "Emotion", polarity)),
        critical,
    )  # fmt: skip


def _stroke(number: int, month: date) -> _Story:
    """Somebody who left the stroke unit, and whom the community team reached late: two organisations, and the gap between them."""
    chance = Chance("care_opinion", number)
    published, submitted = _dates(chance, number, month)
    person = speaker(chance, "care_opinion", youngest=45)
    plan = planted("stroke_interface")
    ends = tuple(_site_service(plan[end]["organisation"], plan[end]["site"], plan[end]["ward"]) for end in ("from", "to"))
    return _Story(
        number, month, published, submitted, person, ends,
        f"{_STROKE[number % len(_STROKE)]} {_ENDINGS[number % len(_ENDINGS)]}", "After the stroke unit",
        (("discharge", "What went wrong", -1), ("communication between", "What went wrong", -1), ("stroke", "Condition", 0)),
        2 + number % 3,
    )  # fmt: skip


def _service(chance: Chance, person: Person) -> dict[str, str]:
    if chance.draw() < 0.4:
        practice = person.practice
        return {
            "nacs": practice.code,
            "siteNacs": practice.code,
            "name": practice.name,
            "organisation": practice.name,
            "type": "gp",
        }
    trusts = [*TRUSTS[:3], PARTNERSHIP]
    trust = trusts[int(chance.draw() * len(trusts))]
    site = trust.sites[int(chance.draw() * len(trust.sites))]
    ward = site.wards[int(chance.draw() * len(site.wards))]
    return _named(trust, site, ward.name)


def _site_service(code: str, site_code: str, ward: str) -> dict[str, str]:
    trust = next(trust for trust in (*TRUSTS, PARTNERSHIP) if trust.code == code)
    return _named(trust, next(site for site in trust.sites if site.code == site_code), ward)


def _named(trust: Trust, site: Site, ward: str) -> dict[str, str]:
    return {
        "nacs": trust.code,
        "siteNacs": site.code,
        "name": f"{ward}, {site.name}",
        "organisation": trust.name,
        "type": "service",
    }
