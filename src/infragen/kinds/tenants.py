"""Tenants of a system: gateways list who has a key, databases who has a schema, load tests as whom they sign in."""

from typing import Annotated, Final, Protocol

from pydantic import BeforeValidator, TypeAdapter, WithJsonSchema

from infragen.core.entry import Slug
from infragen.core.resolved_system import ResolvedSystem

_NAME: Final = TypeAdapter(Slug).json_schema()


GatewayNames = Annotated[
    tuple[Slug, ...],
    BeforeValidator(lambda value: [value] if isinstance(value, str) else value),
    WithJsonSchema({"anyOf": [_NAME, {"type": "array", "items": _NAME}]}),
]


class Tenanted(Protocol):
    """What has tenants: a list of its own, or those of gateways."""

    @property
    def tenants(self) -> tuple[str, ...]:
        """Its own list."""

    @property
    def tenants_of(self) -> tuple[str, ...]:
        """The gateways whose tenants they are, in its place."""


def tenants(entry: Tenanted, resolved: ResolvedSystem) -> tuple[str, ...]:
    if not entry.tenants_of:
        return entry.tenants
    gateways = (resolved.find(f"gateways/{name}") for name in entry.tenants_of)
    return tuple(dict.fromkeys(tenant for gateway in gateways for tenant in getattr(gateway, "tenants", ())))
