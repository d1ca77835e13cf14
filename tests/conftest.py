"""What tests share: a real warehouse of their own, the real published files, and saying why something is skipped."""

import fcntl
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

import pytest

from commands import at, ics
from ics_insight import warehouse
from ics_insight.errors import Refused
from ics_insight.orchestration import environment
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
    """An inbox with the real files of the five sources."""
    inbox = tmp_path_factory.mktemp("inbox")
    patterns = {
        "organisations": ["ods/epraccur_2025-11_legacy.csv", "ods/etr_2025-07.csv"],
        "gpps": ["gpps/GPPS_2025_*PUBLIC*.csv"],
        "cqc_inpatient": ["cqc_inpatient/*.ods"],
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
            done = ics(home, "demo", timeout=1800)
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


def empty() -> None:
    """Take everything out of the warehouse."""
    with warehouse.connect() as connection:
        for schema in ("vocabulary", "staging", "intermediate", "marts", "published"):
            connection.execute(f"drop schema if exists {schema} cascade")  # type: ignore[call-overload]
        tables = connection.execute("select format('raw.%I', tablename) from pg_tables where schemaname = 'raw'").fetchall()
        everything = ", ".join(
            [name for (name,) in tables]
            + ["ledger.extract", "ledger.receipt", "ledger.sighting", "ledger.build", "assurance.result"]
        )
        connection.execute(f"truncate {everything} cascade")  # type: ignore[call-overload]
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
