"""What people said, in the marts of the whole demo: what was planted in voices is what comes out of them."""

from typing import Any

import pytest

from deliveries import query
from ics_insight.demo import months, plan

QUARTERS = 12
pytestmark = pytest.mark.usefixtures("demo_marts")


def planted(name: str) -> dict[str, Any]:
    return plan.planted(name)


def test_every_record_is_a_voice_once() -> None:
    """Whatever is exported again and again, and without rows that are none (the plan of each source, `truth.yml`)."""
    found = dict(query("select source, count(*) from marts.fct_voice group by source"))
    comments = found.pop("fft_comments")
    assert found == {
        "complaints": 36 * 40, "pals": 36 * 77, "healthwatch": 36 * 30, "care_opinion": 36 * 5 + 18, "engagement": 36 * 5 + 24 + 6,
    }  # fmt: skip
    [(people, answers)] = query(
        """select count(distinct source_attributes ->> 'respondent_id'), (select count(*) from raw.fft_comments)
           from marts.fct_voice where source = 'fft_comments'"""
    )
    assert people <= comments
    assert abs(people / answers - 0.67) < 0.02  # two in three write something


def test_the_gap_after_the_stroke_unit_is_heard_by_every_source() -> None:
    plan = planted("stroke_interface")
    ward, team = plan["from"]["organisation"], plan["to"]["organisation"]
    both = dict(
        query(
            """select voice.source, count(*)
               from marts.fct_voice as voice
               where voice.polarity = 'negative'
                   and exists (select from marts.bridge_voice_organisation as one
                               where one.voice_id = voice.voice_id and one.organisation_code = %s)
                   and exists (select from marts.bridge_voice_organisation as other
                               where other.voice_id = voice.voice_id and other.organisation_code = %s)
                   and exists (select from marts.bridge_voice_theme as theme
                               where theme.voice_id = voice.voice_id and theme.theme_code = 'T06')
               group by 1""",
            ward, team,
        )
    )  # fmt: skip
    assert both == {"complaints": plan["complaints"], "pals": plan["pals"], "care_opinion": plan["care_opinion_stories"]}
    [(notes,)] = query(
        """select count(*) from marts.fct_voice as voice join marts.bridge_voice_theme as theme using (voice_id)
           where voice.source_attributes ->> 'exercise_id' = %s and theme.theme_code = 'T06' and voice.polarity = 'negative'""",
        plan["engagement_exercise"],
    )
    assert notes == 24
    [(heard,)] = query(
        """select count(*) from marts.fct_voice
           where source = 'healthwatch' and organisation_code = %s and (source_attributes ->> 'rating')::integer <= 2""",
        team,
    )
    assert heard == plan["healthwatch"]


def test_the_practice_that_nobody_could_reach_was_heard() -> None:
    plan = planted("phone_collapse")
    first, last = (months.first(month) for month in plan["months"])
    [(heard,)] = query(
        """select count(*) from marts.fct_voice
           where source = 'healthwatch' and organisation_code = %s and period_start between %s and %s
               and (polarity = 'negative' or (source_attributes ->> 'rating_is_suspect')::boolean)""",
        plan["practice"], first, last,
    )  # fmt: skip
    assert heard >= plan["healthwatch"]


def test_what_was_collected_by_one_about_another_can_be_told() -> None:
    plan = planted("nowhere_to_take_it")
    found = query(
        """select voice.organisation_code, count(*), count(*) filter (where theme.theme_code = 'T06')
           from marts.fct_voice as voice
           left join marts.bridge_voice_theme as theme on voice.voice_id = theme.voice_id and theme.theme_code = 'T06'
           where voice.collected_by_code = %s and voice.organisation_code <> voice.collected_by_code
               and voice.voice_id not in (select voice_id from marts.journey_step)
           group by 1""",
        plan["collected_by"],
    )
    assert found == [(plan["about"], plan["pals"], plan["pals"])]


def test_a_contact_that_became_a_complaint_counts_once() -> None:
    plan = planted("pals_became_complaints")
    found = query(
        """select complaint.collected_by_code, continued.known_by, count(*)
           from marts.bridge_voice_continued as continued
           join marts.fct_voice as complaint on continued.became_voice_id = complaint.voice_id
           group by 1, 2 order by 1, 2"""
    )
    known = sorted(set(plan["known_in_complaints"]) | set(plan["known_in_pals"]))
    each = plan["each_quarter"] * QUARTERS
    assert found == [
        (sender, "both" if sender in plan["known_in_pals"] else "second", each) for sender in known
    ]  # the fifth trust's logs know nothing of each other: its contacts cannot be told
    [(all_of_them, once)] = query("select (select count(*) from marts.fct_voice), (select count(*) from marts.voice_once)")
    assert all_of_them - once == len(known) * each


def test_eleven_services_came_in_one_week() -> None:
    plan = planted("eleven_services")
    found = query(
        """select journey.services_in_busiest_week, journey.handoffs, journey.handoffs_null_reason,
               (voice.source_attributes ->> 'hours_waiting_in')::float
           from marts.journey as journey join marts.fct_voice as voice on journey.journey_id = voice.voice_id
           where voice.source = 'engagement'"""
    )
    assert found == [(plan["services_in_week"], None, "not_collected", plan["hours_waiting_in"])]


def test_eleven_calls_in_seven_days_were_each_sent_on() -> None:
    plan = planted("eleven_calls")
    calls = len(plan["about"])
    [journey] = query(
        """select journey_id, contacts, services, contacts_in_busiest_week, handoffs, ended_on - started_on + 1, order_basis
           from marts.journey where source = 'pals'"""
    )
    assert journey[1:] == (calls, calls, calls, calls - 1, plan["days"], "dated")
    about = query("select organisation_code from marts.journey_step where journey_id = %s order by contact_number", journey[0])
    assert [code for (code,) in about] == plan["about"]


def test_every_text_is_kept_where_the_mart_says() -> None:
    kept = query("select distinct split_part(text_kept_in, '.', 2) from marts.fct_voice where text_kept_in is not null")
    for (view,) in kept:
        [(texts,)] = query(f"select count(*) from staging.{view} where length(btrim(text)) > 0")
        [(voices,)] = query("select count(*) from marts.fct_voice where text_kept_in like %s", f"%.{view}.text")
        assert voices == texts
