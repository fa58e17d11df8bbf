"""A VPC takes its default network ACL with it.

AWS: deleting a VPC deletes what came with it: the default security group, the default network ACL and the main route
table (EC2 API Reference, DeleteVpc). moto leaves the ACL behind.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from moto.ec2.models.vpcs import VPCBackend

from infragen_sandbox.corrections.patching import around

if TYPE_CHECKING:
    from collections.abc import Callable


def _delete(original: Callable[..., Any], backend: Any, vpc_id: str) -> Any:
    vpc = original(backend, vpc_id)
    for acl in list(backend.network_acls.values()):
        if acl.vpc_id == vpc_id and acl.default:
            del backend.network_acls[acl.id]
    return vpc


def apply() -> None:
    """Install the correction."""
    around(VPCBackend, "delete_vpc", _delete)
