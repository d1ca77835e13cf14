"""Invented rows of what the overview of a board shows: QZA has some of everything, QZB nothing."""

from ics_insight.warehouse.connect import Connection

ROWS = """
insert into published.definition (
    measure_code, source, source_title, label, scale, direction, series, headline, figure, weighted, interval_kind, compared,
    area_geography
) values
    ('cancer_overall', 'cancer_survey', 'Cancer survey', 'Overall rating of cancer care', 'score_0_10', 'higher_is_better', '2021',
     true, 'published without counts', true, 'published', 'between_organisations', 'provider'),
    ('ae_4h', 'ae', 'A&E waits', 'Seen within four hours in A&E', 'proportion', 'higher_is_better', 'ae_4h', true, 'counted', false,
     'wilson', 'between_organisations', 'provider'),
    ('fft_ae_positive', 'fft', 'Friends and Family Test', 'Experience in A&E <b>good</b>', 'proportion', 'higher_is_better', '2020',
     true, 'counted', false, 'wilson', 'over_time', 'provider')
on conflict do nothing;
insert into published.difference (
    icb_code, source, measure_code, organisation_code, organisation_level, period_start, period_end, basis, characteristic,
    group_code, edition, base, value, reference_group, reference_value, difference, difference_lower, difference_upper, q_value,
    worse_off, label, direction, group_label, reference_label
) values
    ('QZA', 'cancer_survey', 'cancer_overall', 'ZT1', 'trust', '2025-01-01', '2025-12-31', 'groups_as_published', 'sex', 'sex:male',
     'not_applicable', 410, 8.61, 'sex:female', 8.92, -0.31, -0.45, -0.17, 0.001, 'sex:male', 'Overall rating of cancer care',
     'higher_is_better', 'male', 'female'),
    ('QZA', 'cancer_survey', 'cancer_overall', 'ZT1', 'trust', '2024-01-01', '2024-12-31', 'groups_as_published', 'sex', 'sex:male',
     'not_applicable', 400, 8.00, 'sex:female', 9.00, -1.00, -1.20, -0.80, 0.001, 'sex:male', 'Overall rating of cancer care',
     'higher_is_better', 'male', 'female'),
    ('QZA', 'cancer_survey', 'cancer_overall', 'ZT1', 'trust', '2025-01-01', '2025-12-31', 'groups_as_published', 'age', 'age:85+',
     'not_applicable', 40, 8.80, 'age:65-74', 8.90, -0.10, -0.40, 0.20, 0.6, 'neither', 'Overall rating of cancer care',
     'higher_is_better', '85 and over', '65 to 74'),
    ('ENG', 'cancer_survey', 'cancer_overall', 'ENG', 'england', '2025-01-01', '2025-12-31', 'groups_as_published', 'cancer_type',
     'cancer_type:lung', 'not_applicable', 5200, 9.01, 'cancer_type:breast', 8.90, 0.11, 0.05, 0.17, 0.01, 'cancer_type:breast',
     'Overall rating of cancer care', 'higher_is_better', 'lung', 'breast'),
    ('QZC', 'cancer_survey', 'cancer_overall', 'ZT8', 'trust', '2025-01-01', '2025-12-31', 'groups_as_published', 'sex', 'sex:male',
     'not_applicable', 410, 7.00, 'sex:female', 9.00, -2.00, -2.20, -1.80, 0.001, 'sex:male', 'Overall rating of cancer care',
     'higher_is_better', 'male', 'female');
insert into published.silence values
    ('QZA', 'icb', 'QZA', 'NHS Vale & Moor', 'nhs_111', 'NHS 111', 2, '2026-04-01', '2027-03-31', 'nobody_heard'),
    ('QZA', 'icb', 'QZA', 'NHS Vale & Moor', 'home', 'Home', 1, '2026-04-01', '2027-03-31', 'nobody_heard'),
    ('QZA', 'icb', 'QZA', 'NHS Vale & Moor', 'ward', 'On the ward', 9, '2025-04-01', '2026-03-31', 'nobody_heard'),
    ('QZA', 'place', '01A', 'Vale', 'ward', 'On the ward', 9, '2026-04-01', '2027-03-31', 'not_known_by_place');
insert into published.pathway_heard (
    icb_code, pathway_code, pathway_label, ordinal, touchpoint_code, touchpoint_label, period_code, period_start, period_end,
    heard_as, heard_of, source, measure_code, series, scale, basis
)
select
    'QZA', pathway, label, ordinal, touchpoint, touchpoint, code, start, (start + interval '1 year - 1 day')::date, heard_as,
    'of_everybody_here', case heard_as when 'nobody' then 'none' else 'pals' end, heard_as, 'x', 'x', 'added_up'
from (
    values
        ('frailty', 'Frailty', 1, 'home', 'nobody'), ('frailty', 'Frailty', 2, 'ed', 'voices'),
        ('frailty', 'Frailty', 2, 'ed', 'measure'),
        ('frailty', 'Frailty', 3, 'ward', 'nobody'), ('asthma', 'Asthma', 1, 'gp', 'voices'),
        ('asthma', 'Asthma', 2, 'pharmacy', 'measure')
) as step (pathway, label, ordinal, touchpoint, heard_as),
    (values ('2026-27', '2026-04-01'::date), ('2025-26', '2025-04-01'::date)) as year (code, start)
where not (code = '2025-26' and heard_as = 'nobody')
union all
-- a touchpoint of which the first board has no row at all
select
    'QZC', 'asthma', 'Asthma', 3, 'home', 'home', '2026-27', '2026-04-01', '2027-03-31', 'voices', 'of_everybody_here', 'pals',
    'voices', 'x', 'x', 'added_up';
insert into published.organisation values
    ('ZT1', 'Moor Hospitals NHS Trust', 'provider', 'QZA', null), ('ZT8', 'Great Plain Trust', 'provider', 'QZC', null);
insert into published.point (
    icb_code, source, measure_code, organisation_code, organisation_level, period_start, period_end, method, segment,
    segment_reason, segment_from, limits_kind, value, denominator, centre, rule, meaning, detected_on, assurance
) values
    ('QZA', 'ae', 'ae_4h', 'ZT1', 'provider', '2026-03-01', '2026-03-31', 'p_prime', 1, 'first', '2024-01-01', 'settled', 0.60,
     9000, 0.71, 'outside_limits', 'concern', '2026-03-31', 'consistently_missed'),
    ('QZA', 'ae', 'ae_4h', 'ZT1', 'provider', '2026-04-01', '2026-04-30', 'p_prime', 1, 'first', '2024-01-01', 'settled', 0.7022,
     9000, 0.71, null, 'common_cause', null, 'consistently_missed'),
    ('QZA', 'fft', 'fft_ae_positive', 'ZT1', 'provider', '2026-04-01', '2026-04-30', 'p_prime', 1, 'first', '2024-01-01', 'settled',
     0.6612, 812, 0.7533, 'shift', 'concern', '2026-04-30', 'no_target'),
    ('QZC', 'ae', 'ae_4h', 'ZT8', 'provider', '2026-04-01', '2026-04-30', 'p_prime', 1, 'first', '2024-01-01', 'settled', 0.9, 9000,
     0.71, 'outside_limits', 'improvement', '2026-04-30', 'consistently_missed');
insert into published.silence values
    ('QZA', 'icb', 'QZA', 'NHS Vale & Moor', 'birth', 'Giving birth', 5, '2025-04-01', '2026-03-31', 'nobody_heard'),
    ('QZA', 'place', '01A', 'Vale', 'home', 'Home', 1, '2026-04-01', '2027-03-31', 'nobody_heard');
insert into published.gap values
    ('stories', 'Stories', 'carer', 'not_collected', 'no column <i>for</i> it', 'cannot_be_recorded'),
    ('stories', 'Stories', 'age', 'recorded', 'a column for it', 'partly_unknown'),
    ('stories', 'Stories', 'sex', 'recorded', 'a column for it', 'known')
on conflict do nothing;
insert into published.panel (
    icb_code, source, source_title, organisation_code, organisation_name, panel_id, as_at, characteristic, group_code, group_label,
    position, seats, people, people_null_reason, population_share, additions_up_to, standing
) values
    ('QZA', 'engagement', 'Engagement log', 'ZT1', 'Moor Hospitals NHS Trust', 'readers', '2026-03-31', 'age', 'age:16-34',
     '16 to 34', 1, 60, null, 'small_number', 0.29, null, 'below_its_share'),
    ('QZA', 'engagement', 'Engagement log', 'ZT1', 'Moor Hospitals NHS Trust', 'readers', '2026-03-31', 'age', 'age:55-74',
     '55 to 74', 2, 60, 25, null, 0.281, 0, 'at_its_share'),
    ('QZA', 'engagement', 'Engagement log', 'ZT1', 'Moor Hospitals NHS Trust', 'readers', '2025-12-31', 'age', 'age:55-74',
     '55 to 74', 2, 50, 20, null, 0.281, 5, 'unclear');
insert into published.source_state (source, source_title, kind, files_in_use, files_refused) values
    ('ae', 'A&E waits', 'operational', 28, 0), ('pals', 'PALS contacts', 'voice', 0, 1)
on conflict do nothing;
"""


def rows(connection: Connection) -> None:
    """Put them into the tables of the published fixture."""
    connection.execute(ROWS.encode())
