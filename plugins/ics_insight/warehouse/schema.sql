-- What must stand before anything is loaded: schemas and the ledger. Safe to run again.
-- Everything in vocabulary, staging, intermediate, marts and published belongs to dbt.

create schema if not exists ledger;
create schema if not exists raw;
create schema if not exists assurance;
create schema if not exists disclosure;
create schema if not exists access;
create schema if not exists vocabulary;
create schema if not exists staging;
create schema if not exists intermediate;
create schema if not exists marts;
create schema if not exists published;
create schema if not exists kept;

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

-- When a file in a drop folder was first seen as it is (`version`: its time and size). Of two files of one period the later one counts,
-- and which that is must not depend on a run that was cut off between them.
create table if not exists ledger.sighting (
    place text not null,
    version text not null,
    seen_at timestamptz not null,
    primary key (place, version)
);

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

-- The words of a vocabulary (a column of a dbt seed); none before it was first built. Checks of logs ask this.
create or replace function raw.vocabulary(seed text, word text) returns setof text language plpgsql stable as $$
begin
    if to_regclass('vocabulary.' || quote_ident(seed)) is not null then
        return query execute format('select %I::text from vocabulary.%I', word, seed);
    end if;
end $$;

-- The day that a cell names, day before month; null for a blank, another spelling, or what is no day. `sources/reading/days.py` is
-- the same rule for readers.
create or replace function raw.day(cell text) returns date language plpgsql immutable as $$
declare
    part text [];
    written text;
begin
    cell := btrim(cell);
    if cell ~ '^\d{4}-\d{1,2}-\d{1,2}([T ].*)?$' then
        written := substring(cell from '^[\d-]+');
    elsif cell ~ '^\d{1,2}[/.-]\d{1,2}[/.-](\d{4}|\d{2})([T ].*)?$' then
        part := regexp_match(cell, '^(\d+)[/.-](\d+)[/.-](\d+)');
        written := case when length(part[3]) = 2 then '20' else '' end || part[3] || '-' || part[2] || '-' || part[1];
    elsif lower(cell) ~ '^\d{1,2}[ -](jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*[ -](\d{4}|\d{2})([T ].*)?$' then
        part := regexp_match(lower(cell), '^(\d+)[ -]([a-z]{3})[a-z]*[ -](\d+)');
        written := case when length(part[3]) = 2 then '20' else '' end || part[3] || '-'
            || (position(part[2] in 'janfebmaraprmayjunjulaugsepoctnovdec') + 2) / 3 || '-' || part[1];
    elsif cell ~ '^[2-5]\d{4}(\.\d+)?$' or cell ~ '^60000(\.\d+)?$' then
        return date '1899-12-30' + left(cell, 5)::integer;
    end if;
    if pg_input_is_valid(written, 'date') and written::date between date '1900-01-01' and date '2099-12-31' then
        return written::date;
    end if;
    return null;
end $$;

-- A log's reference as two systems that quote it would both write it: COMP/2026/88 for `COMP/2026/00088`, `comp 2026 00088`,
-- `Comp2026-88`.
create or replace function raw.reference(cell text) returns text language sql immutable as $$
    select nullif(btrim(regexp_replace(regexp_replace(regexp_replace(regexp_replace(
        upper(cell), '([A-Z])([0-9])', '\1/\2', 'g'), '([0-9])([A-Z])', '\1/\2', 'g'), '[^A-Z0-9]+', '/', 'g'),
        '(^|/)0+(?=[0-9])', '\1', 'g'), '/'), '')
$$;

-- A reference that looks like one, null for what may be somebody's words: at most 24 letters, digits, slashes and dashes, as many digits
-- as letters at least, no more than 5 letters and 8 digits in a row; or a UUID. `raw.reference` gives COMP/2026/88, which is one; a name
-- with a year behind it is none.
create or replace function raw.reference_shown(reference text) returns text language sql immutable as $$
    select case
        when reference ~* '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' then reference
        when
            reference ~* '^[a-z0-9/-]{1,24}$' and reference ~ '[0-9]' and reference !~* '[a-z]{6}|[0-9]{9}'
            and length(regexp_replace(reference, '[^0-9]', '', 'g')) >= length(regexp_replace(reference, '[^A-Za-z]', '', 'g'))
            then reference
    end
