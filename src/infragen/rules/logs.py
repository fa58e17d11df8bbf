"""Every number of days that a log is kept for, and where it is said."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infragen.kinds.databases import Database
from infragen.kinds.gateways import Gateway
from infragen.kinds.services import Container

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infragen.core.landscape import Landscape

__all__ = ["kept"]


def kept(landscape: Landscape) -> Iterator[tuple[str, tuple[str, ...], int]]:
    """Yield owner, path and days of every log group's retention."""
    from infragen.core.landscape import Environment

    if isinstance(landscape, Environment):
        settings = landscape.settings
        yield "environment", ("log_retention",), settings.log_retention
        if settings.network.flow_log_retention is not None:
            yield "environment", ("network", "flow_log_retention"), settings.network.flow_log_retention
    for owner, container in landscape.each(Container):
        yield owner, ("log_retention",), container.log_retention
    for name, database in landscape.all(Database).items():
        if database.audit is not None:
            yield f"databases/{name}", ("audit", "retention"), database.audit.retention
    for name, gateway in landscape.all(Gateway).items():
        yield f"gateways/{name}", ("access_log_retention",), gateway.access_log_retention
