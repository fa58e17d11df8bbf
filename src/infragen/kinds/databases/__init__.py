"""Databases: Aurora Serverless v2 clusters, with a proxy, readers and an audit log where they are asked for."""

from __future__ import annotations

from typing import Final

from infragen.core.kind import Kind
from infragen.kinds.databases import build
from infragen.kinds.databases.model import (
    Audit,
    Backup,
    Capacity,
    Database,
    Maintenance,
    Proxy,
    Timeseries,
)

__all__ = ["KIND", "Audit", "Backup", "Capacity", "Database", "Maintenance", "Proxy", "Timeseries"]

KIND: Final = Kind(
    model=Database,
    title="database",
    parts=build.parts,
    groups=build.groups,
    relations=build.relations,
    entrances=build.entrances,
    offer=build.offer,
)
