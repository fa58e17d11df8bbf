"""What objects hold beside what was written down for them: differences from the state on which terraform plans nothing.

A provider stores what AWS said when it made an object. What is put into it later, such as the rules of a security group
or the policies of a role, is another object's doing, and stands in the first one only when that is read again.
"""

import json
from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from msgspec import Raw, Struct
from msgspec.structs import replace

from infragen.plan.model import ChangeSet
from infragen.plan.reader import change_sets
from infragen.redaction.decode import OpenPlan, open_plan
from infragen.redaction.exact_json import decode_value
from infragen.redaction.raw_comparison import differs_in_substance
from infragen.redaction.sensitive_values import leaves


@dataclass(frozen=True, slots=True)
class DriftedObject:
    """An object's attributes as its state has them and as they are, both as JSON; they may be secrets."""

    before: bytes = field(repr=False)
    after: bytes = field(repr=False)

    @property
    def names(self) -> tuple[str, ...]:
        attributes = decode_value(self.before)
        known = [attributes.get(name) for name in ("id", "arn")] if isinstance(attributes, dict) else []
        return tuple(name for name in known if isinstance(name, str) and name)

    @property
    def changed(self) -> frozenset[str]:
        before, after = decode_value(self.before), decode_value(self.after)
        if not (isinstance(before, dict) and isinstance(after, dict)):
            return frozenset()
        both = ((name, before.get(name), after.get(name)) for name in {**before, **after})
        return frozenset(name for name, old, new in both if old != new and (old or new))

    @property
    def new_texts(self) -> frozenset[str]:
        before, after = (frozenset(map(same_form, leaves(decode_value(one)))) for one in (self.before, self.after))
        return after - before


def same_form(text: str) -> str:
    """Return a text, or, of a JSON object, the text that equal objects have; AWS and its provider write their own."""
    if text.startswith("{"):
        with suppress(ValueError):
            return json.dumps(json.loads(text), sort_keys=True)
    return text


class UnplannedDrift(Struct, frozen=True):
    """The additions of a plan, by address. It holds secrets: it is for the states and for nothing else."""

    found: Mapping[str, DriftedObject]
    _plan: OpenPlan

    def as_creations(self, addresses: Collection[str]) -> ChangeSet:
        made = [
            replace(item, change=replace(item.change, actions=["create"], before=Raw(b"null")))
            for item in self._plan.document.resource_changes or ()
            if item.address in addresses
        ]
        document = replace(self._plan.document, resource_changes=made, resource_drift=None)
        return change_sets([OpenPlan(document, self._plan.name)])[0]


def read_unplanned_drift(source: Path) -> UnplannedDrift:
    """`source` is the JSON of a plan that refreshed; errors as in `open_plan`."""
    plan = open_plan(source)
    quiet = {
        item.address
        for item in plan.document.resource_changes or ()
        if item.change.actions == ["no-op"] and item.mode == "managed" and not item.previous_address
    }
    found = {
        item.address: DriftedObject(bytes(item.change.before), bytes(item.change.after))
        for item in plan.document.resource_drift or ()
        if item.address in quiet
        and item.address is not None
        and item.change.actions == ["update"]
        and item.deposed is None
        and isinstance(item.change.before, Raw)
        and isinstance(item.change.after, Raw)
        and differs_in_substance(item.change.before, item.change.after)
    }
    return UnplannedDrift(found, plan)
