"""Invented rows of what the pages of measures and of organisations show.

QZM was made of QZO on 1 March 2026. Its trusts are ZM1, whose patients were asked in another way from 1 September 2025, and ZM2, of
which October 2025 is missing and April 2026 suppressed. QZC has as much as the largest ICB could have.
"""

from ics_insight.warehouse.connect import Connection

MARSH = "Marsh <b>Sons</b> & <script>x</script>"

DEFINITIONS = """
insert into published.organisation values
    ('QZM', 'NHS Harbour & Marsh Integrated Care Board', 'icb', 'QZM', 'NHS Harbour & Marsh Integrated Care Board'),
    ('ZM1', 'Harbour Hospitals NHS Trust', 'trust', 'QZM', 'NHS Harbour & Marsh Integrated Care Board');
insert into published.definition (
    measure_code, source, source_title, publisher, label, wording, scale, direction, series, headline, figure, weighted,
    interval_kind, compared, comparability, area_geography
) values
    ('fft_inpatient_positive', 'fft', 'Friends and Family Test', 'NHS England', 'Experience as an inpatient good',
     'How was your stay?', 'proportion', 'higher_is_better', '2020', true, 'counted', false, 'wilson', 'over_time',
     'never between providers', 'provider'),
    ('gpps_overallexp', 'gpps', 'GP Patient Survey', 'Ipsos', 'Overall experience of the GP practice good', null, 'proportion',
     'higher_is_better', '2024', true, 'weighted', true, 'published', 'between_organisations', null, 'registered'),
    ('gpps_localgpservicesphone', 'gpps', 'GP Patient Survey', 'Ipsos', 'Easy by phone', null, 'proportion', 'higher_is_better',
     '2024', true, 'weighted', true, 'published', 'between_organisations', null, 'registered'),
    ('rtt_18w', 'rtt', 'RTT waits', 'NHS England', 'Waiting no longer than 18 weeks', null, 'proportion', 'higher_is_better', 'rtt',
     true, 'counted', false, 'none', 'between_organisations', null, 'registered'),
    ('ko41a_new', 'complaints_ko41a', 'Written complaints', 'NHS England', 'Written complaints: new', null, 'count',
     'not_applicable', 'ko41a', true, 'count', false, 'none', 'over_time', null, 'provider'),
    ('unheld', 'unheld', 'A survey of nobody', 'Nobody', 'Held nowhere', null, 'proportion', 'higher_is_better', 'x', true,
     'counted', false, 'wilson', 'over_time', null, 'resident'),
    ('fft_inpatient_negative', 'fft', 'Friends and Family Test', 'NHS England', 'Experience as an inpatient poor', null,
     'proportion', 'lower_is_better', '2020', false, 'counted', false, 'wilson', 'over_time', null, 'provider');
"""

