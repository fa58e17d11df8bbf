"""Where something is built: an environment, and in it the entry or the capability that it is built for."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, Generic, TypeVar

from msgspec import Struct

from infragen.core.entry import Entry
from infragen.core.expressions import Export, Joined, Label, Module, Record
from infragen.core.names import Limit, Names
from infragen.core.part import ENVIRONMENT, Named, Part, Provider, Reason
from infragen.core.resolved_system import Environment, ResolvedSystem
from infragen.core.system import Settings
from infragen.core.tracing import Read, note

__all__ = [
    "BuildContext", "Environment", "Export", "Found", "Joined", "Module", "Record", "ResolvedSystem", "ResourceView",
    "call", "identifier", "named_by", "of", "part_of",
]  # fmt: skip

Found = TypeVar("Found")
_UNFIT = re.compile(r"[^a-z0-9]+")


@lru_cache(maxsize=2048)
def identifier(*parts: str) -> str:
    """Make a Terraform name; the kind comes first, so that no name ends like another kind's suffix."""
    return _UNFIT.sub("_", "_".join(parts))


class BuildContext(Struct, frozen=True):
    """What a kind or a capability builds in.

    `owner` is the id of the entry it builds for, or the capability's name; `capabilities` are those in force, and why.
    """

    environment: Environment
    capabilities: Mapping[str, Sequence[Reason]]
    owner: str = ENVIRONMENT

    @property
    def settings(self) -> Settings:
        return self.environment.settings

    @property
    def names(self) -> Names:
        return Names(self.environment)

    @property
    def primary_names(self) -> Names:
        return Names(self.environment, self.settings.standby_of or "")

    @property
    def entry(self) -> Any:
        kind, _, name = self.owner.partition("/")
        return self.environment.entries[kind][name] if name else None

    @property
    def region(self) -> str:
        return getattr(self.entry, "region", None) or self.settings.region

    @property
    def time_zone(self) -> str:
        return self.environment.system.time_zone

    def of(self, owner: str | Entry) -> BuildContext:
        owner = owner if isinstance(owner, str) else f"{owner.KIND}/{owner.name}"
        return BuildContext(self.environment, self.capabilities, owner)

    def is_ever(self, field: str) -> bool:
        """Whether the catalogue gives the field, even if a stronger layer removes it: code is the same everywhere."""
        return any(layer.data.get(field) for layer in self.environment.origins[self.owner].layers)

    def has(self, capability: str) -> bool:
        note(self.environment, self._asking(capability))
        return capability in self.capabilities

    def _asking(self, capability: str) -> Iterator[Read]:
        for reason in self.capabilities.get(capability, ()):
            if reason.owner in self.capabilities:
                yield from self._asking(reason.owner)
            else:
                yield Read(reason.owner, reason.path, is_value=False)

    def label(self, *parts: str | Entry) -> Label:
        now = identifier(*[part if isinstance(part, str) else part.name for part in parts])
        if not any(part.renamed_from for part in parts if not isinstance(part, str)):
            return Label(now)
        former = (part if isinstance(part, str) else part.renamed_from or part.name for part in parts)
        return Label(now, identifier(*former))

    def module(self, role: str, *parts: str | Entry) -> Module:
        return Module(self.owner, role, self.label(*parts))

    def part(  # noqa: PLR0913
        self,
        role: str,
        template: str,
        own: object,
        path: str | None = None,
        *,
        domain: str | None = None,
        region: str | None = None,
        providers: tuple[Provider, ...] = (),
        shown: Mapping[str, Export] | None = None,
        because: tuple[object, ...] = (),
    ) -> Part:
        """By default, domain and region are the owner's, but CloudFront's certificates are in us-east-1."""
        is_entry = "/" in self.owner
        source = self.environment.source(self.owner if is_entry else ENVIRONMENT)
        return Part(
            owner=self.owner,
            role=role,
            path=path or f"{self.file_stem}.tf",
            template=template,
            own=own,
            source=source,
            region=region or self.region,
            domain=domain or getattr(self.entry, "domain", None),
            providers=providers,
            shown=shown or {},
            because=because,
        )

    @property
    def file_stem(self) -> str:
        return f"{self.entry.SINGULAR}-{self.entry.name}" if "/" in self.owner else self.owner


class ResourceView:
    """What a template reads as `own`, beside the entry itself: each value is worked out when it is asked for."""

    _entry: Any
    """The entry that is built; None for a capability."""

    def __init__(self, ctx: BuildContext) -> None:
        self._ctx = ctx
        self._entry = ctx.entry

    @property
    def account(self) -> str:
        return self._ctx.settings.account

    @property
    def region(self) -> str:
        return self._ctx.region

    @property
    def permissions_boundary_arn(self) -> str | None:
        return self._ctx.environment.permissions_boundary_arn

    @property
    def prefix(self) -> str:
        return self._ctx.names.prefix

    @property
    def time_zone(self) -> str:
        return self._ctx.time_zone

    @property
    def system(self) -> str:
        return self._ctx.environment.target


class call:  # noqa: N801  # used as a property is
    """A module call of a view's part, labelled with words and the view's entry: `cache = call("data", "cache")`."""

    def __init__(self, role: str, *words: str, has_kind: bool = False) -> None:
        """Take the role of the part, the words of the label, and whether what the entry is is one of them."""
        self._role, self._words, self._has_kind = role, words, has_kind

    def __get__(self, view: ResourceView, _owner: type | None = None) -> Module:
        ctx, entry = view._ctx, view._entry  # noqa: SLF001  # a view's own
        kind = (entry.SINGULAR,) if self._has_kind else ()
        return ctx.module(self._role, *self._words, *kind, *([] if entry is None else [entry]))


class of(Generic[Found]):  # noqa: N801  # used as a property is
    """What follows from a view's context: `vpc = of(network.vpc)`."""

    def __init__(self, function: Callable[[BuildContext], Found]) -> None:
        self._function = function

    def __get__(self, view: ResourceView, _owner: type | None = None) -> Found:
        return self._function(view._ctx)  # noqa: SLF001  # a view's own


def value(function: Callable[[Any], Any]) -> Any:
    """Return a property that is one expression of a view's others; the annotation of its name is its type."""
    return property(function)


def named_by(function: Callable[[BuildContext], str], limit: Limit) -> Named[str]:
    return Named(lambda view: function(view._ctx), limit)  # noqa: SLF001  # a view's own


def part_of(role: str, template: str, view: Callable[[BuildContext], object]) -> Callable[..., tuple[Part, ...]]:
    return lambda *arguments: (arguments[-1].part(role, template, view(arguments[-1])),)
