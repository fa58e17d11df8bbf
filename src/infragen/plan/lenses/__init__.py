"""Lenses: how the changes of one resource type read best, one file a family.

A lens says in a few lines what the generic differences say in many, and loses no fact. It reads a `View` (safe values
only), yields differences whose `path` is in the type's own words, and names the attributes that it shows; all others
are shown generically. To add one: a file here and its line in the table; most are no more than tables of phrases
(`table`, in TOML beside them).
"""

from collections.abc import Mapping

from infragen.plan.lenses import (
    api_gateway,
    autoscaling,
    dashboards,
    ecs_task_definition,
    iam_policy,
    rds,
    route53_records,
    s3_lifecycle,
    security_group_rules,
    waf_rules,
)
from infragen.plan.lenses.phrases import Lens

__all__ = ["LENSES", "Lens"]
_FAMILIES = (
    api_gateway, autoscaling, dashboards, ecs_task_definition, iam_policy, rds, route53_records, s3_lifecycle,
    security_group_rules, waf_rules,
)  # fmt: skip
LENSES: Mapping[str, Lens] = {kind: lens for family in _FAMILIES for kind, lens in family.LENSES.items()}
