"""What a reviewed plan will do, written down so that a later plan can be held against it (`deviations`).

A stack that reads another cannot be planned for good before that one is applied. What was reviewed is then a plan of
all stacks together, in which some values are "(known after apply)". The plan that is made later, of that stack alone,
must conform. A contract holds no value of a plan: each is a keyed digest.
"""

from __future__ import annotations

import secrets
from collections import defaultdict
from collections.abc import Callable, Collection, Mapping

import msgspec
from msgspec import Struct

from infragen.hcl.addresses import without_keys
from infragen.plan_contract.planned_changes import (
    REPLACES,
    UPDATE,
    PlannedItem,
    action_text,
    by_stack,
    deferred,
    invocations,
    stack_and_address,
)
from infragen.redaction.decode import Guard, OpenPlan
from infragen.redaction.document import opened
from infragen.redaction.exact_json import collector_paused
from infragen.redaction.keyed_digest import KEY_BYTES, Digester, DigestTree
from infragen.redaction.marks import is_marked
from infragen.redaction.raw_comparison import certainly_differs

VERSION = 2


class ReviewedChange(Struct, frozen=True, omit_defaults=True):
    """What a plan does to one object.

    `address` is the object's within its stack. `is_certain` says that a known value changes, so that an update or a
    replacement cannot come out as nothing. `importing` is None where nothing is imported. `changes` are the names to
    each place that an update changes or may change; `identity` is the id of what is destroyed or forgotten. `before`
    has the former values of attributes that an update changes to known ones.
    """

    address: str
    actions: tuple[str, ...]
    after: DigestTree = None
    deposed: str = ""
    previous: str | None = None
    importing: DigestTree = None
    replace_paths: tuple[str, ...] = ()
    is_certain: bool = True
    changes: tuple[tuple[str, ...], ...] = ()
    identity: DigestTree = None
    before: DigestTree = None

    @property
    def word(self) -> str:
        return action_text(self.actions, moves=self.previous is not None, imports=self.importing is not None)


class StackContract(Struct, frozen=True, omit_defaults=True):
    """What a plan does to one stack.

    `invocations` are the actions of providers that it invokes, each with its settings, and what sections of a newer
    terraform say; `deferred` the objects that wait for another apply.
    """

    changes: tuple[ReviewedChange, ...] = ()
    invocations: dict[str, DigestTree] = {}
    deferred: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        return not (self.changes or self.invocations or self.deferred)


class Contract(Struct, frozen=True):
    """What was reviewed, by stack; `key` is the key of all its digests. A stack without changes is named, too."""

    key: bytes
    stacks: dict[str, StackContract]
    version: int = VERSION

    def to_json(self) -> bytes:
        return msgspec.json.encode(self, order="deterministic")

    @staticmethod
    def from_json(content: bytes) -> Contract:
        """Return it from JSON; ValueError when it is none, or of another version."""
        found = msgspec.json.decode(content, type=Contract)
        if found.version != VERSION or len(found.key) != KEY_BYTES:
            raise ValueError(f"not a contract of version {VERSION}")
        return found

    def of(self, stack: str) -> StackContract:
        return self.stacks.get(stack, StackContract())

    def _addresses(self, wanted: Callable[[ReviewedChange], bool]) -> dict[str, tuple[str, ...]]:
        return {name: tuple(one.address for one in its.changes if wanted(one)) for name, its in self.stacks.items()}

    @property
    def creations(self) -> dict[str, tuple[str, ...]]:
        return self._addresses(lambda one: "create" in one.actions)

    @property
    def alterations(self) -> dict[str, tuple[str, ...]]:
        return self._addresses(lambda one: not {"update", "delete"}.isdisjoint(one.actions))

    @property
    def left_to_people(self) -> dict[str, tuple[str, ...]]:
        """The addresses of what is to be changed in the state alone, by stack: somebody else has to do the rest."""
        return self._addresses(
            lambda one: one.actions == UPDATE and without_keys(one.address).split(".")[-2] == "terraform_data"
        )


def contract_of(plan: OpenPlan, *, stack: str | None = None, labels: Mapping[str, str] | None = None) -> Contract:
    # A plan of `stack`, or of a combined root, where `labels` maps the name of each module to its stack; all these were
    # planned. Raises InfragenError (P202).
    if stack is not None:
        return contract_of_each({stack: plan})
    key = secrets.token_bytes(KEY_BYTES)
    return Contract(key, _by_stack(Digester(key), plan, labels or {}))


def contract_of_each(plans: Mapping[str, OpenPlan]) -> Contract:
    key = secrets.token_bytes(KEY_BYTES)
    of_each = ((name, _by_stack(Digester(key), plan, {})) for name, plan in plans.items())
    return Contract(key, {name: its.get("", StackContract()) for name, its in of_each})


def _by_stack(digester: Digester, plan: OpenPlan, labels: Mapping[str, str]) -> dict[str, StackContract]:
    changes: dict[str, list[ReviewedChange]] = defaultdict(list)
    invoked: dict[str, dict[str, DigestTree]] = defaultdict(dict)
    waiting: dict[str, list[str]] = defaultdict(list)
    with collector_paused(), Guard(plan.name, "a value is nested too deeply to be read"):
        for stack, address, item in by_stack(plan, labels):
            if not item.is_no_op:
                before, unknown = opened(item.change.before), opened(item.change.after_unknown)
                after, mark = item.after()
                changed, is_replaced = item.changing(), item.actions in REPLACES
                changes[stack].append(
                    ReviewedChange(
                        address=address,
                        actions=item.actions,
                        after=digester.digest_tree(after, mark, unknown),
                        deposed=item.deposed,
                        previous=stack_and_address(item.previous, labels)[1] if item.previous else None,
                        importing=item.importing(digester),
                        replace_paths=item.replace_paths(),
                        is_certain=certainly_differs(before, after, unknown, is_replaced=is_replaced),
                        changes=changed,
                        identity=item.identity(digester) if {"delete", "forget"} & {*item.actions} else None,
                        before=_found(item, {names[0] for names in changed if names}, digester),
                    )
                )
        for one in invocations(plan, labels):
            invoked[one.stack][one.label] = digester.digest_tree(one.values, one.mark, one.unknown)
        for stack, address in deferred(plan, labels):
            waiting[stack].append(address)
    names = sorted({*labels.values(), *changes, *invoked, *waiting})
    return {
        name: StackContract(
            tuple(sorted(changes[name], key=lambda one: (one.address, one.deposed))),
            invoked[name],
            tuple(sorted(waiting[name])),
        )
        for name in names
    }


def _found(item: PlannedItem, names: Collection[str], digester: Digester) -> DigestTree:
    (before, mark), unknown = item.before(), opened(item.change.after_unknown)
    if not isinstance(before, dict) or not isinstance(unknown, dict):
        return None
    known = {name: before.get(name) for name in sorted(names) if not is_marked(unknown.get(name))}
    return digester.digest_tree(known, mark, {}) if known else None
