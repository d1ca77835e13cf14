"""PALS logs: what the office heard, which contact became which complaint, and what it had nowhere to take."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from conftest import clear, stage
from deliveries import checked, deliver, query
from ics_insight.demo import plan
from ics_insight.errors import Refused
from log_files import AFTER_THE_LAST, NAMES, deliver_demo, log_csv
from readers import Refuser, Taker

MONTHS = 12  # four exports from October 2025 on; the first of them begins in April
COVERED = 18
SENDERS = {"E5Z8P": 20, "M3W6J": 16, "V2X8N": 12}
REGULAR = COVERED * sum(SENDERS.values())


def test_a_log_of_complaints_is_none_of_contacts(rows_of: Taker, refusal: Refuser) -> None:
    assert rows_of("pals", log_csv("pals"), NAMES["pals"]).layout == "template-1"
    assert "found a file of `complaints`" in refusal("pals", log_csv("complaints"), NAMES["complaints"])


@pytest.mark.usefixtures("cleared_warehouse")
@pytest.mark.parametrize(
    ("column", "cells", "sentence"),
    [
        ("contact_reference", ["PALS/2026/1", "pals 2026 001", "PALS/2026/2"], "a reference stands once"),
        ("contact_reference", ["PALS/2026/1", "", "PALS/2026/2"], "every row has a reference"),
        ("received", ["09/04/2026", "2026", "09/04/2026"], "every row says when it was received"),
        ("received", ["09/04/2026", "09/04/2036", "09/04/2026"], "nothing was received after the log was sent"),
        ("specialty", ["", "999 000 0018", ""], "no NHS number outside the free text"),
    ],
)
def test_the_gate_refuses(column: str, cells: list[str], sentence: str, tmp_path: Path) -> None:
    extract_id = deliver(tmp_path, "pals", log_csv("pals", {column: cells}), NAMES["pals"], day=AFTER_THE_LAST)
    with pytest.raises(Refused, match=f"Not so: {sentence} "):
        checked("pals", extract_id)


@pytest.fixture(scope="module")
def staged(database: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Four exports of three trusts."""
    clear()
    assert deliver_demo(tmp_path_factory.mktemp("delivered"), "pals", MONTHS, set(SENDERS)) == 12
    stage()
    yield
    clear()


def test_each_contact_stands_once_and_what_is_none_is_counted(staged: None) -> None:
    assert query("select count(*) from staging.stg_pals__contacts") == [(REGULAR,)]
    planted = plan.planted("rows_that_are_none")["each_quarter"]
    counts = dict(query("select reason, count(*) from staging.stg_pals__left_out group by 1"))
    assert counts == {reason: COVERED // 3 * len(SENDERS) * number for reason, number in planted.items()}
    assert query("select count(*) from staging.stg_pals__residue") == [(0,)]


def test_each_quarter_one_contact_becomes_a_complaint_whose_reference_is_the_other_logs(staged: None) -> None:
    assert query("select sender, count(*) from staging.stg_pals__escalations group by 1 order by 1") == [
        ("E5Z8P", COVERED // 3), ("M3W6J", COVERED // 3), ("V2X8N", COVERED // 3),
    ]  # fmt: skip
    known = query("select complaint_reference from staging.stg_pals__escalations where sender = 'M3W6J'")
    months = ("2025/6", "2025/9", "2025/12", "2026/3", "2026/6", "2026/9")
    assert sorted(known) == sorted((f"COMP/{month}0007",) for month in months)  # the last of 8 complaints a month, counted from 0
    assert query("select distinct complaint_reference from staging.stg_pals__escalations where sender = 'E5Z8P'") == [(None,)]


def test_what_it_had_nowhere_to_take_concerns_the_practice(staged: None) -> None:
    planted = plan.planted("nowhere_to_take_it")
    before = planted["pals"] * 14 // 31  # 41 over 31 months, of which 14 lie before April 2025
    assert query(
        """select count(*) from staging.stg_pals__contacts
           where sender = %s and about_organisation_code = %s and contact_type = 'signposting'""",
        planted["collected_by"],
        planted["about"],
    ) == [(planted["pals"] - before,)]


def test_the_interface_is_heard_by_the_community_trust(staged: None) -> None:
    planted = plan.planted("stroke_interface")
    before = planted["pals"] * 18 // 36
    assert query(
        "select count(*) from staging.stg_pals__contacts where sender = %s and about_organisation_code = %s",
        planted["to"]["organisation"],
        planted["from"]["organisation"],
    ) == [(planted["pals"] - before,)]


def test_eleven_calls_in_a_week_are_one_chain(staged: None) -> None:
    planted = plan.planted("eleven_calls")
    found = query(
        """with linked as (
               select contact.*, first.voice_id as first_id, first.received_on as began
               from staging.stg_pals__contacts as contact
               join staging.stg_pals__contacts as first
                   on first.sender = contact.sender and first.reference = contact.linked_references[1]
           )
           select count(*), count(distinct first_id), max(received_on - began),
               array_agg(about_organisation_code order by reference)
           from linked"""
    )
    assert found == [(10, 1, 6, sorted(found[0][3], key=planted["about"].index))]
    assert found[0][3] == planted["about"][1:]


def test_kinds_of_contact_are_told_in_every_layout_that_has_them(staged: None) -> None:
    found = query(
        "select sender, array_agg(distinct contact_type order by contact_type) from staging.stg_pals__contacts group by 1"
    )
    all_kinds = ["compliment", "concern", "enquiry", "signposting"]
    assert {sender: sorted(kinds) for sender, kinds in found} == {"E5Z8P": ["concern"], "M3W6J": all_kinds, "V2X8N": all_kinds}


def test_the_log_hears_seldom_who_is_seldom_heard(staged: None) -> None:
    """12 % of people are of a minority that in 18 % of cases has another main language, the others in 1.5 %: at 0.15 of the others'
    rate well under 2 % of contacts are left of them."""
    ((share,),) = query(
        """select (count(*) filter (where english = 'no'))::float / count(*)
           from staging.stg_pals__contacts where english <> 'not_known' and sender <> 'E5Z8P'"""
    )
    assert share < 0.02
