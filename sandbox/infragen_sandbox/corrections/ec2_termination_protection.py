"""A host that is protected from termination when it is made is protected.

AWS: RunInstances takes `DisableApiTermination`, and TerminateInstances refuses such a host (Amazon EC2 API Reference).
moto drops it, so that the next plan would turn the protection on.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from moto.ec2.responses.instances import InstanceResponse

from infragen_sandbox.corrections.patching import around, parameter

if TYPE_CHECKING:
    from collections.abc import Callable


def _protected(original: Callable[..., Any], response: Any) -> Any:
    answer = original(response)
    for instance in answer.result.instances:
        instance.disable_api_termination = bool(parameter(response, "DisableApiTermination"))
    return answer


def apply() -> None:
    """Install the correction."""
    around(InstanceResponse, "run_instances", _protected)
