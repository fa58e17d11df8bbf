"""A zone created with a VPC is private.

AWS: "To create a private hosted zone, use the VPC element"; PrivateZone in the answer follows from it (Route 53 API
Reference, CreateHostedZone, HostedZoneConfig). moto wants the flag, which the provider does not send.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from moto.route53.responses import Route53

from infragen_sandbox.corrections.patching import around, parameter

if TYPE_CHECKING:
    from collections.abc import Callable


def _bool_param(original: Callable[..., bool | None], response: Any, name: str, if_none: bool | None = None) -> Any:
    if name == "HostedZoneConfig.PrivateZone" and parameter(response, "VPC.VPCId"):
        return True
    return original(response, name, if_none)


def apply() -> None:
    """Install the correction."""
    around(Route53, "_get_bool_param", _bool_param)
