-- In which way people answered, in the shape of collection modes. A site's ways are not published: its trust's stand for it, since
-- a trust that changes how it asks changes it at its sites.
with sites as (
    select distinct
        extract_id,
        setting,
        stage,
        provider_code,
        site_code
    from {{ ref('stg_fft__rows') }}
    where organisation_level = 'site'
),

every_level as (
    select
        extract_id,
        setting,
        stage,
        organisation_code,
        organisation_level,
        period_start,
        period_end,
        mode,
        responses,
        null_reason
    from {{ ref('stg_fft__modes') }}

    union all

    select
        modes.extract_id,
        modes.setting,
        modes.stage,
        sites.site_code as organisation_code,
        'site' as organisation_level,
        modes.period_start,
        modes.period_end,
        modes.mode,
        modes.responses,
        modes.null_reason
    from {{ ref('stg_fft__modes') }} as modes
    inner join sites
        on
            modes.extract_id = sites.extract_id
            and modes.setting = sites.setting
            and modes.stage = sites.stage
            and modes.organisation_code = sites.provider_code
    where modes.organisation_level = 'provider'
)

select
    every_level.extract_id,
    'fft' as source,
    'fft_' || every_level.setting || case when every_level.stage <> '' then '_' || every_level.stage else '' end
    || '_' || shown.direction as measure_code,
    every_level.organisation_code,
    every_level.organisation_level,
    every_level.period_start,
    every_level.period_end,
    every_level.mode,
    every_level.responses,
    every_level.null_reason
from every_level
cross join (values ('positive'), ('negative')) as shown (direction)
