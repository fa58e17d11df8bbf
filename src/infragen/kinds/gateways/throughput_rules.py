"""Rules on the throughput of a gateway: the demand of its document, and the capacity of its services."""

from collections import Counter
from collections.abc import Iterable, Mapping
from decimal import Decimal
from fractions import Fraction

from infragen.core.resolved_system import Environment, ResolvedSystem
from infragen.core.rule import Finding, Findings, rule
from infragen.core.units import RequestRate
from infragen.kinds.gateways.model import Gateway
from infragen.kinds.gateways.operations import limits_of_keys, requests
from infragen.kinds.workloads.model import Service


@rule("T104")
def _throughput(resolved: ResolvedSystem) -> Findings:
    if (stated := resolved.system.declared.throughput) is None or resolved.broken or not resolved.all(Gateway):
        return
    allowed = requests(resolved)
    if allowed < stated.per_second:
        asked = f"all keys of all gateways together may ask {allowed} a second"
        message = f"{stated} is {stated.per_second} a second; {asked}"
        hint = "give out more keys or larger limits, or clarify what the total counts"
        yield Finding(message, resolved.at("system", "declared", "throughput"), hint)


@rule("G139")
def _scaled_for(environment: Environment) -> Findings:
    every = environment.all(Service).items()
    counted = {f"services/{name}": one for name, one in every if one.scaling.requests_per_target is not None}
    for name, gateway in environment.all(Gateway).items():
        behind = {to for to in gateway.targets.values() if gateway.is_public}
        limits = limits_of_keys(gateway, environment)
        asked = together(limits)
        if behind and behind <= counted.keys() and asked > (most := sum(_most(counted[to]) for to in behind)):
            message = (
                f"the {len(limits)} keys of gateways/{name} may ask {asked:.2f} a second, {at_each(limits)};"
                f" what it leads to is scaled for {most:.2f}: {_tasks(counted, behind)}"
            )
            yield Finding(message, environment.at(f"gateways/{name}", "limit"), "raise `tasks.max`, or lower the limit")
    stated = environment.system.declared.throughput
    if counted and stated is not None and exact(stated) > (most := sum(map(_most, counted.values()))):
        scaled = f"services are scaled for {most:.2f}: {_tasks(counted, counted)}"
        message = f"{stated} is {exact(stated):.2f} a second; {scaled}"
        hint = "raise `tasks.max` or `requests_per_target`, or clarify what the total counts"
        yield Finding(message, environment.at("system", "declared", "throughput"), hint)


def at_each(limits: Iterable[RequestRate]) -> str:
    """`at 100 req/min each`, `48 at 100 req/min each and 2 at 600 req/min each`."""
    found = Counter(limits)
    said = [f"{'' if len(found) == 1 else f'{keys} '}at {rate} each" for rate, keys in found.items()]
    return " and ".join((", ".join(said[:-1]), said[-1])) if said[1:] else said[0]


def together(rates: Iterable[RequestRate]) -> Decimal:
    """Return what all of them are in a second, rounded once: three of 100 in a minute are 5."""
    total = sum((Fraction(rate.requests, rate.seconds) for rate in rates), Fraction(0))
    return Decimal(total.numerator) / total.denominator


def exact(rate: RequestRate) -> Decimal:
    return Decimal(rate.requests) / rate.seconds


def _most(service: Service) -> Decimal:
    rate = service.scaling.requests_per_target
    return together(() if rate is None else (rate,) * service.tasks.max)


def _tasks(services: Mapping[str, Service], names: Iterable[str]) -> str:
    found = ((name, services[name]) for name in sorted(names))
    return ", ".join(f"{name} with {one.tasks.max} tasks x {one.scaling.requests_per_target}" for name, one in found)
