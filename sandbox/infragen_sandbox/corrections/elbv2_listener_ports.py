"""A load balancer has one listener on a port, also while another one moves there.

AWS: DuplicateListener, "A listener with the specified port already exists", of CreateListener and ModifyListener
(Elastic Load Balancing API Reference 2015-12-01). moto makes any number of listeners on one port.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from moto.elbv2.exceptions import DuplicateListenerError
from moto.elbv2.models import ELBv2Backend

from infragen_sandbox.corrections.patching import around

if TYPE_CHECKING:
    from collections.abc import Callable


def _refuse_second(balancer: Any, port: object, own: str = "") -> None:
    others = (listener for arn, listener in balancer.listeners.items() if arn != own) if balancer else ()
    if any(str(listener.port) == str(port) for listener in others):
        raise DuplicateListenerError


def _create(original: Callable[..., Any], backend: Any, *args: Any, **kwargs: Any) -> Any:
    _refuse_second(backend.load_balancers.get(kwargs["load_balancer_arn"]), kwargs["port"])
    return original(backend, *args, **kwargs)


def _modify(original: Callable[..., Any], backend: Any, arn: str, port: object = None, *args: Any) -> Any:
    if port is not None:
        holds = (balancer for balancer in backend.load_balancers.values() if arn in balancer.listeners)
        _refuse_second(next(holds, None), port, arn)
    return original(backend, arn, port, *args)


def apply() -> None:
    """Install the correction."""
    around(ELBv2Backend, "create_listener", _create)
    around(ELBv2Backend, "modify_listener", _modify)
