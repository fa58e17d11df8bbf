"""What API gateways cost a month."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infragen.core.billing import Cost
from infragen.kinds import firewalls

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infragen.core.place import Place
    from infragen.kinds.gateways.model import Gateway


def costs(gateway: Gateway, _place: Place) -> Iterator[Cost]:
    """Yield its requests, its access log, and its firewall."""
    yield Cost("requests", "rest-api-requests")
    yield Cost("access log", "logs")
    yield from firewalls.costs(gateway.firewall)
