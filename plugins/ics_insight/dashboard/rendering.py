"""Pages as HTML from templates, with the drawings and tables that can be downloaded from them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from ics_insight.dashboard import words
from ics_insight.dashboard.drawing import Drawing, Row, table
from ics_insight.settings import settings

_environment = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True,
)  # fmt: skip
_environment.globals["words"] = words
_environment.globals["readers_sign_in"] = lambda: settings().access == "oidc"


@dataclass(frozen=True)
class Page:
    """A page: HTML, the drawings in it, by name the tables that are offered whole, and of a pack what makes its slides."""

    html: str
    drawings: Sequence[Drawing] = ()
    tables: Mapping[str, Sequence[Row]] = field(default_factory=dict)
    published_at: datetime | None = None  # of what is shown, where that is not the present publication
    slides: Callable[[], bytes] | None = None

    def png(self, key: str) -> bytes | None:
        """A drawing as a picture; None where there is none by that key."""
        return next((drawing.png for drawing in self.drawings if drawing.key == key), None)

    def csv(self, key: str) -> str | None:
        """The rows behind a drawing, or a whole table, for a spreadsheet; None where there is none by that key."""
        known = {drawing.key: drawing.rows for drawing in self.drawings} | dict(self.tables)
        return table(known[key]) if key in known else None


def render(template: str, **context: Any) -> str:
    """A template as HTML; everything is escaped unless it is a drawing of ours."""
    return _environment.get_template(template).render(**context)
