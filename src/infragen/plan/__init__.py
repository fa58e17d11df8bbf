"""Terraform plans read into a change set that is safe to publish.

`decode` turns bytes into data with exact numbers, `reader` turns data into the model, `redact` is asked for every
string on the way, `differences` says what changes inside one object, `entries` adds what the catalogue knows.
No other floor sees an unredacted plan.
"""

from infragen.plan.entries import assign_entries, merge
from infragen.plan.model import (
    Action,
    AttributeChange,
    Change,
    ChangeSet,
    Entry,
    OutputChange,
    Summary,
)
from infragen.plan.reader import parse_plan, read_plan

__all__ = [
    "Action",
    "AttributeChange",
    "Change",
    "ChangeSet",
    "Entry",
    "OutputChange",
    "Summary",
    "assign_entries",
    "merge",
    "parse_plan",
    "read_plan",
]
