"""A resolved system: every default and override applied, every value with its origin."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any, Self, TypeVar, cast

from msgspec import Struct, field
from msgspec.structs import replace

from infragen.core.entry import Entry, field_of, is_within
from infragen.core.layers import Layers
from infragen.core.system import Settings, System
from infragen.diagnostics import Location
from infragen.source import Document

E = TypeVar("E", bound=Entry)


def _at(value: Any, step: str) -> Iterable[Any]:
    if isinstance(value, dict):
        return value.values() if step == "*" else [value[one] for one in (step,) if one in value]
    return [field_of(value, step)]


class ResolvedSystem(Struct, frozen=True, eq=False):
    """A system and its entries as the catalogue alone gives them.

    `entries` maps kind to name to entry, sorted by name. `disabled` are an environment's that say `enabled: false`:
    they are not among its entries, until `complete` puts them there. `contracts` read what its APIs promise, and the
    schemas of events, by path: `order/v1.0.0`, `order/placed/v1.0.0`. `origins` maps `services/planning` and `system`
    to the layers their values come from. `broken` are the ids of entries with errors: they exist, but have no model.
    Two are the same only when they are one object, so that what is worked out of one can be cached.
    """

    system: System
    entries: Mapping[str, Mapping[str, Entry]]
    origins: Mapping[str, Layers]
    broken: frozenset[str]
    disabled: Mapping[str, Mapping[str, Entry]]
    contracts: Mapping[str, Callable[[], Document]]

    def complete(self) -> Self:
        if not self.disabled:
            return self
        both = {kind: {**named, **self.disabled.get(kind, {})} for kind, named in self.entries.items()}
        return replace(self, entries={kind: dict(sorted(named.items())) for kind, named in both.items()}, disabled={})

    def all(self, model: type[E]) -> Mapping[str, E]:
        """Return the entries of a model's kind by name, `all(Service)`; none where no package offers that kind."""
        return cast("Mapping[str, E]", self.entries.get(model.KIND, {}))

    def each(self, *models: type[E]) -> Iterator[tuple[str, E]]:
        """Yield `(id, model)` of every entry whose model is one of these or made from one, by kind and name."""
        for kind, named in self.entries.items():
            if isinstance(next(iter(named.values()), None), models):  # those of a kind are of one model
                for name, entry in named.items():
                    yield f"{kind}/{name}", cast("E", entry)

    def every(self) -> Iterator[tuple[str, Entry]]:
        for kind, named in self.entries.items():
            for name, entry in named.items():
                yield f"{kind}/{name}", entry

    def having(self, field: str) -> Iterator[tuple[str, Any]]:
        return ((owner, entry) for owner, entry in self.every() if field in type(entry).model_fields)

    def models(self) -> Iterator[tuple[str, Any]]:
        settings = getattr(self, "settings", None)  # that an environment has, on AWS or on Docker Compose
        if settings is not None:
            yield "environment", settings
        yield "system", self.system
        yield from self.every()

    def about(self, owner: str, path: Iterable[str | int]) -> Iterator[tuple[Any, str]]:
        steps = tuple(map(str, path))
        kind, _, name = owner.partition("/")
        said = {"environment": steps} if owner == "environment" else {"environment": (kind, name, *steps), owner: steps}
        models = {"environment": getattr(self, "settings", None), "system": self.system}
        yield from ((models.get(one) or self.find(one), ".".join(inner)) for one, inner in said.items())

    def assumption(self, owner: str, path: Iterable[str | int]) -> str | None:
        """Return the reason for a value or for what contains it, of its owner or of the environment."""
        for model, whole in self.about(owner, path):
            for where, why in getattr(model, "assumptions", {}).items():
                if is_within(whole, where):
                    return str(why)
        return None

    def values(self, path: str) -> Iterator[Any]:
        """Yield the values at a path of `explain`, `*` for any name, that are set: neither None nor false nor empty."""
        steps = path.split(".")
        found: list[Any] = [self.entries if steps[0] in self.entries else getattr(self, "settings", None)]
        for step in steps:
            found = [inner for one in found for inner in _at(one, step)]
        yield from (one for one in found if one not in (None, False, "", (), {}))

    def find(self, owner: str) -> Entry | None:
        kind, _, name = owner.partition("/")
        return self.entries.get(kind, {}).get(name)

    def knows(self, kind: str, name: str) -> bool:
        return name in self.entries[kind] or f"{kind}/{name}" in self.broken

    def known(self, kind: str) -> list[str]:
        broken = (one.removeprefix(f"{kind}/") for one in self.broken if one.startswith(f"{kind}/"))
        return sorted({*self.entries[kind], *broken})

    def leaves_out(self, kind: str, name: str) -> Location | None:
        """Return where it is said that an environment lacks an entry (`databases: {order: null}`), if it is."""
        if name in self.disabled.get(kind, {}):
            return self.at(f"{kind}/{name}", "enabled", key=True)
        home = self.origins["environment"].home.document if "environment" in self.origins else None
        said = home.data.get(kind) if home is not None else None
        is_left_out = isinstance(said, dict) and name in said and said[name] is None
        return home.locate((kind, name), key=True) if home is not None and is_left_out else None

    def at(self, owner: str, *path: str | int, key: bool = False) -> Location:
        return self.origins[owner].locate(path, key=key)

    def source(self, owner: str) -> str:
        return self.origins[owner].home.document.file


