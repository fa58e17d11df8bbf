"""A network load balancer's ARN says `net`.

AWS: `loadbalancer/net/<name>/<id>`, which is also the value of its metrics' LoadBalancer dimension (Elastic Load
Balancing API Reference 2015-12-01, LoadBalancer; Service Authorization Reference, Elastic Load Balancing V2). moto
writes `app` for every type.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from moto.elbv2.models import ELBv2Backend

from infragen_sandbox.corrections.patching import around

if TYPE_CHECKING:
    from collections.abc import Callable

_WORDS = {"network": "/net/", "gateway": "/gwy/"}


def _create(original: Callable[..., Any], backend: Any, *args: Any, **kwargs: Any) -> Any:
    balancer = original(backend, *args, **kwargs)
    if balancer.type in _WORDS:
        old, new = balancer.arn, balancer.arn.replace("/app/", _WORDS[balancer.type])
        backend.load_balancers[new] = backend.load_balancers.pop(old)
        balancer.arn = new
        backend.tagging_service.copy_tags(old, new)
        backend.tagging_service.delete_all_tags_for_resource(old)
    return balancer


def apply() -> None:
    """Install the correction."""
    around(ELBv2Backend, "create_load_balancer", _create)