# Monthly, of which March and April 2026 were published for the board as it is now: 81 % in the first month, and 1 % more in each.
FFT = f"""
insert into published.extract
select
    'fft' || to_char(month, 'YYYY-MM'), 'fft', 'Friends and Family Test', 'NHS England', 'inpatient',
    'fft-' || to_char(month, 'YYYY-MM') || '.xlsx', month + interval '45 days', month, month + interval '1 month - 1 day'
from generate_series('2025-03-01'::date, '2026-04-01', interval '1 month') as month;
create temporary table months as
select
    month::date as start, (month + interval '1 month - 1 day')::date as ends, number,
    case when month < '2026-03-01' then 'QZO' else 'QZM' end as icb_code
from generate_series('2025-03-01'::date, '2026-04-01', interval '1 month') with ordinality as each (month, number);
insert into published.measure
select
    icb_code, 'fft', 'fft_inpatient_positive', code, level, start, ends, 'all', case when reason is null then value end,
    'proportion', 100 * value, 100, 100, case when reason is null then value - 0.05 end,
    case when reason is null then value + 0.05 end, 'wilson_95', reason, reason, 'fft_2020', 'fft' || to_char(start, 'YYYY-MM'),
    'x', 'higher', name, 'QZM'
from months, (
    values ('ZM1', 'trust', 'Harbour Hospitals NHS Trust', 0), ('ZM2', 'provider', '{MARSH}', 0.001),
    ('QZM', 'icb', 'NHS Harbour & Marsh', 0.002)
) as each (code, level, name, more),
    lateral (
        select
            (80 + number) / 100.0 + more as value,
            case when code = 'ZM2' and start = '2026-04-01' then 'suppressed' end as reason
    ) as counted
where not (code = 'ZM2' and start = '2025-10-01') and (code <> 'QZM' or icb_code = 'QZM');
insert into published.measure_now
select
    'QZM', 'fft', 'fft_inpatient_positive', 'QZM', 'icb', start, ends, 'all', (80 + number) / 100.0 + 0.002, 'proportion',
    20 * (80 + number), 2000, 2000, 0.7, 0.99, 'wilson_95', null, null, 'fft_2020', 'provider',
    case when icb_code = 'QZO' then 'resummed' else 'as_published' end, 'provider', 2, 0,
    case when icb_code = 'QZO' then 'answers are counts; a board is the providers that it hosts' end
from months;
insert into published.point
select
    icb_code, 'fft', 'fft_inpatient_positive', code, level, start, ends, 'p_prime', segment,
    case segment when 2 then 'collection_mode' else 'first' end, '2025-03-01', case code when 'QZM' then 2 else 12 end,
    case code when 'QZM' then 'trial' else 'settled' end, null, (80 + number) / 100.0, 100, 0.88, 0.79, 0.97,
    case when fired then 'shift' end, case when fired then 'low' end, case when fired then 'concern' else 'common_cause' end,
    case when fired then ends end, null, 'no_target'
from months, (values ('ZM1', 'trust'), ('ZM2', 'provider'), ('QZM', 'icb')) as each (code, level),
    lateral (
        select
            case when code = 'ZM1' and start >= '2025-09-01' then 2 else 1 end as segment,
            code = 'ZM1' and start in ('2025-04-01', '2026-04-01') as fired
    ) as found
where not (code = 'ZM2' and start in ('2025-10-01', '2026-04-01')) and (code <> 'QZM' or icb_code = 'QZM');
insert into published.line_break values
    ('QZM', 'fft_inpatient_positive', 'ZM1', 'trust', '2025-09-01', 'collection_mode',
     'Another way of asking: most answers came by paper discharge, now by sms');
insert into published.gap values
    ('fft', 'The Friends and Family Test', 'age', 'recorded', 'a column for it', 'known'),
    ('fft', 'The Friends and Family Test', 'sex', 'not_collected', 'no column for it', 'cannot_be_recorded'),
    ('fft', 'The Friends and Family Test', 'carer', 'not_collected', 'no column for it', 'cannot_be_recorded'),
    ('gpps', 'The GP Patient Survey', 'age', 'recorded', 'a column for it', 'known'),
    ('gpps', 'The GP Patient Survey', 'sex', 'recorded', 'a column for it', 'partly_unknown'),
    ('gpps', 'The GP Patient Survey', 'carer', 'recorded', 'a column for it', 'known'),
    ('gpps', 'The GP Patient Survey', 'disability', 'recorded', 'a column for it', 'mostly_unknown');
insert into published.heard (
    icb_code, source, source_title, period_start, period_end, characteristic, group_code, group_label, position,
    seldom_below, status
) values
    ('QZM', 'gpps', 'GP Patient Survey', '2023-05-01', '2026-04-30', 'age', 'age:16-34', '16 to 34', 1, 0.8, 'seldom_heard'),
    ('QZM', 'gpps', 'GP Patient Survey', '2023-05-01', '2026-04-30', 'age', 'age:75+', '75 and over', 2, 0.8, 'as_expected');
insert into published.doubt (
    icb_code, source, measure_code, organisation_code, period_start, period_end, status, sentence, gate, waived_by, waiver_reason,
    waived_until
) values
    ('QZM', 'fft', 'fft_inpatient_positive', 'ZM1', '2026-04-01', '2026-04-30', 'warn', 'Not so: <i>providers</i> known.', 'raw',
     'Chief nurse', 'a new form', '2026-12-31'),
    ('QZM', 'fft', 'fft_inpatient_positive', 'ZM2', '2026-04-01', '2026-04-30', 'too_few', 'Too few to tell.', 'marts', null, null,
     null),
    ('QZO', 'fft', 'fft_inpatient_positive', 'ZM1', '2025-04-01', '2025-04-30', 'fail', 'Long ago.', 'marts', null, null, null);
"""

