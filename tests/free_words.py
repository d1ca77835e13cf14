"""Files of everything that people say, with WORDS in every cell that takes words as somebody writes them.

What a check would refuse words in (days, scores, the template's own few words) has what it must have.
"""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ics_insight.demo.files import Cell, csv_bytes, xlsx_bytes
from ics_insight.sources import registry
from tiny_files import MARK

WORDS = f"{MARK} was not kind to me"
SENDER, UNREGISTERED = "T9T9T", "Z9Z9Z"
DAY = "2025-04-09"
VOICES = {"complaints": 3, "pals": 3, "healthwatch": 2, "fft_comments": 1, "care_opinion": 1, "engagement": 1}
# What comes after it in either log: the code of somebody whom no register has, and a place that the crosswalks know.
_KNOWN: dict[str, Cell] = {
    "other_organisation_code": UNREGISTERED, "specialty": "Stroke unit", "site": "", "subjects": "Communications",
    "location": "", "sub_subjects": "",
}  # fmt: skip


def write(folder: Path) -> list[str]:
    """Write the files below `folder` as a drop folder has them; the sources that they are of."""
    files = {
        f"complaints/{SENDER}/complaints.csv": _log("complaints", "complaint", linked="PALS"),
        f"pals/{SENDER}/pals.csv": _log("pals", "contact", linked="COMP"),
        f"healthwatch/{SENDER}/hw-feedback.csv": _feedback(),
        f"fft_comments/{SENDER}/fft.csv": _comments(),
        f"engagement/{SENDER}/engagement_2025-04.xlsx": _engagement(),
        "care_opinion/care_opinion_2025-04-30.jsonl": _stories(),
    }
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    return [*VOICES]


def _header(source: str, layout: int, sheet: int = 0) -> list[str]:
    return [names[0] for names in registry()[source].layouts[layout].sheets[sheet].columns.values()]


def _rows(header: Sequence[str], *rows: Mapping[str, Cell]) -> list[list[Cell]]:
    return [[*header], *([row.get(name, WORDS) for name in header] for row in rows)]


def _log(source: str, kind: str, *, linked: str) -> bytes:
    """The first record is words alone, its reference and that of the record that it was in the other log as well."""
    days: dict[str, Cell] = {"received": DAY}
    other = "pals_reference" if kind == "complaint" else "complaint_reference"
    prefix = "COMP" if kind == "complaint" else "PALS"
    rows = [
        {f"{kind}_reference": WORDS, other: WORDS, **days},
        {f"{kind}_reference": f"{prefix}/2025/1", other: f"{linked}/2025/1", "linked_contacts": WORDS, **days, **_KNOWN},
        {f"{kind}_reference": f"{prefix}/2025/2", other: "", "linked_contacts": WORDS, **days, **_KNOWN},
    ]
    return csv_bytes(_rows(_header(source, -1), *rows))


def _feedback() -> bytes:
    rated: dict[str, Cell] = {"comment_date": DAY, "feedback_rating": 4}
    known = {"feedback_uuid": "w1", "hw_services_ods_code": UNREGISTERED, "service_name": "Stroke unit"}
    return csv_bytes(_rows(_header("healthwatch", 0), rated, rated | known))


def _comments() -> bytes:
    header = [*_header("fft_comments", 0), f"question_1: {WORDS}"]
    return csv_bytes(_rows(header, {"date": DAY, "fft_score": 1, "extra_variable_1": f"Main language English: {WORDS}"}))


def _stories() -> bytes:
    story = {
        "id": 7, "title": WORDS, "body": WORDS, "author": WORDS, "authorRole": WORDS, "authorAgeGroup": WORDS, "criticality": WORDS,
        "progress": WORDS, "source": WORDS, "dateOfSubmission": f"{DAY}T10:00:00", "dateOfPublication": f"{DAY}T10:00:00",
        "readBy": [WORDS], "links": [{"rel": "tag", "id": WORDS}, {"rel": "healthservice", "id": WORDS}],
    }  # fmt: skip
    service = {"nacs": WORDS, "siteNacs": WORDS, "organisation": WORDS, "name": WORDS, "type": WORDS}
    parts: list[tuple[str, dict[str, Any]]] = [
        ("healthservices", service),
        ("healthservices", service | {"name": f"{WORDS} either"}),
        ("tags", {"name": WORDS, "group": WORDS, "polarity": -1}),
        ("ratings", {"healthserviceNacs": WORDS, "ratings": [{"questionText": WORDS, "score": 1, "scoreText": WORDS}]}),
    ]
    lines = [{"resource": "opinion", "of": None, "id": 7, "item": story}]
    lines += [{"resource": resource, "of": 7, "id": None, "item": item} for resource, item in parts]
    return "".join(json.dumps(line) + "\n" for line in lines).encode()


def _engagement() -> bytes:
    days: dict[str, Cell] = dict.fromkeys(("start_date", "retention_until", "said_on", "as_at", "offered_on"), DAY)
    fixed: dict[str, dict[str, Cell]] = {
        "exercises": {
            "channel": "panel", "came_or_went": "came_to_us", "topic_origin": "organisation_asked", "carman_level": "involvement",
            "carman_area": "direct care", "engagement_model": "peer or lay", "consent_basis": "written",
        },
        "participants": {"characteristic": "age", "people": "<10"},
        "notes": {
            "respondent_role": "carer", "polarity": "negative", "services_in_week": 2, "hours_waiting_in": 3,
            "purpose_understood": "no", "consent_basis": "written",
        },
        "panels": {"kind": "panel", "characteristic": "age", "people": "<10"},
        "reimbursements": {"role": "participant", "kind": "time", "offered": 75},
    }  # fmt: skip
    blank: dict[str, Cell] = dict.fromkeys((
        "end_date", "options_date", "preferred_option_date", "decision_date", "arnstein_staff", "arnstein_participants",
        "participants", "adjustments_asked", "adjustments_met", "cost", "told_back_date", "participant_rating", "hours",
        "claimed_on", "paid", "paid_on",
    ), "")  # fmt: skip
    sheets = enumerate(fixed.items())
    return xlsx_bytes({table: _rows(_header("engagement", 0, at), {**blank, **days, **row}) for at, (table, row) in sheets})
