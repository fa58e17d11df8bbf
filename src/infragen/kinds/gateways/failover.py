"""What a standby has of an API gateway: its own addresses and keys, which clients of the other one do not know."""

import json
from collections.abc import Iterator
from typing import Final

from infragen.core.build_context import BuildContext
from infragen.core.standby import Held
from infragen.core.takeover import Command, Step, Takeover, answers
from infragen.kinds import custom_headers
from infragen.kinds.gateways.build import GatewayView
from infragen.kinds.gateways.model import DEFAULT_PLAN, Gateway
from infragen.kinds.zones.failover import HEALTH, found_check, holding, led_names
from infragen.text import first_of

_SIGNED: Final = (
    "a signature is of one region: callers sign for {region} from now on, or always for both, with Signature Version 4A"
    " (IAM User Guide: AWS Signature Version 4 for API requests)"
)


def holds(gateway: Gateway, change: Takeover) -> Iterator[Held]:
    environment, taking = change.taking.environment, change.taking.entry
    if not gateway.is_public:
        yield Held("names", "an address in its own VPC, which its callers there are told")
        if not gateway.allow:
            return
    names = gateway.domain_names(change.left.environment)
    if names and is_led(gateway) and is_led(taking) and names == taking.domain_names(environment):
        yield Held("names", f"the secondary records of {first_of(names, 2)}, and a certificate of its own")
        if custom_headers.has_replica(taking, environment):
            yield Held("keys", "a replica of the header that distributions send, which it requires as well")
    else:
        if gateway.reach == "cloudfront":  # clients call its distributions, and the standby has some of its own
            left = change.left.environment
            names = tuple(name for one in custom_headers.before(left, gateway) for name in one.names(left))
        found = "an address that its clients do not know"
        if names:
            found = f"addresses of its own: nobody leads {names[0]} there"
        mend = f"give clients the address that `infragen outputs {environment.target}` shows, before they need it"
        if gateway.is_public:
            mend += ", or write `zone` and `failover`"
        yield Held("names", found, "missing", mend)
    if gateway.clients or gateway.tenants:
        how = f"as `infragen outputs {environment.target}` says"
        yield Held("keys", f"its clients' keys, which people copy {how}, and the runbook counts")


def is_led(gateway: Gateway) -> bool:
    return gateway.failover is not None and gateway.zone is not None


def failover_steps(gateway: Gateway, change: Takeover) -> Iterator[Step]:
    if change.action == "restore":
        return
    own = GatewayView(change.taking)
    if not change.is_return and (named := sorted(own.keys_of_clients(change.left.names).values())):
        count = (  # as text, each page is counted by itself
            f"aws apigateway get-api-keys --region {own.region} --output json"
            f" --query 'length(items[?contains(`{json.dumps(named)}`, name)])'"
        )
        needed = f"the keys that `infragen outputs {change.taking.environment.target}` reads"
        shows = f"{len(named)}; with fewer, those clients need {needed}"
        yield Step("measure", f"keys of clients of {own.name}", (Command(count, shows),), 2)
    yield from _led(change)
    asked = asked_with_key(change.taking)
    if gateway.reach not in ("internet", "allow-list") or asked is None:
        return
    path, key, shows = asked
    api = (
        f"$(aws apigateway get-rest-apis --region {own.region} --query \"items[?name=='{own.name}'].id | [0]\""
        " --output text)"
    )
    aws = f"{api}.execute-api.{own.region}.amazonaws.com/{own.stage_name}"
    from_there = "" if gateway.reach == "internet" else f", asked from {', '.join(gateway.allow)}"
    commands = tuple(answers(host, f"/{path}", shows + from_there, key) for host in own.names or [aws])
    yield Step("verify", f"what {own.name} answers", commands, 5)


def copies(gateway: Gateway, ctx: BuildContext) -> Iterator[str]:
    # The keys' values pass no file: `aws_api_gateway_api_key` would have them in this state, too (Amazon API Gateway
    # Developer Guide: API key file format; Import API keys)
    own, primary = GatewayView(ctx), ctx.environment.primary
    if primary is None:
        return
    plans: dict[str, list[str]] = {}
    for client, name in own.keys_of_clients(ctx.primary_names).items():
        plan = gateway.plan_of.get(client.removeprefix("tenant-"), "") if client not in gateway.clients else ""
        plans.setdefault(plan if plan in gateway.plans else DEFAULT_PLAN, []).append(name)
    called = {plan.plan: plan.name for plan in own.usage_plans}
    for plan, names in sorted(plans.items()):
        plan_id = (
            f"aws apigateway get-usage-plans --region {ctx.region} --output text"
            f" --query \"items[?name=='{called[plan]}'].id | [0]\""
        )
        yield (
            f"aws apigateway get-api-keys --region {primary.region} --include-values --output text --query"
            f" 'items[?contains(`{json.dumps(sorted(names))}`, name)].[name,value]' | awk -v plan=\"$({plan_id})\""
            """ 'BEGIN {print "name,key,enabled,usageplanIds"} {print $1 "," $2 ",TRUE," plan}' |"""
            f" aws apigateway import-api-keys --region {ctx.region} --format csv --body fileb:///dev/stdin"
        )


def _led(change: Takeover) -> Iterator[Step]:
    standby, primary = (change.left, change.taking) if change.is_return else (change.taking, change.left)
    own, switch = GatewayView(change.taking), GatewayView(primary)
    if switch.switch is None or not is_led(standby.entry):
        return
    config = "HealthCheckConfig"
    check = found_check(f"{config}.Type=='TCP' && {config}.FullyQualifiedDomainName=='{switch.switch_name}'")
    back = holding([check], "--disabled --no-inverted", "True False")
    led = back if change.is_return else holding([check], "--disabled --inverted", "True True")
    commands = (*led, *led_names(standby, own.names, own.region))
    if not change.is_return:
        yield Step("undo", f"the names of {switch.name}", back, 5, HEALTH, primary.region)
    why = f"{HEALTH}\n{_SIGNED.format(region=own.region)}" if change.taking.entry.authentication == "iam" else HEALTH
    yield Step("names", f"the names of {own.name}", commands, 5, why)


def asked_with_key(ctx: BuildContext) -> tuple[str, str, str] | None:
    # A path, what curl sends and the expected answer; None where a key does not suffice
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
