"""What exists in the emulated AWS, read from moto's own memory rather than through the API that terraform used.

To cover a further service: a function that takes account and region and yields `Found`, and its name in `COLLECTORS`,
or an entry point of a package in the group `infragen_sandbox`.
"""

from __future__ import annotations

from functools import cache
from importlib.metadata import entry_points
from typing import TYPE_CHECKING

from infragen_sandbox.inventory import containers, data, edge, foundation, functions, network
from infragen_sandbox.inventory.found import Found

if TYPE_CHECKING:
    from infragen_sandbox.inventory.found import Collector

__all__ = ["COLLECTORS", "Found", "inventory"]

COLLECTORS: tuple[Collector, ...] = (
    network.collect,
    foundation.roles,
    foundation.keys,
    foundation.watch,
    foundation.account_settings,
    data.databases,
    data.search,
    data.time_series,
    data.secrets,
    data.parameters,
    data.objects,
    data.queues_and_topics,
    containers.services,
    containers.deliveries,
    containers.images,
    containers.scaling,
    containers.schedules,
    containers.workflows,
    functions.collect,
    containers.discovery,
    edge.balancers,
    edge.certificates,
    edge.zones,
    edge.mail,
    edge.firewalls,
    edge.gateways,
)


@cache
def _of_packages() -> tuple[Collector, ...]:
    return tuple(point.load() for point in entry_points(group="infragen.sandbox"))


def inventory(account: str, region: str) -> tuple[Found, ...]:
    """List what exists in the account and region, sorted by type and identifier."""
    found = (thing for collect in (*COLLECTORS, *_of_packages()) for thing in collect(account, region))
    return tuple(sorted(found, key=lambda thing: (thing.type, thing.identifier, thing.arn or "")))
