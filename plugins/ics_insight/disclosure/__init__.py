"""What may be published of counts of people: policies, suppression, and the attacker that tries to undo it."""

from ics_insight.disclosure.attack import Bounds, Margin, Share, attack
from ics_insight.disclosure.policies import POLICIES, Policy
from ics_insight.disclosure.suppress import suppress

__all__ = ["POLICIES", "Bounds", "Margin", "Policy", "Share", "attack", "suppress"]
