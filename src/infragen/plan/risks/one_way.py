"""What goes only one way: AWS refuses an older version or a smaller size, and the apply stops there.

Some of it the provider replaces instead, in version 5.100: an older ElastiCache cluster or replication group, a smaller
file system of Lustre, an older `kafka_version`, and an OpenSearch domain where AWS says that it cannot go there.

Sources: RDS User Guide "Upgrading a DB instance engine version" (its pages by engine) and "Working with storage for
Amazon RDS DB instances"; Amazon DocumentDB Developer Guide "Amazon DocumentDB minor version upgrade"; Neptune API
Reference "DBEngineVersion" (ValidUpgradeTarget); ElastiCache API Reference "ModifyReplicationGroup" and MemoryDB API
Reference "UpdateCluster" (EngineVersion); OpenSearch Service Developer Guide "Can't downgrade after upgrade"; the
provider's issue 21651 for Amazon MQ; EKS User Guide "Roll back a cluster to a previous Kubernetes version"; EC2 API
Reference "ModifyVolume"; FSx API Reference "UpdateFileSystem"; MSK Developer Guide "Scale up Amazon MSK Standard broker
storage".
"""

import re
from collections.abc import Iterator

from infragen.plan.risk import Level, Risk, RiskKind
from infragen.plan.risks.lookups import fallen, shown, sides, word
from infragen.plan.risks.types import NEVER_OLDER, NEVER_SMALLER, judging, of_updates
from infragen.plan.view import View
from infragen.redaction.values import Number, Value

_PART = re.compile(r"\d+|[^\d.]+")
_EXCEPT = {"aws_eks_cluster": ", unless it was upgraded less than 7 days ago, by this one version"}


def is_older(before: Value, after: Value) -> bool:
    texts = [side.text if isinstance(side, Number) else word(side) or "" for side in (before, after)]
    parts = zip(*map(_PART.findall, texts), strict=False)
    old, new = next(((old, new) for old, new in parts if old != new), ("", ""))
    return old.isdecimal() and new.isdecimal() and int(new) < int(old)


def goes_back(view: View, name: str) -> bool:
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
