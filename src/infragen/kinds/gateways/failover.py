"""What a standby has of an API gateway: its own addresses and keys, which clients of the other one do not know."""

from __future__ import annotations

from collections.abc import Iterator

from infragen.core.build_context import BuildContext
from infragen.core.standby import Held
from infragen.core.takeover import Step, Takeover, answers
from infragen.kinds import custom_headers
from infragen.kinds.gateways.build import GatewayView
from infragen.kinds.gateways.model import Gateway


def holds(gateway: Gateway, change: Takeover) -> Iterator[Held]:
    """Yield its names and its keys; callers in the VPC are told those of their own environment."""
    target = change.taking.environment.target
    if not gateway.is_public:
        yield Held("names", "an address in its own VPC, which its callers there are told")
        if not gateway.allow:
            return
    left = change.left.environment
    names = gateway.domain_names(left)
    if gateway.reach == "cloudfront":  # clients call its distributions, and the standby has some of its own
        names = tuple(name for one in custom_headers.before(left, gateway) for name in one.names(left))
    found = (
        f"addresses of its own: nobody leads {names[0]} there" if names else "an address that its clients do not know"
    )
    mend = f"give clients the address that `infragen outputs {target}` shows, before they need it"
    yield Held("names", found, "missing", mend)
    if gateway.clients or gateway.tenants:
        has = "keys of its own: those of its clients are not valid there"
        mend = f"give clients the keys that `infragen outputs {target}` reads, before they need them"
        yield Held("keys", has, "missing", mend, ("clients" if gateway.clients else "tenants",))


def failover_steps(gateway: Gateway, change: Takeover) -> Iterator[Step]:
    """Yield how one sees that a request of a client comes through, where a key is enough to send one."""
    own = GatewayView(change.taking)
    asked = asked_with_key(change.taking)
    if change.action == "restore" or gateway.reach not in ("internet", "allow-list") or asked is None:
        return
    path, key, shows = asked
    api = (
        f"$(aws apigateway get-rest-apis --region {own.region} --query \"items[?name=='{own.name}'].id | [0]\""
        " --output text)"
    )
    aws = f'"https://{api}.execute-api.{own.region}.amazonaws.com/{own.stage_name}/{path}"'
    urls = [f"https://{name}/{path}" for name in own.names] or [aws]
    from_there = "" if gateway.reach == "internet" else f", asked from {', '.join(gateway.allow)}"
    commands = tuple(answers(url, shows + from_there, key) for url in urls)
    yield Step("verify", f"what {own.name} answers", commands, 5)


def asked_with_key(ctx: BuildContext) -> tuple[str, str, str] | None:
    """Return a path of a gateway, what curl sends with it and what the answer is; None where a key does not suffice."""
    own = GatewayView(ctx)
    paths = (
        route.path for route in own.every_route
        if route.proof() == ("NONE", None) and route.function is None and "{" not in route.path
    )  # fmt: skip
    path, key = min(paths, default=None), next((one for _, one in sorted(own.keys.items())), None)
    if path is None or key is None:
        return None
    value = (
        f"$(aws apigateway get-api-keys --region {ctx.region} --name-query {key['name']} --include-values"
        " --query 'items[0].value' --output text)"
    )
    shows = "2xx, and not 403, the gateway's own, 404, a balancer's own, or 500 and above"
    return f"{path}/health", f'--header "x-api-key: {value}"', shows
