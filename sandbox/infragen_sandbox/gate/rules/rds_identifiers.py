"""What a cluster, a proxy and a proxy's endpoint may be called."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from infragen_sandbox.gate.rule import Refused, Rule

if TYPE_CHECKING:
    from infragen_sandbox.gate.calls import Call

_NAME = re.compile(r"(?!.*--)[A-Za-z][A-Za-z0-9-]{0,62}(?<!-)")
_PARAMETERS = ("DBClusterIdentifier", "DBProxyName", "DBProxyEndpointName")


def _check(call: Call) -> Refused | None:
    for parameter in _PARAMETERS:
        name = call.parameters.get(parameter)
        if name is not None and not _NAME.fullmatch(name):
            text = (
                f"The parameter {parameter} is not a valid identifier. Identifiers must begin with a letter; must "
                "contain only ASCII letters, digits, and hyphens; and must not end with a hyphen or contain two "
                f"consecutive hyphens, nor have more than 63 characters: {name}"
            )
            return Refused("InvalidParameterValue", text)
    return None


RULE = Rule(
    "An RDS identifier begins with a letter, and has at most 63 letters, digits and single hyphens, none at the end",
    "Amazon RDS API Reference: CreateDBCluster, DBClusterIdentifier; CreateDBProxy, DBProxyName",
    "rds",
    ("CreateDBCluster", "CreateDBProxy", "CreateDBProxyEndpoint"),
    _check,
)
