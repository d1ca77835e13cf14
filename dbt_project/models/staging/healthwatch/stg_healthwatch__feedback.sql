-- What people told a local Healthwatch. When it happened is free text: read as a day, month, season or year, with that precision,
-- or not at all. A 3 is what the form has chosen before anybody touches it.
with feedback as (
    select
        rows.*,
        raw.day({{ hw('received') }}) as received_on,
        {{ hw('when') }} as when_text,
        lower(regexp_replace(coalesce({{ hw('when') }}, ''), '[^A-Za-z0-9/ ]+', ' ', 'g')) as said,
        case lower({{ hw('rating') }})
            when 'terrible' then 1
            when 'poor' then 2
            when 'average' then 3
            when 'good' then 4
            when 'excellent' then 5
            else substring({{ hw('rating') }} from '^([1-5])(?:[.]0+)?$')::integer
        end as rating
    from {{ ref('stg_healthwatch__rows') }} as rows
    where rows.part = 'feedback'
),

-- "last summer" is the one that was over, "summer" the one that has begun: seen from a season earlier they are the same
placed as (
    select
        feedback.*,
        (
            feedback.received_on - case when feedback.said ~ '\mlast\M' then interval '3 months' else interval '0' end
        )::date as seen_from
    from feedback
),

-- the words that the free text holds, so that two months or two years are told from one
words as (
    select
        feedback.sender,
        feedback.record_id,
        raw.day(feedback.when_text) as whole_day,
        (
            select array_agg(distinct position(left(spoken.named[1], 3) in 'janfebmaraprmayjunjulaugsepoctnovdec') / 3 + 1)
            from regexp_matches(
                feedback.said,
                '\m((jan|febr)(uary)?|feb|mar(ch)?|apr(il)?|may|june?|july?|aug(ust)?|(sept?|nov|dec)(ember)?|oct(ober)?)\M',
                'g'
            ) as spoken (named)
        ) as months,
        (
            select
                array_agg(
                    distinct case season.named[1] when 'spring' then 3 when 'summer' then 6 when 'winter' then 12 else 9 end
                )
            from regexp_matches(feedback.said, '\m(spring|summer|autumn|winter)\M', 'g') as season (named)
        ) as seasons,
        (
            select array_agg(distinct year.named[1]::integer)
            from regexp_matches(feedback.said, '\m(20[0-9][0-9])\M', 'g') as year (named)
        ) as years,
        regexp_match(btrim(feedback.said), '^(0?[1-9]|1[0-2]) ?/ ?(20[0-9][0-9])$') as month_of_year
    from feedback
),

readings as (
    select
        feedback.sender,
        feedback.record_id,
        case
            when feedback.when_text is null then null
            when words.whole_day is not null then words.whole_day
            when words.month_of_year is not null then make_date(words.month_of_year[2]::integer, words.month_of_year[1]::integer, 1)
            when feedback.when_text ~ '[0-9]+[/.-][0-9]+[/.-][0-9]+' then null  -- meant as a day, and none
            when cardinality(words.months) > 1 or cardinality(words.seasons) > 1 or cardinality(words.years) > 1 then null
            when cardinality(words.months) = 1 and words.seasons is null
                then make_date(
                    coalesce(
                        words.years[1],
                        extract(year from feedback.received_on)::integer
                        - (words.months[1] > extract(month from feedback.received_on))::integer
                    ), words.months[1], 1
                )
            when cardinality(words.seasons) = 1 and words.months is null
                then make_date(
                    coalesce(
                        words.years[1],
                        extract(year from feedback.seen_from)::integer
                        - (
                            make_date(extract(year from feedback.seen_from)::integer, words.seasons[1], 1) > feedback.seen_from
                        )::integer
                    ), words.seasons[1], 1
                )
            when words.months is not null or words.seasons is not null then null
            when feedback.said ~ '\m(today|this morning|this afternoon)\M' then feedback.received_on
            when feedback.said ~ '\m(yesterday|last night)\M' then feedback.received_on - 1
            when feedback.said ~ '\mlast week\M' then feedback.received_on - 7
            when feedback.said ~ '\mlast month\M'
                then (date_trunc('month', feedback.received_on) - interval '1 month')::date
            when feedback.said ~ '\mthis month\M' then date_trunc('month', feedback.received_on)::date
            when cardinality(words.years) = 1 then make_date(words.years[1], 1, 1)
            when feedback.said ~ '\mlast year\M' then make_date(extract(year from feedback.received_on)::integer - 1, 1, 1)
        end as said_on,
        case
            when words.whole_day is not null then 'day'
            when words.month_of_year is not null or words.months is not null then 'month'
            when words.seasons is not null then 'season'
            when feedback.said ~ '\m(today|this morning|this afternoon|yesterday|last night)\M' then 'day'
            when feedback.said ~ '\mlast week\M' then 'week'
            when feedback.said ~ '\m(last|this) month\M' then 'month'
            else 'year'
        end as precision
    from placed as feedback
    inner join words on feedback.sender = words.sender and feedback.record_id = words.record_id
),

