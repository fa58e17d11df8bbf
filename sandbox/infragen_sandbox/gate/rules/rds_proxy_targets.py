"""A proxy takes a database as its target once that is available, and a cluster once it has an instance that is.

What AWS answers before hangs on the moment. It has taken clusters without any instance (the provider's own test of a
cluster as a target has none); an instance that is being created was refused in 2021 (hashicorp/terraform-provider-aws,
pull request 19096) and is taken today, but not in the states that follow, such as configuring-enhanced-monitoring
(aws/aws-cdk, issue 31304). Where it refuses, Terraform asks again for 5 minutes if AWS's message has the word CREATING;
to make an instance takes longer. So whoever does not wait depends on luck, and is refused at once, in other words.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from infragen_sandbox.gate.rule import Refused, Rule, emulated

if TYPE_CHECKING:
    from infragen_sandbox.gate.calls import Call

_TAKEN = ("available", "modifying", "backing-up")
"""As AWS's message lists them, without CREATING: hashicorp/terraform-provider-aws, pull request 19096."""


def _check(call: Call) -> Refused | None:
    rds = emulated(call, "rds")
    for name in call.parameters.get("DBClusterIdentifiers", ()):
        cluster = rds.clusters.get(name)
        if cluster is None:
            return Refused("DBClusterNotFoundFault", f"DBCluster {name} not found.")
        instances = [one for one in rds.databases.values() if one.db_cluster_identifier == name]
        if not instances:
            return Refused("InvalidDBClusterStateFault", f"DB cluster {name} has no DB instance.")
        if not any(one.status in _TAKEN for one in instances):
            return _not_ready(instances[0].db_instance_identifier, instances[0].status)
    for name in call.parameters.get("DBInstanceIdentifiers", ()):
        instance = rds.databases.get(name)
        if instance is None:
            return Refused("DBInstanceNotFound", f"DBInstance {name} not found.")
        if instance.status not in _TAKEN:
            return _not_ready(name, instance.status)
    return None


def _not_ready(name: str, status: str) -> Refused:
    text = (
        f"DB Instance {name} is in an unsupported state - {status}, needs to be in [AVAILABLE, MODIFYING, BACKING_UP]"
    )
    return Refused("InvalidDBInstanceState", text)


RULE = Rule(
    "A database proxy accepts a cluster as its target once one of the cluster's instances is available",
    "Amazon RDS API Reference: RegisterDBProxyTargets, Errors (InvalidDBClusterStateFault, InvalidDBInstanceState)",
    "rds",
    ("RegisterDBProxyTargets",),
    _check,
)
