"""What was planted in the fictional care system comes out of the marts as signals, and where nothing was planted there is none."""

from datetime import date
from typing import Any

import pytest

from ics_insight import warehouse
from ics_insight.demo.months import first
from ics_insight.demo.plan import planted

pytestmark = pytest.mark.usefixtures("demo_marts")


def query(statement: str, *values: Any) -> list[tuple[Any, ...]]:
    with warehouse.connect("owner") as connection:
        return connection.execute(statement, values).fetchall()  # type: ignore[arg-type]


def signals(measure: str, organisation: str, since: date, until: date) -> list[tuple[Any, ...]]:
    """Month, value, rule and meaning of the points of a line, by the method that is to be read."""
    return query(
        """select period_start, value::float, rule, meaning from marts.signal
           where measure_code = %s and organisation_code = %s and is_default and period_start between %s and %s
           order by period_start""",
        measure, organisation, since, until,
    )  # fmt: skip


class TestPhoneCollapse:
    """Nobody gets through to one practice; after the action people do."""

    truth = planted("phone_collapse")
    practice = truth["practice"]
    start, end = map(first, truth["months"])

    def test_every_month_of_the_collapse_is_a_concern_and_the_first_is_known_at_once(self) -> None:
        found = signals("fft_gp_positive", self.practice, self.start, self.end)
        assert len(found) == 9
        assert {meaning for *_, meaning in found} == {"concern"}
        assert found[0][2] == "outside_limits"
        # the months' mean is the planted share, give or take two standard errors of some 970 answers
        assert sum(value for _, value, *_ in found) / 9 == pytest.approx(self.truth["fft_positive"]["collapsed"], abs=0.03)

    def test_recovery_comes_after_the_action_and_not_before(self) -> None:
        done = self.truth["action"]["done"]
        after = signals("fft_gp_positive", self.practice, first(self.truth["recovered"]), date(2026, 9, 1))
        assert {meaning for *_, meaning in after} == {"improvement"}
        assert sum(value for _, value, *_ in after) / 12 == pytest.approx(self.truth["fft_positive"]["usual"], abs=0.03)
        assert "improvement" not in {meaning for *_, meaning in signals("fft_gp_positive", self.practice, self.start, done)}
        [[detected]] = query(
            """select min(detected_on) from marts.signal where measure_code = 'fft_gp_positive' and organisation_code = %s
               and is_default and meaning = 'improvement' and period_start > %s""",
            self.practice, done,
        )  # fmt: skip
        assert detected > done

    def test_the_survey_falls_and_rises_by_more_than_chance_among_all_practices(self) -> None:
        found = query(
            """select extract(year from period_start)::int, value::float, previous_value::float, q_value <= 0.05, meaning
               from marts.wave_change where measure_code = 'gpps_localgpservicesphone' and organisation_code = %s
               and null_reason is null order by 1""",
            self.practice,
        )
        phone = self.truth["phone"]
        assert [(year, sure, meaning) for year, _, _, sure, meaning in found] == [
            (2025, True, "concern"),
            (2026, True, "improvement"),
        ]
        # the survey's practice files are of some 80 answers, of which one more or less is 1.2 points
        assert found[0][2] == pytest.approx(phone[2024], abs=0.03)
        assert found[0][1] == pytest.approx(phone[2025], abs=0.03)
        assert found[1][1] == pytest.approx(phone[2026], abs=0.03)

    def test_complaints_are_a_rate_of_the_registered_patients(self) -> None:
        counts = self.truth["complaints_ko41b"]
        found = query(
            """select extract(year from period_start)::int, numerator::int, value = 1000 * numerator / denominator, denominator_kind
               from marts.fct_rate where counted_measure_code = 'ko41b_gp_new' and organisation_code = %s order by 1""",
            self.practice,
        )
        assert found == [(int(year[:4]), count, True, "registered") for year, count in counts.items()]


def test_an_action_without_effect_has_no_signal_by_any_method() -> None:
    truth = planted("action_without_effect")
    found = query(
        """select count(*), count(distinct method), count(rule) from marts.signal
           where measure_code = %s and organisation_code = %s and period_start >= %s""",
        f"fft_{truth['fft_setting']}_positive", truth["site"], first("2025-03"),
    )  # fmt: skip
    assert found == [(57, 3, 0)]  # 19 months, by three methods


