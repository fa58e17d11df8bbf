"""G114: a gateway's promise that one of its services does not keep."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infragen.core.rule import Finding, Rule, Scope, Severity
from infragen.kinds.bffs import Bff
from infragen.kinds.gateways import Gateway
from infragen.kinds.services import Container

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infragen.core.landscape import Landscape

__all__ = ["RULE"]


def _check(landscape: Landscape) -> Iterator[Finding]:
    for owner, container in landscape.each(Container):
        own = container.promise.response_time
        if own is None:
            continue
        for name in sorted(_gateways_before(landscape, container.name)):
            promised = landscape.all(Gateway)[name].latency_p90
            if promised is not None and own > promised:
                message = (
                    f"{owner} promises {_time(own)}; gateways/{name}, which it is reached through, promises"
                    f" {_time(promised)} for nine of ten requests"
                )
                hint = "nothing to do: both become alarms; ask which of the two promises holds"
                yield Finding(message, landscape.at(owner, "promise", "response_time"), hint)


def _gateways_before(landscape: Landscape, service: str) -> set[str]:
    found = {name for name, gateway in landscape.all(Gateway).items() if service in gateway.routes.values()}
    found |= {bff.gateway for bff in landscape.all(Bff).values() if service in bff.calls}
    return found & set(landscape.all(Gateway))


def _time(milliseconds: int) -> str:
    return f"{milliseconds / 1000:g} s" if milliseconds >= 1000 else f"{milliseconds} ms"


RULE = Rule(
    "G114",
    "a service promises less than the gateway it is reached through",
    Severity.NOTICE,
    Scope.LANDSCAPE,
    _check,
    "TN-16, TN-18",
)
