"""Tables of the templates that this project publishes, as a sender fills them in."""

from ics_insight.demo.files import Cell
from ics_insight.sources import registry

Row = dict[str, Cell]
Tables = dict[str, list[Row]]


def template_sheets(source: str, tables: Tables) -> dict[str, list[list[Cell]]]:
    """Every table of a template with its columns, those without rows too."""
    found: dict[str, list[list[Cell]]] = {}
    for layout in registry()[source].layouts[0].sheets:
        title = layout.sheet.removeprefix("(?i)").partition("(")[0]
        header: list[Cell] = [*layout.columns]
        found[title] = [header, *([row.get(column) for column in layout.columns] for row in tables.get(title, []))]
    return found
