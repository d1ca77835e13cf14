-- Who may do what, run by the owner after everything that it makes is there. Safe to run again. Two things stand elsewhere: dbt grants
-- what it builds (`+grants` in dbt_project.yml), and says who sees which rows of published (macros/readers.sql).
--
-- ics_owner         makes and owns ledger, raw, assurance, disclosure, access and kept; gives roles; is either of the next two
-- ics_loader        lands, loads and checks files
-- ics_transformer   builds, checks and publishes; owns what dbt makes
-- ics_auditor       reads what was done and why, never raw, staging or what people wrote
-- ics_analyst       reads published
-- ics_dashboard     reads published, and what board packs were made of
-- ics_quality_lead  reads published: England's rows, and those of the boards that access.reader names for the login. Nobody logs in
--                   as it: it is granted to persons' own logins

grant ics_loader, ics_transformer to ics_owner with inherit true, set true;

-- A login that was given nothing reaches nothing.
do $$ begin
    execute format('revoke all on database %I from public', current_database());
    execute format(
        'grant connect on database %I
         to ics_loader, ics_transformer, ics_auditor, ics_analyst, ics_dashboard, ics_quality_lead', current_database()
    );
    execute format('grant temporary on database %I to ics_loader, ics_transformer', current_database());
end $$;
revoke all on schema public from public;

-- Whoever made it, what is in the schemas of dbt is dbt's to drop.
do $$
declare
    layer text;
    relation regclass;
begin
    foreach layer in array array['vocabulary', 'staging', 'intermediate', 'marts', 'published'] loop
        execute format('alter schema %I owner to ics_transformer', layer);
        for relation in
            select oid from pg_class
            where relnamespace = layer::regnamespace and relkind in ('r', 'v', 'm') and relowner <> 'ics_transformer'::regrole
        loop
            execute format('alter table %s owner to ics_transformer', relation);
        end loop;
    end loop;
end $$;

grant usage on schema ledger, raw, assurance, vocabulary to ics_loader;
grant select on all tables in schema ledger, raw, assurance to ics_loader;
grant insert, delete on all tables in schema raw to ics_loader;
grant insert, update on ledger.extract to ics_loader;
grant insert on ledger.receipt, ledger.sighting to ics_loader;
grant insert, delete on ledger.problem, assurance.result to ics_loader;

grant usage on schema ledger, raw, assurance, disclosure, access to ics_transformer;
grant select on all tables in schema ledger, raw, assurance, disclosure to ics_transformer;
grant maintain on all tables in schema raw to ics_transformer; -- what the planner goes by is counted before a build
grant insert, update, delete on ledger.build, ledger.built_extract, ledger.publication, disclosure.told, disclosure.seen to ics_transformer;
grant insert, delete on assurance.result to ics_transformer;
grant usage on schema kept to ics_transformer;
grant select, insert, update, delete on kept.pack to ics_transformer;

-- What a reader was given by an earlier version goes.
revoke all on schema ledger, raw, assurance, disclosure, access, kept, vocabulary, staging, intermediate, marts, published
from ics_auditor, ics_analyst, ics_dashboard, ics_quality_lead;
grant usage on schema ledger, assurance, disclosure, marts, published to ics_auditor;
grant select on all tables in schema ledger, assurance, disclosure to ics_auditor;
grant usage on schema published to ics_analyst, ics_dashboard, ics_quality_lead;
grant usage on schema kept to ics_auditor, ics_dashboard;
grant select on kept.pack to ics_auditor, ics_dashboard;

revoke all on function access.organisations() from public;
grant execute on function access.organisations() to ics_quality_lead;
