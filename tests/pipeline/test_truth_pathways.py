"""Who falls between two services that each do well alone is found in the gap, in every source that codes what it hears."""

from typing import Any

import pytest

from ics_insight import warehouse
from ics_insight.demo.engagement import STROKE_NOTES
from ics_insight.demo.plan import planted

pytestmark = pytest.mark.usefixtures("demo_marts")
GAP = "hospital_to_community"


def query(statement: str, *values: Any) -> list[tuple[Any, ...]]:
    with warehouse.connect("owner") as connection:
        return connection.execute(statement, values).fetchall()  # type: ignore[arg-type]


class TestStrokeInterface:
    """People leave the stroke unit and wait for the community team: both score well, and the gap does not."""

    truth = planted("stroke_interface")
    hospital, community = truth["from"]["organisation"], truth["to"]["organisation"]

    @pytest.mark.parametrize(
        ("end", "touchpoint", "measure", "level"),
        [
            ("from", "ward", "fft_inpatient_positive", truth["fft_positive_from"]),
            ("to", "community_care", "fft_community_positive", truth["fft_positive_to"]),
        ],
    )
    def test_each_service_scores_well_alone(self, end: str, touchpoint: str, measure: str, level: float) -> None:
        years = query(
            """select value::float, lower::float, upper::float from marts.pathway_experience
               where pathway_code = 'stroke' and touchpoint_code = %s and measure_code = %s and period_kind = 'year'
                   and area_level = 'organisation' and area_code = %s order by period_start""",
            touchpoint, measure, self.truth[end]["organisation"],
        )  # fmt: skip
        assert len(years) == 4  # October 2023 to September 2026 lie in four financial years
        assert [value for value, *_ in years] == pytest.approx([level] * 4, abs=0.01)
        assert all(lower < value < upper for value, lower, upper in years)

    def test_what_is_said_of_the_stroke_unit_itself_is_as_good_as_of_other_wards(self) -> None:
        said = query(
            """select pathway.voice_id is not null as stroke, avg((voice.polarity = 'positive')::integer)::float
               from marts.fct_voice as voice
               inner join marts.bridge_voice_touchpoint as here
                   on voice.voice_id = here.voice_id and here.touchpoint_code = 'ward'
               left join marts.bridge_voice_pathway as pathway
                   on voice.voice_id = pathway.voice_id and pathway.pathway_code = 'stroke'
               where voice.source = 'fft_comments' and voice.organisation_code = %s and voice.polarity_basis = 'rated'
               group by 1""",
            self.hospital,
        )
        shares = dict(said)
        assert shares[True] == pytest.approx(shares[False], abs=0.05)

    @pytest.mark.parametrize(
        ("source", "voices"),
        [
            ("care_opinion", truth["care_opinion_stories"]),
            ("complaints", truth["complaints"]),
            ("pals", truth["pals"]),
            ("engagement", STROKE_NOTES),
        ],
    )
    def test_every_voice_that_codes_the_gap_is_in_it(self, source: str, voices: int) -> None:
        found = query(
            "select count(*), count(*) filter (where voice.polarity = 'negative') from marts.bridge_voice_interface as gap"
            " inner join marts.fct_voice as voice on gap.icb_code = voice.icb_code and gap.voice_id = voice.voice_id"
            " where gap.source = %s and gap.interface_code = %s",
            source, GAP,
        )  # fmt: skip
        assert found == [(voices, voices)]

    @pytest.mark.parametrize("source", ["care_opinion", "complaints", "pals"])
    @pytest.mark.parametrize("end", ["from", "to"])
    def test_of_the_gaps_on_the_pathway_it_is_the_one_that_both_are_named_for(self, source: str, end: str) -> None:
        gaps = query(
            """select interface_code, sum(of_several_organisations)::integer, sum(negative)::integer
               from marts.interface_experience
               where pathway_code = 'stroke' and heard_as = 'voices' and period_kind = 'year' and source = %s
                   and area_level = 'organisation' and area_code = %s
               group by interface_code order by 2 desc, 1""",
            source, self.truth[end]["organisation"],
        )  # fmt: skip
        worst, several, negative = gaps[0]
        assert worst == GAP
        assert several == negative > 0
        assert all(2 * others <= several for _, others, _ in gaps[1:])

    def test_the_survey_of_inpatients_says_it_too(self) -> None:
        """Of all questions at the hospital, support after leaving lies furthest below what other trusts score."""
        questions = query(
            """with scores as (
                   select measure_code, organisation_code,
                       (value - avg(value) over question) / nullif(stddev_samp(value) over question, 0) as off
                   from marts.fct_measure
                   where source = 'cqc_inpatient' and scale = 'score_0_10'
                   window question as (partition by measure_code, period_start)
               )
               select scores.measure_code, off::float, gap.interface_code is not null
               from scores
               left join marts.bridge_measure_interface as gap
                   on scores.measure_code = gap.measure_code and gap.interface_code = %s
               where organisation_code = %s and off is not null order by off""",
            GAP, self.hospital,
        )  # fmt: skip
        assert questions[0][0] == "cqc_inpatient_support_after_leaving"
        assert questions[0][2]


