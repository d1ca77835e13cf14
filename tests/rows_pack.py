"""Rows of schema `published` for a board of its own, QZP, so that its pack has every part; and figures that no pack may show."""

from datetime import date, timedelta
from typing import Any

from ics_insight.dashboard.kept import keep
from ics_insight.dashboard.pack_sections import MEASURES
from ics_insight.warehouse.connect import Connection, connect
from published_fixture import HOSTILE, put

BOARD = "NHS Pack Valley Integrated Care Board"
NEVER = (31337, 41414, 0.27182)  # of a practice, of another board, and of a group: none is a figure of the pack
SCALES = {"cqc_uec_type1_overall": "score_0_10", "ko41a_new": "count"}


def rows(connection: Connection) -> None:
    """Put the rows in, and keep what packs are made of them."""
    connection.execute("insert into published.organisation values ('QZP', %s, 'icb', 'QZP', %s)", [BOARD, BOARD])
    _definitions(connection)
    _figures(connection)
    _beside(connection)
    _people(connection)
    _checks(connection)
    keep(connection, MEASURES)


def publish(day: str) -> None:
    """Publish anew what stands in schema `published`, on another day, and keep what its packs are made of."""
    with connect() as connection:
        connection.execute("update published.publication set published_at = %s", [f"{day} 09:30+00"])
        keep(connection, MEASURES)


def _definitions(connection: Connection) -> None:
    for code, label in (
        ("fft_ae_positive", "Experience in A&E good or very good"),
        ("gpps_overallexp", "Overall experience of the GP practice good"),
        ("ae_4h", "Seen within four hours in A&E"), ("cqc_uec_type1_overall", "Overall experience in A&E"),
        ("ko41a_new", "Written complaints: new"),
    ):  # fmt: skip
        put(
            connection, "definition", source=code.partition("_")[0], source_title=f"Source of {code}", measure_code=code,
            label=label, scale=SCALES.get(code, "proportion"), headline=True, direction="higher_is_better",
        )  # fmt: skip


def _now(connection: Connection, code: str, start: date, end: date, value: float | None, base: int | None, **more: Any) -> None:
    known: dict[str, Any] = {
        "icb_code": "QZP", "source": code.partition("_")[0], "measure_code": code, "organisation_code": "QZP",
        "organisation_level": "icb", "period_start": start, "period_end": end, "group_code": "all", "value": value,
        "scale": SCALES.get(code, "proportion"), "base": base, "series": "2024", "method": "as_published", "members": 1,
        "members_missing": 0,
    }  # fmt: skip
    put(connection, "measure_now", **(known | more))


def _figures(connection: Connection) -> None:
    for year, value, lower, upper in ((2025, 0.70, 0.68, 0.72), (2026, 0.75, 0.73, 0.77)):
        _now(
            connection, "gpps_overallexp", date(year, 1, 1), date(year, 3, 31), value, 2100, lower=lower, upper=upper,
            interval_method="wilson_95_published",
        )  # fmt: skip
    of_board = {"icb_code": "QZP", "now_icb_code": "QZP", "group_code": "all", "scale": "proportion", "series": "2024"}
    for measure, code, level, value, base in (
        ("gpps_overallexp", "QZP", "icb", 0.75, 2100),
        ("fft_gp_positive", "Z77777", "practice", NEVER[2], NEVER[0]),
    ):
        put(
            connection, "measure", **of_board, source="gpps", measure_code=measure, organisation_code=code,
            organisation_level=level, organisation_name=code, period_start=date(2026, 1, 1), period_end=date(2026, 3, 31),
            value=value, base=base, extract_id="gpps-ics-2026",
        )  # fmt: skip
    _now(connection, "ko41a_new", date(2025, 4, 1), date(2026, 3, 31), 908, 908)
    put(
        connection, "measure", **(of_board | {"scale": "score_0_10"}), source="cqc", measure_code="cqc_uec_type1_overall",
        organisation_code="ZT7", organisation_level="trust", organisation_name=HOSTILE, period_start=date(2025, 11, 1),
        period_end=date(2025, 11, 30), value=None, base=21, null_reason="suppressed", interval_null_reason="suppressed",
        extract_id="cqc",
    )  # fmt: skip
    _now(connection, "fft_ae_positive", date(2026, 4, 1), date(2026, 4, 30), 0.5, NEVER[1], icb_code="QZX", organisation_code="QZX")


