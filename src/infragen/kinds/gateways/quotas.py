"""What API gateways need of the account's quotas."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Final

from infragen.core.operations import Quota, one
from infragen.kinds.gateways.model import Gateway
from infragen.kinds.services.model import Service
from infragen.kinds.zones.names import NAMES_OF_CERTIFICATE

if TYPE_CHECKING:
    from infragen.core.landscape import Landscape
    from infragen.core.place import Place


def requests(landscape: Landscape) -> Decimal:
    """Return what all keys of all gateways together may ask in a second."""
    gateways = landscape.all(Gateway).values()
    return sum((gateway.limit.per_second * _keys(gateway, landscape) for gateway in gateways), Decimal(0))


def _keys(gateway: Gateway, landscape: Landscape) -> int:
    """Count the API keys that a gateway hands out: one a client, or one a calling service."""
    return len(landscape.all(Service)) if gateway.per == "service" else len(gateway.clients)


def _requests(gateway: Gateway, place: Place) -> Decimal:
    """Count what its keys may ask; the first gateway also has what the document states beyond the keys of all."""
    own = gateway.limit.per_second * _keys(gateway, place.environment)
    stated = place.environment.system.declared.throughput
    if stated is None or gateway.name != min(place.environment.all(Gateway)):
        return own
    return own + max(stated.per_second - requests(place.environment), Decimal(0))


def _resources(gateway: Gateway, place: Place) -> int:
    """Count a segment and its proxy for each route and BFF, and the root."""
    behind = sum(1 for _, entry in place.environment.every() if getattr(entry, "gateway", None) == gateway.name)
    return 1 + 2 * (len(gateway.routes) + behind)


_REST: Final = "Amazon API Gateway Developer Guide: REST API quotas"
_ACCOUNT: Final = "Amazon API Gateway Developer Guide: Account-level quotas"

QUOTAS: Final = (
    Quota("apigateway", "L-8A5B8E43", "Throttle rate (requests per second)", 10_000, _ACCOUNT, _requests),
    Quota(
        "apigateway",
        None,
        "API keys per account per Region",
        10_000,
        _REST,
        lambda gateway, place: _keys(gateway, place.environment),
    ),
    Quota("apigateway", "L-E8693075", "Usage plans per account per Region", 300, _REST, one),
    Quota(
        "apigateway",
        "L-A93447B8",
        "Public custom domain names per account per Region",
        120,
        _REST,
        lambda gateway, place: len(gateway.domain_names(place.environment)),
    ),
    NAMES_OF_CERTIFICATE,
    Quota("apigateway", "L-01C8A9E0", "Resources per API", 300, _REST, _resources, "one"),
)
