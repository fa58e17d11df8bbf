"""Terraform plans read into a change set that is safe to publish.

The way of a value: `decode` turns bytes into an outline in which values stay closed (`document`), `taint` finds what
must not be seen, `safe` is the only way from a plan's own values to values that may be shown (`values`), and a `view`
is one object in that form. `differences`, `lenses`, `risks` and `causes` read views only. `reader` puts the change set
together (`model`), `entries` adds what the catalogue knows. `contract` seals what a
plan promises, and `refining` says whether another one keeps it. No other floor sees an unredacted plan.
"""

from infragen.plan.compare import Comparison, Different, compare_change_sets
from infragen.plan.contract import Contract, contract_of, contract_of_each
from infragen.plan.entries import assign_entries, merge
from infragen.plan.model import (
    Action,
    AttributeChange,
    Cause,
    Change,
    ChangeSet,
    Check,
    Deferred,
    Entry,
    Invocation,
    KnownBody,
    Level,
    Noise,
    Origin,
    OutputChange,
    Risk,
    RiskKind,
    Sources,
    Summary,
)
from infragen.plan.reader import OpenPlan, change_sets, open_plan, parse_plan, read_plan
from infragen.plan.refining import Deviation, DeviationKind, refines, refines_together

__all__ = [
    "Action",
    "AttributeChange",
    "Cause",
    "Change",
    "ChangeSet",
    "Check",
    "Comparison",
    "Contract",
    "Deferred",
    "Deviation",
    "DeviationKind",
    "Different",
    "Entry",
    "Invocation",
    "KnownBody",
    "Level",
    "Noise",
    "OpenPlan",
    "Origin",
    "OutputChange",
    "Risk",
    "RiskKind",
    "Sources",
    "Summary",
    "assign_entries",
    "change_sets",
    "compare_change_sets",
    "contract_of",
    "contract_of_each",
    "merge",
    "open_plan",
    "parse_plan",
    "read_plan",
    "refines",
    "refines_together",
]
