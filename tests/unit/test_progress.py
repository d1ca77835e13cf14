"""A long collection says how far it has come."""

import io

import pytest
from rich.console import Console

from ics_insight import cli
from ics_insight.orchestration.collecting import progress


@pytest.mark.parametrize(("every", "lines"), [(0.0, 3), (3_600.0, 0)])
def test_files_that_are_done_are_told_in_lines_where_there_is_no_terminal(
    monkeypatch: pytest.MonkeyPatch, every: float, lines: int
) -> None:
    monkeypatch.setattr(cli, "TELL_SECONDS", every)
    screen = io.StringIO()
    with cli._step("Collecting ae", Console(file=screen)) as step, cli._told_per_file(step):
        progress.info("3 to pick up", extra={"to_do": 3})
        for name in ("[May].csv", "June.csv", "July.csv"):
            progress.info("%s: %s", name, "taken")
    progress.info("nobody listens any more")
    said = screen.getvalue().splitlines()
    assert said[0] == "Collecting ae …"
    assert (
        said[1:]
        == [
            "  Collecting ae: 1 of 3, [May].csv: taken",
            "  Collecting ae: 2 of 3, June.csv: taken",
            "  Collecting ae: 3 of 3, July.csv: taken",
        ][:lines]
    )


def test_on_a_terminal_the_clock_names_the_file() -> None:
    screen = io.StringIO()
    with cli._step("Collecting ae", Console(file=screen, force_terminal=True, width=100)) as step, cli._told_per_file(step):
        progress.info("3 to pick up", extra={"to_do": 3})
        progress.info("May.csv: taken")
    assert "Collecting ae: 1 of 3, May.csv: taken" in screen.getvalue()
