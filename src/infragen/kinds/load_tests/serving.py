"""What answers a request: which entry behind a gateway, a balancer or a distribution gets a path, or why none does."""

from collections.abc import Sequence
from typing import Final

from msgspec import Struct

from infragen.core.resolved_system import Environment
from infragen.diagnostics.hints import nearest
from infragen.kinds.balancers.model import Balancer
from infragen.kinds.bffs import Bff
from infragen.kinds.distributions.model import Distribution
from infragen.kinds.distributions.paths import covers, ordered
from infragen.kinds.gateways.model import Gateway
from infragen.kinds.gateways.validation import validation_at
from infragen.kinds.load_tests.build import host_of, target_of
from infragen.kinds.load_tests.model import PLACEHOLDER, LoadStep, LoadTest
from infragen.kinds.workloads.versions import paths

_READ: Final = ("GET", "HEAD")


class Served(Struct, frozen=True):
    """Who answers; where nobody does, why, and what mends that."""

    owner: str = ""
    problem: str = ""
    hint: str = ""
    is_of_method: bool = False


def served(test: LoadTest, step: LoadStep, environment: Environment) -> Served:
    """Return who answers a step; nobody, and no problem, where that is not known."""
    target, path = target_of(test, environment), PLACEHOLDER.sub("x", step.path).partition("?")[0]
    if isinstance(target, Gateway):
        return _at_gateway(target, path, step.method, environment)
    if isinstance(target, Balancer):
        return _at_balancer(target, path, host_of(test, environment), environment)
    if isinstance(target, Distribution):
        behaviours = target.behaviours
        taken = next((one for one in ordered(behaviours) if covers(one, path)), None)
        behaviour = target.default if taken is None else behaviours[taken]
        if step.method not in _READ and behaviour.methods != "all":
            where = "by default" if taken is None else f"at {taken}"
            problem = f"distributions/{target.name} lets no {step.method} through {where}"
            return Served(problem=problem, hint="write `methods: all` there, or another path", is_of_method=True)
        if (origin := target.origins.get(behaviour.origin)) is None:
            return Served()
        if (gateway := environment.all(Gateway).get(origin.gateway or "")) is not None:
            return _at_gateway(gateway, f"{origin.path or ''}{path}", step.method, environment)
        if (balancer := environment.all(Balancer).get(origin.balancer or "")) is None:
            return Served()
        host = balancer.full(origin.host, environment) if origin.host is not None else None
        return _at_balancer(balancer, f"{origin.path or ''}{path}", host, environment)
    return Served()


def _at_gateway(gateway: Gateway, path: str, method: str, environment: Environment) -> Served:
    if not gateway.is_public:
        return Served()  # it passes every path on
    bffs = {bff.path: f"bffs/{name}" for name, bff in environment.all(Bff).items() if bff.gateway == gateway.name}
    written = {path: (to, environment.find(to)) for path, to in {**gateway.targets, **bffs}.items()}
    offered = {one: to for path, (to, entry) in written.items() for one in paths(path, entry)}
    found = max((one for one in offered if _is_below(path, one)), key=lambda one: one.count("/"), default=None)
    if found is None:
        hint = nearest(path.strip("/"), offered, "its routes")
        return Served(problem=f"gateways/{gateway.name} has no route for {path}", hint=hint)
    entry = environment.find(offered[found])
    methods = getattr(entry, "accepted_methods", ("ANY",))
    if "ANY" not in methods and method not in methods:
        problem = f"gateways/{gateway.name} passes no {method} on to {offered[found]}"
        return Served(problem=problem, hint=f"its methods: {', '.join(methods)}", is_of_method=True)
    if (validation := validation_at(environment, entry, found.rpartition("/")[2])) is None:
        return Served(offered[found])
    below = path.strip("/").split("/")[found.count("/") + 1 :]
    here = [one.name for one in validation.methods if len(one.segments) == len(below) and _fits(below, one.segments)]
    if method in here:
        return Served(offered[found])
    problem = f"the contract of {offered[found]} has no {method} /{'/'.join(below)}"
    hint = f"its methods there: {', '.join(here)}" if here else "write one of its paths"
    return Served(problem=problem, hint=hint, is_of_method=bool(here))


def _is_below(path: str, route: str) -> bool:
    own, wanted = path.strip("/").split("/"), route.split("/")
    return len(own) >= len(wanted) and _fits(own, wanted)


def _fits(own: Sequence[str], wanted: Sequence[str]) -> bool:
    return all(one == other or other.startswith("{") for one, other in zip(own, wanted, strict=False))


def _at_balancer(balancer: Balancer, path: str, host: str | None, environment: Environment) -> Served:
    found: dict[str, str] = {}
    for route in balancer.routes.values():
        hosts = [balancer.full(one, environment) for one in route.hosts]
        if host is None or not hosts or any(covers(one, host) for one in hosts):
            found |= dict.fromkeys(route.patterns or ("/*",), f"services/{route.service}")
    if (taken := next((one for one in ordered(found) if covers(one, path)), None)) is None:
        where = f" at {host}" if host is not None else ""
        problem = f"balancers/{balancer.name} has no route for {path}{where}, and answers 404"
        return Served(problem=problem, hint=nearest(path, found, "its paths"))
    return Served(found[taken])
