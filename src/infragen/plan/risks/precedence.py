"""Which of several risks of one grade is told first.

Data that is lost goes before what stops to serve, that before what leads to it; then what is opened, and what no one
watches or takes over any more; then rights; and last what only helps the others: roles, rules, groups of parameters.
"""

from __future__ import annotations

from infragen.plan.model import Risk, RiskKind
from infragen.plan.risks.types import FIRST_LOST, HELPS, LAST_LOST, SERVES, WATCHES, WITHOUT

_OF_KIND = {RiskKind.EXPOSURE: 3, RiskKind.PRIVILEGE: 4, RiskKind.COST: 6, RiskKind.HARMLESS: 7}


def precedence(resource_type: str, risk: Risk) -> tuple[int, int]:
    """Return the place of a risk among those of its level; the smallest is told first."""
    if risk.kind is RiskKind.DATA_LOSS:
        return 0, _of_loss(resource_type)
    if risk.kind is not RiskKind.DOWNTIME:
        return _OF_KIND[risk.kind], 0
    if resource_type in WATCHES:
        return _OF_KIND[RiskKind.EXPOSURE], 1 + WATCHES.index(resource_type)
    if resource_type in SERVES:
        return 1, 0
    return 5 if resource_type in HELPS or resource_type not in WITHOUT else 2, 0


def _of_loss(resource_type: str) -> int:
    """Return which of several losses is the worst: a database's is the smallest number, what is made again the last."""
    if resource_type in LAST_LOST:
        return len(FIRST_LOST) + 1
    return next((place for place, types in enumerate(FIRST_LOST) if resource_type in types), len(FIRST_LOST))
