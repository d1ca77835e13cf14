"""The `ics` command: everything that a data engineer does with the warehouse on one machine."""

import csv
import json
import logging
import os
import shutil
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from ics_insight.errors import Unavailable
from ics_insight.settings import settings

DEMO_QUERY = (
    "select organisation_code, round(value, 3) as within_4_hours from marts.fct_operational "
    "where measure_code = 'ae_4h' and period_end = (select max(period_end) from marts.fct_operational)"
)

TELL_SECONDS = 5.0

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help="The ICS insight warehouse.")
console = Console(width=None if sys.stdout.isatty() else 160)


def main() -> None:
    """Run the command; what a person can mend ends with one sentence and status 1, not with a traceback."""
    try:
        app()
    except Unavailable as reason:
        Console(stderr=True).print(str(reason), style="red", markup=False)
        sys.exit(1)


@app.command()
def demo(
    scale: Annotated[int, typer.Option(min=1, help="How many times as large as usual; the home board stays as it is.")] = 1,
) -> None:
    """Write the files of a fictional care system, run the whole pipeline on them, and say where to look."""
    from ics_insight import demo as system

    inbox = settings().home / "demo" / "inbox"
    with _step("Writing the files of a fictional care system") as step:
        try:
            written = system.write(inbox, scale=scale, progress=step.advance)
        except ValueError as reason:
            raise Unavailable(str(reason)) from None
    console.print(f"{len(written)} files in publishers' layouts: {inbox}")
    failed = _pipeline(inbox) or (_differs_from_truth() if scale == 1 else 0)
    if not failed:
        ics = _called()
        page = f"http://{settings().host}:{settings().port}/icb/{system.ICB}"
        console.print(f"\nThe page:   {ics} serve, then open {page}", soft_wrap=True)
        console.print(f'A query:    {ics} sql "{DEMO_QUERY}"', soft_wrap=True, markup=False)
    raise typer.Exit(1 if failed else 0)


@app.command()
def run(
    inbox: Annotated[Path | None, typer.Option(help="Look only here, laid out as INBOX/<source>/<any file name>.")] = None,
) -> None:
    """Collect everything that can be collected, transform, publish: in this process, with real DAG runs."""
    raise typer.Exit(_pipeline(inbox))


@app.command()
def collect(
    source: Annotated[str, typer.Argument(help="Name of a source, as `ics status` lists them.")],
    file: Annotated[Path | None, typer.Option(help="Deliver this file, instead of looking in the inbox and online.")] = None,
    sender: Annotated[str | None, typer.Option(help="ODS code of who sent the file, for sources that several send.")] = None,
) -> None:
    """Collect one source: land, load and check what is new."""
    from ics_insight.orchestration import environment
    from ics_insight.sources import registry

    if source not in registry():
        raise Unavailable(f"There is no source “{source}”. Known: {', '.join(registry())}.")
    if sender and not file:
        raise Unavailable("--sender says who sent the file that --file names.")
    with environment.airflow(), _Runs() as runs:
        failed = runs.collect(source, {"file": str(file.resolve()), "sender": sender or ""} if file else {})
    raise typer.Exit(failed)


@app.command()
def up(port: Annotated[int, typer.Option(help="Port of Airflow's web page.")] = 8080) -> None:
    """Run Airflow's scheduler and web page until stopped (Ctrl-C); then stop all that was started."""
    from ics_insight.orchestration import environment, local

    with environment.airflow():
        local.serve_airflow(port, console.print)


@app.command()
def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on.")] = None,
) -> None:
    """Serve the page until stopped (Ctrl-C)."""
    import uvicorn

    from ics_insight.dashboard import access, application
    from ics_insight.orchestration import environment

    current = settings()
    host, port = host or current.host, port or current.port
    access.check(current, host)
    with environment.database():
        console.print(f"The page is at {current.public_url or f'http://{host}:{port}'}/ (Ctrl-C stops it).")
        # Whoever may come in is known by the true address of who asks, not by one that a header states.
        uvicorn.run(application(), host=host, port=port, log_level="warning", proxy_headers=False)


