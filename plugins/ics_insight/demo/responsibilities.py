"""Directories of responsibilities by the template in `sources/responsibilities`: the home board's and two trusts'."""

from collections.abc import Iterator
from datetime import date

from ics_insight.demo.files import xlsx_bytes
from ics_insight.demo.plan import planted
from ics_insight.demo.span import Span
from ics_insight.demo.system import HOME
from ics_insight.demo.templates import Row, Tables, template_sheets

_FUNCTIONS = ("patient experience", "engagement", "complaints", "PALS", "patient safety")
_SENDERS = ((HOME.code, "the board", (date(2026, 6, 30), date(2026, 9, 30))),
            ("C7X2M", "the hospital", (date(2026, 9, 30),)), ("M3W6J", "the coast", (date(2026, 9, 30),)))  # fmt: skip


def files(span: Span) -> Iterator[tuple[str, bytes]]:
    """The directories of the days that lie in the months asked for."""
    for day, sender, team in sorted((day, sender, team) for sender, team, days in _SENDERS for day in days):
        if day.replace(day=1) in span.every:
            sheets = template_sheets("responsibilities", _directory(sender, team, day))
            yield f"{sender}/responsibilities_{day}.xlsx", xlsx_bytes(sheets)


def _directory(sender: str, team: str, day: date) -> Tables:
    """An owner for each of five functions. The board's for general practice ended, and a trust's post is vacant."""
    gap = planted("ownership_gap")
    rows = [_row(f"R{n}", sender, function, f"{function} lead, {team}", n) for n, function in enumerate(_FUNCTIONS, 1)]
    if sender == gap["organisation"]:
        ended: Row = {"valid_to": gap["ended"].isoformat() if day > gap["ended"] else None}
        rows.append(_row("R6", sender, gap["function"], f"primary care lead, {team}", 6) | ended)
    vacant = gap["vacant"]
    posts: list[Row] = [{"responsibility_id": row["responsibility_id"], "held_from": "2026-04-01"} for row in rows]
    for row, post in zip(rows, posts, strict=True):
        if (sender, row["function"]) == (vacant["organisation"], vacant["function"]):
            post["held_to"] = vacant["since"].isoformat()
    return {"responsibilities": rows, "post_holders": posts}


def _row(identity: str, sender: str, function: str, role: str, number: int) -> Row:
    return {
        "responsibility_id": identity, "organisation": sender, "function": function, "role": role,
        "contact_route": f"01632 960{number:03d}", "valid_from": "2026-04-01",
    }  # fmt: skip
