"""Calls that only read: what of AWS's admits GET and HEAD alone, and which ways are left to who only reads.

Safe methods are those that a caller asks nothing with but an answer (RFC 9110, section 9.2.1); OPTIONS and TRACE give
services nothing. A load balancer of the service's own has a listener for each kind of caller, and security groups let
each to its own. A private gateway knows who signs. Service Connect looks at no method (Amazon ECS Developer Guide:
Service Connect), so whoever only reads gets no way through it where there is another.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Final, Literal

from infragen.core.rule import Environment, Finding, Findings, rule

METHODS: Final = ("GET", "HEAD")
PORT: Final = 8443

_READ: Final = "read"


def checked_by(environment: Environment, caller: Any) -> Literal["balancer", "gateway"] | None:
    """None where nothing does; a load balancer of all services has one listener, for callers of any of them."""
    balancer = environment.settings.load_balancer
    if balancer is not None and balancer.mutual_tls and balancer.verifier == "per-service":
        return "balancer"
    gateways: Iterable[Any] = environment.entries.get("gateways", {}).values()
    signed = (one.authentication == "iam" and one.per == "service" and one.reach == "vpc" for one in gateways)
    return "gateway" if caller.KIND == "services" and any(signed) else None


def through_mesh(environment: Environment, caller: Any) -> Mapping[str, Any]:
    """Sorted by callee."""
    calls: Mapping[str, Any] = getattr(caller, "direct_calls", {})
    if not any(call.access == _READ for call in calls.values()) or checked_by(environment, caller) is None:
        return calls
    return {name: call for name, call in calls.items() if call.access != _READ}


@rule("R124")
def _unchecked(environment: Environment) -> Findings:
    if any(owner.startswith("gateways/") for owner in environment.broken):
        return  # what is broken may be what checks
    for owner, entry in environment.every():
        for name, call in getattr(entry, "direct_calls", {}).items():
            path = ("calls", name, "access")
            if call.access != _READ or checked_by(environment, entry) or environment.assumption(owner, path):
                continue
            message = f"{owner} is to read from services/{name} only, and nothing holds it to that"
            hint = "add `load_balancer: {mutual_tls: true}` to the environment, whose load balancers admit GET and HEAD"
            hint += f" alone, or explain what holds it to that: `assumptions: {{{'.'.join(path)}: ...}}`"
            yield Finding(message, environment.at(owner, *path), hint)
