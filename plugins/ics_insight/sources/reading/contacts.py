"""Cells that would let somebody ring, write to or look up a person: refused at the door, where no column is meant for them."""

import re
from collections.abc import Collection, Iterator

from ics_insight.errors import Problem, Refused
from ics_insight.sources.reading.tables import Tables

MOST = 100
_EMAIL = re.compile(r"[^\s@]+@[^\s@]+\.[A-Za-z]{2,}")
_PHONE = re.compile(r"(?<![\d.])(?:\+44|0044|0)[ ()-]*(?:\d[ ()-]*){9,10}(?![\d.])")
_TEN_DIGITS = re.compile(r"(?<!\d)(\d{3})[ -]?(\d{3})[ -]?(\d{4})(?!\d)")


def refuse_contacts(tables: Tables, free: Collection[str]) -> None:
    """Raises Refused where a cell holds an e-mail address, a telephone number or an NHS number (facts.md section 9).

    `free` are fields in which people's words or a team's address stand: they are not looked into. No cell is quoted.
    """
    problems = tuple(_problems(tables, free))
    if problems:
        first = problems[0]
        more = " (and others)" if len(problems) > 1 else ""
        raise Refused(
            f"{tables.name}, {first.sheet or 'the table'}: row {first.row}, column “{first.column}” holds {first.found}{more}. "
            f"Take out what identifies a person and send it again.",
            problems=problems,
        )


def _problems(tables: Tables, free: Collection[str]) -> Iterator[Problem]:
    left = MOST
    for table in tables.tables:
        for batch in table.batches():
            for row, cells in zip(batch.column("row_number").to_pylist(), batch.column("cells").to_pylist(), strict=True):
                for field, cell in zip(table.fields, cells, strict=False):
                    if left and field not in free and (found := _kind(cell)):
                        left -= 1
                        yield Problem(found, table.sheet, row, field, "nothing that identifies a person")


def _kind(cell: str) -> str:
    if len(cell) < 6:
        return ""
    if _EMAIL.search(cell):
        return "an e-mail address"
    if any(_is_nhs_number("".join(digits)) for digits in _TEN_DIGITS.findall(cell)):
        return "an NHS number"
    return "a telephone number" if _PHONE.search(cell) else ""


def _is_nhs_number(digits: str) -> bool:
    """Ten digits whose last one checks the others: eleven less their sum weighted by 10 to 2, modulo eleven."""
    check = 11 - sum(int(digit) * (10 - i) for i, digit in enumerate(digits[:9])) % 11
    return int(digits[9]) == check % 11 and check != 10
