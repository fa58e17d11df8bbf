"""Frozen models of every kind of entry; `KINDS` is the table to extend."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from infragen.catalog.models.databases import Database
from infragen.catalog.models.gateways import Gateway
from infragen.catalog.models.services import Bff, Service
from infragen.catalog.models.system import Domain

if TYPE_CHECKING:
    from collections.abc import Mapping

    from infragen.catalog.models.base import Entry

__all__ = ["KINDS", "SINGULAR"]

KINDS: Final[Mapping[str, type[Entry]]] = {
    "domains": Domain,
    "services": Service,
    "bffs": Bff,
    "databases": Database,
    "gateways": Gateway,
}
"""Kind (the folder below `catalog/<system>/`) to model."""

SINGULAR: Final[Mapping[str, str]] = {
    "domains": "domain",
    "services": "service",
    "bffs": "BFF",
    "databases": "database",
    "gateways": "gateway",
}
"""How people call one entry of a kind."""
