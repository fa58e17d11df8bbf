"""What API gateways cost a month."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infragen.core.cost import Cost
from infragen.text import counted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infragen.core.place import Place
    from infragen.kinds.gateways.model import Gateway


def costs(gateway: Gateway, _place: Place) -> Iterator[Cost]:
    """Yield its requests, its access log, and its firewall."""
    yield Cost("requests", "rest-api-requests")
    yield Cost("access log", "logs")
    if gateway.firewall is not None:
        rules = len(gateway.firewall.managed) + (gateway.firewall.rate_limit is not None)
        yield Cost("its firewall", "web-acl", 1)
        yield Cost(f"{counted(rules, 'rule')} of its firewall", "web-acl-rule", rules)
        yield Cost("requests through its firewall", "web-acl-requests")
