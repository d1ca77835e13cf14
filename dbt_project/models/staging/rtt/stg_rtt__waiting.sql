-- Incomplete pathways (Part_2) with all specialties once: C_999 repeats the sum of the other treatment functions, so that taking
-- both would count everybody twice. `Total` is blank outside Part 1; `Total All` is the waiting list.
select
    rtt.extract_id,
    rtt.provider_org_code as provider_code,
    rtt.provider_org_name as provider_name,
    rtt.provider_parent_name as provider_icb_name,
    rtt.commissioner_org_code as commissioner_code,
    rtt.commissioner_org_name as commissioner_name,
    rtt.commissioner_parent_name as commissioner_icb_name,
    extracts.period_start,
    extracts.period_end,
    rtt.total_all as waiting,
    nullif(rtt.provider_parent_org_code, '') as provider_icb_code,
    nullif(rtt.commissioner_parent_org_code, '') as commissioner_icb_code,
    {{ rtt_within_18_weeks('rtt') }} as within_18_weeks
from {{ source('rtt', 'rtt') }} as rtt
inner join {{ extracts_in_use('rtt') }} as extracts on rtt.extract_id = extracts.extract_id
where rtt.rtt_part_type = 'Part_2' and rtt.treatment_function_code = 'C_999'
