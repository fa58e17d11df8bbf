"""The Data API runs statements of clusters that have it, on a writer that is available, as the user of a secret."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infragen_sandbox.gate.rule import Refused, Rule, emulated

if TYPE_CHECKING:
    from infragen_sandbox.gate.calls import Call

_READY = ("available", "modifying", "backing-up")


def _check(call: Call) -> Refused | None:
    name = call.parameters.get("resourceArn", "").rpartition(":")[2]
    rds = emulated(call, "rds")
    cluster = rds.clusters.get(name)
    if cluster is None:
        return Refused("DatabaseNotFoundException", f"Database with ARN {call.parameters['resourceArn']} is not found")
    if not cluster.http_endpoint_enabled:
        return Refused("HttpEndpointNotEnabledException", f"HttpEndpoint is not enabled for cluster {name}")
    members = [one for one in rds.databases.values() if one.db_cluster_identifier == name]
    if not any(one.status in _READY for one in members):
        return Refused("DatabaseUnavailableException", f"The writer instance of cluster {name} is not available")
    secret = call.parameters.get("secretArn", "")
    if not any(secret in (one.arn, one.name) for one in emulated(call, "secretsmanager").secrets.values()):
        return Refused("SecretsErrorException", f"The secret {secret} is not found")
    return None


RULE = Rule(
    "The Data API runs statements if the cluster has it, its writer is available, and the user's secret exists",
    "Amazon RDS Data API Reference: ExecuteStatement, Errors; Aurora User Guide: Limitations for the RDS Data API",
    "rds-data",
    ("ExecuteStatement", "BatchExecuteStatement", "BeginTransaction"),
    _check,
)