@app.command()
def pack(
    icb: Annotated[str, typer.Option(help="ODS code of the board.")],
    month: Annotated[
        str, typer.Option(help="As it was known at the end of this month, such as 2026-09; else as it is known now.")
    ] = "",
    out: Annotated[Path, typer.Option(help="Folder to write to.")] = Path(),
) -> None:
    """Write the board pack as a page (HTML) and as slides (PPTX)."""
    from ics_insight.dashboard.board_pack import pack_files
    from ics_insight.orchestration import environment

    with environment.database():
        found = pack_files(icb.upper(), month)
    out.mkdir(parents=True, exist_ok=True)
    for name, content in found.items():
        (out / name).write_bytes(content)
        console.print(str(out / name), markup=False, soft_wrap=True)


@app.command()
def status(as_json: Annotated[bool, typer.Option("--json", help="For machines.")] = False) -> None:
    """Sources, their newest period, extracts and refusals; what was published, and what is waived."""
    from ics_insight.orchestration import environment, overview

    with environment.database():
        found = overview.status()
    if as_json:
        print(json.dumps(found, default=str, indent=2))  # noqa: T201
        return
    table = Table("source", "newest period", "state", "extracts", "waiting", "refused", "rows in use", "last received")
    for row in found["sources"]:
        received = row["last_received"]
        table.add_row(
            row["source"], str(row["newest_period"] or "no data held"), row["state"], str(row["accepted"]), str(row["waiting"]),
            str(row["refused"]), f"{row['rows_in_use']:,}", f"{received:%Y-%m-%d %H:%M}" if received else "",
        )  # fmt: skip
    console.print(table)
    for refusal in found["refusals"]:
        console.print(f"Refused: {refusal['source']}: {refusal['reason']}", style="red", markup=False, soft_wrap=True)
    _tell_publication(found["publication"])
    for waiver in found["waivers"]:
        console.print(_waived(waiver), style="yellow", markup=False, soft_wrap=True)


def _tell_publication(found: dict[str, Any] | None) -> None:
    """When the marts were last published, and why not since, if so."""
    if found is None:
        console.print("Nothing was published yet.")
        return
    if found["state"] == "blocked":
        console.print(found["reason"], style="red", markup=False, soft_wrap=True)
    published = found["published_at"]
    since = ", which stands" if found["state"] == "blocked" else ""
    console.print(f"Published last on {published:%Y-%m-%d %H:%M}{since}." if published else "Nothing was published yet.")


def _waived(waiver: dict[str, Any]) -> str:
    whose = f" for {waiver['organisation_code']}" if waiver["organisation_code"] else ""
    what = f"“{waiver['expectation']}” of {waiver['target']}{whose}"
    return f"Waived until {waiver['expires_on']} by {waiver['role']}: {what}. {waiver['reason']}"


@app.command()
def waive(
    target: Annotated[str, typer.Argument(help="The table, such as raw.ae or marts.fct_operational.")],
    expectation: Annotated[str, typer.Argument(help="The name of its expectation, as the sentence says it.")],
    role: Annotated[str, typer.Option(help="The role that answers for it; never a person's name.")],
    reason: Annotated[str, typer.Option(help="Why it may pass; it is shown wherever the number is.")],
    expires: Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="Its last day, at most a year from now.")],
    organisation: Annotated[str | None, typer.Option(help="ODS code; only what this organisation breaks passes.")] = None,
) -> None:
    """Let a critical expectation that does not hold pass for a while. It stays failed, with the waiver beside it."""
    from ics_insight import assurance
    from ics_insight.orchestration import environment
    from ics_insight.warehouse import connect

    given = assurance.Waiver(target, expectation, organisation, role, reason, expires.date())
    with environment.database(), connect("owner") as connection:
        assurance.waive(connection, given)
    console.print(_waived(asdict(given)), markup=False, soft_wrap=True)


@app.command()
def sql(
    query: Annotated[str, typer.Argument(help="One query, run as the role of auditors, which can only read.")],
    as_csv: Annotated[bool, typer.Option("--csv", help="Comma-separated, for machines.")] = False,
) -> None:
    """Ask the warehouse a question in SQL."""
    import psycopg

    from ics_insight.orchestration import environment
    from ics_insight.warehouse import connect

    with environment.database(), connect("auditor") as connection:
        try:
            answer = connection.execute(query)
        except psycopg.Error as error:
            raise Unavailable(f"Postgres says: {error.diag.message_primary or error}") from None
        names = [column.name for column in answer.description or []]
        rows = answer.fetchall() if names else []
    _show(names, rows, as_csv)


