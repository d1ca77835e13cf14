"""Who may do what in the warehouse, tried by logging in as each role; and which rows of `published` each of them sees.

On what one run left: every schema holds what it holds for real, made by dbt where dbt makes it.
"""

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql

from commands import at, connect
from conftest import CleanRun
from deliveries import query
from ics_insight import assurance
from ics_insight.orchestration import building, collecting
from ics_insight.settings import PROJECT, settings
from ics_insight.sources import registry
from ics_insight.warehouse import embedded, parameters
from tiny_files import AE_NAME, ae_csv

Connection = psycopg.Connection[tuple[Any, ...]]
PERSON = "only for this test"  # the password of every login that a test makes
LOGINS = ("loader", "transformer", "auditor", "analyst", "dashboard")
PERSONS = {
    "lead": "create role lead login in role ics_quality_lead",
    "newcomer": "create role newcomer login",  # given nothing
    "visitor": "create role visitor login; grant connect, temporary on database ics to visitor",  # let in, and given nothing
}

# What each may do with tables of a schema, or with one table of it that differs; nothing where it is not named.
# s select, i insert, u update, d delete, t truncate, c create one beside it.
MATRIX: dict[str, dict[str, str]] = {
    "raw": {"loader": "sid", "transformer": "s"},
    "ledger": {"loader": "s", "transformer": "s", "auditor": "s"},
    "ledger.extract": {"loader": "siu", "transformer": "s", "auditor": "s"},
    "ledger.receipt": {"loader": "si", "transformer": "s", "auditor": "s"},
    "ledger.sighting": {"loader": "si", "transformer": "s", "auditor": "s"},
    "ledger.problem": {"loader": "sid", "transformer": "s", "auditor": "s"},
    "ledger.build": {"loader": "s", "transformer": "siud", "auditor": "s"},
    "ledger.built_extract": {"loader": "s", "transformer": "siud", "auditor": "s"},
    "ledger.publication": {"loader": "s", "transformer": "siud", "auditor": "s"},
    "assurance": {"loader": "s", "transformer": "s", "auditor": "s"},
    "assurance.result": {"loader": "sid", "transformer": "sid", "auditor": "s"},
    "disclosure": {"transformer": "siud", "auditor": "s"},
    "access": {},
    "vocabulary": {"loader": "s", "transformer": "siudtc"},
    "staging": {"transformer": "siudtc"},
    "intermediate": {"transformer": "siudtc"},
    "marts": {"transformer": "siudtc", "auditor": "s"},
    "published": {"transformer": "siudtc", "auditor": "s", "analyst": "s", "dashboard": "s", "lead": "s"},
    "kept": {"transformer": "siud", "auditor": "s", "dashboard": "s"},
    "public": {"visitor": ""},
}


@pytest.fixture(scope="module")
def warehouse(clean_run: CleanRun) -> Iterator[Path]:
    """A warehouse of this file's own, in which persons have logins."""
    with embedded.running(at(clean_run.copy)) as found, pytest.MonkeyPatch.context() as patch:
        for name, value in {"ICS_HOME": str(clean_run.copy), **found}.items():
            patch.setenv(name, value)
        settings.cache_clear()
        with connect(found) as owner:
            for name, made in PERSONS.items():
                owner.execute(made.encode())
                owner.execute(sql.SQL("alter role {} password {}").format(sql.Identifier(name), PERSON))
        yield clean_run.copy
    settings.cache_clear()


def logged_in(who: str) -> Connection:
    """A connection as a role of the warehouse or as a person, not read only, as far as they can help it."""
    known = parameters(who) if who in LOGINS else {**parameters("owner"), "user": who, "password": PERSON}  # type: ignore[arg-type]
    connection: Connection = psycopg.connect(**known, autocommit=True)
    connection.execute("set default_transaction_read_only = off")
    return connection


def refused(connection: Connection, statement: str) -> bool:
    """Whether Postgres says that this is not for this role. What it did otherwise is undone."""
    try:
        with connection.transaction(force_rollback=True):
            connection.execute(statement.encode())
    except psycopg.errors.InsufficientPrivilege:
        return True
    except (psycopg.errors.IntegrityError, psycopg.errors.FeatureNotSupported):
        pass  # it was let in, and stopped by what the table is
    return False


# ---- the matrix


