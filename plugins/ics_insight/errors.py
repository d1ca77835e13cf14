"""The ways in which work can stop, so that the pipeline knows whether a retry can help."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Problem:
    """One thing to mend in a refused file: where it is, what was found there, and what was expected. No cell is ever quoted."""

    found: str
    sheet: str = ""
    row: int | None = None
    column: str = ""
    expected: str = ""


class Refused(Exception):
    """A file cannot be taken as it is.

    The message is one sentence for whoever sent it: what was expected, what was found, and where (file, sheet, row).
    `problems` say the same in rows, for the report that goes back to the sender: those given, or else the one sentence.
    Trying again without another file cannot help.
    """

    def __init__(
        self, message: str, *, sheet: str = "", row: int | None = None, column: str = "", expected: str = "",
        problems: tuple[Problem, ...] = (),
    ) -> None:  # fmt: skip
        super().__init__(message)
        self.problems = problems or (Problem(message, sheet, row, column, expected),)


class Unavailable(Exception):
    """A service did not answer as it should; trying again later may help. The message says which and what it said."""


class NotInstalled(Exception):
    """Something is missing that whoever runs the system installs. The message says what that is, and what does without it."""


class Blocked(Exception):
    """What was built is not to be published. The message says which expectations it breaks, and where; the last publication
    stands."""


class BuildFailed(Exception):
    """A layer of the warehouse was not built. The message names each model or test that failed, and what it said."""
