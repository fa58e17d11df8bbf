"""Domains: parts of a business, with defaults for what they own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Final

from pydantic import Field

from infragen.core.entry import Entry
from infragen.core.kind import Capability, Kind, Reason

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infragen.core.landscape import Environment
    from infragen.core.part import Part
    from infragen.core.place import Place

__all__ = ["CAPABILITY", "KIND", "Domain"]


class Domain(Entry):
    """A business domain: a security boundary, and defaults for what it owns."""

    KIND: ClassVar = "domains"
    SINGULAR: ClassVar = "domain"

    own_cluster: bool = False
    """Asks for an ECS cluster of its own, with a key, and a log of shell sessions."""
    defaults: dict[str, dict[str, Any]] = Field(default_factory=dict)


def _parts(domain: Domain, place: Place) -> Iterator[Part]:
    from infragen.kinds.clusters import ClusterView

    runs = any(
        hasattr(one, "tasks") and getattr(one, "domain", None) == domain.name for _, one in place.environment.every()
    )
    if domain.own_cluster and runs:
        yield place.part("compute", "kinds/clusters/main.tf", ClusterView(place), domain=domain.name)


def _reasons(environment: Environment) -> Iterator[Reason]:
    for name, domain in environment.all(Domain).items():
        if domain.own_cluster:
            yield Reason(f"domains/{name}", ("own_cluster",), "a cluster as a boundary of its own")


KIND: Final = Kind(model=Domain, title="domain", parts=_parts)
CAPABILITY: Final = Capability(name="own-cluster", title="ECS cluster of a domain's own", reasons=_reasons)
