"""Building a layer of the warehouse with dbt, in this process."""

import hashlib
import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, get_args

from ics_insight.errors import BuildFailed, Unavailable
from ics_insight.orchestration.disclosing import disclose, remember
from ics_insight.settings import PROJECT, settings
from ics_insight.sources import registry
from ics_insight.sources.registry import Shape
from ics_insight.warehouse import Connection, Ledger, connect, parameters, refresh_statistics

if TYPE_CHECKING:
    from dbt.contracts.results import RunResult

_log = logging.getLogger(__name__)
_BUILD_LOCK = 7_202_605
LAYERS = {
    "vocabulary": ["path:seeds"],
    "staging": ["path:models/staging"],
    "intermediate": ["path:models/intermediate"],
    "marts": ["path:models/marts"],
    "published": ["path:models/published"],
}


def build(layer: str) -> str:
    """Build and test one layer; a sentence with what was done. Raises BuildFailed with the failures in words.

    Only what is new is built, unless the dbt project changed since: then everything is, so that rows of an older model never stay.
    Of a project that did not change the vocabulary is what it was, and so are views: they are left alone, and tested with what is
    new in them. Where no file came and nothing became of one, all of it is as it was, but for the day of publication.
    """
    refresh_statistics()
    with _building() as connection:
        return _build(connection, layer)


def marts_built_at() -> str:
    """When the marts were last built, which tells their states apart; empty before the first time."""
    with connect("transformer") as connection:
        return _marts_built_at(connection)


def publish(checked: str, dag_run: str) -> str:
    """Build what readers see of the marts that were built at `checked`, keep what board packs are made of, and enter in the ledger
    that it was published.

    Raises BuildFailed, and Unavailable where the marts were built again since: nobody has looked at these.
    """
    from ics_insight.dashboard.kept import keep  # pages are no matter of who parses a DAG
    from ics_insight.dashboard.pack_sections import MEASURES

    refresh_statistics()
    with _building() as connection:
        if _marts_built_at(connection) != checked:
            raise Unavailable("The marts were built again while they were checked; the next run checks and publishes them.")
        said = _build(connection, "published")
        keep(connection, MEASURES)
        Ledger(connection).published(dag_run)
    return said


@contextmanager
def _building() -> Iterator[Connection]:
    """Two builds of one warehouse would drop each other's tables: the second waits."""
    with connect("transformer") as connection:
        connection.execute("select pg_advisory_xact_lock(%s)", [_BUILD_LOCK])
        yield connection


def _marts_built_at(connection: Connection) -> str:
    found = connection.execute("select built_at::text from ledger.build where layer = 'marts'").fetchone()
    return found[0] if found else ""


def _build(connection: Connection, layer: str) -> str:
    project = project_fingerprint()
    built = connection.execute("select project from ledger.build where layer = %s", [layer]).fetchone()
    refresh = [] if built == (project,) else ["--full-refresh"]
    stands = not refresh and _stands(connection, layer)
    if stands and layer == "vocabulary":
        return f"{layer}: as it was."
    if stands and layer != "published" and not _has_news(connection, layer):
        return f"{layer}: nothing new."
    selection = ["--select", *LAYERS[layer], *(["--exclude", *removed()] if removed() else [])]
    # A test that asks of two layers runs with the later one.
    when = ["--indirect-selection", "buildable", "--exclude-resource-type", "unit_test"]
    if refresh:
        _forget(layer)
    if layer == "published":
        disclose()
    command = ["test"] if stands and layer == "staging" else ["build", *refresh]
    _takes_account(connection, layer)
    results = invoke([*command, *when, *selection])
    if layer == "published":
        remember(connection)
    connection.execute(
        """insert into ledger.build (layer, project) values (%s, %s)
           on conflict (layer) do update set project = excluded.project, built_at = now()""",
        [layer, project],
    )
    return f"{layer}: {len(results)} models and tests."


def _forget(layer: str) -> None:
    """What a layer was built from is unknown until it is built whole: a build that fails half-way leaves tables of two projects."""
    with connect("transformer") as connection:
        connection.execute("delete from ledger.build where layer = %s", [layer])


def _has_news(connection: Connection, layer: str) -> bool:
    """Whether a file came, or another became of one, since a layer was last built."""
    found = connection.execute(
        f"""select exists (
                select extract_id, changed_at from {_files_for(layer)}
                except select extract_id, changed_at from ledger.built_extract where layer = %s
            )""".encode(),  # noqa: S608
        [layer],
    )
    return found.fetchone() == (True,)


def _takes_account(connection: Connection, layer: str) -> None:
    """Enter the files that a layer is about to be built of, as they stand. It counts once this transaction does, with the build."""
    connection.execute("delete from ledger.built_extract where layer = %s", [layer])
    connection.execute(
        f"""insert into ledger.built_extract (layer, extract_id, changed_at)
            select %s, extract_id, changed_at from {_files_for(layer)}""".encode(),  # noqa: S608
        [layer],
    )


def _files_for(layer: str) -> str:
    """Marts are built of what the layer before them is, and take account of no more: a file that came since is news to both."""
    return "ledger.built_extract where layer = 'intermediate'" if layer == "marts" else "ledger.extract"


