"""The ways in which work can stop, so that the pipeline knows whether a retry can help."""


class Refused(Exception):
    """A file cannot be taken as it is.

    The message is one sentence for whoever sent it: what was expected, what was found, and where (file, sheet, row).
    Trying again without another file cannot help.
    """


class Unavailable(Exception):
    """A service did not answer as it should; trying again later may help. The message says which and what it said."""


class BuildFailed(Exception):
    """A layer of the warehouse was not built. The message names each model or test that failed, and what it said."""