def _beside(connection: Connection) -> None:
    """Two months: 770 of 1,000 seen within four hours, then 800; 180 of 240 content, then 192."""
    for month, seen, content in ((4, 770, 180), (5, 800, 192)):
        start = date(2026, month, 1)
        end = (start + timedelta(days=31)).replace(day=1) - timedelta(days=1)
        _now(
            connection, "fft_ae_positive", start, end, content / 240, 240, lower=content / 240 - 0.05, upper=content / 240 + 0.05,
            interval_method="wilson_95",
        )  # fmt: skip
        where = {
            "icb_code": "QZP",
            "organisation_code": "QZP",
            "organisation_level": "icb",
            "period_start": start,
            "period_end": end,
        }
        put(
            connection, "operational_now", **where, source="ae", measure_code="ae_4h", numerator=seen, denominator=1000,
            value=seen / 1000, method="resummed", members=1, members_missing=0,
        )  # fmt: skip
        put(
            connection, "pair", **where, measure_code="fft_ae_positive", operational_measure_code="ae_4h", experience_source="fft",
            experience_scale="proportion", experience_value=content / 240, experience_base=240, operational_source="ae",
            operational_value=seen / 1000, operational_numerator=seen, operational_denominator=1000, operational_months=1,
        )  # fmt: skip
    put(
        connection, "point", **where, source="fft", measure_code="fft_ae_positive", method="p_prime", segment=1,
        points_in_segment=14, limits_kind="settled", value=0.8, centre=0.75, meaning="improvement", rule="outside_limits",
        assurance="no_target",
    )  # fmt: skip


def _people(connection: Connection) -> None:
    put(
        connection, "difference", icb_code="QZP", source="gpps", measure_code="gpps_overallexp", organisation_code="QZP",
        organisation_level="icb", period_start=date(2026, 1, 1), period_end=date(2026, 3, 31), basis="groups_as_published",
        characteristic="ethnicity", group_code="ethnicity:Black", edition="not_applicable", base=140, value=0.61, lower=0.53,
        upper=0.69, reference_group="ethnicity:White", reference_value=0.76, difference=-0.15, difference_lower=-0.23,
        difference_upper=-0.07, q_value=0.001, says_it_more="ethnicity:White", worse_off="ethnicity:Black",
        label="Overall experience of the GP practice good", direction="higher_is_better", group_label="Black",
        reference_label="White",
    )  # fmt: skip
    connection.execute(
        """insert into published.heard select 'QZP', source, source_title, period_start, period_end, characteristic, group_code,
               group_label, position, voices, voices_null_reason, at_least, at_most, known, known_null_reason, denominator_kind,
               population_as_at, population, population_share, ratio, ratio_lower, ratio_upper, ratio_null_reason, seldom_below,
               status
           from published.heard where icb_code = 'QZA' and source = 'complaints'"""
    )
    for code, label, place in (("nhs111", "NHS 111", 5), ("admission", HOSTILE, 11)):
        put(
            connection, "silence", icb_code="QZP", area_level="icb", area_code="QZP", area_name=BOARD, touchpoint_code=code,
            touchpoint_label=label, ordinal=place, period_start=date(2026, 4, 1), period_end=date(2027, 3, 31),
            silence="nobody_heard",
        )  # fmt: skip
    for touchpoint, label, voices, negative in (("ed", "A&E", 35, 15), ("ambulance", "Ambulance", None, None)):
        put(
            connection, "pathway_heard", icb_code="QZP", pathway_code="frailty", pathway_label="Frailty", ordinal=3,
            touchpoint_code=touchpoint, touchpoint_label=label, period_code="2026-27", period_start=date(2026, 4, 1),
            period_end=date(2027, 3, 31), heard_as="voices", heard_of="of_everybody_here", source="pals",
            source_title="PALS contacts", measure_code="voices", series="voices", scale="voices",
            basis="added_up", voices=voices,
            negative=negative,
            voices_null_reason=None if voices else "small_number", negative_null_reason=None if voices else "small_number",
        )  # fmt: skip


def _checks(connection: Connection) -> None:
    put(
        connection, "doubt", icb_code="QZP", source="fft", measure_code="fft_ae_positive", organisation_code="QZP",
        period_start=date(2026, 5, 1), period_end=date(2026, 5, 31), status="fail", sentence="Not so: every site answers.",
        gate="raw", target="raw.fft", waived_by="Chief nurse", waiver_reason="a new form", waived_until=date(2026, 12, 31),
    )  # fmt: skip
    put(
        connection, "doubt", icb_code="QZP", source="fft", measure_code="fft_ae_positive", organisation_code="QZP",
        period_start=date(2024, 5, 1), period_end=date(2024, 5, 31), status="warn", sentence="That was long ago.", gate="raw",
    )  # fmt: skip
    for start, end in ((date(2024, 5, 1), date(2024, 5, 31)), (date(2026, 5, 1), date(2026, 5, 31))):
        put(
            connection, "measure", icb_code="QZP", now_icb_code="QZP", group_code="other", scale="proportion", series="2024",
            source="fft", measure_code="fft_ae_positive", organisation_code="QZP", organisation_level="icb",
            organisation_name="QZP", period_start=start, period_end=end, value=0.5, base=9, extract_id="fft",
        )  # fmt: skip
    for source, kind, ends, age in (("pals", "voice", date(2026, 5, 31), 200), ("cqc", "survey", date(2023, 11, 30), 400)):
        put(
            connection, "source_state", source=source, source_title=f"The {source}", publisher="Invented", kind=kind,
            max_age_days=age, files_in_use=2, files_refused=1, newest_period_end=ends, last_received="2026-06-01",
        )  # fmt: skip
    put(
        connection, "gap", source="pals", source_title="The pals", characteristic="carer", recorded="not_collected",
        why="no column", finding="cannot_be_recorded",
    )  # fmt: skip
