"""A host has the security groups that its first network interface was asked for.

AWS: an instance's SecurityGroups are those of its primary network interface, also where the request names them for the
interface (Amazon EC2 API Reference: RunInstances, InstanceNetworkInterfaceSpecification, Groups). moto leaves the
instance without any then, so that each plan would give it its groups again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from moto.ec2.models.instances import Instance

from infragen.sandbox.corrections.patching import around

if TYPE_CHECKING:
    from collections.abc import Callable


def _made(original: Callable[..., None], instance: Any, *args: Any, **kwargs: Any) -> None:
    original(instance, *args, **kwargs)
    if not instance.security_groups and 0 in instance.nics:
        instance.security_groups = list(instance.nics[0].group_set)


def apply() -> None:
    """Install the correction."""
    around(Instance, "__init__", _made)