class TestCollectionMode:
    """Another way of asking, and care as it was."""

    truth = planted("collection_mode")
    organisation = truth["organisation"]
    day = first(truth["first_month"])

    def test_the_break_is_found_from_the_ways_of_answering_and_names_both(self) -> None:
        found = query(
            """select distinct measure_code, breaks_on, what from marts.series_break
               where reason = 'collection_mode' and organisation_code = %s""",
            self.organisation,
        )
        before, after = (self.truth["mode"][side].lower() for side in ("before", "after"))
        assert sorted(code for code, *_ in found) == ["fft_inpatient_negative", "fft_inpatient_positive"]
        assert {day for _, day, _ in found} == {self.day}
        assert all(before in what and after in what for *_, what in found)

    def test_no_other_line_is_cut_for_it(self) -> None:
        sites = "select distinct site_code from staging.stg_fft__rows where provider_code = %s and organisation_level = 'site'"
        found = query(
            f"""select distinct organisation_code from marts.series_break
                where reason = 'collection_mode' and organisation_code <> %s and organisation_code not in ({sites})""",
            self.organisation, self.organisation,
        )  # fmt: skip
        assert found == []

    def test_limits_are_worked_out_anew_and_nobody_is_alarmed(self) -> None:
        found = query(
            """select segment, segment_reason, min(period_start), count(*), avg(value)::float, count(rule) from marts.signal
               where measure_code = 'fft_inpatient_positive' and organisation_code = %s and is_default group by 1, 2 order by 1""",
            self.organisation,
        )
        [first_line, second_line] = found
        assert first_line[:4] == (1, "first", first("2023-10"), 18)
        assert second_line[:4] == (2, "collection_mode", self.day, 18)
        assert first_line[4] == pytest.approx(self.truth["fft_positive"]["before"], abs=0.01)
        assert second_line[4] == pytest.approx(self.truth["fft_positive"]["after"], abs=0.01)
        assert (first_line[5], second_line[5]) == (0, 0)


def test_four_hour_performance_that_improves_is_an_improvement_at_its_end() -> None:
    truth = planted("ae_improves")
    found = signals("ae_4h", truth["organisation"], date(2026, 4, 1), date(2026, 9, 1))
    assert len(found) == 6
    assert {meaning for *_, meaning in found} == {"improvement"}
    [[before, after]] = query(
        """select avg(value) filter (where period_start < '2024-10-01')::float,
                  avg(value) filter (where period_start >= '2025-10-01')::float
           from marts.signal where measure_code = 'ae_4h' and organisation_code = %s and is_default""",
        truth["organisation"],
    )
    # the gain grows to 0.060 over two years: the second year's mean is three quarters of it
    assert after - before == pytest.approx(0.75 * truth["gain"], abs=0.01)


def test_who_may_not_be_compared_is_in_no_funnel_and_no_range() -> None:
    for mart in ("funnel", "reliability", "variation"):
        assert query(f"select count(*) from marts.{mart} where source = 'fft'") == [(0,)]
        assert query(f"select count(*) > 0 from marts.{mart} where source = 'gpps'") == [(True,)]


def test_the_practice_that_could_not_be_reached_stands_out_in_its_year_alone() -> None:
    """Among 147 practices that differ by more than chance, and limits that are widened for it."""
    found = query(
        """select extract(year from period_start)::int, over_dispersed, position from marts.funnel
           where measure_code = 'gpps_localgpservicesphone' and organisation_code = %s order by 1""",
        planted("phone_collapse")["practice"],
    )
    assert found == [(2024, True, "within"), (2025, True, "below_95"), (2026, True, "within")]


def test_the_network_that_got_easier_to_reach_is_the_only_one_beside_that_of_the_practice_which_recovered() -> None:
    truth = planted("network_phone")
    recovered = "select pcn_code from staging.stg_populations__practice_map where organisation_code = %s"
    found = query(
        f"""select organisation_code, difference::float from marts.wave_change where measure_code = 'gpps_localgpservicesphone'
            and organisation_level = 'pcn' and period_start = '2026-01-01' and meaning = 'improvement'
            and organisation_code not in ({recovered})""",
        planted("phone_collapse")["practice"],
    )
    assert [code for code, _ in found] == [truth["network"]]
    assert found[0][1] == pytest.approx(truth["gain"], abs=0.03)
