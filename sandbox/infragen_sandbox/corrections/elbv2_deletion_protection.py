"""A protected load balancer cannot be deleted.

AWS: "You can't delete a load balancer if deletion protection is enabled": OperationNotPermitted (Elastic Load Balancing
API Reference 2015-12-01, DeleteLoadBalancer). moto deletes it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from moto.elbv2.exceptions import ELBClientError
from moto.elbv2.models import ELBv2Backend

from infragen_sandbox.corrections.patching import around

if TYPE_CHECKING:
    from collections.abc import Callable


def _delete(original: Callable[..., None], backend: Any, arn: str) -> None:
    balancer = backend.load_balancers.get(arn)
    if balancer is not None and balancer.attrs.get("deletion_protection.enabled") == "true":
        message = f"Load balancer '{arn}' cannot be deleted because deletion protection is enabled"
        raise ELBClientError("OperationNotPermitted", message)
    original(backend, arn)


def apply() -> None:
    """Install the correction."""
    around(ELBv2Backend, "delete_load_balancer", _delete)
