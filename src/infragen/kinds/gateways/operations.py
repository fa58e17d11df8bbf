"""Who runs an API gateway: its costs, what people are told of it, and what it needs of the account's quotas."""

from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from infragen.core.billing import Cost
from infragen.core.build_context import BuildContext
from infragen.core.expressions import Joined
from infragen.core.operations import About, OutputLine, quota_of
from infragen.core.promises import Promised
from infragen.core.resolved_system import ResolvedSystem
from infragen.core.units import RequestRate
from infragen.kinds import firewalls
from infragen.kinds.gateways.build import GatewayView
from infragen.kinds.gateways.failover import copies
from infragen.kinds.gateways.model import DEFAULT_PLAN, Gateway
from infragen.kinds.workloads.model import Service
from infragen.kinds.zones.names import NAMES_OF_CERTIFICATE
from infragen.text import counted


def costs(gateway: Gateway, ctx: BuildContext) -> Iterator[Cost]:
    yield Cost("requests", "rest-api-requests", usage="requests")
    yield Cost("access log", "logs", usage="logged")
    if GatewayView(ctx).switch is not None:
        yield Cost("the health check by which people lead its names", "health-check", 1)
    yield from firewalls.costs(gateway.firewall, checks_header=gateway.requires_header, word="")


def outputs(gateway: Gateway, ctx: BuildContext) -> Iterator[OutputLine]:
    own = GatewayView(ctx)
    whom = {
        "internet": "for everybody with a key",
        "allow-list": "for its allow list",
        "vpc": "for callers in the VPC",
        "cloudfront": "for its distributions, which callers ask",
    }
    about: dict[str, About] = {"vpc": "address", "cloudfront": "detail"}
    yield from _let_in(gateway, ctx)
    for url in own.urls:
        yield OutputLine(about.get(gateway.reach, "public"), whom[gateway.reach], url)
    if own.names and gateway.keep_default_endpoint:
        yield OutputLine("public", "AWS's own address, which takes TLS 1.0, until it is given up", own.stage.invoke_url)
    if own.is_private and gateway.allow:
        domain = f".execute-api.{ctx.settings.region}.amazonaws.com/{own.stage_name}"
        address = Joined.of("https://", own.api.id, "-", own.endpoint.id, domain)
        yield OutputLine("next", "give callers there this address: they know no private name of the VPC's", address)
    for name in () if own.zone_id else own.names:
        yield OutputLine("next", f"enter this as CNAME record of {name}", own.domain_names.target_names[name])
    for route in own.routes:
        if not route.function_arn and route.backend_path != route.path:
            yield OutputLine("code", f"requests for `/{route.path}` reach the service as", f"/{route.backend_path}")
    if not own.binary_media_types:
        damaged = "files, and what code compresses itself, arrive damaged unless they are listed in"
        yield OutputLine("code", f"bodies are text in UTF-8: {damaged}", "binary_media_types")
    yield from own.outputs()
    yield from _keys(gateway, ctx)


def _keys(gateway: Gateway, ctx: BuildContext) -> Iterator[OutputLine]:
    own = GatewayView(ctx)
    for command in copies(gateway, ctx):
        said = "copy the keys of the primary's clients, once both are applied and after each change of them"
        yield OutputLine("next", said, command, is_command=True)
    for client in gateway.clients:
        name = own.keys[client]["name"]
        query = "--include-values --query 'items[0].value' --output text"
        command = f"aws apigateway get-api-keys --name-query {name} {query} --region {ctx.region}"
        yield OutputLine("secret", f"read the key of {client}", command, is_command=True)
    if tenant := next(iter(gateway.tenants), None):
        first = own.keys[f"tenant-{tenant}"]["name"].removesuffix(tenant)
        query = f"""--include-values --query "items[?starts_with(name,'{first}')].[name,value]" --output text"""
        command = f"aws apigateway get-api-keys {query} --region {ctx.region}"
        yield OutputLine("secret", "read the keys of all tenants", command, is_command=True)


