"""What tests share: a real warehouse of their own, the real published files, and saying why something is skipped."""

import fcntl
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

import pytest

import commands
from commands import at, checksums, ics
from ics_insight import demo, warehouse
from ics_insight.errors import Refused
from ics_insight.orchestration import building, environment
from ics_insight.settings import settings
from ics_insight.warehouse import embedded
from readers import Read, Refuser, Taker, read_all
from tiny_files import MARK

SHARED = Path(__file__).parents[2] / "shared"
# Files whose tests take longest, which begin first, so that no worker is left alone with one of them at the end.
LONGEST_FIRST = (
    "pipeline/test_demo_run.py",  # others read what it makes
    "pipeline/test_runs.py",
    "pipeline/test_scheduler.py",
    "backtest/test_published_figures.py",
    "pipeline/test_killed_run.py",
    "pipeline/test_collect.py",
    "pipeline/test_blocked_publication.py",
    "pipeline/test_transform.py",
    "integration/test_faults.py",
    "pipeline/test_what_a_source_is.py",
    "integration/test_any_value.py",
)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    order = {Path(__file__).parent / name: place for place, name in enumerate(LONGEST_FIRST)}
    items.sort(key=lambda item: order.get(item.path, len(order)))


def missing(what: str) -> None:
    """Skip on a laptop, with the reason; fail where CI is true, so that nothing is left untried there without a word."""
    if os.environ.get("CI") == "true":
        pytest.fail(f"{what}: needed under CI")
    pytest.skip(what)


@pytest.fixture(scope="session")
def published_files() -> Path:
    """The folder of real published files."""
    folder = SHARED / "data"
    if not folder.is_dir():
        missing(f"the real published files are not at {folder}")
    return folder


