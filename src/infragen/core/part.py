"""What kinds build with: parts of stacks, relations between entries, and what one entry gives another."""

from collections.abc import Callable, Iterator, Mapping
from functools import cache
from operator import attrgetter
from typing import Any, Final, Generic, Literal, TypeVar, cast

from msgspec import Struct, field

from infragen.core.expressions import Export, Module, Reference
from infragen.core.names import LIMITS, Limit, short
from infragen.core.resolved_system import Environment

__all__ = [
    "ENVIRONMENT", "INTERNET", "LIMITS", "Binding", "Grant", "Group", "Link", "Named", "Part", "Provider", "Reason",
    "Relation", "Statement", "asked_by", "named", "pattern", "short",
]  # fmt: skip

ENVIRONMENT: Final = "environment"
"""The owner of what an environment's own settings ask for."""

_Name = TypeVar("_Name", str, tuple[str, ...])

INTERNET: Final = "internet"
"""The end of a relation that is every address."""


class Provider(Struct, frozen=True):
    """A provider that is not AWS's: its name in Terraform, where it comes from, and how it is configured."""

    name: str
    source: str
    version: str
    arguments: Mapping[str, object] = field(default_factory=dict)

    @property
    def label(self) -> Reference:
        return Reference(self.name)

    @property
    def configuration(self) -> tuple[tuple[Reference, object], ...]:
        return tuple((Reference(name), self.arguments[name]) for name in sorted(self.arguments))


class Part(Struct, frozen=True, kw_only=True):
    """One file of a stack: what it is, the template that makes it, and what that reads as `own`.

    `owner` is an entry's id (`services/planning`) or a capability's name; `role` says what the part is (`network`,
    `dns`, `security`, `registry`, `data`, `edge`, `compute`, `monitoring` or a word of the kind's own), which the
    layout turns into a stack; `domain` and `region` are its owner's, or its own. `providers` are those that it needs
    besides AWS's, and `shown` are outputs that people want to see, by name. `because` are values of the fields that
    chose this template among several: they have a say in all that it writes.
    """

    owner: str
    role: str
    path: str
    template: str
    own: object
    source: str
    region: str
    domain: str | None = None
    providers: tuple[Provider, ...] = ()
    shown: Mapping[str, Export] = field(default_factory=dict)
    because: tuple[object, ...] = ()

    def names(self) -> Iterator[tuple[Limit, str]]:
        for attribute, limit in _names_of(cast("Any", type(self.own))):
            found = getattr(self.own, attribute)
            yield from ((limit, name) for name in ((found,) if isinstance(found, str) else found) if name)


@cache
def _names_of(view: type) -> tuple[tuple[str, Limit], ...]:
    return tuple(
        (attribute, found.limit)
        for cls in reversed(view.__mro__)
        for attribute, found in vars(cls).items()
        if isinstance(found, Named) and found.limit is not None
    )


class Named(Generic[_Name]):
    """A property of what a part reads as `own` that is a physical name, or several, and what AWS allows for one."""

    def __init__(self, getter: Callable[[Any], _Name], limit: Limit | None) -> None:
        """Take what works the name out; an empty one is none, and one without a limit is AWS's business alone."""
        self.limit = limit
        self._getter: Callable[[Any], _Name] = getter
        self.__doc__ = getter.__doc__

    def __get__(self, instance: object, owner: type | None = None) -> _Name:
        return self._getter(instance)


def named(limit: Limit) -> Callable[[Callable[[Any], _Name]], Named[_Name]]:
    """Say of a property of what a part reads as `own` that it is a name in AWS: rules hold it against the limit."""
    return lambda getter: Named(getter, limit)


def pattern(text: str, limit: Limit | None = None, when: str = "") -> Named[str]:
    """Return a property made of others of `own`, `{own.name}-proxy`; empty where `when`, as `_entry.proxy`, is."""
    return Named(lambda own: text.format(own=own) if not when or attrgetter(when)(own) else "", limit)


class Group(Struct, frozen=True):
    """A security group of an entry or a capability; `end` is what relations call it: its owner, or `proxies/order`."""

    owner: str
    end: str
    name: str
    description: str
    module: Module
    key: str
    """What rules of other groups call it; it does not follow a rename, so that the rules stay."""
    is_shared: bool = False
    """Whether both halves of a rule stand with the other side, so that a new entry changes no shared file."""


class Relation(Struct, frozen=True, order=True):
    """`source` opens TCP connections to `target`: ends of groups, a range of addresses, or a prefix list.

    It is declared in `owner` (an entry, or `environment`) under `path`.
    """

    source: str
    target: str
    port: int
    why: str
    owner: str
    path: tuple[str, ...]


class Reason(Struct, frozen=True, order=True):
    """Who asks for a capability, at which path of theirs: an entry's id, `environment`, or another capability."""

    owner: str
    path: tuple[str, ...]
    why: str


def asked_by(why: str, *path: str) -> Callable[[Environment], Iterator[Reason]]:
    def reasons(environment: Environment) -> Iterator[Reason]:
        said: Any = environment.settings
        for step in path:
            said = None if said is None else getattr(said, step)
        if said:
            yield Reason(ENVIRONMENT, path, why)

    return reasons


class Grant(Struct, frozen=True):
    """A statement of an IAM policy: what may be done to what, under which condition."""

    sid: str
    actions: tuple[str, ...]
    resources: tuple[object, ...]
    condition: Mapping[str, Mapping[str, object]] | None = None


class Statement(Struct, frozen=True):
    """A statement of a bucket's own policy: who may do what to which objects in it, or may not.

    `principals` are as IAM writes them: `{"Service": ("cloudfront.amazonaws.com",)}`. `keys` are patterns of keys;
    without any it is about the bucket itself. `sid` is unique in the bucket, so it has its entry's name in it.
    """

    sid: str
    principals: Mapping[str, tuple[object, ...]]
    actions: tuple[str, ...]
    keys: tuple[str, ...] = ("*",)
    effect: Literal["Allow", "Deny"] = "Allow"
    conditions: Mapping[str, Mapping[str, tuple[object, ...]]] = field(default_factory=dict)


class Binding(Struct, frozen=True):
    """What who uses an entry is given: environment variables, and the statements of one policy of its role.

    `secrets` are variables whose values ECS reads when a task starts: the ARN of a secret in Secrets Manager, or of one
    key of its JSON (`<arn>:<key>::`); the role that starts the task may read them, and `other_secrets`: what tasks of
    the revision before have, and patterns of ARNs. `targets` are the ARNs of target
    groups that ECS registers the tasks in; whoever offers one has it hang on a listener before the ARN is known.
    `verified` is one for the entry's `verified_port`, at which certificate headers are believed.
    """

    variables: Mapping[str, object] = field(default_factory=dict)
    policy: str = ""
    grants: tuple[Grant, ...] = ()
    secrets: Mapping[str, object] = field(default_factory=dict)
    other_secrets: tuple[object, ...] = ()
    targets: tuple[object, ...] = ()
    verified: object = None


class Link(Struct, frozen=True, order=True):
    """`source` leads to `target`, ids of entries or `internet`.

    `is_event` where nobody waits for an answer, `is_read` where the source may ask for nothing but an answer.
    """

    source: str
    target: str
    why: str = ""
    is_event: bool = False
    is_read: bool = False
