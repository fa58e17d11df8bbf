"""Manual steps for a distribution when another region takes over."""

from collections.abc import Iterator

from infragen.core.build_context import BuildContext
from infragen.core.takeover import Step, Takeover, answers
from infragen.kinds.balancers.build import BalancerView
from infragen.kinds.balancers.failover import answer
from infragen.kinds.distributions.build import DistributionView, balancers_of, gateways_of, origin_host
from infragen.kinds.distributions.model import Distribution
from infragen.kinds.distributions.paths import covers
from infragen.kinds.gateways.failover import asked_with_key


def failover_steps(_distribution: Distribution, change: Takeover) -> Iterator[Step]:
    """Yield whether what it leads to answers: the primary's, which stays where it is, or one of the standby's own.

    Nothing is asked of a service, or through a balancer or a gateway, that whoever takes over lacks.
    """
    if change.action == "restore":
        return
    primary = change.taking if change.is_return else change.left
    is_there = change.taking.environment.find(change.taking.owner) is not None
    has_keys = any(gateways_of(primary))  # which are of one environment
    asked = change.taking if is_there and has_keys else primary
    own = DistributionView(asked)
    path, shows, options, *behind = _expected(asked, change.taking)
    if any(change.taking.environment.find(owner) is None for owner in behind):
        return
    hosts = [host for host in own.names if "*" not in host]
    if not own.names:
        found = f"DistributionList.Items[?Comment=='{own.name}'].DomainName | [0]"
        hosts = [f'$(aws cloudfront list-distributions --query "{found}" --output text)']
    commands = [answers(host, path, shows + own.asked_from, options) for host in hosts]
    if commands:
        yield Step("verify", f"what {own.name} answers", tuple(commands), 5)


def _expected(ctx: BuildContext, taking: BuildContext) -> tuple[str, ...]:
    """Return a path that goes to the default origin of a distribution, what the answer is, curl's options, and whom.

    The last are the entries that it passes. A gateway takes the keys of the environment that answers, `taking`.
    """
    default = ctx.entry.default
    found = next(((origin, one) for name, origin, one in balancers_of(ctx) if name == default.origin), None)
    if gateways := [one for name, _, one in gateways_of(ctx) if name == default.origin]:
        owner = gateways[0].owner
        key = taking.of(owner) if taking.environment.find(owner) is not None else gateways[0]
        if (asked := asked_with_key(key)) is not None:
            path, options, shows = asked
            return f"/{path}", shows, options, owner
        return "/", "403: a gateway answers no request without a key", "", owner
    if found is None:
        return "/", "200" if default.index else "403: it has no page for `/`", ""
    origin, balancer = found
    own, above = BalancerView(balancer), origin.path or ""
    host = origin_host(origin, balancer) or ""
    for service in own.services.values():
        path = service.health.path.removeprefix(above)
        is_default = not any(covers(one, path) for one in ctx.entry.behaviours)
        if (
            f"{above}{path}" == service.health.path
            and is_default
            and own.led_to(service.health.path, host) == service.name
        ):
            return path, answer(service, service.health.path), "", balancer.owner, f"{service.KIND}/{service.name}"
    led_to = own.services.get(own.led_to(f"{above}/", host) or "")
    if led_to is None:
        return "/", "404: no route takes `/`", "", balancer.owner
    return "/", answer(led_to, f"{above}/"), "", balancer.owner, f"{led_to.KIND}/{led_to.name}"
