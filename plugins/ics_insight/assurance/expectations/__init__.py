"""Custom expectations, by which suites of `expectations/marts` ask what Great Expectations has no word for.

Importing this package imports Great Expectations, and makes each known to it by the name that a suite file uses for it:
`ExpectOneOwnerForEachScope` is `expect_one_owner_for_each_scope`.
"""

from ics_insight.assurance.expectations.cases import CaseExpectation
from ics_insight.assurance.expectations.figures import (
    ExpectPartsToReconcileWithTheirTotal,
    ExpectPublishedSharesToMatchTheirCounts,
    ExpectScoresNotToBeImplausiblyPerfect,
)
from ics_insight.assurance.expectations.registers import ExpectBenefitArithmeticToHold, ExpectOneOwnerForEachScope
from ics_insight.assurance.expectations.representation import ExpectSampleToRepresentPopulation
from ics_insight.assurance.expectations.series import (
    ExpectModeMixToBeStable,
    ExpectSeriesToHaveNoUnexplainedBreak,
    ExpectVolumeToStayWithinItsOwnHistory,
)

__all__ = [
    "CaseExpectation",
    "ExpectBenefitArithmeticToHold",
    "ExpectModeMixToBeStable",
    "ExpectOneOwnerForEachScope",
    "ExpectPartsToReconcileWithTheirTotal",
    "ExpectPublishedSharesToMatchTheirCounts",
    "ExpectSampleToRepresentPopulation",
    "ExpectScoresNotToBeImplausiblyPerfect",
    "ExpectSeriesToHaveNoUnexplainedBreak",
    "ExpectVolumeToStayWithinItsOwnHistory",
]
