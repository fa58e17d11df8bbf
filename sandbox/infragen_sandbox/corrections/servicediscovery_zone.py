"""A DNS namespace's hosted zone has the namespace's name and goes with it.

AWS: creating a DNS namespace makes a hosted zone "with the same name", and deleting the namespace deletes it (Cloud
Map API Reference, CreatePrivateDnsNamespace, DeleteNamespace). moto gives it another name and leaves it behind.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from moto.route53.models import route53_backends
from moto.servicediscovery.models import ServiceDiscoveryBackend

from infragen_sandbox.corrections.patching import around

if TYPE_CHECKING:
    from collections.abc import Callable


def _zone(backend: Any, namespace: Any) -> tuple[dict[str, Any], str]:
    """Return the zones of the account and the id of the namespace's own, empty if it has none."""
    properties = (namespace.dns_properties or {}).get("DnsProperties") or namespace.dns_properties or {}
    zones: dict[str, Any] = route53_backends[backend.account_id]["aws"].zones
    return zones, str(properties.get("HostedZoneId", "")).rsplit("/", 1)[-1]


def _name_zones(backend: Any) -> None:
    for namespace in backend.namespaces.values():
        zones, identifier = _zone(backend, namespace)
        if identifier in zones:
            zone, name = zones[identifier], f"{namespace.name}."
            for record in zone.rrsets:
                record.name = name if record.name == zone.name else record.name
            zone.name = name


def _create(original: Callable[..., str], backend: Any, *args: Any, **kwargs: Any) -> str:
    operation = original(backend, *args, **kwargs)
    _name_zones(backend)
    return operation


def _delete(original: Callable[..., str], backend: Any, namespace_id: str) -> str:
    namespace = backend.namespaces.get(namespace_id)
    operation = original(backend, namespace_id)
    zones, identifier = _zone(backend, namespace)
    zones.pop(identifier, None)
    return operation


def apply() -> None:
    """Install the correction."""
    around(ServiceDiscoveryBackend, "create_private_dns_namespace", _create)
    around(ServiceDiscoveryBackend, "create_public_dns_namespace", _create)
    around(ServiceDiscoveryBackend, "delete_namespace", _delete)
