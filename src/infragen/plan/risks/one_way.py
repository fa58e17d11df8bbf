"""What goes only one way: AWS refuses an older version or a smaller size, and the apply stops there.

Sources: RDS User Guide "Upgrading a DB instance engine version" and "Increasing DB instance storage capacity"; Neptune
User Guide "Upgrading engine versions"; ElastiCache and MemoryDB guides "Engine versions and upgrading"; OpenSearch
Service Developer Guide "Upgrading domains" (its upgrade paths); MSK Developer Guide "Version support"; the provider's
issue 21651 for Amazon MQ; EKS User Guide "Rollback cluster to previous Kubernetes version"; EBS User Guide "Modify a
volume"; FSx API Reference "UpdateFileSystem".
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from infragen.plan.model import Level, Risk, RiskKind
from infragen.plan.risks.lookups import fallen, shown, sides, word
from infragen.plan.risks.types import NEVER_OLDER, NEVER_SMALLER, judging, of_updates
from infragen.redaction.values import Number

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infragen.plan.view import View
    from infragen.redaction.values import Value

_PART = re.compile(r"\d+|[^\d.]+")
_EXCEPT = {"aws_eks_cluster": ", unless it was upgraded less than 7 days ago, by this one version"}


def is_older(before: Value, after: Value) -> bool:
    """Whether a version goes back: told from its first part that differs, where both have a number there."""
    texts = [side.text if isinstance(side, Number) else word(side) or "" for side in (before, after)]
    parts = zip(*map(_PART.findall, texts), strict=False)
    old, new = next(((old, new) for old, new in parts if old != new), ("", ""))
    return old.isdecimal() and new.isdecimal() and int(new) < int(old)


def goes_back(view: View, name: str) -> bool:
    """Whether an attribute becomes what AWS refuses it to be: an older version of the same engine."""
    is_one_way = not view.is_drift and name in NEVER_OLDER.get(view.type, ())
    return is_one_way and is_older(*sides(view, name)) and view.before("engine") == view.after("engine")


def _older(view: View, name: str) -> Iterator[Risk]:

    if goes_back(view, name):
        before, after = map(shown, sides(view, name))
        yield _refused(f"{name} {before} -> {after} goes back{_EXCEPT.get(view.type, '')}")


def _smaller(view: View, path: str) -> Iterator[Risk]:

    change = fallen(view, path)
    if change and not view.is_drift:
        yield _refused(f"{path} {change[0]:g} -> {change[1]:g} GiB is smaller")


def _refused(words: str) -> Risk:
    return Risk(Level.MEDIUM, RiskKind.DOWNTIME, f"AWS refuses it, the apply stops there: {words}")


JUDGES = of_updates(
    *((judging(_older, name), kind) for kind, names in NEVER_OLDER.items() for name in names),
    *((judging(_smaller, path), kind) for kind, paths in NEVER_SMALLER.items() for path in paths),
)