# Twelve practices of two waves: with 100 answers each around 60 %, one far above and two below.
GPPS = f"""
insert into published.measure
select
    icb_code, 'gpps', 'gpps_overallexp', code, level, make_date(year, 1, 1), make_date(year, 3, 31), 'all', value, 'proportion',
    null, null, base, value - 0.03, value + 0.03, 'wilson_95_published', null, null, 'gpps_2024', 'gpps-practice-' || year, 'x',
    'higher', name, icb_code
from (
    select
        'QZM', 'ZP' || lpad(number::text, 2, '0'), 'practice',
        case number when 5 then '{MARSH}' else chr(64 + (13 - number)::integer) || ' Street Practice' end, year,
        100 + number,
        case number when 1 then 0.95 when 2 then 0.30 when 3 then 0.40 else 0.60 + number / 1000.0 end
    from generate_series(1, 12) as number, generate_series(2025, 2026) as year
    union all
    select 'ENG', 'ENG', 'england', 'England', year, 700000, 0.75 from generate_series(2025, 2026) as year
    union all
    select 'QZM', 'QZM', 'icb', 'NHS Harbour & Marsh', 2026, 1278, 0.6123
) as each (icb_code, code, level, name, year, base, value);
insert into published.measure_now
select
    'QZM', 'gpps', 'gpps_overallexp', 'QZM', 'icb', make_date(year, 1, 1), make_date(year, 3, 31), 'all', value, 'proportion',
    null, null, base, lower, upper, 'wilson_95_published', reason, reason, 'gpps_2024', 'registered', method, 'practice', 12, 0, why
from (
    values
    (2024, null, null, null, null, 'cannot_be_recut', 'none', 'board QZO was split'),
    (2025, 0.5999, 1200, null, null, null, 'derived', 'estimated from its practices'),
    (2026, 0.6123, 1278, 0.58, 0.64, null, 'as_published', null)
) as each (year, value, base, lower, upper, reason, method, why);
insert into published.point
select
    'QZM', 'gpps', 'gpps_overallexp', 'ZP' || lpad(number::text, 2, '0'), 'practice', '2026-01-01', '2026-03-31', 'waves', 1,
    'first', '2025-01-01', null, 'none', 'two_waves_compared', 0.6, null, 0.5, null, null,
    case number when 1 then 'change_between_waves' end,
    case number when 1 then 'high' end, case number when 1 then 'improvement' else 'common_cause' end, null, null, 'no_target'
from generate_series(1, 11) as number;
insert into published.compared
select
    'QZM', 'gpps', 'gpps_overallexp', 'ZP' || lpad(number::text, 2, '0'), 'practice', make_date(year, 1, 1), make_date(year, 3, 31),
    40, case number when 1 then 0.95 when 2 then 0.30 when 3 then 0.40 else 0.60 + number / 1000.0 end, 100 + number, 'effective',
    0.61, 0.45, 0.77, 0.36, 0.86, 2.44, true, 1,
    case number when 1 then 'above_998' when 2 then 'below_998' when 3 then 'below_95' else 'within' end
from generate_series(1, 12) as number, generate_series(2025, 2026) as year;
insert into published.spread values
    ('QZM', 'gpps', 'gpps_overallexp', 'practice', '2026-01-01', '2026-03-31', 12, 0.30, 0.95, 65, 0.4, 0.6, 0.8, 0.6, 90, 0.0001,
     0.01, 0.8765, 0.2512, null);
"""