@pytest.fixture(scope="session")
def real_inbox(published_files: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An inbox with the real files of six sources."""
    inbox = tmp_path_factory.mktemp("inbox")
    patterns = {
        "organisations": ["ods/epraccur_2025-11_legacy.csv", "ods/etr_2025-07.csv"],
        "gpps": ["gpps/GPPS_2025_*PUBLIC*.csv"],
        "cqc_inpatient": ["cqc_inpatient/*.ods"],
        "populations": ["populations/ethnicity21_lsoa21.csv.gz"],
        "ae": ["operational/Monthly-AE-*.csv"],
        "rtt": ["operational/*RTT*.zip"],
    }
    for source, listed in patterns.items():
        (inbox / source).mkdir()
        for pattern in listed:
            for path in published_files.glob(pattern):
                shutil.copy2(path, inbox / source)
    return inbox


@contextmanager
def once(tmp_path_factory: pytest.TempPathFactory, name: str) -> Iterator[Path]:
    """A folder of all workers of a session, for one of them at a time: what it holds is made by whoever comes first."""
    folder = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        folder = folder.parent
    with (folder / f"{name}.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        (folder / name).mkdir(exist_ok=True)
        yield folder / name


@dataclass(frozen=True)
class DemoRun:
    """What `ics demo` said, with the status that it ended with, and the home that it worked in."""

    home: str
    status: int
    said: str


@pytest.fixture(scope="session")
def demo_run(tmp_path_factory: pytest.TempPathFactory) -> DemoRun:
    """The whole demo, run once by its command: 36 months of every source, held against what it is known to hold."""
    with once(tmp_path_factory, "demo") as folder:
        told = folder / "told.json"
        if not told.exists():
            home = folder / "home"
            done = ics(home, "demo")
            told.write_text(json.dumps(asdict(DemoRun(str(home), done.returncode, done.stdout + done.stderr))))
    run = DemoRun(**json.loads(told.read_text()))
    assert run.status == 0, run.said
    return run


@pytest.fixture(scope="module")
def demo_marts(demo_run: DemoRun) -> Iterator[Path]:
    """The demo's home. For the length of the module the settings of this process point at its warehouse, which can be read only."""
    home = Path(demo_run.home)
    with embedded.running(at(home)) as found, pytest.MonkeyPatch.context() as patch:
        for name, value in {"ICS_HOME": str(home), **found, "PGOPTIONS": "-c default_transaction_read_only=on"}.items():
            patch.setenv(name, value)
        settings.cache_clear()
        yield home
    settings.cache_clear()


MIGRATE = """
from ics_insight.orchestration import environment
with environment.airflow():
    pass
"""


def copied_home(first: Path, home: Path) -> None:
    """Make a home with the database of another one that nobody uses, and a port of its own."""
    theirs = (first / "postgres").resolve()
    home.mkdir(parents=True)
    ours = embedded._Server(at(home)).place
    subprocess.run(["cp", "-a", *(theirs / name for name in ("data", "server.json", "created")), ours], check=True)  # noqa: S607
    known = json.loads((ours / "server.json").read_text())
    (ours / "server.json").write_text(json.dumps({**known, "port": embedded._free_port()}))


def migrated_home(tmp_path_factory: pytest.TempPathFactory, home: Path) -> Path:
    """Make a home in which Airflow has its tables, which takes seconds: a copy of one, whose server has a port of its own."""
    with once(tmp_path_factory, "migrated") as folder:
        first = folder / "home"
        if not (first / "airflow" / environment.MIGRATED).exists():
            subprocess.run([sys.executable, "-c", MIGRATE], env=commands.environment(first), check=True)
        copied_home(first, home)
    (home / "airflow").mkdir()
    shutil.copy2(first / "airflow" / environment.MIGRATED, home / "airflow")
    return home


@pytest.fixture
def migrated(tmp_path_factory: pytest.TempPathFactory, tmp_path: Path) -> Path:
    """A home in which Airflow's tables are there already."""
    return migrated_home(tmp_path_factory, tmp_path / "home")


@dataclass(frozen=True)
class CleanRun:
    """One undisturbed `ics run` of five sources and two months: what was delivered, its home, a home with a copy of its database,
    and what it left in either."""

    inbox: Path
    home: Path
    copy: Path
    checksums: dict[str, str]


@pytest.fixture(scope="session")
def clean_run(tmp_path_factory: pytest.TempPathFactory) -> CleanRun:
    """Its home may be used further by one file alone (`pipeline/test_runs.py`), and the copy by another (`pipeline/test_roles.py`);
    what it left is known to all."""
    with once(tmp_path_factory, "clean") as folder:
        inbox, home, copy, left = folder / "delivered", folder / "home", folder / "copy", folder / "left.json"
        if not left.exists():
            migrated_home(tmp_path_factory, home)
            demo.write(inbox, months=2, only=("organisations", "ae", "cqc_inpatient", "gpps", "rtt"))
            done = ics(home, "run", "--inbox", str(inbox))
            assert done.returncode == 0, done.stdout + done.stderr
            assert "ae: 2 delivered, 2 loaded and accepted" in done.stdout
            found = checksums(home)
            copied_home(home, copy)
            left.write_text(json.dumps(found))
    return CleanRun(inbox, home, copy, json.loads(left.read_text()))


@pytest.fixture(scope="session")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """A prepared embedded Postgres for tests that need no Airflow; the settings of this process point at it."""
    home = tmp_path_factory.mktemp("home")
    before = os.environ.get("ICS_HOME")
    os.environ["ICS_HOME"] = str(home)
    settings.cache_clear()
    try:
        with environment.database():
            warehouse.prepare()
            yield
    finally:
        os.environ.pop("ICS_HOME")
        if before is not None:
            os.environ["ICS_HOME"] = before
        settings.cache_clear()


@pytest.fixture
def empty_warehouse(database: None) -> None:
    """The warehouse as it was when it was new."""
    empty()


@pytest.fixture
def cleared_warehouse(database: None) -> None:
    """The same, for tests that change no table of it: what `stage` builds need not be built again after them."""
    clear()


BUILT = ("vocabulary", "staging", "intermediate", "marts", "published")
KEPT = {"vocabulary": "vocabulary_put_aside", "staging": "staging_put_aside"}
WHOLE = "whole, with every test passed"


def empty() -> None:
    """Take everything out of the warehouse."""
    _take_out(*BUILT, *KEPT.values())


def clear() -> None:
    """Take everything out of the warehouse, but put aside what `stage` built: constant words, and views that hold no row."""
    with warehouse.connect() as connection:
        if _is_whole(connection, "staging"):
            for schema, aside in KEPT.items():
                connection.execute(f"alter schema {schema} rename to {aside}".encode())
    _take_out(*BUILT)


def stage() -> None:
    """Vocabulary and staging on what is in raw: built, or brought back and tested where there are rows.

    Raises BuildFailed when a test of a source that delivered something fails.
    """
    with warehouse.connect() as connection:
        delivered = connection.execute("select distinct source from ledger.extract").fetchall()
        known = _is_whole(connection, KEPT["staging"])
        if known:
            for schema, aside in KEPT.items():
                connection.execute(f"drop schema {schema}".encode())
                connection.execute(f"alter schema {aside} rename to {schema}".encode())
    if not known:
        for layer in KEPT:
            building.build(layer)
        with warehouse.connect() as connection:
            connection.execute(f"comment on schema staging is '{WHOLE}'".encode())
    elif delivered:
        warehouse.refresh_statistics()
        chosen = [f"path:models/staging/{source},test_type:data" for (source,) in delivered]
        assert building.invoke(["test", "--indirect-selection", "buildable", "--select", *chosen])


def _is_whole(connection: warehouse.Connection, schema: str) -> bool:
    said = connection.execute("select obj_description(to_regnamespace(%s), 'pg_namespace')", [schema]).fetchone()
    return said == (WHOLE,)


def _take_out(*schemas: str) -> None:
    with warehouse.connect() as connection:
        for schema in schemas:
            connection.execute(f"drop schema if exists {schema} cascade".encode())
        tables = connection.execute("select format('raw.%I', tablename) from pg_tables where schemaname = 'raw'").fetchall()
        everything = ", ".join(
            [name for (name,) in tables]
            + ["ledger.extract", "ledger.receipt", "ledger.sighting", "ledger.build", "ledger.built_extract", "ledger.publication"]
            + ["assurance.result", "assurance.waiver", "disclosure.told", "disclosure.seen"]
        )
        connection.execute(f"truncate {everything} cascade".encode())
    warehouse.prepare()


@pytest.fixture
def rows_of(tmp_path: Path) -> Taker:
    """Read these bytes as a file of a source."""

    def take(source: str, content: bytes, name: str) -> Read:
        path = tmp_path / "delivered"
        path.write_bytes(content)
        return read_all(source, path, name)

    return take


@pytest.fixture
def refusal(rows_of: Taker) -> Refuser:
    """The sentence with which these bytes are refused; never does it quote a data row."""

    def refuse(source: str, content: bytes, name: str) -> str:
        with pytest.raises(Refused) as refused:
            rows_of(source, content, name)
        sentence = str(refused.value)
        assert MARK not in sentence
        assert sentence.startswith(name)
        assert sentence.endswith(".")
        return sentence

    return refuse
