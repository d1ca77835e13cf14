"""The report that goes back to whoever sent a refused file: what is wrong, in which row, and what was expected.

Places and rules only: no cell of the file is quoted, so that the report can be sent on as it is.
"""

import csv
from html import escape
from pathlib import Path

from ics_insight.errors import Problem
from ics_insight.settings import settings
from ics_insight.sources import registry
from ics_insight.warehouse import Extract, Ledger, connect

COLUMNS = ("file", "sheet", "row", "column", "found", "expected")


def write_report(extract_id: str) -> Path:
    """Write `<home>/refusals/<source>/<file name>.<extract>.csv` and `.html`; the path of the latter.

    Raises KeyError for an unknown id."""
    with connect("loader") as connection:
        extract, problems = Ledger(connection).get(extract_id), Ledger(connection).problems(extract_id)
    path = report_path(extract.source, extract.file_name, extract_id)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.with_suffix(".csv").open("w", newline="", encoding="utf-8-sig") as file:  # with the mark that Excel needs
        writer = csv.writer(file)
        writer.writerows([COLUMNS, *(_row(extract, each) for each in problems)])
    path.write_text(_page(extract, problems), encoding="utf-8")
    return path


def report_path(source: str, file_name: str, extract_id: str) -> Path:
    """Where the report of a refused extract is, as a page; the same with `.csv` for a spreadsheet."""
    return settings().home / "refusals" / source / f"{file_name}.{extract_id[:8]}.html"


def _row(extract: Extract, each: Problem) -> list[str]:
    row = "" if each.row is None else str(each.row)
    return [extract.file_name, each.sheet, row, each.column, each.found, each.expected]


def _page(extract: Extract, problems: list[Problem]) -> str:
    heads = "".join(f'<th scope="col">{name.capitalize()}</th>' for name in COLUMNS[1:])
    lines = "".join(f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in _row(extract, each)[1:])}</tr>" for each in problems)
    source = registry()[extract.source]
    return PAGE.format(
        file=escape(extract.file_name),
        title=escape(source.title),
        source=source.name,
        page=escape(source.page),
        heads=heads,
        lines=lines,
    )


PAGE = """<!DOCTYPE html>
<html lang="en">
<head><meta charset="utf-8"><title>Not taken: {file}</title>
<style>
body {{ font: 1rem/1.5 sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; color: #212b32 }}
table {{ border-collapse: collapse }}
th, td {{ border: 1px solid #768692; padding: .4rem .6rem; text-align: left; vertical-align: top }}
</style></head>
<body>
<h1>Not taken: {file}</h1>
<p>This file was delivered as <b>{title}</b> (<code>{source}</code>) and was not taken. Earlier deliveries stay in use.
Mend what is listed here and send the file again, under the same name.</p>
<table><caption>What to mend</caption><thead><tr>{heads}</tr></thead><tbody>{lines}</tbody></table>
<p>Rows are counted as a spreadsheet counts them: the header is row 1 where it stands first. Nothing that the file says is repeated
here. What is expected is described at <a href="{page}">{page}</a>.</p>
</body>
</html>
"""
