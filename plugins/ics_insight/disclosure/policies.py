"""How small a number is too small to publish, by name."""

from dataclasses import dataclass

from ics_insight.disclosure.attack import Bounds


@dataclass(frozen=True)
class Policy:
    """A rule for counts of people.

    A count from 1 to `smallest` - 1 is hidden, and so are those that would be shown as the same round number as one of these, and
    as many others as it takes that nobody can work it out. Zero is shown: that nobody of a group was heard is what is to be read.
    What is hidden is therefore 1 or more, and at least `spread` values of it must remain possible for whoever puts together all
    that is shown.
    """

    name: str
    smallest: int
    source: str  # of the rule
    nearest: int = 1  # what is shown is rounded to so many: an odd number, so that no count lies half-way

    def shown(self, count: int) -> int | None:
        """What stands in place of a count; None where it is hidden."""
        return None if self.hides(count) else self._rounded(count)

    def may_be(self, count: int) -> int | Bounds:
        """What a count may be, to who sees what is shown of it. It is the same for what is shown."""
        if count == 0 or self.nearest == 1:
            return count
        return Bounds(self._rounded(count) - self.nearest // 2, self._rounded(count) + self.nearest // 2)

    @property
    def largest_hidden(self) -> int:
        """The largest count that is hidden for being too small."""
        count = self.smallest - 1
        while self.hides(count + 1):
            count += 1
        return count

    @property
    def spread(self) -> int:
        """As many values as the rule says of what it hides first: 1 to 4 are four."""
        return self.smallest - 1

    def missing(self, bounds: Bounds) -> float:
        """How many values are missing to as many as must remain of a hidden count; of one that cannot be small, two must."""
        return (self.spread if bounds.least < self.smallest else 2) - bounds.values

    def missing_of_added(self, bounds: Bounds) -> float:
        """How many are missing of those who came since the table was last published, unless they are nobody or not few. Rounding to
        five leaves five values for one group, and seldom four where its whole hardly grew. Where nothing is rounded there is no way
        but to tell how many came: none is asked for."""
        is_told = bounds.most == 0 or bounds.least >= self.smallest
        return 0 if is_told else self.nearest - 1 - bounds.values

    def hides(self, count: int) -> bool:
        """Whether a count is too small to be shown."""
        return count > 0 and self._rounded(count) - self.nearest // 2 < self.smallest

    def _rounded(self, count: int) -> int:
        return self.nearest * round(count / self.nearest)


POLICIES = {
    policy.name: policy
    for policy in (
        Policy("fft_lt5", 5, "facts.md 1.3: FFT counts of 1 to 4"),
        Policy("hes_lt8", 8, "methods.md, Suppression: HES and ECDS counts of 1 to 7"),
        Policy("gpps_lt10", 10, "facts.md 2: GPPS results of fewer than 10 who answered"),
        Policy("round5", 8, "methods.md, Suppression: HES and ECDS since 2018; macros/disclosure.sql", 5),
        Policy("strict_10", 10, "facts.md 12: counts of our own, of fewer than 10 people"),
        Policy("strict_10_round5", 10, "as strict_10, and rounded as HES and ECDS are: for counts that grow by the month", 5),
        Policy("cqc_lt30", 30, "facts.md 12: CQC results of fewer than 30 who answered"),
    )
}
STRICTEST = POLICIES["strict_10_round5"]  # of our own counts, where a source names none