def _stands(connection: Connection, layer: str) -> bool:
    """Whether every table or view of a layer is there: one goes with what it reads, as when a source is removed for a while."""
    folder = PROJECT / "dbt_project" / LAYERS[layer][0].removeprefix("path:")
    gone = {name.rpartition("/")[2] for name in removed()}
    wanted = {path.stem for path in folder.rglob("*") if path.suffix in (".sql", ".csv") and path.parent.name not in gone}
    found = connection.execute(
        "select relname::text from pg_class where relnamespace::regnamespace::text = any(%s)", [list(LAYERS)]
    ).fetchall()  # steps of the marts are in another schema
    return wanted <= {name for (name,) in found}


def project_fingerprint() -> str:
    """SHA-256 of everything in the dbt project that decides what is built."""
    digest = hashlib.sha256(repr(_variables()).encode())
    folder = PROJECT / "dbt_project"
    parts = [folder / "dbt_project.yml", *(path for part in ("models", "macros", "seeds") for path in (folder / part).rglob("*"))]
    for path in sorted(path for path in parts if path.is_file()):
        digest.update(str(path.relative_to(folder)).encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def invoke(arguments: list[str]) -> list[str]:
    """Run a dbt command on this warehouse and return the names of what it ran. Raises BuildFailed."""
    from dbt.cli.main import dbtRunner

    _set_environment()
    folder = str(PROJECT / "dbt_project")
    places = ["--project-dir", folder, "--profiles-dir", folder]
    outcome = dbtRunner().invoke([*_quiet(), *arguments, *places, "--vars", repr(_variables())])
    results = list(getattr(outcome.result, "results", None) or [])
    bad = [result for result in results if str(result.status) in ("error", "fail", "runtime error")]
    for result in results:
        if str(result.status) == "warn":
            _log.warning("%s", _why(result))
    if outcome.exception or bad or not outcome.success:
        said = "; ".join(_why(result) for result in bad) or str(outcome.exception)
        raise BuildFailed(f"dbt {arguments[0]} {' '.join(arguments[2:])} failed. {said}")
    return [result.node.name for result in results]


def document() -> Path:
    """dbt's documentation of the whole project, with its lineage, as one page that needs no server. Raises BuildFailed."""
    invoke(["docs", "generate", "--static"])
    return settings().home / "dbt" / "target" / "static_index.html"


def shapes() -> dict[str, list[str]]:
    """For each shape, the sources whose staging folder fills it, as their source.yml says."""
    filled: dict[str, list[str]] = {shape: [] for shape in get_args(Shape)}
    for source in sorted(registry().values(), key=lambda source: source.name):
        for shape in source.shapes:
            filled[shape].append(source.name)
    return filled


def _variables() -> dict[str, object]:
    """What dbt is told of this installation: shapes and their sources, which are read whole, how old each may be, and whose
    warehouse it is."""
    sources = sorted(registry().values(), key=lambda source: source.name)
    whole = [source.name for source in sources if source.read_whole]
    ages = {source.name: source.max_age_days for source in sources}
    return {"shapes": shapes(), "read_whole": whole, "max_age_days": ages, "icb": settings().icb}


def removed() -> list[str]:
    """Staging folders whose source is not installed, as dbt selects them: they are not built."""
    folders = sorted(path.name for path in (PROJECT / "dbt_project/models/staging").iterdir() if path.is_dir())
    return [f"path:models/staging/{name}" for name in folders if name not in registry()]


def _set_environment() -> None:
    known = parameters("transformer")
    work = settings().home / "dbt"
    os.environ.update(
        {
            "ICS_DB_HOST": known["host"],
            "ICS_DB_PORT": str(known["port"]),
            "ICS_DB_NAME": known["dbname"],
            "DBT_ENV_SECRET_ICS_TRANSFORMER_PASSWORD": known["password"],  # dbt scrubs values of this prefix from its logs
            "DBT_TARGET_PATH": str(work / "target"),
            "DBT_LOG_PATH": str(work / "logs"),
        }
    )


def _quiet() -> list[str]:
    """What went wrong is said by whoever called: dbt would write the failing row beside it, which may be of a person."""
    return ["--log-level", "none", "--log-level-file", "none", "--no-use-colors"]


def _why(result: "RunResult") -> str:
    """What is wrong, and with what: of a test of rows, which of its expressions do not hold, and in how many rows."""
    asked = getattr(result.node, "test_metadata", None)
    code = getattr(result.node, "compiled_code", None)
    if asked is None or asked.name != "every_row" or str(result.status) not in ("fail", "warn") or not code:
        return f"{result.node.name}: {_first_lines(result.message)}"
    with connect("transformer") as connection:
        broken = connection.execute(code.encode()).fetchall()
    of = str(getattr(result.node, "attached_node", "")).rpartition(".")[2]
    return f"{of}: " + ", ".join(f"{holds} does not hold in {rows} rows" for holds, rows in broken)


def _first_lines(message: str | None) -> str:
    """Without the row that broke a rule: the database names the rule, its table and column."""
    return " ".join((message or "no message").partition("DETAIL:")[0].split())[:400]
