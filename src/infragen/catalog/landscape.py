"""A resolved system: every default and override applied, every value with its origin."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from infragen.catalog.layers import Layers
    from infragen.catalog.models.base import Entry
    from infragen.catalog.models.databases import Database
    from infragen.catalog.models.gateways import Gateway
    from infragen.catalog.models.services import Bff, Container, Service
    from infragen.catalog.models.system import Domain, Settings, System
    from infragen.diagnostics import Location

__all__ = ["Environment", "Landscape"]


@dataclass(frozen=True, slots=True)
class Landscape:
    """A system and its entries as the catalogue alone gives them.

    `entries` maps kind to name to entry, sorted by name. `origins` maps `services/planning` and `system` to the layers
    their values come from. `broken` are the ids of entries with errors: they exist, but have no model.
    """

    system: System
    entries: Mapping[str, Mapping[str, Entry]]
    origins: Mapping[str, Layers]
    broken: frozenset[str]

    @property
    def domains(self) -> Mapping[str, Domain]:
        """Business domains by name."""
        return cast("Mapping[str, Domain]", self.entries["domains"])

    @property
    def services(self) -> Mapping[str, Service]:
        """Business services by name."""
        return cast("Mapping[str, Service]", self.entries["services"])

    @property
    def bffs(self) -> Mapping[str, Bff]:
        """Back ends for front ends by name."""
        return cast("Mapping[str, Bff]", self.entries["bffs"])

    @property
    def databases(self) -> Mapping[str, Database]:
        """Databases by name."""
        return cast("Mapping[str, Database]", self.entries["databases"])

    @property
    def gateways(self) -> Mapping[str, Gateway]:
        """API gateways by name."""
        return cast("Mapping[str, Gateway]", self.entries["gateways"])

    def containers(self) -> Iterator[tuple[str, Container]]:
        """Yield `(id, model)` of everything that runs on ECS: services, then BFFs."""
        for kind, named in (("services", self.services), ("bffs", self.bffs)):
            for name, entry in named.items():
                yield f"{kind}/{name}", entry

    def every(self) -> Iterator[tuple[str, Entry]]:
        """Yield `(id, model)` of every entry, by kind and name."""
        for kind, named in self.entries.items():
            for name, entry in named.items():
                yield f"{kind}/{name}", entry

    def knows(self, kind: str, name: str) -> bool:
        """Say whether such an entry exists, sound or broken."""
        return name in self.entries[kind] or f"{kind}/{name}" in self.broken

    def at(self, owner: str, *path: str | int, key: bool = False) -> Location:
        """Return where a value stands; `owner` is an entry's id, `system` or `environment`."""
        return self.origins[owner].locate(path, key=key)

    def source(self, owner: str) -> str:
        """Return the file that an owner is written in."""
        return self.origins[owner].home.document.file


@dataclass(frozen=True, slots=True)
class Environment(Landscape):
    """One deployment of a system: the landscape with an environment's overrides, and that environment's settings."""

    settings: Settings

    @property
    def name(self) -> str:
        """The environment's name, `prod`."""
        return self.settings.environment

    @property
    def target(self) -> str:
        """What commands call it: `technova/prod`."""
        return f"{self.system.name}/{self.name}"