class Environment(ResolvedSystem, frozen=True, eq=False):
    """One deployment of a system: it with an environment's overrides, and that environment's settings."""

    settings: Settings
    others: Mapping[str, Settings] = field(default_factory=dict)
    """The settings of those that it speaks of (`standby_of`, `follows`), by name, as far as they are sound."""
    written: Callable[[str], Iterable[str]] = lambda _name: ()
    """Return the texts of its files of a name, `balancer-public.tf`, as they were rendered last, in whatever stacks."""
    aws_provider: str = "5"
    """The major version of the AWS provider that its stacks require: `[terraform] aws_provider` of infragen.toml."""
    providers: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    """Source and versions of those that hand-written files may use besides: `[providers.required]` of infragen.toml."""
    configurations: Mapping[str, Environment] = field(default_factory=dict)
    """It at the other sizes that its document prices, by name, as far as they are sound."""

    @property
    def primary(self) -> Settings | None:
        return self.others.get(self.settings.standby_of or "")

    def is_copied_here(self, entry: Any) -> bool:
        copied = getattr(entry, "replication", None)
        return self.primary is not None and copied is not None and bool(copied.region == self.settings.region)

    @property
    def followed(self) -> Settings | None:
        """The environment that it follows: then nothing runs in it."""
        return self.others.get(self.settings.follows or "")

    @property
    def name(self) -> str:
        return self.settings.environment

    @property
    def target(self) -> str:
        return f"{self.system.name}/{self.name}"

    def promised_availability(self, own: Decimal | None) -> Decimal | None:
        return own or (self.settings.availability if self.settings.production else None)

    @property
    def state_bucket(self) -> str:
        state = self.settings.state
        return state.bucket if state else f"{self.system.name}-{self.name}-terraform-state-{self.settings.account}"

    @property
    def state_region(self) -> str:
        state = self.settings.state
        return (state.region if state else None) or self.settings.region

    @property
    def permissions_boundary_arn(self) -> str | None:
        policy = self.settings.permissions_boundary
        if policy is None or policy.startswith("arn:"):
            return policy
        name = f"{self.system.name}-{self.name}-roles" if policy == "own" else policy
        return f"arn:aws:iam::{self.settings.account}:policy/{name}"


def standbys(environments: Iterable[Environment]) -> Iterator[tuple[Environment, Environment]]:
    known = {environment.name: environment for environment in environments}
    for standby in known.values():
        primary = known.get(standby.settings.standby_of or "")
        if primary is not None:
            yield standby, primary
