"""The outline of a plan file, decoded without opening a single value.

A plan of 100 MB holds mostly values that no report shows: what does not change, and everything a second time as planned
and prior state. So the file is decoded once into these typed members, and a value stays the bytes it is (`Raw`, a view
of the file's own bytes) until someone asks for it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import lru_cache

import msgspec
from msgspec import UNSET, Raw, Struct, UnsetType, field

from infragen.redaction.exact_json import RepeatedKeyError, decode_value
from infragen.redaction.marks import is_marked
from infragen.redaction.values import Number

_MEMBERS = msgspec.json.Decoder(dict[str, Raw])
_QUICKLY = msgspec.json.Decoder(float_hook=Number)
Lazy = Raw | UnsetType  # a member that is opened on demand


class ChangeBody(Struct, frozen=True, gc=False):
    """`change` of a resource or an output."""

    actions: list[str]
    before: Lazy = UNSET
    after: Lazy = UNSET
    before_sensitive: Lazy = UNSET
    after_sensitive: Lazy = UNSET
    after_unknown: Lazy = UNSET
    replace_paths: Lazy = UNSET
    importing: Lazy = UNSET


class ResourceItem(Struct, frozen=True, gc=False):
    """One item of `resource_changes` or `resource_drift`."""

    change: ChangeBody
    address: str | None = None
    previous_address: str | None = None
    module_address: str | None = None
    mode: str | None = None
    type: str | None = None
    name: str | None = None
    provider_name: str | None = None
    deposed: str | None = None
    action_reason: str | None = None
    index: Lazy = UNSET


class ResourceValues(Struct, frozen=True, gc=False):
    """One resource of the planned or prior state."""

    address: str | None = None
    mode: str | None = None
    type: str | None = None
    values: Lazy = UNSET
    sensitive_values: Lazy = UNSET
    depends_on: Lazy = UNSET


class OutputValue(Struct, frozen=True, gc=False):
    """One output of the planned or prior state."""

    sensitive: bool | None = None
    value: Lazy = UNSET


class ModuleValues(Struct, frozen=True):
    """One module of the planned or prior state."""

    resources: list[ResourceValues] | None = None
    child_modules: list[ModuleValues] | None = None


class StateValues(Struct, frozen=True):
    """`planned_values`, and `values` of the prior state."""

    outputs: dict[str, OutputValue] | None = None
    root_module: ModuleValues | None = None


class PriorState(Struct, frozen=True):
    """`prior_state`."""

    values: StateValues | None = None


def modules_of(values: StateValues | UnsetType | None) -> Iterator[ModuleValues]:
    modules = [values.root_module] if values else []
    while modules:
        if (module := modules.pop()) is not None:
            yield module
            modules.extend(module.child_modules or ())


def resources_of(values: StateValues | UnsetType | None) -> Iterator[ResourceValues]:
    return (one for module in modules_of(values) for one in module.resources or ())


class DeferredItem(Struct, frozen=True, gc=False):
    """One item of `deferred_changes`."""

    resource_change: ResourceItem
    reason: str | None = None


class PlanDocument(Struct, frozen=True, forbid_unknown_fields=True):
    """`terraform show -json` of a plan; `decode` puts the sections that it does not know into `unread`."""

    format_version: Lazy = UNSET
    plan_format_version: Lazy = UNSET
    terraform_version: str | None = None
    resource_changes: list[ResourceItem] | UnsetType | None = UNSET
    resource_drift: list[ResourceItem] | None = None
    output_changes: dict[str, ChangeBody] | None = None
    planned_values: StateValues | UnsetType | None = UNSET
    prior_state: PriorState | None = None
    relevant_attributes: Lazy = UNSET
    configuration: Lazy = UNSET
    variables: Lazy = UNSET
    checks: Lazy = UNSET
    condition_results: Lazy = UNSET  # what terraform 1.2 has instead of `checks`; 1.3 has both
    deferred_changes: list[DeferredItem] | None = None
    action_invocations: Lazy = UNSET
    deferred_action_invocations: Lazy = UNSET
    provider_schemas: Lazy = UNSET
    errored: Lazy = UNSET
    complete: Lazy = UNSET
    applyable: Lazy = UNSET
    planned_without_state: Lazy = UNSET
    """What infragen adds to a plan of its own that was made from nothing: the `files` that were planned."""
    timestamp: Lazy = UNSET
    provider_format_version: Lazy = UNSET
    unread: dict[str, Raw] = field(default_factory=dict, name="@unread")
    # Members that only other documents have; they tell what a file is instead of a plan.
    level: Lazy = field(default=UNSET, name="@level")
    lineage: Lazy = UNSET
    serial: Lazy = UNSET
    version: Lazy = UNSET
    values: Lazy = UNSET

    @property
    def items(self) -> Iterator[ResourceItem]:
        yield from self.resource_changes or ()
        yield from self.resource_drift or ()
        yield from (one.resource_change for one in self.deferred_changes or ())

    @property
    def prior(self) -> StateValues | None:
        return self.prior_state.values if self.prior_state else None


def opened(member: Lazy) -> object:
    return decode_value(bytes(member)) if isinstance(member, Raw) else None


def opened_quickly(member: Lazy) -> object:
    """Return a lazy member like `opened`, for who does not mind whole numbers as `int`: at a third of the cost."""
    if not isinstance(member, Raw):
        return None
    try:
        return _QUICKLY.decode(member)
    except (msgspec.MsgspecError, ValueError):  # half characters, thousands of digits
        return opened(member)


def members_of(member: Lazy) -> dict[str, Raw]:
    if not isinstance(member, Raw):
        return {}
    try:
        return _MEMBERS.decode(member)
    except msgspec.ValidationError:
        return {}
    except (msgspec.MsgspecError, ValueError):  # half a character in a key
        plain = json.loads(bytes(member), parse_float=str, parse_int=str)
        return {name: Raw(json.dumps(value).encode()) for name, value in plain.items()}


_KEY = re.compile(rb'[\s{,]*"(?:[^"\\]|\\.)*"\s*:\s*')
_ITEMS = msgspec.json.Decoder(list[Raw])
_OUTLINED = frozenset(
    {"resource_changes", "resource_drift", "deferred_changes", "output_changes", "resource_change", "change"}
)


def check_keys(content: bytes | Raw, *, is_named: bool = False) -> None:
    """Msgspec takes the last of two equal keys. `is_named` tells that the members are changes by name."""
    members = distinct_members(content)
    for name, value in members.items():
        if is_named or name in _OUTLINED:
            start = bytes(memoryview(value)[:1])
            items = _ITEMS.decode(value) if start == b"[" else (value,)
            for item in (one for one in items if bytes(memoryview(one)[:1]) == b"{"):
                check_keys(item, is_named=name == "output_changes")


def distinct_members(content: bytes | Raw) -> dict[str, Raw]:
    members = _MEMBERS.decode(content)
    compact = 1 + sum(4 + len(name) + len(memoryview(value)) for name, value in members.items())
    if members and len(memoryview(content)) != compact:
        text, at = bytes(content), 0
        for value in members.values():
            found = _KEY.match(text, at)
            at = (found.end() if found else len(text)) + len(memoryview(value))
        if text[at:].strip() != b"}":
            raise RepeatedKeyError
    return members


def marks_anything(member: Lazy) -> bool:
    """Whether a tree of marks marks anything; a plan holds a few trees many times, so each is opened once."""
    return opened_mark(member) is not False


def opened_mark(member: Lazy) -> object:
    """Without members that mark nothing. It is shared by all that are alike: read it only."""
    return _opened_mark(bytes(member)) if isinstance(member, Raw) else False


@lru_cache(maxsize=4096)
def _opened_mark(content: bytes) -> object:
    mark = decode_value(content)
    if isinstance(mark, dict):
        mark = {name: part for name, part in mark.items() if is_marked(part)}
    return mark if is_marked(mark) else False
