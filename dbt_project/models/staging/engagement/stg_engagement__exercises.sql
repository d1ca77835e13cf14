-- One row per piece of engagement, from the newest file of its sender that has it: what was told back is known a quarter later.
with sent as (
    select * from {{ template_table('engagement', 'exercises', lone='exercises') }} as template
),

exercises as (
    select
        sent.extract_id,
        sent.sender,
        sent.received_at,
        sent.period_end,
        {{ sent('exercise_id') }} as exercise_id,
        {{ sent('title') }} as title,
        {{ sent('purpose') }} as purpose,
        raw.organisation_code({{ sent('host_org') }}) as host_organisation_code,
        {{ listed(sent('partner_orgs')) }} as partner_organisation_codes,
        {{ template_date(sent('start_date')) }} as started_on,
        {{ template_date(sent('end_date')) }} as ended_on,
        {{ sent('place') }} as place,
        {{ sent('channel') }} as channel,
        {{ sent('came_or_went') }} as came_or_went,
        {{ sent('topic_origin') }} as topic_origin,
        {{ sent('theme') }} as theme,
        {{ sent('pathway') }} as pathway,
        {{ sent('from_touchpoint') }} as from_touchpoint,
        {{ sent('to_touchpoint') }} as to_touchpoint,
        {{ sent('decision_ref') }} as decision_ref,
        {{ template_date(sent('options_date')) }} as options_on,
        {{ template_date(sent('preferred_option_date')) }} as preferred_option_on,
        {{ template_date(sent('decision_date')) }} as decided_on,
        {{ sent('carman_level') }} as carman_level,
        {{ sent('carman_area') }} as carman_area,
        {{ sent('arnstein_staff') }}::integer as arnstein_staff,
        {{ sent('arnstein_participants') }}::integer as arnstein_participants,
        {{ sent('engagement_model') }} as engagement_model,
        {{ sent('participants') }} as participants_as_sent,
        {{ sent('adjustments_asked') }}::integer as adjustments_asked,
        {{ sent('adjustments_met') }}::integer as adjustments_met,
        {{ listed(sent('languages')) }} as languages,
        {{ listed(sent('decision_makers_present')) }} as decision_makers_present,
        {{ sent('cost') }}::numeric as cost,
        {{ template_date(sent('told_back_date')) }} as told_back_on,
        {{ sent('told_back_method') }} as told_back_method,
        {{ sent('participant_rating') }}::integer as participant_rating,
        {{ sent('consent_basis') }} as consent_basis,
        {{ template_date(sent('retention_until')) }} as retention_until
    from sent
),

newest as (
    select distinct on (sender, exercise_id) *
    from exercises
    order by sender asc, exercise_id asc, period_end desc, received_at desc
)

select
    *,
    {{ people_number('participants_as_sent') }} as participants,
    {{ people_low('participants_as_sent') }} as participants_low,
    {{ people_high('participants_as_sent') }} as participants_high,
    {{ people_null_reason('participants_as_sent') }} as participants_null_reason,
    -- When in the making of a decision people were asked follows from dates, not from what the exercise was called.
    case
        when started_on >= decided_on then 'after the decision'
        when started_on >= preferred_option_on then 'on a preferred option'
        when started_on >= options_on then 'on options'
        when coalesce(decided_on, preferred_option_on, options_on) is not null then 'before options'
    end as stage,
    case when coalesce(decided_on, preferred_option_on, options_on) is null then 'not_collected' end as stage_null_reason,
    coalesce(cardinality(decision_makers_present), 0) as decision_makers,
    told_back_on - coalesce(ended_on, started_on) as days_to_told_back,
    arnstein_participants - arnstein_staff as arnstein_difference,
    case when arnstein_participants is null or arnstein_staff is null then 'not_collected' end as arnstein_difference_null_reason
from newest