$$;

-- What a record goes by where people may read it: its reference, or a hash of what stands in its place.
create or replace function raw.identifier(reference text) returns text language sql immutable as $$
    select coalesce(raw.reference_shown(reference), md5(reference))
$$;

-- The ODS code that a cell is, in capitals; null for what is none. Codes of three may be letters alone; of more, a word in capitals is
-- not taken for one.
create or replace function raw.organisation_code(cell text) returns text language sql immutable as $$
    select case when upper(btrim(cell)) ~ '^([A-Z0-9]{3}|(?=[A-Z]*[0-9])[A-Z0-9]{4,10})$' then upper(btrim(cell)) end
$$;

-- The ODS code in a cell that names an organisation: alone, or in brackets behind its name. It holds a digit: in `Crisis team (CAMHS)`
-- stands none.
create or replace function raw.code_in_name(cell text) returns text language sql immutable as $$
    select raw.organisation_code(coalesce(
        substring(cell from '[(]([A-Z][A-Z0-9]*[0-9][A-Z0-9]*)[)]$'), substring(cell from '^([A-Z][A-Z0-9]*[0-9][A-Z0-9]*)$')
    ))
$$;

-- A cell of several values, or one value, in small letters with one comma between values: what `raw.words_in` compares. Values hold
-- commas themselves.
create or replace function raw.as_words(cell text) returns text language sql immutable as $$
    select btrim(regexp_replace(replace(replace(lower(btrim(regexp_replace(regexp_replace(
        cell, '\s*[,;|\r\n]\s*|\s+/\s+', ',', 'g'), '\s+', ' ', 'g'))), '&', 'and'), '’', ''''), ',+', ',', 'g'), ', ')
$$;

-- Which of `words` a cell names, and what is left of it without them; words and cell as `raw.as_words` gives them. Where two words fit,
-- the one that comes first in `words` is meant: give the longest first.
create or replace function raw.words_in(cell text, words text [], out known text [], out rest text) language plpgsql immutable as $$
declare
    word text;
begin
    known := '{}';
    rest := ',' || cell || ',';
    foreach word in array coalesce(words, '{}') loop
        if position(',' || word || ',' in rest) > 0 then
            known := known || word;
            while position(',' || word || ',' in rest) > 0 loop
                rest := replace(rest, ',' || word || ',', ',|,');  -- a mark, so that what stood around it does not become one word
            end loop;
        end if;
    end loop;
    rest := btrim(regexp_replace(replace(rest, '|', ''), ',+', ',', 'g'), ', ');
end $$;

-- Whether a cell holds ten digits that pass the check of an NHS number (modulus 11).
create or replace function raw.holds_nhs_number(cell text) returns boolean language sql immutable as $$
    select coalesce(bool_or(
        (11 - (select sum(substr(number.digits, place, 1)::integer * (11 - place)) from generate_series(1, 9) as place) % 11) % 11
        = right(number.digits, 1)::integer
    ), false)
    from (
        select translate(found[1], ' -', '') as digits
        from regexp_matches(cell, '(?<![0-9])([0-9]{3}[ -]?[0-9]{3}[ -]?[0-9]{4})(?![0-9])', 'g') as found
    ) as number
$$;

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

-- What each expectation found, replaced when the same is looked at again. At the raw gate, one row per extract and expectation. At the gate
-- before publication, one per expectation, without a source, and one per case of it that did not hold or could not be judged.
create table if not exists assurance.result (
    gate text not null check (gate in ('raw', 'marts')),
    target text not null, -- the table that was looked at
    expectation text not null,
    expectation_type text not null,
    rule text, -- what is expected, as Great Expectations words it; null of a query
    severity text not null check (severity in ('critical', 'warning')),
    status text not null check (status in ('pass', 'warn', 'fail', 'not_applicable', 'too_few')),
    source text,
    organisation_code text, -- at the raw gate whoever sent the file
    measure_code text,
    period_start date,
    period_end date,
    extract_id text references ledger.extract (extract_id),
    observed text,
    threshold text,
    sample_keys text [] not null, -- rows of a file, or keys of a mart: never what somebody wrote
    why text not null,
    dag_run text not null,
    checked_at timestamptz not null default now(),
    unique nulls not distinct (
        gate, target, expectation, extract_id, source, organisation_code, measure_code, period_start, period_end
    )
);

-- Expectations that somebody who answers for it lets pass for a while. What they found stays as it is, with this beside it.
create table if not exists assurance.waiver (
    waiver_id bigint generated always as identity primary key,
    target text not null,
    expectation text not null,
    organisation_code text, -- null: every organisation
    role text not null,
    reason text not null,
    given_at timestamptz not null default now(),
    expires_on date not null -- the last day
);

-- The waivers of today.
create or replace view assurance.standing_waiver as
select * from assurance.waiver where expires_on >= current_date;

-- How each count of people is told to readers: what is shown of it, rounded where its policy rounds; or that it is hidden, with what a
-- reader can work out of it, the least and the most that it may be, no most where nothing limits it.
create table if not exists disclosure.told (
    subject text not null, -- the table of published
    cell text not null, -- its key there
    policy text not null,
    count bigint not null,
    shown bigint,
    least integer,
    most integer,
    primary key (subject, cell),
    check ((shown is null) = (least is not null))
);

-- What readers have of published.heard, table by table, as it was last published with counts: whoever keeps an older table can
-- subtract it from a newer one.
create table if not exists disclosure.seen (
    icb_code text not null,
    source text not null,
    characteristic text not null,
    period_start date not null,
    period_end date not null,
    group_code text not null,
    is_compared boolean not null,
    policy text not null,
    voices bigint,
    at_least integer,
    at_most integer,
    known bigint,
    primary key (icb_code, source, characteristic, group_code)
);

-- One row per run that was about to publish: whether it did, or what held it back. Meanwhile the last good publication stands.
create table if not exists ledger.publication (
    dag_run text primary key,
    state text not null check (state in ('published', 'blocked')),
    reason text,
    decided_at timestamptz not null default now(),
    check ((state = 'blocked') = (reason is not null))
);

-- Which state of the dbt project each layer was last built from.
create table if not exists ledger.build (
    layer text primary key,
    project text not null,
    built_at timestamptz not null default now()
);

-- What each layer took account of when it was last built: every file as it then stood. All else is news to it.
create table if not exists ledger.built_extract (
    layer text not null,
    extract_id text not null, -- no foreign key: it would hold up loads for as long as a build lasts
    changed_at timestamptz not null,
    primary key (layer, extract_id)
);

-- Whose published figures a quality lead may read, beside those of England: the owner writes it down, and nobody else.
create table if not exists access.reader (
    login text not null, -- the role that the person logs in as
    organisation_code text not null, -- ODS code of a board
    primary key (login, organisation_code)
);

-- The boards that stand for whoever is logged in, whatever role they have taken on since. The policies of published ask this.
create or replace function access.organisations() returns text [] language sql stable security definer
begin atomic
    select array_agg(reader.organisation_code) from access.reader where reader.login = session_user;
end;

-- What the board packs of each publication were made of: rows of `published`, as JSON. Of a month that is over the last one stays.
create table if not exists kept.pack (
    published_at timestamptz not null,
    icb_code text not null,
    content jsonb not null,
    primary key (published_at, icb_code)
);
create index if not exists pack_by_board on kept.pack (icb_code, published_at);
