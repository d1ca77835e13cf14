"""How often a seldom-heard group is told from one that is heard: power and size of the rule, by simulation.

A group is flagged when the upper limit of its ratio, Wilson's 95 % limit of its share of voices by its share of the population, is
below 0.8. Prints how often that happens to a group that is heard 0.6 times as often as its share would have it (power: to be high),
and to one that is heard at parity (size: to be low), by how large the group is and how many voices there are. Every run draws the
same voices.

`python bench/representation.py`: a few seconds.
"""

import numpy as np
from rich.console import Console
from rich.table import Table

from ics_insight.representation import wilson_limits

THRESHOLD = 0.8
HEARD, PARITY = 0.6, 1.0
SHARES = (0.05, 0.10, 0.20)
VOICES = (30, 100, 300, 1_000)
DRAWS = 200_000
SEED = 2_026


def main() -> None:
    shown = Table("share of the population", "voices", f"flagged at ratio {HEARD:g}", f"flagged at ratio {PARITY:g}")
    chance = np.random.default_rng(SEED)
    for share in SHARES:
        for voices in VOICES:
            rates = (_flagged(chance, voices, share, ratio) for ratio in (HEARD, PARITY))
            shown.add_row(f"{share:.0%}", f"{voices:,}", *(f"{rate:.2%}" for rate in rates), end_section=voices == VOICES[-1])
    Console(width=100).print(shown)


def _flagged(chance: np.random.Generator, voices: int, share: float, ratio: float) -> float:
    """How often a group of so large a share is flagged when its true ratio is that."""
    heard = chance.binomial(voices, ratio * share, DRAWS)
    _, upper = wilson_limits(heard, voices)
    return float((upper / share < THRESHOLD).mean())


if __name__ == "__main__":
    main()
