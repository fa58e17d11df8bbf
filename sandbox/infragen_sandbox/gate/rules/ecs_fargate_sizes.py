"""The pairs of CPU and memory that Fargate has."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from infragen_sandbox.gate.rule import Refused, Rule

if TYPE_CHECKING:
    from infragen_sandbox.gate.calls import Call

_GB = 1024
_MEMORY = {
    256: (512, 1 * _GB, 2 * _GB),
    512: range(1 * _GB, 4 * _GB + 1, _GB),
    1024: range(2 * _GB, 8 * _GB + 1, _GB),
    2048: range(4 * _GB, 16 * _GB + 1, _GB),
    4096: range(8 * _GB, 30 * _GB + 1, _GB),
    8192: range(16 * _GB, 60 * _GB + 1, 4 * _GB),
    16384: range(32 * _GB, 120 * _GB + 1, 8 * _GB),
    32768: (60 * _GB, 120 * _GB, 244 * _GB),
}
"""MiB of memory by units of CPU, as the source of the rule lists them."""

_AMOUNT = re.compile(r"(?P<number>[\d.]+)\s*(?P<unit>vcpu|gb)?", re.IGNORECASE)


def _units(amount: str | None) -> float | None:
    """Return units of CPU, or MiB: `1 vCPU` and `1 GB` are 1024 of them."""
    match = _AMOUNT.fullmatch((amount or "").strip())
    return None if match is None else float(match["number"]) * (_GB if match["unit"] else 1)


def _check(call: Call) -> Refused | None:
    if "FARGATE" not in call.parameters.get("requiresCompatibilities", ()):
        return None
    cpu, memory = _units(call.parameters.get("cpu")), _units(call.parameters.get("memory"))
    if cpu in _MEMORY and memory in _MEMORY[int(cpu)]:
        return None
    given = f"{call.parameters.get('cpu')} CPU, {call.parameters.get('memory')} memory"
    return Refused("ClientException", f"No Fargate configuration exists for given values: {given}.")


RULE = Rule(
    "A Fargate task has one of the published pairs of CPU and memory",
    "Amazon ECS Developer Guide: Troubleshoot Amazon ECS task definition invalid CPU or memory errors",
    "ecs",
    ("RegisterTaskDefinition",),
    _check,
)
