"""A namespace goes after its services."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infragen_sandbox.gate.rule import Refused, Rule, emulated

if TYPE_CHECKING:
    from infragen_sandbox.gate.calls import Call


def _check(call: Call) -> Refused | None:
    name = call.parameters["Id"]
    if not any(one.namespace_id == name for one in emulated(call, "servicediscovery").services.values()):
        return None
    return Refused("ResourceInUse", f"Namespace {name} still contains services")


RULE = Rule(
    "A Cloud Map namespace can be deleted only after its services",
    "AWS Cloud Map API Reference: DeleteNamespace",
    "servicediscovery",
    ("DeleteNamespace",),
    _check,
)