@pytest.mark.usefixtures("warehouse")
@pytest.mark.parametrize("who", [*LOGINS, "lead", "visitor"])
def test_each_role_may_do_what_stands_in_the_matrix_and_nothing_else(who: str) -> None:
    relations = query(
        """select nspname::text, relname::text, relkind::text, attname::text
           from pg_class join pg_namespace on pg_namespace.oid = relnamespace
           join pg_attribute on attrelid = pg_class.oid and attnum = 1
           where relkind in ('r', 'v', 'm', 'p', 'f') and nspname <> 'information_schema' and nspname !~ '^pg_' order by 1, 2"""
    )
    assert {schema for schema, *_ in relations} | {"public"} == {name for name in MATRIX if "." not in name}
    found: dict[str, str] = {}
    expected: dict[str, str] = {}
    with logged_in(who) as connection:
        for schema, name, kind, column in relations:
            table = f'{schema}."{name}"'
            may = MATRIX.get(f"{schema}.{name}", MATRIX[schema]).get(who, "")
            tries = {"s": f"select from {table} limit 0"}
            if kind != "v":
                tries |= {
                    "i": f"insert into {table} default values",
                    "u": f'update {table} set "{column}" = default where false',
                    "d": f"delete from {table} where false",
                    "t": f"truncate {table}",
                }
            expected[table] = "".join(letter for letter in may if letter in tries)
            found[table] = "".join(letter for letter, statement in tries.items() if not refused(connection, statement))
        for schema in MATRIX:
            if "." not in schema:
                expected[schema] = "c" if "c" in MATRIX[schema].get(who, "") else ""
                found[schema] = "" if refused(connection, f"create table {schema}.mine (one integer)") else "c"
    assert found == expected


@pytest.mark.usefixtures("warehouse")
def test_a_login_that_was_given_nothing_is_not_let_in() -> None:
    with pytest.raises(psycopg.OperationalError, match='permission denied for database "ics"'):
        logged_in("newcomer")
    with pytest.raises(psycopg.OperationalError, match='permission denied for database "airflow"'):
        psycopg.connect(**{**parameters("dashboard"), "dbname": "airflow"})


NOT_FOR_ANYBODY = [
    "set role ics_owner",
    "set session authorization ics_owner",
    "create schema mine",
    "create role mine",
    "alter role ics_owner password 'mine'",
    "grant ics_transformer to current_user",
    "copy ledger.extract from program 'true'",
    "copy ledger.extract to '/tmp/mine'",
    "set log_statement = 'none'",
    "select * from pg_authid",
    "insert into assurance.waiver (target, expectation, role, reason, expires_on) values ('a', 'b', 'c', 'd', current_date)",
    "insert into access.reader values (current_user, 'QZA')",
    "drop table ledger.extract",
    "drop table raw.ae",
]
NOT_FOR_READERS = [
    "create temporary table mine (one integer)",
    "create function published.mine() returns integer language sql as 'select 1'",
    "drop table published.measure",
    "alter table published.measure disable row level security",
    "create policy mine on published.measure using (true)",
    "drop policy all_rows on published.measure",
    "select access.organisations()",
]


@pytest.mark.usefixtures("warehouse")
@pytest.mark.parametrize("who", [*LOGINS, "lead"])
def test_nobody_takes_what_is_not_given(who: str) -> None:
    others = [
        f"set role ics_{other}" for other in (*LOGINS, "quality_lead") if other != who and (who, other) != ("lead", "quality_lead")
    ]
    tries = NOT_FOR_ANYBODY + others + ([] if who in ("loader", "transformer") else NOT_FOR_READERS)
    with logged_in(who) as connection:
        assert [statement for statement in tries if not refused(connection, statement)] == []


@pytest.mark.usefixtures("warehouse")
@pytest.mark.parametrize("who", ["auditor", "analyst", "dashboard"])
def test_readers_begin_read_only(who: Any) -> None:
    with psycopg.connect(**parameters(who)) as connection:
        assert connection.execute("show transaction_read_only").fetchone() == ("on",)


@pytest.mark.usefixtures("warehouse")
def test_nobody_logs_in_as_the_group_of_quality_leads() -> None:
    assert query("select rolcanlogin, rolinherit from pg_roles where rolname = 'ics_quality_lead'") == [(False, True)]


# ---- which rows of published


def published() -> dict[str, list[str]]:
    """Every relation of published, with those of its columns that say a board."""
    found: dict[str, list[str]] = {}
    for table, column in query(
        """select relname::text, attname::text from pg_class left join pg_attribute
           on attrelid = pg_class.oid and attname in ('icb_code', 'now_icb_code')
           where relnamespace = 'published'::regnamespace and relkind in ('r', 'v', 'm', 'p', 'f') order by 1, 2"""
    ):
        found.setdefault(table, []).extend([column] if column else [])
    return found


