"""Registers of actions by the template in `sources/actions`: the home board's and Saltwhistle Coast's, as they stood on some days.

What came of an action is in other sources; the register says what was decided, when, and what was made of it (`truth.yml`).
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from ics_insight.demo.files import Cell, csv_bytes, xlsx_bytes, zip_bytes
from ics_insight.demo.plan import planted
from ics_insight.demo.span import Span
from ics_insight.demo.system import HOME
from ics_insight.demo.templates import Row, Tables, template_sheets

_COAST = "M3W6J"
_DAYS = {
    HOME.code: (date(2026, 6, 30), date(2026, 9, 30)),
    _COAST: (date(2025, 3, 31), date(2025, 12, 31), date(2026, 9, 30)),
}  # fmt: skip


@dataclass(frozen=True)
class _Action:
    """`events` are (what, when, more); `heard` are links; the action is in a register from its first event on."""

    about: Row
    events: tuple[tuple[str, date, Row], ...]
    heard: tuple[Row, ...] = ()
    benefits: tuple[Row, ...] = field(default=())


def files(span: Span) -> Iterator[tuple[str, bytes]]:
    """The registers of the days that lie in the months asked for: the board's as a workbook, the trust's as a zip of CSVs."""
    for day, sender in sorted((day, sender) for sender, days in _DAYS.items() for day in days):
        if day.replace(day=1) not in span.every:
            continue
        sheets = template_sheets("actions", _register(sender, day))
        if sender == HOME.code:
            yield f"{sender}/actions_{day}.xlsx", xlsx_bytes(sheets)
        else:
            yield f"{sender}/actions_{day}.zip", zip_bytes({f"{table}.csv": csv_bytes(rows) for table, rows in sheets.items()})


def _register(sender: str, day: date) -> Tables:
    tables: Tables = {"actions": [], "events": [], "heard": [], "benefits": []}
    for action in _board() if sender == HOME.code else _coast():
        happened = [event for event in action.events if event[1] <= day]
        if not happened:
            continue
        key: Row = {"action_id": action.about["action_id"]}
        tables["actions"].append(action.about | {"status": happened[-1][0]})
        tables["events"] += [
            key | {"number": n, "event": what, "happened_on": when.isoformat()} | more
            for n, (what, when, more) in enumerate(happened, 1)
        ]
        tables["heard"] += [key | link for link in action.heard]
        tables["benefits"] += [key | claim for claim in action.benefits]
    return tables


def _about(identity: str, title: str, organisation: str, decided: date, **more: Cell) -> Row:
    usual: Row = {
        "action_id": identity, "title": title, "organisation": organisation, "decided_on": decided.isoformat(),
        "decided_by": "quality committee", "owner_role": "head of patient experience", "size_class": "organisation",
        "authority_level": "organisation", "funding_source": "NHS",
    }  # fmt: skip
    return usual | more


def _measured(measure: str, baseline: tuple[str, str], aim: str) -> Row:
    return {"aim": aim, "measure": measure, "baseline_from": baseline[0], "baseline_to": baseline[1]}


def _to_the_end(proposed: date, plan: dict[str, Any], evaluated: date, evidence: str, evidence_date: str) -> tuple[Any, ...]:
    """Proposed, agreed on the day of the decision, under way the day after, done and looked at afterwards."""
    decided, done = plan["decided"], plan["done"]
    found: Row = {"evidence": evidence, "evidence_date": evidence_date, "effect": "better" if plan["changed"] else "same"}
    return (
        ("proposed", proposed, {}), ("agreed", decided, {}), ("under_way", date.fromordinal(decided.toordinal() + 1), {}),
        ("done", done, {}), ("evaluated", evaluated, found),
    )  # fmt: skip


def _board() -> list[_Action]:
    phone, claim, stroke = planted("phone_collapse"), planted("savings_claim"), planted("stroke_interface")
    act = phone["action"]
    return [
        _Action(
            _about(
                act["id"], "Call-back by telephone and two receptionists", phone["practice"], act["decided"], place="Quillmere",
                theme="T01", from_touchpoint="GP contact", owner_role="practice manager", decided_by="practice partners",
                **_measured("gpps_localgpservicesphone", ("2025-01-01", "2025-03-31"), "As easy to reach by phone as before"),
            ),
            _to_the_end(date(2025, 4, 28), act, date(2026, 7, 20), "GP Patient Survey 2026", "2026-07-09"),
            (
                {"source": "healthwatch", "reference": "phone", "heard_on": "2025-01-15"},
                {"source": "fft", "measure": "fft_gp_positive", "heard_on": "2025-03-12"},
            ),
        ),
        _Action(
            _about(claim["action"], "Programme to prevent diabetes", HOME.code, date(2026, 4, 20), theme="T15", size_class="system",
                   authority_level="system", funding_source="pooled", owner_role="director of prevention",
                   **_measured("diabetes_onset", ("2023-04-01", "2024-03-31"), "Fewer people who develop diabetes")),
            (("proposed", date(2026, 4, 7), {}), ("agreed", date(2026, 4, 20), {}), ("under_way", date(2026, 5, 4), {})),
            ({"source": "engagement", "reference": "P-2025-10-02", "heard_on": "2025-10-27"},),
            ({
                "claim_id": f"{claim['action']}-B1", "amount": claim["claimed"]["amount"], "unit": "GBP",
                "unit_cost": sum(claim["unit_costs"].values()), "n": claim["cases_averted"],
                "period_months": claim["claimed"]["period_months"], "cost_amount": claim["cost"]["amount"],
                "cost_period_months": claim["cost"]["period_months"], "counterfactual": "as many cases as were expected",
                "observed_or_modelled": claim["averted_is"], "price_year": "2023-24", "claimed_on": "2026-06-15",
            },),
        ),
        _Action(
            _about("ACT-0031", "One number to ring after the stroke unit", HOME.code, date(2026, 8, 24), pathway=stroke["pathway"],
                   theme="T06", from_touchpoint=stroke["interface"]["from"], to_touchpoint=stroke["interface"]["to"],
                   size_class="system", authority_level="system", owner_role="stroke pathway lead"),
            (("proposed", date(2026, 6, 22), {}), ("agreed", date(2026, 8, 24), {})),
            ({"source": "engagement", "reference": stroke["engagement_exercise"], "heard_on": "2025-07-29"},
             {"source": "care_opinion", "measure": "stroke", "heard_on": "2023-10-20"}),
        ),
        _Action(
            _about("ACT-0033", "Free parking for people who come for dialysis", HOME.code, date(2026, 7, 6), theme="T11",
                   size_class="small thing now", authority_level="team", owner_role="director of estates"),
            (("proposed", date(2026, 5, 18), {}), ("declined", date(2026, 7, 6), {"reason": "The sites are let until 2029."})),
            ({"source": "pals", "reference": "parking", "heard_on": "2026-04-30"},),
        ),
    ]  # fmt: skip


def _coast() -> list[_Action]:
    texts = planted("action_without_effect")
    act = texts["action"]
    return [
        _Action(
            _about(act["id"], "Texts with the expected wait in A&E", texts["organisation"], act["decided"], place="Saltwhistle",
                   theme="T02", from_touchpoint="ED/UTC", owner_role="A&E matron",
                   **_measured("fft_ae_positive", ("2024-07-01", "2024-12-31"), "More people who find A&E good")),
            _to_the_end(date(2024, 12, 16), act, date(2025, 9, 29), "Friends and Family Test, six months after", "2025-09-11"),
            ({"source": "fft_comments", "reference": "waiting", "heard_on": "2024-11-20"},),
        ),
        _Action(
            _about("ACT-0013", "A volunteer at the entrance", texts["organisation"], date(2025, 6, 2), theme="T04",
                   size_class="small thing now", authority_level="front line", owner_role="volunteers manager",
                   **_measured("volunteer_hours", ("2025-01-01", "2025-03-31"), "Nobody who does not find the way")),
            (("proposed", date(2025, 5, 20), {}), ("agreed", date(2025, 6, 2), {}), ("under_way", date(2025, 6, 9), {}),
             ("stopped", date(2026, 2, 27), {"reason": "Too few volunteers in winter."})),
            ({"source": "complaints", "reference": "entrance", "heard_on": "2025-04-11"},),
        ),
    ]  # fmt: skip
