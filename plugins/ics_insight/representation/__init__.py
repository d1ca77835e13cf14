"""The front door of representation: who was and was not heard, as numbers.

It knows nothing of Airflow, files, HTTP or the database: counts and tables go in, numbers come out.
"""

from ics_insight.representation.intervals import design_effect_of_limits, wilson_limits
from ics_insight.representation.parity import needed_for_parity, total_variation
from ics_insight.representation.response import Response, r_indicator
from ics_insight.representation.weighting import NotWeighted, Weighted, design_effect, effective_size, rake

__all__ = [
    "NotWeighted", "Response", "Weighted", "design_effect", "design_effect_of_limits", "effective_size", "needed_for_parity",
    "r_indicator", "rake", "total_variation", "wilson_limits",
]  # fmt: skip
