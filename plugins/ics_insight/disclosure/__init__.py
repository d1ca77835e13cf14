"""What may be published of counts of people: policies, suppression, and the attacker that tries to undo it."""

from ics_insight.disclosure.attack import Bounds, Margin, Share, attack
from ics_insight.disclosure.over_time import Before, attack_both
from ics_insight.disclosure.policies import POLICIES, STRICTEST, Policy
from ics_insight.disclosure.suppress import suppress

__all__ = ["POLICIES", "STRICTEST", "Before", "Bounds", "Margin", "Policy", "Share", "attack", "attack_both", "suppress"]
