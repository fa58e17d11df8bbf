"""What databases cost a month."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Final

from infragen.core.cost import Cost
from infragen.kinds.databases.model import Database
from infragen.text import counted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infragen.core.place import Place

_LEAST_PROXIED: Final = Decimal(8)
"""ACU of a serverless cluster that its proxy is billed for at least (Amazon RDS Proxy pricing)."""


def costs(database: Database, _place: Place) -> Iterator[Cost]:
    """Yield the capacity of a cluster's instances between its least and its most, its storage and its secret."""
    instances = 1 + database.readers
    least, most = database.capacity.min, database.capacity.max
    range_ = f"{least:f}" if least == most else f"{least:f} to {most:f}"
    what = f"{counted(instances, 'instance')} of {range_} ACU"
    yield Cost(what, "aurora-capacity", instances * least, instances * most)
    planned = database.data
    yield Cost("storage" if planned is None else f"{planned:,} GB of storage, as planned", "aurora-storage", planned)
    yield Cost("I/O", "aurora-requests")
    yield Cost("backups beyond the size of the storage", "aurora-backup")
    yield Cost("the secret of the master user", "secret", 1)
    yield Cost("error and slow query logs", "logs")


def proxies(place: Place) -> Iterator[Cost]:
    """Yield the proxies, and the secret of each one's user."""
    for name, database in place.environment.all(Database).items():
        if database.proxy is None:
            continue
        instances, owner = 1 + database.readers, f"databases/{name}"
        least, most = (_proxied(instances * one) for one in (database.capacity.min, database.capacity.max))
        yield Cost("its proxy", "database-proxy-capacity", least, most, owner=owner)
        yield Cost("the secret of the proxy", "secret", 1, owner=owner)


def _proxied(capacity: Decimal) -> Decimal:
    return max(_LEAST_PROXIED, capacity)


def audits(place: Place) -> Iterator[Cost]:
    """Yield the audit logs."""
    for name, database in place.environment.all(Database).items():
        if database.audit is not None:
            yield Cost("its audit log", "logs", owner=f"databases/{name}")
