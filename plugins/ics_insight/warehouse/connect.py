"""Connections to the warehouse, by role, and making a new database ready for use."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import resources
from pathlib import Path
from typing import Any, Literal, get_args

import psycopg
from psycopg import sql

from ics_insight.errors import Unavailable
from ics_insight.settings import Settings, settings
from ics_insight.sources.registry import FOLDER, Source, registry

Writer = Literal["loader", "transformer"]
Reader = Literal["auditor", "analyst", "dashboard"]
Role = Literal["owner"] | Writer | Reader
LOGINS: tuple[Writer | Reader, ...] = (*get_args(Writer), *get_args(Reader))
Connection = psycopg.Connection[tuple[Any, ...]]
_SCHEMAS = (
    "access", "assurance", "disclosure", "intermediate", "kept", "ledger", "marts", "published", "raw", "staging", "vocabulary",
)  # fmt: skip
_PASSING = ("08", "53", "57")  # SQLSTATE: connection lost, out of space or connections, shut down: another try may mend it
_PREPARE_LOCK = 7_202_604  # any constant: one at a time may create schemas


def parameters(role: Role = "owner", current: Settings | None = None) -> dict[str, Any]:
    """Connection parameters of a role (`roles.sql` says what each may do), as libpq names them. The password is in no URL."""
    current = current or settings()
    if not current.db_host:
        raise Unavailable("No database: set ICS_DB_HOST, or use the `ics` command, which starts the embedded one.")
    passwords = {
        "owner": current.db_password,
        "loader": current.loader_password,
        "transformer": current.transformer_password,
        "auditor": current.auditor_password,
        "analyst": current.analyst_password,
        "dashboard": current.dashboard_password,
    }
    return {
        "host": current.db_host,
        "port": current.db_port or 5432,
        "dbname": current.db_name,
        "user": f"ics_{role}",
        "password": passwords[role].get_secret_value(),
        "application_name": "ics",
        "connect_timeout": 10,
    }


@contextmanager
def connect(role: Role = "owner") -> Iterator[Connection]:
    """A connection as `role`; commits at the end of the block, rolls back when it raises. Raises Unavailable for none."""
    known = parameters(role)
    try:
        connection = psycopg.connect(**known)
    except psycopg.OperationalError as error:
        raise Unavailable(f"Postgres at {known['host']}:{known['port']} does not let {known['user']} in: {error}") from None
    try:
        with connection:
            yield connection
    except psycopg.OperationalError as error:
        if error.sqlstate and error.sqlstate[:2] not in _PASSING:
            raise
        what = error.diag.message_primary or "the connection was lost"
        raise Unavailable(f"Postgres at {known['host']}:{known['port']} could not go on: {what}; nothing was changed.") from None


def prepare() -> None:
    """As the owner: create roles, schemas, ledger and raw tables where they are missing, and say who may do what. Safe to run again
    and side by side.

    Where nothing changed since the last time, no table is touched: changing one, even in vain, waits for every load and query that
    is going on, and lets all others wait behind it.
    """
    with connect("owner") as connection:
        connection.execute("select pg_advisory_xact_lock(%s)", [_PREPARE_LOCK])
        for role in LOGINS:
            _prepare_login(connection, role)
        if not _exists(connection, "ics_quality_lead"):
            connection.execute("create role ics_quality_lead nologin")
        wanted = _wanted()
        if _prepared(connection) == wanted:
            return
        connection.execute(resources.files(__package__).joinpath("schema.sql").read_bytes())
        _drop_removed_sources(connection)
        for source in registry().values():
            _prepare_raw_table(connection, source)
        connection.execute(resources.files(__package__).joinpath("roles.sql").read_bytes())
        connection.execute(sql.SQL("comment on schema ledger is {}").format(wanted))


def _wanted() -> str:
    """What the tables follow from, as SHA-256: this package's definitions and the sources'."""
    digest = hashlib.sha256()
    here = Path(__file__)
    for path in (here, here.with_name("schema.sql"), here.with_name("roles.sql"), *sorted(FOLDER.glob("*/source.yml"))):
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return f"prepared {digest.hexdigest()}"


def _prepared(connection: Connection) -> str | None:
    """What the tables were last made from; None when one of them, or a schema, is gone."""
    said, schemas, tables = connection.execute(
        """select obj_description(to_regnamespace('ledger'), 'pg_namespace'),
               (select array_agg(nspname::text) from pg_namespace),
               (select array_agg(tablename::text) from pg_tables where schemaname = 'raw')"""
    ).fetchone() or (None, None, None)
    whole = set(_SCHEMAS) <= set(schemas or []) and registry().keys() <= set(tables or [])
    return said if whole else None


def _exists(connection: Connection, role: str) -> bool:
    return connection.execute("select 1 from pg_roles where rolname = %s", [role]).fetchone() is not None


def _prepare_login(connection: Connection, role: Writer | Reader) -> None:
    name, password = f"ics_{role}", parameters(role)["password"]
    if not password:
        raise Unavailable(f"Role {name} has no password: set {name.upper()}_PASSWORD.")
    # The scrambled form is what the server stores anyway; sending it keeps the password out of the server's log.
    scrambled = connection.pgconn.encrypt_password(password.encode(), name.encode(), b"scram-sha-256").decode()
    verb = sql.SQL("alter" if _exists(connection, name) else "create")
    connection.execute(sql.SQL("{} role {} login password {}").format(verb, sql.Identifier(name), scrambled))
    if role in get_args(Reader):
        connection.execute(sql.SQL("alter role {} set default_transaction_read_only = on").format(sql.Identifier(name)))


def _prepare_raw_table(connection: Connection, source: Source) -> None:
    """One raw table per source, with the columns of all its layouts: a new source, or a new layout, needs no DDL of its own."""
    table = sql.Identifier("raw", source.name)
    wanted = {name: kind for layout in source.layouts for name, kind in layout.raw_columns.items()}
    connection.execute(
        sql.SQL(
            """create table if not exists {} (
                   extract_id text not null references ledger.extract (extract_id),
                   file text not null, sheet text not null, row_number integer not null)"""
        ).format(table)
    )
    index = sql.Identifier(f"{source.name}_by_extract")
    connection.execute(sql.SQL("create index if not exists {} on {} (extract_id)").format(index, table))
    for name, kind in wanted.items():
        connection.execute(
            sql.SQL("alter table {} add column if not exists {} {}").format(table, sql.Identifier(name), sql.SQL(kind))
        )


def _drop_removed_sources(connection: Connection) -> None:
    """A source whose folder is gone leaves raw, with its staging views. Its bytes stay in landing and its extracts are `landed`
    again, so that putting the folder back brings everything back."""
    gone = connection.execute(
        """select relname from pg_constraint join pg_class on pg_class.oid = conrelid
           where contype = 'f' and confrelid = 'ledger.extract'::regclass and relnamespace = 'raw'::regnamespace
               and relname <> 'header' and relname <> all(%s)""",
        [list(registry())],
    ).fetchall()
    for (name,) in gone:
        connection.execute(sql.SQL("drop table {} cascade").format(sql.Identifier("raw", name)))
        views = connection.execute(  # those that read the ledger alone do not go with the table
            "select viewname from pg_views where schemaname = 'staging' and starts_with(viewname, %s)", [f"stg_{name}__"]
        ).fetchall()
        for (view,) in views:
            connection.execute(sql.SQL("drop view if exists {} cascade").format(sql.Identifier("staging", view)))
        connection.execute(
            "delete from raw.header where extract_id in (select extract_id from ledger.extract where source = %s)", [name]
        )
        connection.execute(
            """update ledger.extract set state = 'landed', changed_at = now()
               where source = %s and state in ('loaded', 'accepted')""",
            [name],
        )
