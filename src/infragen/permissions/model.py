"""What is found: who may do what and why, and what nobody may do that a use needs."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import NamedTuple

Parts = Mapping[str, Sequence[str]]
"""What a use is of, by the names of the places in `actions.toml`; `source` is what takes the role, if known."""


class Used(NamedTuple):
    """A use: a table of `actions.toml`, whose role or policy it is of (an address, "" for none), and its parts."""

    use: str
    subject: str
    parts: Parts
    actions: tuple[str, ...] = ()
    """For a permission that a catalogue writes out: these, on `parts["resource"]`."""


@dataclass(frozen=True, slots=True)
class Declared:
    """What an entry uses, as its catalogue says: `use` is a table of `actions.toml`, `target` the entry that is used.

    `parts` are words that only the catalogue has, such as the paths that are called. A permission that the catalogue
    writes out has `actions` and `resources` of its own: ARNs, entries, `*`, or nothing for what only Terraform knows;
    `use` then says which.
    """

    owner: str
    use: str
    target: str = ""
    parts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    actions: tuple[str, ...] = ()
    resources: tuple[str, ...] = ()


class Setting(NamedTuple):
    """What a plan does not say: whose it is, the account and the region, and what its entries use.

    `regions` has the regions of the root's modules that stand in another one, by their labels.
    """

    target: str
    account: str
    region: str
    declared: tuple[Declared, ...] = ()
    regions: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True, order=True)
class Permission:
    """One action on one resource that a policy allows or denies.

    `by` is whom a resource's own policy lets in, nothing in a role's. `condition` is in IAM's words. `needed_by` are
    the uses that need it; `wider` says that they need less than it allows. `policy` is the address of what says it, or
    the ARN of a policy that AWS manages.
    """

    action: str
    resource: str
    by: str = ""
    condition: str = ""
    policy: str = ""
    needed_by: tuple[str, ...] = ()
    wider: bool = False
    denies: bool = False

    @property
    def is_unused(self) -> bool:
        return not self.denies and not self.needed_by

    def __str__(self) -> str:
        by = f" by {self.by}" if self.by else ""
        return f"{self.action} on {self.resource}{by}" + (f" if {self.condition}" if self.condition else "")


@dataclass(frozen=True, slots=True, order=True)
class Missing:
    """An action on a resource that a use needs and that nothing allows; `why` says so where something nearly does."""

    action: str
    resource: str
    use: str
    source: str
    by: str = ""
    why: str = ""

    def __str__(self) -> str:
        by = f" by {self.by}" if self.by else ""
        return f"{self.action} on {self.resource}{by}: {self.use}" + (f" ({self.why})" if self.why else "")


@dataclass(frozen=True, slots=True)
class Subject:
    """A role, or a resource with a policy of its own: what it is used for, what is allowed, and what is missing.

    `name` is in the catalogue's words, `owner` the entry or whoever else has it, `address` the plan's.
    """

    name: str
    owner: str
    address: str
    is_role: bool
    uses: tuple[str, ...]
    permissions: tuple[Permission, ...]
    missing: tuple[Missing, ...]

    @property
    def unused(self) -> tuple[Permission, ...]:
        return tuple(one for one in self.permissions if one.is_unused or one.wider)


@dataclass(frozen=True, slots=True)
class Permissions:
    """All roles and policies of resources of an environment, sorted by name; `unread` is what was not looked at."""

    target: str
    subjects: tuple[Subject, ...]
    unread: tuple[str, ...] = ()

    def of_findings(self) -> Permissions:
        return replace(self, subjects=tuple(replace(one, permissions=one.unused) for one in self.subjects))

    def of(self, is_asked: Callable[[str], bool]) -> Permissions:
        return replace(self, subjects=tuple(one for one in self.subjects if is_asked(one.owner)))