custody as (
    select *
    from {{ ref('healthwatch_custody') }}
    where function = 'health'
)

select
    'healthwatch:' || rows.sender || ':' || raw.identifier(rows.record_id) as voice_id,
    rows.extract_id,
    rows.row_number,
    rows.sender,
    rows.record_id as reference,
    case when readings.said_on <= rows.received_on then readings.said_on end as said_on,
    case when readings.said_on <= rows.received_on then readings.precision end as said_precision,
    case
        when readings.said_on <= rows.received_on then null
        when rows.when_text is null then 'not_submitted'
        when readings.said_on is null then 'not_readable'
        else 'after_it_was_said'
    end as said_null_reason,
    rows.received_on,
    raw.organisation_code({{ hw('ods_code') }}) as about_organisation_code,
    coalesce({{ hw('service') }}, {{ hw('cqc_location') }}) as organisation_text,
    {{ hw('cqc_location') }} as cqc_location,
    {{ hw('service') }} as service_text,
    'not_known' as respondent_role,
    'healthwatch' as channel,
    rows.rating,
    case
        when rows.rating is not null then null
        when {{ hw('rating') }} is null or {{ hw('rating') }} = '0' then 'not_submitted'
        else 'not_applicable'
    end as rating_null_reason,
    coalesce(rows.rating = 3 and {{ hw('text') }} is null, false) as rating_is_suspect,
    case
        when lower({{ hw('moderation') }}) ~ '^(all|entire|full|withheld$|withhold$|withhold_all|yes$|1$)' then 'withheld'
        when lower({{ hw('moderation') }}) ~ 'part' then 'withheld_partly'
        when lower({{ hw('approved') }}) in ('spam', 'trash') then 'spam'
        when lower({{ hw('approved') }}) in ('0', 'hold', 'unapproved', 'false') then 'pending'
        else 'published'
    end as moderation,
    {{ hw('response') }} is not null as provider_replied,
    {{ hw('reply') }} is not null as healthwatch_replied,
    coalesce({{ hw('age_group') }}, 'not_known') as age_group,
    coalesce(lower({{ hw('sex') }}), 'not_known') as sex,
    coalesce({{ hw('ethnicity') }}, 'not_known') as ethnicity,
    coalesce(lower({{ hw('disability') }}), 'not_known') as disability,
    coalesce(lower({{ hw('carer') }}), 'not_known') as carer,
    case
        when rows.received_on > custody.valid_to then custody.successor_independent
        else custody.independent
    end as collected_independently,
    {{ hw('text') }} as text,
    {{ hw('response') }} as provider_reply_text,
    {{ hw('reply') }} as healthwatch_reply_text
from feedback as rows
inner join readings on rows.sender = readings.sender and rows.record_id = readings.record_id
cross join custody
