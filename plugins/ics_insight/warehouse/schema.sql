-- What must stand before anything is loaded: schemas, the ledger, and who may read what. Safe to run again.
-- Everything in staging, intermediate, marts and published belongs to dbt.

create schema if not exists ledger;
create schema if not exists raw;
create schema if not exists assurance;
create schema if not exists marts;
create schema if not exists published;

-- One row per distinct file of a source and sender. Its id comes from these and the bytes, so that it is the same however
-- often, in whatever order and after whatever accident the file is delivered.
create table if not exists ledger.extract (
    extract_id text primary key,
    source text not null,
    sender text not null default '', -- ODS code of who sent it, for sources that several organisations send
    sha256 text not null,
    size_bytes bigint not null,
    file_name text not null,
    received_from text not null,
    received_at timestamptz not null,
    revised boolean not null,
    state text not null default 'landed' check (state in ('landed', 'loaded', 'accepted', 'refused')),
    reason text,
    layout text,
    part text,
    period_start date,
    period_end date,
    row_count bigint,
    dag_run text,
    changed_at timestamptz not null default now(),
    unique (source, sender, sha256),
    check ((state = 'refused') = (reason is not null)),
    check (state not in ('loaded', 'accepted') or (part is not null and period_start is not null and row_count is not null))
);

-- One row per delivery, also when the bytes were known already.
create table if not exists ledger.receipt (
    receipt_id bigint generated always as identity primary key,
    extract_id text not null references ledger.extract (extract_id),
    received_from text not null,
    file_name text not null,
    received_at timestamptz not null,
    etag text, -- what the origin calls this version of the file, over HTTP its ETag
    last_modified text,
    dag_run text
);
create index if not exists receipt_by_origin on ledger.receipt (received_from, received_at);

-- The extract in use for each source, sender, part and period: a file that its publisher calls revised before one that it does not,
-- then the one that was first received last. A second delivery of known bytes never changes which is in use.
create or replace view ledger.current_extract as
select distinct on (source, sender, part, period_start, period_end)
    extract_id, source, sender, part, period_start, period_end, layout, file_name, received_from, received_at, row_count
from ledger.extract
where state = 'accepted'
order by source, sender, part, period_start, period_end, revised desc, received_at desc, extract_id;

-- The header row of each sheet: `names` as sent, `fields` in the words of its layout. Both name the `cells` of tables that keep a
-- whole row as one array.
create table if not exists raw.header (
    extract_id text not null references ledger.extract (extract_id),
    file text not null,
    sheet text not null,
    names text [] not null,
    fields text [] not null,
    primary key (extract_id, sheet)
);

-- What stood in the way of a refused extract: one row per thing to mend, for its sender. Places and rules, never what a cell holds.
create table if not exists ledger.problem (
    extract_id text not null references ledger.extract (extract_id),
    number integer not null,
    sheet text not null,
    row_number integer,
    column_name text not null,
    found text not null,
    expected text not null,
    primary key (extract_id, number)
);

-- Codes that the register of organisations holds; none while that source is not installed. Checks ask this, not the raw table.
create or replace function raw.registered_codes() returns setof text language plpgsql stable as $$
begin
    if to_regclass('raw.organisations') is not null then
        return query execute
            'select distinct organisation_code from raw.organisations where organisation_code is not null';
    end if;
end $$;

-- Patients registered with each practice, as the lists in use count them; none while that source is not installed. The register's
-- staging asks this, so that either source can be removed.
create or replace function raw.registered_patients() returns table (organisation_code text, as_at date, people bigint)
language plpgsql stable as $$
begin
    if to_regclass('raw.populations') is not null then
        return query execute
            'select listed.code, extracts.period_end, listed.number_of_patients
             from raw.populations as listed
             inner join ledger.current_extract as extracts on extracts.extract_id = listed.extract_id
             where extracts.source = $1 and extracts.part = $2 and listed.type = $3'
            using 'populations', 'totals', 'GP';
    end if;
end $$;

-- What each expectation found: one row per extract and expectation, replaced when the extract is checked again.
create table if not exists assurance.result (
    extract_id text not null references ledger.extract (extract_id),
    suite text not null,
    expectation text not null,
    expectation_type text not null,
    severity text not null,
    success boolean not null,
    rows_checked bigint,
    rows_unexpected bigint,
    observed text,
    example_rows integer [],
    why text not null,
    checked_at timestamptz not null default now(),
    primary key (extract_id, suite, expectation)
);

-- Which state of the dbt project each layer was last built from.
create table if not exists ledger.build (
    layer text primary key,
    project text not null,
    built_at timestamptz not null default now()
);

grant usage on schema ledger, assurance, marts, published to ics_analyst;
grant select on all tables in schema ledger, assurance, marts, published to ics_analyst;
alter default privileges in schema ledger, assurance, marts, published grant select on tables to ics_analyst;
grant usage on schema published to ics_dashboard;
grant select on all tables in schema published to ics_dashboard;
alter default privileges in schema published grant select on tables to ics_dashboard;