def all_rows(table: str, boards: list[str]) -> dict[str, list[set[str]]]:
    """Each row of a table as the owner sees it, with the boards that it names; rows that are alike stand together."""
    found: dict[str, list[set[str]]] = defaultdict(list)
    for row, *named in query(f"select t::text, {', '.join(boards)} from published.{table} as t"):
        found[row].append(set(named))
    return found


def two_boards() -> tuple[str, str]:
    """Two boards with figures of both kinds."""
    [(one,), (other,)] = query(
        """select icb_code from published.measure where icb_code not in ('ENG', 'UNK')
           and icb_code in (select icb_code from published.operational) group by 1 order by count(*) desc, 1 limit 2"""
    )
    return one, other


@contextmanager
def standing_for(login: str, *boards: str) -> Iterator[None]:
    with connect_as_owner() as owner:
        for board in boards:
            owner.execute("insert into access.reader values (%s, %s)", [login, board])
    try:
        yield
    finally:
        with connect_as_owner() as owner:
            owner.execute("delete from access.reader where login = %s", [login])


def connect_as_owner() -> Connection:
    connection: Connection = psycopg.connect(**parameters("owner"))
    return connection


@pytest.mark.usefixtures("warehouse")
def test_every_published_table_that_names_a_board_hides_rows_and_every_other_does_not() -> None:
    tables = published()
    assert {name for name, boards in tables.items() if boards} >= {"heard", "measure", "operational", "organisation"}
    assert {name for name, boards in tables.items() if not boards} >= {"expectation", "extract", "publication"}
    for name, boards in tables.items():
        relation = f"published.{name}"
        assert query("select relkind::text, relrowsecurity from pg_class where oid = %s::regclass", relation) == [
            ("r", bool(boards))
        ]
        policies = query(
            """select policyname::text, roles::text[], cmd, permissive, qual = 'true' from pg_policies
               where schemaname = 'published' and tablename = %s order by 1""",
            name,
        )
        assert policies == (
            [
                ("all_rows", ["ics_analyst", "ics_auditor", "ics_dashboard"], "SELECT", "PERMISSIVE", True),
                ("rows_of_their_boards", ["ics_quality_lead"], "SELECT", "PERMISSIVE", False),
            ]
            if boards
            else []
        )


def assert_sees(connection: Connection, *mine: str) -> None:
    """Of every table, the rows of England and of these boards, each as often as it stands there, and no other."""
    for name, boards in published().items():
        if boards:
            every = all_rows(name, boards)
            expected = {row: sum(1 for named in of if named & {"ENG", *mine}) for row, of in every.items()}
        else:
            expected = dict(query(f"select t::text, count(*) from published.{name} as t group by 1"))
        found = dict(connection.execute(f"select t::text, count(*) from published.{name} as t group by 1".encode()).fetchall())
        assert found == {row: count for row, count in expected.items() if count}, name


@pytest.mark.usefixtures("warehouse")
def test_a_quality_lead_sees_england_and_the_boards_that_they_stand_for() -> None:
    one, other = two_boards()
    seen = {}
    for boards in ((), (one,), (other,), (one, other)):
        with standing_for("lead", *boards), logged_in("lead") as connection:
            assert_sees(connection, *boards)
            seen[boards] = connection.execute("select count(*) from published.measure").fetchone()
    every = query("select count(*) from published.measure")[0]
    assert len({*seen.values(), every}) == 5  # none, one, the other, both, and all there are: each is another number


@pytest.mark.usefixtures("warehouse")
def test_who_stands_for_a_board_is_asked_of_the_login_whatever_role_it_takes_on() -> None:
    one, other = two_boards()
    with standing_for("ics_quality_lead", other), standing_for("lead", one), logged_in("lead") as connection:
        connection.execute("set role ics_quality_lead")
        assert_sees(connection, one)


@pytest.mark.usefixtures("warehouse")
@pytest.mark.parametrize("who", ["auditor", "analyst", "dashboard"])
def test_other_readers_see_every_row_at_no_cost(who: str) -> None:
    with logged_in(who) as connection:
        for name in published():
            assert connection.execute(f"select count(*) from published.{name}".encode()).fetchone() == query(
                f"select count(*) from published.{name}"
            )[0]  # fmt: skip
        plan = connection.execute("explain select * from published.measure").fetchall()
    assert len(plan) == 1, plan  # it reads the table, and filters nothing


