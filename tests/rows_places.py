"""Invented places of QZA: two side by side, one whose outline is not held."""

from ics_insight.warehouse.connect import Connection

ROWS = """
insert into published.sub_icb_location values
    ('QZA', '02B', 'NHS VALE & MOOR ICB - 02B',
     '{"type": "Polygon", "coordinates": [[[0, 52], [1, 52], [1, 53], [0, 53], [0, 52]]]}', '2023-04-01', null, 'outlines'),
    ('QZA', '01A', 'NHS VALE & MOOR ICB - 01A',
     '{"type": "Polygon", "coordinates": [[[1, 52], [2, 52], [2, 53], [1, 53], [1, 52]]]}', '2023-04-01', null, 'outlines'),
    ('QZA', '03C', 'NHS VALE <i>& MOOR</i> ICB - 03C', null, null, 'not_collected', null),
    ('QZC', '09Z', 'NHS GREAT PLAIN ICB - 09Z', null, null, 'not_collected', null);
insert into published.place_measure (
    icb_code, place_code, source, source_title, measure_code, measure_label, series, scale, period_code, period_start, period_end,
    value, base, lower, upper, interval_method, null_reason, interval_null_reason, basis, figures, figures_missing
)
select
    'QZA', place, 'gpps', 'GP Patient Survey', code, label, '2024', 'proportion', period, start,
    (start + interval '1 year - 1 day')::date, value, base, null, null, null, reason, 'not_applicable', 'derived', 9, 1
from (
    values
    ('01A', 'gpps_overallexp', 'Overall experience <b>good</b>', '2025-26', '2025-04-01'::date, 0.7312, 4300, null),
    ('02B', 'gpps_overallexp', 'Overall experience <b>good</b>', '2025-26', '2025-04-01', 0.8466, 9229, null),
    ('03C', 'gpps_overallexp', 'Overall experience <b>good</b>', '2025-26', '2025-04-01', null, null, 'suppressed'),
    ('01A', 'gpps_overallexp', 'Overall experience <b>good</b>', '2024-25', '2024-04-01', 0.11, 4100, null),
    ('09Z', 'gpps_overallexp', 'Overall experience <b>good</b>', '2025-26', '2025-04-01', 0.22, 4100, null)
) as figure (place, code, label, period, start, value, base, reason);
insert into published.operational (
    icb_code, source, measure_code, organisation_code, organisation_level, period_start, period_end, numerator, denominator, value,
    extract_id, label, direction, organisation_name, now_icb_code
)
select
    'QZA', 'rtt', 'rtt_18w', '01A', 'sub_icb', month, month + interval '1 month - 1 day', 600, 1000, value, 'rtt-sub',
    'Waiting no longer than 18 weeks', 'higher', 'NHS VALE & MOOR ICB - 01A', 'QZA'
from (values ('2026-03-01'::date, 0.5), ('2026-04-01', 0.6)) as known (month, value);
"""


def rows(connection: Connection) -> None:
    """Put them into the tables of the published fixture."""
    connection.execute(ROWS.encode())
