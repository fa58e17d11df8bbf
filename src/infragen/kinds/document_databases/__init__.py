"""Document databases: clusters of Amazon DocumentDB, which speaks MongoDB's protocol."""

from __future__ import annotations

from typing import Final

from infragen.core.kind import Kind
from infragen.core.rule import rules_of
from infragen.kinds.document_databases import build, rules
from infragen.kinds.document_databases.model import DocumentDatabase
from infragen.kinds.document_databases.users import ACCESS

__all__ = ["KIND", "DocumentDatabase"]

KIND: Final = Kind(
    model=DocumentDatabase,
    title="document database",
    parts=build.parts,
    groups=build.groups,
    entrances=build.entrances,
    offer=build.offer,
    access=ACCESS,
    arns=build.arns,
    costs=build.costs,
    tells=build.tells,
    makes_users=build.makes_users,
    rules=rules_of(rules),
    quotas=build.QUOTAS,
    in_production=rules.in_production,
    example={"version": "5.0", "size": "db.t4g.medium"},
    data_tier="subnet_group",
)