@app.command()
def metric(
    names: Annotated[list[str] | None, typer.Argument(help="Names of metrics; none lists them.")] = None,
    by: Annotated[list[str] | None, typer.Option(help="What to tell apart by, such as metric_time__month or organisation.")] = None,
    where: Annotated[list[str] | None, typer.Option(help="A condition, as MetricFlow writes it.")] = None,
    order: Annotated[list[str] | None, typer.Option(help="What to sort by; a `-` before it: largest first.")] = None,
    as_csv: Annotated[bool, typer.Option("--csv", help="Comma-separated, for machines.")] = False,
    explain: Annotated[bool, typer.Option("--explain", help="Show the query itself.")] = False,
) -> None:
    """Ask for metrics by name, told apart by dimensions; their definitions are the warehouse's own."""
    from ics_insight import metrics
    from ics_insight.orchestration import environment

    with environment.database():
        if not names:
            listed = [(each.name, each.label, ", ".join(each.dimensions)) for each in metrics.known()]
            _show(["metric", "what it is", "by"], listed, as_csv)
            return
        answer = metrics.ask(names, by or [], where or [], order or [])
    if explain:
        console.print(answer.sql, markup=False, highlight=False, soft_wrap=True)
    _show(answer.names, answer.rows, as_csv)


@app.command()
def docs() -> None:
    """Write one page about every model: columns, tests, and what it is made from (dbt's documentation)."""
    from ics_insight.orchestration import building, environment

    with environment.database(), _step("Writing the documentation of every model"):
        page = building.document()
    console.print(f"{page}: open it in a browser.", soft_wrap=True)


def _show(names: list[str], rows: Sequence[tuple[Any, ...]], as_csv: bool) -> None:
    if as_csv:
        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerows([names, *rows])
        return
    table = Table(*names)
    for row in rows:
        table.add_row(*("" if value is None else str(value) for value in row))
    console.print(table)
    console.print(f"{len(rows)} rows")


@app.command()
def reset(yes: Annotated[bool, typer.Option("--yes", help="Really delete it.")] = False) -> None:
    """Delete this home: the embedded database, landing, everything that runs wrote."""
    from ics_insight.warehouse import embedded

    home = settings().home
    if not yes:
        raise Unavailable(f"This deletes {home} for good, with its database. Say `ics reset --yes` if that is meant.")
    if home.exists():
        embedded.remove(settings())
        shutil.rmtree(home)
    console.print(f"{home} is gone.")


def _differs_from_truth() -> int:
    """Whether the warehouse holds anything else than the fictional system is said to hold; each difference is told."""
    from ics_insight import demo as system
    from ics_insight.demo import plan
    from ics_insight.orchestration import environment, overview

    with environment.database():
        # As of its own day: its last month stays September 2026, however much later it is run.
        sources = overview.status(system.DELIVERED_ON)["sources"]
    found = plan.disagreements(sources)
    for sentence in found:
        console.print(sentence, style="red", markup=False, soft_wrap=True)
    if not found:
        day = f"{system.DELIVERED_ON:%-d %B %Y}"
        console.print(
            f"\n{len(sources)} sources, all current on {day}, each with the extracts and rows that {plan.TRUTH.name} says."
        )
    return len(found)


def _called() -> str:
    """How to call this command again from where the person stands."""
    return "ics" if shutil.which("ics") == sys.argv[0] else os.path.relpath(sys.argv[0])


def _pipeline(inbox: Path | None) -> int:
    """Collect from every source, transform and publish; the number that the command exits with."""
    from ics_insight.orchestration import environment
    from ics_insight.sources import registry

    if inbox and not inbox.is_dir():
        raise Unavailable(f"{inbox} is not a folder. An inbox is laid out as INBOX/<source>/<any file name>.")
    conf = {"inbox": str(inbox.resolve())} if inbox else {}
    with ExitStack() as stack:
        with _step("Starting Postgres and Airflow"):
            stack.enter_context(environment.airflow())
        runs = stack.enter_context(_Runs())
        failed = sum([runs.collect(source, conf) for source in registry()])
        failed += runs.build("transform") or runs.build("publish")
    return 1 if failed else 0