@pytest.mark.usefixtures("warehouse")
def test_rows_of_other_boards_are_told_by_no_way_round() -> None:
    one, other = two_boards()
    theirs = "icb_code not in ('ENG', 'UNK') and icb_code <> %s and now_icb_code <> %s"
    [(hidden,)] = query(f"select count(*) from published.measure where {theirs}", one, one)
    assert hidden > 0
    with standing_for("lead", one), logged_in("lead") as connection:

        def asked(statement: str) -> list[tuple[Any, ...]]:
            return connection.execute(statement.format(other=other, one=one).encode()).fetchall()

        assert asked("select count(*) from published.measure where icb_code = '{other}' and now_icb_code <> '{one}'") == [(0,)]
        assert asked(
            """select count(*) from published.organisation as mine left join published.measure as theirs
               on theirs.icb_code = '{other}' and theirs.now_icb_code = '{other}' where theirs.measure_code is not null"""
        ) == [(0,)]
        assert asked("with them as (table published.operational) select count(*) from them where icb_code = '{other}'") == [(0,)]
        plan = "\n".join(line for (line,) in asked("explain (analyze, verbose) select * from published.organisation"))
        assert other not in plan
        # a condition that fails on a row tells that it is there: it is asked of their own rows alone
        assert asked(
            "select count(*) from published.measure where 1 / (icb_code <> '{other}' or now_icb_code = '{one}')::integer < 0"
        ) == [(0,)]
        lines: list[bytes] = []
        with connection.cursor().copy("copy (select icb_code || now_icb_code from published.measure) to stdout") as copy:
            lines = [bytes(line) for line in copy]
        assert lines
        assert not [line for line in lines if line.strip() == (other * 2).encode()]
        connection.execute("set row_security = off")
        with pytest.raises(psycopg.errors.InsufficientPrivilege, match="affected by row-level security"):
            connection.execute("select count(*) from published.measure")
        assert asked("select count(*) from pg_stats where schemaname = 'published' and tablename = 'measure'") == [(0,)]


@pytest.mark.usefixtures("warehouse")
def test_the_lines_of_the_page_give_a_person_what_it_says() -> None:
    page = (PROJECT / "docs" / "for-engineers.md").read_text()
    section = page[page.index("\n## Roles\n") :]
    block = re.findall(r"```sql\n(.*?)```", section, re.DOTALL)[0]
    with connect_as_owner() as owner:
        owner.execute(block.encode())
        for login, _ in re.findall(r'create role "([\w.]+)" login in role (\w+)', block):
            owner.execute(sql.SQL("alter role {} password {}").format(sql.Identifier(login), PERSON))
    [(lead, board)] = query("select login, organisation_code from access.reader")
    with logged_in(lead) as connection:
        assert_sees(connection, board)
    auditors = [login for login, role in re.findall(r'create role "([\w.]+)" login in role (\w+)', block) if role == "ics_auditor"]
    assert len(auditors) == 1
    with logged_in(auditors[0]) as connection:
        assert not refused(connection, "select from ledger.extract")
        assert refused(connection, "delete from published.measure")
    with connect_as_owner() as owner:
        owner.execute("delete from access.reader")


# ---- the pipeline without the owner


def test_every_call_of_ours_says_as_whom_it_connects() -> None:
    silent = [
        f"{path.name}:{node.lineno}"
        for path in (PROJECT / "plugins").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("connect", "parameters")
        and not node.args
    ]  # fmt: skip
    assert silent == []


def test_a_worker_that_has_no_other_password_loads_builds_and_publishes(
    warehouse: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source, file = registry()["ae"], tmp_path / AE_NAME
    file.write_bytes(ae_csv())
    tables = "select relname::text, oid::bigint from pg_class where relnamespace = 'published'::regnamespace and relkind = 'r'"
    before = dict(query(tables))
    with monkeypatch.context() as patch:
        for name in ("DB", "AUDITOR", "ANALYST", "DASHBOARD"):
            patch.delenv(f"ICS_{name}_PASSWORD")
        settings.cache_clear()
        collecting.take(source, collecting.discover(source, {"file": str(file)}), "a test")
        assert collecting.outcome(source, "a test")["accepted"] == 1
        for layer in building.LAYERS:
            if layer != "published":
                building.build(layer)
        marts = building.marts_built_at()
        assurance.check_marts("a test")
        building.publish(marts, "a test")
    settings.cache_clear()
    assert query("select count(*) from published.operational where organisation_code = 'X1X1X'") > [(0,)]
    # tables that were made anew hide as much as those before them
    assert all(before[name] != oid for name, oid in query(tables))
    test_every_published_table_that_names_a_board_hides_rows_and_every_other_does_not()
    one, _ = two_boards()
    with standing_for("lead", one), logged_in("lead") as connection:
        assert_sees(connection, one)