def _let_in(gateway: Gateway, ctx: BuildContext) -> Iterator[OutputLine]:
    # Entries here have that in their role; no other role gets in by a signature alone (API Gateway Developer Guide:
    # Control access for invoking an API)
    own = GatewayView(ctx)
    if own.is_private and gateway.allow:
        said = "join these networks to the VPC, by a VPN or Direct Connect, which infragen does not make"
        yield OutputLine("next", said, ", ".join(gateway.allow))
    if gateway.authentication != "iam" or not (gateway.clients or gateway.allow):
        return
    behind = sorted({
        one for _, entry in ctx.environment.every() if (one := getattr(entry, "path", None))
        and getattr(entry, "gateway", None) == gateway.name
    })  # fmt: skip
    paths = [f"/*/{path}/*" for path in behind] if own.is_private and behind else ["/*"]
    arns = [piece for path in paths for piece in ('","', own.stage.execution_arn, path)][1:]
    command = Joined.of(
        "aws iam put-role-policy --role-name ROLE --policy-name invoke --policy-document"
        ' \'{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"execute-api:Invoke","Resource":["',
        *arns,
        "\"]}]}'",
    )
    whom = ", ".join(sorted(gateway.clients)) or "callers from these networks"
    said = f"let a role call it, for {whom}: requests are signed as that role, and carry the key as well"
    if gateway.second_factor:
        said += ", in a session that was begun with MFA (`--serial-number`, `--token-code`)"
    yield OutputLine("next", said, command, is_command=True)


def promises(gateway: Gateway, ctx: BuildContext) -> Iterator[Promised]:
    if gateway.latency_p90 is not None:
        says = f"p90 of its answers take {gateway.latency_p90:,} ms or less"
        yield Promised(("latency_p90",), says, ((ctx.owner, "response-time"),))


def limits(gateway: Gateway, ctx: BuildContext) -> Iterator[str]:
    rates = limits_of_keys(gateway, ctx.environment)
    each = ", ".join(f"{counted(keys, 'key')} x {rate}" for rate, keys in Counter(rates or [gateway.limit]).items())
    yield f"{each} = {sum(rate.per_second for rate in rates):f} a second"
    for plan in dict.fromkeys((DEFAULT_PLAN, *gateway.plan_of.values())):
        if quota := gateway.quota_of(plan):
            yield f"a key{'' if plan == DEFAULT_PLAN else f' of the plan {plan}'} may send {quota}"
    yield f"its stage takes {GatewayView(ctx).requests_per_second:f} a second"
    yield from firewalls.limits(gateway.firewall)
    if gateway.firewall is not None or gateway.reach == "cloudfront":
        yield "a web ACL inspects 100,000 a second (AWS WAF Developer Guide: AWS WAF quotas)"
    if gateway.name == min(ctx.environment.all(Gateway)):
        account = QUOTAS[0]
        yield f"all gateways of an account share {account.default:,} a second ({account.code}: {account.source})"
        if (stated := ctx.environment.system.declared.throughput) is not None and ctx.has("load-balancer"):
            units, each = stated.per_second / 25, "25 new connections a second each"  # Elastic Load Balancing pricing
            yield f"{units:,.0f} LCU of the load balancer behind, if each request opens a connection ({each})"


def requests(resolved: ResolvedSystem) -> Decimal:
    return sum((_asked(gateway, resolved) for gateway in resolved.all(Gateway).values()), Decimal(0))


def limits_of_keys(gateway: Gateway, resolved: ResolvedSystem) -> tuple[RequestRate, ...]:
    services = len(resolved.all(Service)) if gateway.per == "service" else 0
    return (gateway.limit,) * services + gateway.limits


def _asked(gateway: Gateway, resolved: ResolvedSystem) -> Decimal:
    return sum((rate.per_second for rate in limits_of_keys(gateway, resolved)), Decimal(0))


def _requests(gateway: Gateway, ctx: BuildContext) -> Decimal:
    # The first gateway also has what the document states beyond the keys of all
    own = _asked(gateway, ctx.environment)
    stated = ctx.environment.system.declared.throughput
    if stated is None or gateway.name != min(ctx.environment.all(Gateway)):
        return own
    return own + max(stated.per_second - requests(ctx.environment), Decimal(0))


QUOTAS: Final = (
    quota_of("api-requests", _requests),
    quota_of("api-keys", lambda gateway, ctx: len(limits_of_keys(gateway, ctx.environment))),
    quota_of("usage-plans", lambda gateway, _: 1 + len(gateway.plans)),
    quota_of("api-domain-names", lambda gateway, ctx: len(gateway.domain_names(ctx.environment))),
    NAMES_OF_CERTIFICATE,
    quota_of("api-resources", lambda _, ctx: GatewayView(ctx).resources),
)
