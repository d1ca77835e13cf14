{# The extracts in use of the source whose staging folder calls this. #}
{% macro extracts_in_use(source_name) -%}
    (
        select
            extract_id,
            sender,
            part,
            received_at,
            period_start,
            period_end
        from {{ source('ledger', 'current_extract') }}
        where source = '{{ source_name }}'
    )
{%- endmacro %}


{# Rows of extracts that the incremental table does not hold yet. The ids are written out, because only a constant reaches
   through the views to the index on raw: that is what makes a month's arrival cost a month's work. #}
{% macro only_new_extracts(shape) -%}
    {%- if not execute or not is_incremental() -%}
        true
    {%- else -%}
        {%- set query -%}
            select extract_id from {{ source('ledger', 'current_extract') }}
            where
                source in ('{{ var('shapes')[shape] | join("', '") }}')
                and extract_id not in (select distinct extract_id from {{ this }})
            order by extract_id
        {%- endset -%}
        {%- set found = run_query(query).columns[0].values() -%}
        {%- if found -%} extract_id in ('{{ found | join("', '") }}') {%- else -%} false {%- endif -%}
    {%- endif -%}
{%- endmacro %}


{# Rows of extracts that are no longer in use, because a restatement replaced them, leave the table before new ones come. #}
{% macro drop_superseded_extracts(or_if='false') -%}
    {%- if is_incremental() -%}
        delete from {{ this }}
        where extract_id not in (select extract_id from {{ source('ledger', 'current_extract') }}) or {{ or_if }}
    {%- else -%}
        select 1
    {%- endif -%}
{%- endmacro %}


{# Sources of a shape of which a new file changes what older ones say (`read_whole` in source.yml), and that sent one, as a condition. #}
{% macro of_whole_sources_with_news(shape) -%}
    {%- set whole = var('shapes')[shape] | select('in', var('read_whole')) | join("', '") -%}
    {%- set query -%}
        select distinct news.source
        from {{ source('ledger', 'extract') }} as news
        where news.source in ('{{ whole }}') and {{ is_news('news', this.schema) }}
        order by news.source
    {%- endset -%}
    {%- set found = run_query(query).columns[0].values() if execute and is_incremental() else [] -%}
    {%- if found -%} source in ('{{ found | join("', '") }}') {%- else -%} false {%- endif -%}
{%- endmacro %}


{# Whether a file (alias of `ledger.extract`) is not in a layer yet as it stands: it came, or another became of it, since the layer was last
   built. Files of which nothing is left, since a later export holds all of their records, are in no table and are no news by that. #}
{% macro is_news(extract, layer='marts') -%}
    not exists (
        select 1
        from {{ source('ledger', 'built_extract') }} as built
        where
            built.layer = '{{ layer }}'
            and built.extract_id = {{ extract }}.extract_id
            and built.changed_at = {{ extract }}.changed_at
    )
{%- endmacro %}


{# What voices move through. A log is exported again and again, so that a record stands in several files: it counts as in the newest,
   and may fall back to an older one when a file is replaced by another of its period. Hence a replaced file takes every file of its sender
   with it, and all of them are read again; a file that is only new is read alone. The ledger says which were replaced, and not only this
   table: a file may have left no row here and yet have taken away what older ones had. One that was refused may have been in use before. #}
{% macro senders_of_replaced_files() -%}
    select
        gone.source,
        gone.sender
    from {{ source('ledger', 'extract') }} as gone
    where
        gone.extract_id not in (select in_use.extract_id from {{ source('ledger', 'current_extract') }} as in_use)
        and (
            gone.extract_id in (select distinct kept.extract_id from {{ this }} as kept)
            or exists (
                select 1
                from {{ source('ledger', 'extract') }} as changed
                where
                    {{ is_news('changed') }}
                    and changed.source = gone.source
                    and changed.sender = gone.sender
                    and changed.part = gone.part
                    and changed.period_start = gone.period_start
                    and changed.period_end = gone.period_end
            )
        )
{%- endmacro %}


{# Whose files are all read again: of replaced files, and of sources that are read whole (source.yml) and sent something. #}
{% macro senders_to_read_again() -%}
    {{ senders_of_replaced_files() }}
    {%- if var('read_whole') %}
    union
    select
        whole.source,
        whole.sender
    from {{ source('ledger', 'extract') }} as whole
    where
        whole.source in (
            select news.source from {{ source('ledger', 'extract') }} as news
            where news.source in ('{{ var('read_whole') | join("', '") }}') and {{ is_news('news') }}
        )
    {%- endif %}
{%- endmacro %}


{# Rows of such files, and of new ones, as an incremental table of voices has to read. Sources and ids are written out, because only
   constants reach through the views. #}
{% macro only_new_voices(shape='voices') -%}
    {%- if not execute or not is_incremental() -%}
        true
    {%- else -%}
        {%- set query -%}
            select in_use.source, in_use.extract_id
            from {{ source('ledger', 'current_extract') }} as in_use
            where
                in_use.source in ('{{ var('shapes')[shape] | join("', '") }}')
                and (
                    (
                        in_use.extract_id not in (select distinct kept.extract_id from {{ this }} as kept)
                        and in_use.extract_id in (
                            select news.extract_id
                            from {{ source('ledger', 'extract') }} as news
                            where {{ is_news('news') }}
                        )
                    )
                    or (in_use.source, in_use.sender) in ({{ senders_to_read_again() }})
                )
            order by in_use.source, in_use.extract_id
        {%- endset -%}
        {%- set found = run_query(query) -%}
        {%- if found.rows -%}
            source in ('{{ found.columns[0].values() | unique | join("', '") }}')
            and extract_id in ('{{ found.columns[1].values() | join("', '") }}')
        {%- else -%} false {%- endif -%}
    {%- endif -%}
{%- endmacro %}


{# Their rows leave the table before they come again. #}
{% macro drop_replaced_voices() -%}
    {%- if is_incremental() -%}
        delete from {{ this }}
        where extract_id in (
            select gone.extract_id
            from {{ source('ledger', 'extract') }} as gone
            where (gone.source, gone.sender) in ({{ senders_to_read_again() }})
        )
    {%- else -%}
        select 1
    {%- endif -%}
{%- endmacro %}


{# A newer export may say of a record that it was opened in error: it is a voice no longer. Asked of the sources that sent something since
   the marts were last built. #}
{% macro drop_unsaid_voices() -%}
    {%- if execute and is_incremental() -%}
        {%- set query -%}
            select distinct news.source
            from {{ source('ledger', 'extract') }} as news
            where news.source in ('{{ var('shapes')['voices'] | join("', '") }}') and {{ is_news('news') }}
            order by news.source
        {%- endset -%}
        {%- set sources = run_query(query).columns[0].values() -%}
        {%- if sources -%}
            delete from {{ this }} as kept
            where
                kept.source in ('{{ sources | join("', '") }}')
                and kept.voice_id not in (
                    select said.voice_id from {{ ref('int_voices') }} as said
                    where said.source in ('{{ sources | join("', '") }}')
                )
        {%- else -%} select 1 {%- endif -%}
    {%- else -%}
        select 1
    {%- endif -%}
{%- endmacro %}


{# All rows of the sources that sent something: of what must be seen whole, as a chain of contacts whose next link may come years later. #}
{% macro only_sources_with_news(shape) -%}
    {%- if not execute or not is_incremental() -%}
        true
    {%- else -%}
        {%- set query -%}
            select distinct news.source
            from {{ source('ledger', 'extract') }} as news
            where news.source in ('{{ var('shapes')[shape] | join("', '") }}') and {{ is_news('news') }}
            order by news.source
        {%- endset -%}
        {%- set found = run_query(query).columns[0].values() -%}
        {%- if found -%} source in ('{{ found | join("', '") }}') {%- else -%} false {%- endif -%}
    {%- endif -%}
{%- endmacro %}


{# Their rows leave the table before they come again. #}
{% macro drop_sources_with_news(shape) -%}
    {%- if is_incremental() -%}
        delete from {{ this }}
        where {{ only_sources_with_news(shape) }}
    {%- else -%}
        select 1
    {%- endif -%}
{%- endmacro %}


{# What hangs on a voice goes when the voice goes, or when a newer file says it otherwise, and follows it to its ICB. #}
{% macro follow_the_voices() -%}
    {%- if is_incremental() -%}
        delete from {{ this }} as kept
        where not exists (
            select 1 from {{ ref('fct_voice') }} as voice
            where voice.voice_id = kept.voice_id and voice.extract_id = kept.extract_id
        );
        update {{ this }} as kept
        set icb_code = voice.icb_code
        from {{ ref('fct_voice') }} as voice
        where kept.voice_id = voice.voice_id and kept.icb_code <> voice.icb_code
    {%- else -%}
        select 1
    {%- endif -%}
{%- endmacro %}


{# Rows for which their publisher states no ICB take the one that ODS says for the last day of their period, also when the ODS file comes
   after them: the warehouse must be the same in whatever order files arrive. #}
{% macro take_icb_from_ods() -%}
    {%- set organisations = ref('dim_organisation') -%}
    {%- if is_incremental() -%}
        update {{ this }} as fact
        set icb_code = organisation.icb_code
        from {{ organisations }} as organisation
        where
            organisation.organisation_code = fact.organisation_code
            and {{ valid_on('organisation', 'fact.period_end') }}
            and fact.icb_code <> organisation.icb_code
            and fact.icb_basis = 'register'
    {%- else -%}
        select 1
    {%- endif -%}
{%- endmacro %}


{# A cell of a row that raw keeps as an array, by our name of its column; blank is null. `row` and `header` are the aliases under which
   the raw table and `raw.header` stand in the query. #}
{% macro cell(field, row='raw', header='header') -%}
    nullif(btrim({{ row }}.cells[array_position({{ header }}.fields, '{{ field }}')]), '')
{%- endmacro %}