OTHERS = f"""
insert into published.operational
select
    icb_code, 'rtt', 'rtt_18w', code, level, start, ends, 600 + 10 * number, 1000, 0.6 + number / 100.0, null,
    'rtt' || to_char(start, 'YYYY-MM'), 'x', 'higher', name, 'QZM'
from months, (values ('ZM1', 'provider', 'Harbour Hospitals'), ('QZM', 'icb', 'NHS Harbour & Marsh')) as each (code, level, name)
where code <> 'QZM' or icb_code = 'QZM';
insert into published.point
select
    icb_code, 'rtt', 'rtt_18w', 'ZM1', 'provider', start, ends, 'xmr', 1, 'first', '2025-03-01', 14, 'settled', null,
    0.6 + number / 100.0, 1000, 0.67, 0.63, 0.71, case when number > 11 then 'outside_limits' end,
    case when number > 11 then 'high' end, case when number > 11 then 'improvement' else 'common_cause' end,
    case when number > 11 then ends end, 0.92, 'consistently_missed'
from months;
insert into published.measure
select
    'QZM', 'complaints_ko41a', 'ko41a_new', 'ZM' || number, 'trust', make_date(year, 4, 1), make_date(year + 1, 3, 31), 'all',
    number * 100 + year - 2000, 'count', null, null, null, null, null, null, null, 'not_applicable', 'ko41a', 'ko41a', 'x', 'none',
    case number when 1 then 'Harbour Hospitals NHS Trust' else '{MARSH}' end, 'QZM'
from generate_series(1, 2) as number, generate_series(2024, 2025) as year;
insert into published.pair (
    icb_code, measure_code, operational_measure_code, organisation_code, organisation_level, period_start, period_end,
    experience_scale, experience_value, experience_base, experience_lower, experience_upper, experience_null_reason,
    operational_basis, operational_value, operational_numerator, operational_denominator, operational_null_reason,
    experience_geography, operational_geography
) values
    ('QZM', 'fft_inpatient_positive', 'rtt_18w', 'QZM', 'icb', '2026-04-01', '2026-04-30', 'proportion', 0.942, 2000, 0.93, 0.95,
     null, 'published', 0.74, 740, 1000, null, 'provider', 'registered'),
    ('QZM', 'fft_inpatient_positive', 'rtt_18w', 'ZM1', 'provider', '2026-03-01', '2026-03-31', 'proportion', 0.11, 100, null, null,
     null, 'published', 0.73, 730, 1000, null, 'provider', 'provider'),
    ('QZM', 'fft_inpatient_positive', 'rtt_18w', 'ZM1', 'provider', '2026-04-01', '2026-04-30', 'proportion', 0.94, 100, 0.89, 0.99,
     null, 'published', 0.74, 740, 1000, null, 'provider', 'provider'),
    ('QZM', 'fft_inpatient_positive', 'rtt_18w', 'ZM2', 'provider', '2026-04-01', '2026-04-30', null, null, null, null, null,
     'suppressed', null, null, null, null, 'not_submitted', 'provider', 'provider'),
    ('QZM', 'fft_inpatient_negative', 'rtt_18w', 'ZM1', 'provider', '2026-04-01', '2026-04-30', 'proportion', 0.02, 100, 0.01, 0.05,
     null, 'published', 0.74, 740, 1000, null, 'provider', 'provider');
drop table months;
"""

# As much as the largest ICB could have: 530 practices in a funnel, and 25 providers with 28 months.
LARGE = """
insert into published.compared
select
    'QZC', 'gpps', measure_code, organisation_code, 'practice', period_start, period_end, 6200, value, base, 'effective', 0.7, 0.5,
    0.8, 0.4, 0.9, 9.4, true, 1, case when value > 0.8 then 'above_95' when value < 0.5 then 'below_95' else 'within' end
from published.measure
where icb_code = 'QZC' and measure_code = 'gpps_localgpservicesphone';
insert into published.point
select
    'QZC', 'gpps', measure_code, organisation_code, 'practice', period_start, period_end, 'waves', 1, 'first', '2025-01-01', null,
    'none', 'two_waves_compared', value, null, value, null, null, null, null, 'common_cause', null, null, 'no_target'
from published.measure
where icb_code = 'QZC' and measure_code = 'gpps_localgpservicesphone';
insert into published.point
select
    'QZC', source, measure_code, organisation_code, 'provider', period_start, period_end, 'p_prime', 1, 'first', '2024-01-01', 28,
    'settled', null, value, denominator, 0.65, 0.64 - value / 100, 0.66 + value / 100, 'shift', 'low', 'concern', period_end, 0.92,
    'consistently_missed'
from published.operational
where icb_code = 'QZC' and measure_code = 'rtt_18w';
"""


def rows(connection: Connection) -> None:
    """Put them into the tables of the published fixture, after all others."""
    for each in (DEFINITIONS, FFT, GPPS, OTHERS, LARGE):
        connection.execute(each.encode())
