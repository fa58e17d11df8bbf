"""Domains: parts of a business, with defaults for what they own."""

from __future__ import annotations

from typing import Any, ClassVar, Final

from pydantic import Field

from infragen.core.entry import Entry
from infragen.core.kind import Kind

__all__ = ["KIND", "Domain"]


class Domain(Entry):
    """A business domain: a cluster, a security boundary, and defaults for what it owns."""

    KIND: ClassVar = "domains"

    defaults: dict[str, dict[str, Any]] = Field(default_factory=dict)


KIND: Final = Kind(model=Domain, singular="domain", title="domain")
