"""Terraform plans read into a change set that is safe to publish.

`reader` puts the change set together (`model`), `entries` adds what the catalogue knows. A `view` is one object of a
plan as `infragen.redaction` shows it; `differences`, `lenses`, `risks` and `causes` read views only.
"""

from infragen.plan.change_parts import AttributeChange, Cause, CostChange, Entry, Kept, Noise, Origin, Protection
from infragen.plan.compare import Comparison, Different, compare_change_sets
from infragen.plan.entries import assign_entries, merge
from infragen.plan.model import (
    NO_SIDES,
    WITHOUT_STATE,
    Change,
    ChangeSet,
    Check,
    Deferred,
    Edit,
    Edits,
    Invocation,
    KnownBody,
    OutputChange,
    ShownSides,
    Sources,
    Summary,
    UnreadSection,
)
from infragen.plan.reader import change_sets, parse_plan, read_plan
from infragen.plan.risk import LOOKS, Action, Level, Risk, RiskKind
from infragen.redaction.decode import OpenPlan, open_plan, open_plans

__all__ = [
    "LOOKS", "NO_SIDES", "WITHOUT_STATE", "Action", "AttributeChange", "Cause", "Change", "ChangeSet", "Check",
    "Comparison", "CostChange", "Deferred", "Different", "Edit", "Edits", "Entry", "Invocation", "Kept", "KnownBody",
    "Level", "Noise", "OpenPlan", "Origin", "OutputChange", "Protection", "Risk", "RiskKind", "ShownSides", "Sources",
    "Summary", "UnreadSection", "assign_entries", "change_sets", "compare_change_sets", "merge", "open_plan",
    "open_plans", "parse_plan", "read_plan",
]  # fmt: skip
