"""A proxy that is being created or deleted takes neither targets nor endpoints nor settings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infragen_sandbox.gate.rule import Refused, Rule, emulated

if TYPE_CHECKING:
    from infragen_sandbox.gate.calls import Call


def _check(call: Call) -> Refused | None:
    name = call.parameters["DBProxyName"]
    proxy = emulated(call, "rds").db_proxies.get(name)
    if proxy is None or proxy.status == "available":
        return None
    return Refused("InvalidDBProxyStateFault", f"DB proxy {name} is in an unsupported state - {proxy.status}.")


RULE = Rule(
    "A database proxy accepts targets, endpoints and settings once it is available",
    "Amazon RDS API Reference: CreateDBProxyEndpoint, RegisterDBProxyTargets, ModifyDBProxyTargetGroup, Errors"
    " (InvalidDBProxyStateFault)",
    "rds",
    ("CreateDBProxyEndpoint", "RegisterDBProxyTargets", "ModifyDBProxyTargetGroup"),
    _check,
)
