"""A listener with TLS has a certificate."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infragen_sandbox.gate.rule import Refused, Rule

if TYPE_CHECKING:
    from infragen_sandbox.gate.calls import Call


def _check(call: Call) -> Refused | None:
    protocol = call.parameters.get("Protocol")
    if protocol not in ("HTTPS", "TLS") or call.parameters.get("Certificates"):
        return None
    return Refused("ValidationError", f"A certificate must be specified for {protocol} listeners")


RULE = Rule(
    "An HTTPS or TLS listener is created with exactly one certificate",
    "Elastic Load Balancing API Reference (2015-12-01): CreateListener, Certificates",
    "elbv2",
    ("CreateListener",),
    _check,
)
