"""How small a number is too small to publish, by name."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Policy:
    """A rule for counts of people.

    A count from 1 to `smallest` - 1 is hidden, and so are as many others as it takes that nobody can work it out. Zero is shown:
    that nobody of a group was heard is what is to be read. What is hidden is therefore 1 or more, and at least `spread` values of
    it must remain possible for whoever puts together all that is shown.
    """

    name: str
    smallest: int
    source: str  # of the rule
    nearest: int = 1  # what is shown is rounded to so many

    def shown(self, count: int) -> int | None:
        """What stands in place of a count; None where it is hidden."""
        return None if self.hides(count) else self.nearest * round(count / self.nearest)

    @property
    def spread(self) -> int:
        """As many values as the rule says of what it hides first: 1 to 4 are four."""
        return self.smallest - 1

    def hides(self, count: int) -> bool:
        """Whether a count is too small to be shown."""
        return 0 < count < self.smallest


POLICIES = {
    policy.name: policy
    for policy in (
        Policy("fft_lt5", 5, "facts.md 1.3: FFT counts of 1 to 4"),
        Policy("hes_lt8", 8, "methods.md, Suppression: HES and ECDS counts of 1 to 7"),
        Policy("gpps_lt10", 10, "facts.md 2: GPPS results of fewer than 10 who answered"),
        Policy("round5", 8, "methods.md, Suppression: HES and ECDS since 2018; macros/disclosure.sql", 5),
        Policy("strict_10", 10, "facts.md 12: counts of our own, of fewer than 10 people"),
        Policy("cqc_lt30", 30, "facts.md 12: CQC results of fewer than 30 who answered"),
    )
}
