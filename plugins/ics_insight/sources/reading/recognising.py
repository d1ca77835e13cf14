"""Recognising a layout by its header, and saying what differs where it is none that is known."""

from ics_insight.errors import Refused
from ics_insight.sources.registry import Layout, Source, fingerprint, normalise, registry


def recognise(source: Source, header: list[str], where: str, layouts: list[Layout] | None = None) -> Layout:
    """The layout whose fingerprint the header has, among `layouts` or all of the source.

    Raises Refused: whose file it is instead, or the first column that differs.
    """
    layouts = source.layouts if layouts is None else layouts
    for layout in layouts:
        if _has_layout(layout, header):
            return layout
    refuse_another(source, header, where)
    raise Refused(_nearest(source, layouts, header, where))


def refuse_another(source: Source, header: list[str], where: str) -> None:
    """Raises Refused when this is the header of a file of another source."""
    for other in registry().values():
        if other.name != source.name and any(_has_layout(layout, header) for layout in other.layouts):
            raise another(source, other, where)


def another(source: Source, other: Source, where: str) -> Refused:
    """That it is a file of another source."""
    return Refused(
        f"{where}: expected a file of `{source.name}` ({source.title}); found a file of `{other.name}` ({other.title}). "
        f"Deliver it there."
    )


def _has_layout(layout: Layout, header: list[str]) -> bool:
    if layout.sheets:
        return any(sheet.matches(header) for sheet in layout.sheets)
    return bool(layout.columns) and not layout.match and fingerprint(header) == layout.fingerprint


def _nearest(source: Source, layouts: list[Layout], header: list[str], where: str) -> str:
    """What differs from the layout that shares most columns with what was found."""
    known = []
    for layout in layouts:
        known += [(layout.version, sheet.expected(header), sheet.reduce(header)) for sheet in layout.sheets]
        if layout.columns:
            known.append((layout.version, list(layout.columns), header))
    if not known:
        return f"{where}: not a known layout of `{source.name}` ({source.title})."
    version, expected, found = max(known, key=lambda each: len({*map(normalise, each[1])} & {*map(normalise, each[2])}))
    return unknown_layout(source, where, version, expected, found)


def unknown_layout(source: Source, where: str, version: str, expected: list[str], found: list[str], row: str = "row 1") -> str:
    """One sentence: the first column that is not as expected in a known layout.

    What stands in its place is quoted, but not from a file of people's words: where it has no header, that is what a person said.
    """
    at = next((i for i, (a, b) in enumerate(zip(expected, found, strict=False)) if normalise(a) != normalise(b)), None)
    if at is None:
        at = min(len(expected), len(found))
    wanted = f"“{short(expected[at])}”" if at < len(expected) else "no further column"
    got = "nothing" if at >= len(found) else "another" if source.narrative else f"“{short(found[at])}”"
    after = f" after “{short(found[at - 1])}”" if at else " first"
    return (
        f"{where}: not a known layout of `{source.name}` ({source.title}). "
        f"Nearest is {version}: in {row}{after}, expected {wanted}, found {got}."
    )


def short(text: str) -> str:
    """A column's name as a sentence quotes it."""
    return text if len(text) <= 60 else text[:57] + "…"