def test_where_nobody_was_heard_a_row_says_so_and_none_does_where_somebody_was() -> None:
    """Whatever was published of a board or place: each touchpoint of a pathway has a hearing or a silence, never both."""
    (several, neither), = query(
        """with expected as (
               select periods.*, steps.pathway_code, steps.touchpoint_code
               from (
                   select distinct area_level, area_code, period_kind, period_start from marts.measure_in_period
                   where area_level in ('icb', 'place') and icb_code not in ('ENG', 'UNK')
                       and area_code not in (
                           select organisation_code from marts.dim_organisation
                           where organisation_level = 'icb' and (period_end < opened_on or closed_on < period_start)
                       )
               ) as periods
               cross join marts.bridge_pathway_touchpoint as steps
           ),
           found as (
               select area_level, area_code, period_kind, period_start, pathway_code, touchpoint_code,
                   bool_or(row.heard_as = 'nobody') as silence,
                   bool_or(row.value is not null or row.null_reason in ('suppressed', 'too_few')) as hearing
               from expected
               left join marts.pathway_experience as row
                   using (area_level, area_code, period_kind, period_start, pathway_code, touchpoint_code)
               group by 1, 2, 3, 4, 5, 6
           )
           select
               count(*) filter (where silence and hearing),
               count(*) filter (where not coalesce(silence or hearing, false))
           from found"""
    )  # fmt: skip
    assert (several, neither) == (0, 0)


def test_the_wait_that_improves_stands_beside_what_people_say() -> None:
    """The four hours of one trust get better, and what people say of its A&E is in the same row."""
    truth = planted("ae_improves")
    rows = query(
        """select operational_value::float, experience_value::float from marts.paired_view
           where measure_code = 'fft_ae_positive' and operational_measure_code = 'ae_4h' and organisation_code = %s
               and organisation_level = 'provider' order by period_start""",
        truth["organisation"],
    )
    assert len(rows) == 36
    assert all(wait is not None and said is not None for wait, said in rows)
    year_ago, now = (sum(wait for wait, _ in rows[at : at + 12]) / 12 for at in (12, 24))
    assert now - year_ago == pytest.approx(truth["gain"] / 2, abs=0.01)  # half of the two years' gain lies between their middles


def test_places_of_a_board_together_are_what_was_published_of_it() -> None:
    """A weighted survey's place is derived of its practices; all places together come to within 0.5 points of the board."""
    differences = query(
        """with boards as (
               select icb_code, measure_code, period_start, value from marts.measure_in_period
               where source = 'gpps' and area_level = 'icb' and basis = 'published' and period_kind = 'year'
                   and value is not null
           ),
           places as (
               select icb_code, measure_code, period_start, sum(value * denominator) / sum(denominator) as value
               from marts.measure_in_period
               where source = 'gpps' and area_level = 'place' and basis = 'derived' and period_kind = 'year'
               group by 1, 2, 3
           )
           select icb_code, measure_code, period_start, abs(boards.value - places.value)::float
           from boards inner join places using (icb_code, measure_code, period_start) order by 4 desc"""
    )
    assert len(differences) > 100
    assert differences[0][3] <= 0.005, differences[:5]