class _Step:
    """Something that goes on: on a terminal a running clock, elsewhere a line at its start and one every five seconds."""

    def __init__(self, description: str, to: Console, bar: Progress | None) -> None:
        self.description, self.to, self.bar = description, to, bar
        self.total = self.done = 0
        self.told_at = time.monotonic()
        self.task = bar.add_task(description, total=None) if bar else None

    def begin(self, total: int) -> None:
        self.total += total

    def advance(self, what: str) -> None:
        self.done += 1
        of_all = f" of {self.total}" if self.total else ""
        said = f"{self.description}: {self.done}{of_all}, {what}"
        if self.bar and self.task is not None:
            self.bar.update(self.task, description=said)
        elif time.monotonic() - self.told_at >= TELL_SECONDS:
            self.told_at = time.monotonic()
            self.to.print(f"  {said}", markup=False, soft_wrap=True)


@contextmanager
def _step(description: str, to: Console | None = None) -> Iterator[_Step]:
    """Show that something is going on."""
    to = to or console
    if not to.is_terminal:
        to.print(f"{description} …")
        yield _Step(description, to, None)
        return
    columns = (SpinnerColumn(), TextColumn("{task.description}", markup=False), TimeElapsedColumn())
    with Progress(*columns, console=to, transient=True) as bar:
        yield _Step(description, to, bar)


class _PerFile(logging.Handler):
    """Moves a step on with what collecting says of each file."""

    def __init__(self, step: _Step) -> None:
        super().__init__(logging.INFO)
        self.step = step

    def emit(self, record: logging.LogRecord) -> None:
        total = getattr(record, "to_do", None)
        if total is None:
            self.step.advance(record.getMessage())
        else:
            self.step.begin(total)


@contextmanager
def _told_per_file(step: _Step) -> Iterator[None]:
    from ics_insight.orchestration.collecting import progress

    handler = _PerFile(step)
    progress.addHandler(handler)
    try:
        yield
    finally:
        progress.removeHandler(handler)


class _Runs:
    """DAG runs in this process, told on the screen while Airflow's own talk goes to the log."""

    def __enter__(self) -> "_Runs":
        from ics_insight.orchestration import runner

        self._log: AbstractContextManager[Any] = runner.airflow_log()
        self.screen = Console(file=self._log.__enter__(), width=console.width)
        with _step("Reading the DAGs", self.screen):
            self.dags = runner.Dags()
        return self

    def __exit__(self, *exception: object) -> None:
        self._log.__exit__(*exception)  # type: ignore[arg-type]

    def collect(self, source: str, conf: dict[str, Any]) -> int:
        from ics_insight.orchestration import collecting
        from ics_insight.sources import registry

        with _step(f"Collecting {source}", self.screen) as step, _told_per_file(step):
            ran = self.dags.run(f"collect__{source}", conf)
            done = collecting.outcome(registry()[source], ran.dag_run)
        self.screen.print(_summary(source, done), markup=False, soft_wrap=True)
        refused = [each["reason"] for each in done["refused"]]
        for sentence in [*refused, *(said for said in ran.said if said not in refused)]:
            self.screen.print(f"  {sentence}", style="red", markup=False, soft_wrap=True)
        return 0 if ran.succeeded else 1

    def build(self, dag_id: str) -> int:
        with _step(f"Running {dag_id}", self.screen):
            ran = self.dags.run(dag_id, {})
        self.screen.print(f"{dag_id}: {'done' if ran.succeeded else 'failed'}")
        for sentence in ran.said:
            self.screen.print(f"  {sentence}", style="red", markup=False, soft_wrap=True)
        return 0 if ran.succeeded else 1


def _summary(source: str, done: dict[str, Any]) -> str:
    refused = f", {len(done['refused'])} REFUSED" if done["refused"] else ""
    if not done["delivered"] and not done["accepted"]:
        return f"{source}: nothing delivered{refused}"
    known = f", {done['known']} known before" if done["known"] else ""
    new = f"{done['accepted']} loaded and accepted" if done["accepted"] else "nothing new to load"
    return f"{source}: {done['delivered']} delivered, {new}{known}{refused}"


if __name__ == "__main__":
    main()
