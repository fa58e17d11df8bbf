"""Saved plans, and whether what is planned or done later conforms to what was reviewed.

`contract` writes down what a plan will do, `deviations` says where another plan does something else, `saved_plan` keeps
what was shown. `expected_events` is what an apply has to report as done; `ownership` tells whether an object
that exists is the one that a plan creates.
"""

from infragen.plan_contract.contract import Contract, contract_of, contract_of_each
from infragen.plan_contract.deviations import Deviation, DeviationKind, deviations_by_stack, find_deviations

__all__ = [
    "Contract", "Deviation", "DeviationKind", "contract_of", "contract_of_each", "deviations_by_stack",
    "find_deviations",
]  # fmt: skip
