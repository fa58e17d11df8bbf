"""A host has the security groups of its first network interface, and takes the interfaces along that came with it.

AWS: an instance's SecurityGroups are those of its primary network interface, also where the request names them for the
interface, and an interface that is made with an instance is deleted with it unless somebody says otherwise (Amazon EC2
API Reference: InstanceNetworkInterfaceSpecification, Groups, DeleteOnTermination). moto leaves the instance without
groups then, so that each plan would give it its groups again, and keeps the interface for good.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from moto.ec2.models.instances import Instance

from infragen_sandbox.corrections.patching import around

if TYPE_CHECKING:
    from collections.abc import Callable


def _with_interfaces(
    original: Callable[..., None], instance: Any, nic_spec: list[dict[str, Any]], *args: Any, **kwargs: Any
) -> None:
    asked: list[dict[str, Any]] = [dict(one) for one in nic_spec] or [{"DeviceIndex": 0}]
    for one in asked:
        if not one.get("NetworkInterfaceId"):
            one["DeleteOnTermination"] = one.get("DeleteOnTermination") is not False
    original(instance, asked, *args, **kwargs)


def _made(original: Callable[..., None], instance: Any, *args: Any, **kwargs: Any) -> None:
    original(instance, *args, **kwargs)
    if not instance.security_groups and 0 in instance.nics:
        instance.security_groups = list(instance.nics[0].group_set)


def apply() -> None:
    """Install the correction."""
    around(Instance, "prep_nics", _with_interfaces)
    around(Instance, "__init__", _made)
