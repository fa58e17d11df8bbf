"""The edge stack: the private CA, the internal load balancer, and the API gateways that lead to it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from math import ceil
from typing import TYPE_CHECKING, Final

from infragen.catalog.names import Names
from infragen.kinds.bffs import Bff
from infragen.kinds.gateways import Gateway
from infragen.kinds.services import Container, Service
from infragen.stacks import network, security, shell
from infragen.stacks.dependencies import GATEWAYS_PORT, HTTPS_PORT
from infragen.stacks.model import Reference, Stack, StackFile
from infragen.stacks.shell import Output, identifier

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from infragen.core.landscape import Environment
    from infragen.core.units import RequestRate

__all__ = ["NAME", "build", "calls", "counting", "key_output", "load_balancer_url"]

NAME: Final = "edge"

_UPSTREAMS: Final = (network.NAME, security.NAME)
_BALANCER_MODULES: Final = (
    "access_log_bucket",
    "internal_load_balancer",
    "private_ca",
    "private_certificate",
    "trust_store",
)
_LINK_MODULES: Final = ("api_gateway_account", "gateway_network_load_balancer")

_BALANCER: Final = "load-balancer"
"""The load balancer's name within the private domain."""
_ROOT_YEARS: Final = 10
_LONGEST_ORGANIZATION: Final = 64
"""AWS Private CA API Reference: ASN1Subject."""
_COMPRESSION_BYTES: Final = 1024
"""From here on compressing an answer saves more than it costs."""
_BURST_SECONDS: Final = 2
"""How long a whole stage may take requests at twice the limit; the catalogue gives bursts for single keys only."""

_ACCOUNT_RATE: Final = Decimal(10_000)
_ACCOUNT_BURST: Final = 5_000
"""What an account may ask in a region anyway (Amazon API Gateway Developer Guide: quotas)."""

_FIREWALL_WINDOW: Final = 300
"""Seconds: the catalogue counts an address's requests in five minutes."""
_MANAGED_RULES: Final = {
    "anonymous-ip": "AWSManagedRulesAnonymousIpList",
    "core": "AWSManagedRulesCommonRuleSet",
    "ip-reputation": "AWSManagedRulesAmazonIpReputationList",
    "known-bad-inputs": "AWSManagedRulesKnownBadInputsRuleSet",
    "sql-injection": "AWSManagedRulesSQLiRuleSet",
}
"""AWS WAF Developer Guide: AWS Managed Rules rule groups list."""


@dataclass(frozen=True, slots=True)
class Authority:
    """The private CA, the certificate of the load balancer, and the store of whom it trusts."""

    common_name: str
    organization: str
    validity_in_years: int
    deletion_window_in_days: int
    load_balancer_domain: str
    trust_store_name: str
    trust_store_bucket_name: str


@dataclass(frozen=True, slots=True)
class Logs:
    """The bucket of the load balancer's logs."""

    bucket_name: str
    account_id: str
    prefixes: tuple[str, ...]
    retention_in_days: int
    force_destroy: bool


@dataclass(frozen=True, slots=True)
class LoadBalancer:
    """The internal load balancer."""

    name: str
    deletion_protection: bool
    services_port: int
    gateways_port: int
    log_prefix: str
    discovery_name: str


@dataclass(frozen=True, slots=True)
class GatewayLink:
    """The way of all gateways into the VPC, and the account's logging role."""

    name: str
    logging_role_name: str


@dataclass(frozen=True, slots=True)
class Api:
    """A REST API."""

    label: str
    module: str
    name: str
    description: str
    minimum_compression_size: int | None
    is_private: bool
    authorization: str
    backend_url: str

    @property
    def id(self) -> Reference:
        """The API's id."""
        return Reference(f"module.{self.label}.id")

    @property
    def root_resource_id(self) -> Reference:
        """The id of its root path."""
        return Reference(f"module.{self.label}.root_resource_id")

    @property
    def execution_arn(self) -> Reference:
        """What permissions to call it begin with."""
        return Reference(f"module.{self.label}.execution_arn")

    @property
    def policy(self) -> Reference:
        """The resource policy of a private API."""
        return Reference(f"module.{self.label}.policy")


@dataclass(frozen=True, slots=True)
class Route:
    """A path of a REST API and where the load balancer has it."""

    label: str
    path: str
    backend_path: str
    methods: tuple[str, ...]

    @property
    def fingerprint(self) -> Reference:
        """What a new deployment is made on."""
        return Reference(f"module.{self.label}.fingerprint")


@dataclass(frozen=True, slots=True)
class AllowList:
    """The networks that may call a management API."""

    label: str
    module: str
    cidr_blocks: tuple[str, ...]

    @property
    def policy(self) -> Reference:
        """The resource policy."""
        return Reference(f"module.{self.label}.policy")


@dataclass(frozen=True, slots=True)
class Stage:
    """What of a REST API is live."""

    label: str
    name: str
    redeploy_on: Mapping[str, Reference]
    requests_per_second: Decimal
    burst: int
    access_log_group_name: str
    access_log_retention_in_days: int
    execution_log_retention_in_days: int

    @property
    def reference(self) -> Reference:
        """The stage's name, once it exists."""
        return Reference(f"module.{self.label}.name")

    @property
    def arn(self) -> Reference:
        """The stage as WAF wants it."""
        return Reference(f"module.{self.label}.arn")


@dataclass(frozen=True, slots=True)
class UsagePlan:
    """What one key may ask."""

    label: str
    description: str
    requests_per_second: Decimal
    burst: int
    path_limits: Mapping[str, Mapping[str, object]]


@dataclass(frozen=True, slots=True)
class Key:
    """One caller's API key."""

    label: str
    name: str
    description: str
    usage_plan_id: Reference


@dataclass(frozen=True, slots=True)
class Firewall:
    """AWS WAF before a stage."""

    label: str
    association_label: str
    description: str
    managed_rules: tuple[Mapping[str, str], ...]
    rate_rules: tuple[Mapping[str, object], ...]
    log_group_name: str
    log_retention_in_days: int

    @property
    def arn(self) -> Reference:
        """The web ACL."""
        return Reference(f"module.{self.label}.arn")


def build(environment: Environment) -> Iterator[Stack]:
    """Yield the edge stack, when anything runs that could be reached."""
    if not any(environment.each(Container)):
        return
    files = (
        _shared_file(environment, "certificates.tf", {"authority": _authority(environment)}),
        _shared_file(environment, "load-balancer.tf", _load_balancer(environment)),
        *(_gateway_file(environment, gateway) for gateway in environment.all(Gateway).values()),
        *(_route_file(environment, bff) for bff in environment.all(Bff).values() if _is_routed(environment, bff)),
        *(_keys_file(environment, service) for service in _callers(environment) if counting(environment)),
        shell.outputs(environment, _outputs(environment)),
        *shell.files(environment, NAME, _UPSTREAMS),
    )
    yield Stack(NAME, files, _UPSTREAMS, _modules(environment))


def load_balancer_url(environment: Environment, port: int) -> str:
    """Return the address of the internal load balancer that its certificate proves."""
    address = f"https://{_BALANCER}.{environment.settings.internal_domain}"
    return address if port == HTTPS_PORT else f"{address}:{port}"


def calls(container: Container) -> bool:
    """Say whether a container calls others; such a service has a key of its own on gateways that count by service."""
    return any(call.access != "event" for call in container.calls.values())


def key_output(gateway: Gateway, service: Service) -> str:
    """Return the name of the output with the id of a calling service's key."""
    return identifier("gateway", gateway.name, "service", service.name, "key_id")


def counting(environment: Environment) -> tuple[Gateway, ...]:
    """Return the gateways that give every calling service a key of its own."""
    return tuple(gateway for gateway in environment.all(Gateway).values() if gateway.per == "service")


def _callers(environment: Environment) -> tuple[Service, ...]:
    return tuple(service for service in environment.all(Service).values() if calls(service))


def _shared_file(environment: Environment, path: str, context: Mapping[str, object]) -> StackFile:
    return StackFile(path, f"stacks/edge/{path}", context, None, environment.source("environment"))


def _authority(environment: Environment) -> Authority:
    names = Names.of(environment)
    return Authority(
        common_name=f"{names.prefix} root",
        organization=environment.system.title[:_LONGEST_ORGANIZATION],
        validity_in_years=_ROOT_YEARS,
        deletion_window_in_days=environment.settings.key_deletion_window,
        load_balancer_domain=f"{_BALANCER}.{environment.settings.internal_domain}",
        trust_store_name=names.plain("clients"),
        trust_store_bucket_name=names.plain("client-authorities", environment.settings.account),
    )


def _load_balancer(environment: Environment) -> dict[str, object]:
    names = Names.of(environment)
    settings = environment.settings
    logs = Logs(
        bucket_name=names.plain("access-logs", settings.account),
        account_id=settings.account,
        prefixes=(_BALANCER,),
        retention_in_days=settings.log_retention,
        force_destroy=not settings.production,
    )
    balancer = LoadBalancer(
        name=names.plain("services"),
        deletion_protection=settings.protected,
        services_port=HTTPS_PORT,
        gateways_port=GATEWAYS_PORT,
        log_prefix=_BALANCER,
        discovery_name=_BALANCER,
    )
    link = GatewayLink(names.plain("gateways"), names.plain("api-gateway-logging"))
    return {
        "logs": logs,
        "load_balancer": balancer,
        "has_gateways": bool(environment.all(Gateway)),
        "gateway_link": link,
    }


def _gateway_file(environment: Environment, gateway: Gateway) -> StackFile:
    owner = f"gateways/{gateway.name}"
    context = _gateway_context(environment, gateway)
    return StackFile(f"gateway-{gateway.name}.tf", "stacks/edge/gateway.tf", context, owner, environment.source(owner))


def _gateway_context(environment: Environment, gateway: Gateway) -> dict[str, object]:
    api = _api(environment, gateway)
    routes = tuple(_management_routes(environment, gateway))
    proxy_route = Route(identifier("route", gateway.name), "", "", ("ANY",))
    allow_list = AllowList(
        identifier("allow_list", gateway.name), f"../modules/{_allow_list(gateway)}", tuple(sorted(gateway.allow))
    )
    redeploy_on = {route.path: route.fingerprint for route in routes}
    redeploy_on |= {f"bff-{bff.identity}": _bff_route(bff).fingerprint for bff in _routed(environment, gateway)}
    if api.is_private:
        redeploy_on |= {"policy": api.policy, "proxy": proxy_route.fingerprint}
    if gateway.reach == "allow-list":
        redeploy_on |= {"policy": allow_list.policy}
    plan = _usage_plan(environment, gateway)
    return {
        "gateway": api,
        "proxy_route": proxy_route,
        "routes": routes,
        "has_allow_list": gateway.reach == "allow-list",
        "allow_list": allow_list,
        "stage": _stage(environment, gateway, redeploy_on),
        "usage_plan": plan,
        "keys": tuple(_client_keys(environment, gateway)),
        "has_firewall": gateway.firewall is not None,
        "firewall": _firewall(environment, gateway),
        "moves": shell.moves(gateway, *_gateway_labels(gateway)),
    }


def _gateway_labels(gateway: Gateway) -> Iterator[str]:
    yield from ("gateway_{}", "stage_{}", "usage_plan_{}")
    if gateway.reach == "vpc":
        yield "route_{}"
    if gateway.reach == "allow-list":
        yield "allow_list_{}"
    if gateway.firewall is not None:
        yield from ("web_acl_{}", "web_acl_association_{}")
    yield from (f"route_{{}}_{identifier(path)}" for path in gateway.routes)
    yield from (f"key_{{}}_{identifier(client)}" for client in gateway.clients)


def _allow_list(gateway: Gateway) -> str:
    return "api_gateway_allow_list" if gateway.authentication == "iam" else "api_gateway_allow_list_keys"


def _api(environment: Environment, gateway: Gateway) -> Api:
    private = gateway.reach == "vpc"
    signed = gateway.authentication == "iam"
    module = "api_gateway_regional"
    if private:
        module = "api_gateway_private" if signed else "api_gateway_private_keys"
    return Api(
        label=identifier("gateway", gateway.name),
        module=f"../modules/{module}",
        name=Names.of(environment).plain(gateway.identity),
        description=f"{gateway.title}: {gateway.purpose}",
        minimum_compression_size=_COMPRESSION_BYTES if gateway.compress else None,
        is_private=private,
        authorization="AWS_IAM" if signed else "NONE",
        backend_url=load_balancer_url(environment, GATEWAYS_PORT),
    )


def _management_routes(environment: Environment, gateway: Gateway) -> Iterator[Route]:
    for path, service in sorted(gateway.routes.items()):
        label = identifier("route", gateway.name, path)
        yield Route(label, path, environment.all(Service)[service].identity, ("ANY",))


def _is_routed(environment: Environment, bff: Bff) -> bool:
    """Say whether a BFF needs a route of its own; a gateway of the VPC passes every path on."""
    return environment.all(Gateway)[bff.gateway].reach != "vpc"


def _routed(environment: Environment, gateway: Gateway) -> Iterator[Bff]:
    if gateway.reach != "vpc":
        yield from (bff for bff in environment.all(Bff).values() if bff.gateway == gateway.name)


def _bff_route(bff: Bff) -> Route:
    limited = bff.functions == "limited" and bff.methods
    return Route(identifier("route_bff", bff.name), bff.path, bff.path, bff.methods if limited else ("ANY",))


def _route_file(environment: Environment, bff: Bff) -> StackFile:
    owner = f"bffs/{bff.name}"
    context = {
        "gateway": _api(environment, environment.all(Gateway)[bff.gateway]),
        "route": _bff_route(bff),
        "moves": shell.moves(bff, "route_bff_{}"),
    }
    return StackFile(f"bff-{bff.name}.tf", "stacks/edge/route.tf", context, owner, environment.source(owner))


def _stage(environment: Environment, gateway: Gateway, redeploy_on: Mapping[str, Reference]) -> Stage:
    names = Names.of(environment)
    rate, burst = _whole_limit(environment.system.declared.throughput)
    kind = "audit" if gateway.audit else "access"
    return Stage(
        label=identifier("stage", gateway.name),
        name=environment.name,
        redeploy_on=redeploy_on,
        requests_per_second=rate,
        burst=burst,
        access_log_group_name=names.path("gateways", gateway.identity, kind),
        access_log_retention_in_days=gateway.access_log_retention,
        execution_log_retention_in_days=environment.settings.log_retention,
    )


def _whole_limit(throughput: RequestRate | None) -> tuple[Decimal, int]:
    """Return what all callers of a stage may ask together: requests a second, and at once."""
    if throughput is None:
        return _ACCOUNT_RATE, _ACCOUNT_BURST
    return throughput.per_second, min(ceil(throughput.per_second * _BURST_SECONDS), _ACCOUNT_BURST)


def _usage_plan(environment: Environment, gateway: Gateway) -> UsagePlan:
    tighter = {bff: bff.limit for bff in _routed(environment, gateway) if bff.limit is not None}
    return UsagePlan(
        label=identifier("usage_plan", gateway.name),
        description=f"{gateway.limit} for each {gateway.per.replace('-', ' ')}",
        requests_per_second=gateway.limit.per_second,
        burst=gateway.burst,
        path_limits={
            f"/{bff.path}/{{proxy+}}/{method}": {
                "requests_per_second": limit.per_second,
                "burst": ceil(limit.per_second * _BURST_SECONDS),
            }
            for bff, limit in tighter.items()
            for method in _bff_route(bff).methods
        },
    )


def _plan_id(gateway: Gateway) -> Reference:
    return Reference(f"module.{identifier('usage_plan', gateway.name)}.id")


def _client_keys(environment: Environment, gateway: Gateway) -> Iterator[Key]:
    names = Names.of(environment)
    for client, who in sorted(gateway.clients.items()):
        label = identifier("key", gateway.name, client)
        yield Key(label, names.plain(gateway.identity, client), who, _plan_id(gateway))


def _keys_file(environment: Environment, service: Service) -> StackFile:
    owner = f"services/{service.name}"
    keys = tuple(_service_key(environment, gateway, service) for gateway in counting(environment))
    labels = (identifier("key", gateway.name, "service") + "_{}" for gateway in counting(environment))
    context = {"keys": keys, "moves": shell.moves(service, *labels)}
    return StackFile(f"service-{service.name}.tf", "stacks/edge/keys.tf", context, owner, environment.source(owner))


def _service_key(environment: Environment, gateway: Gateway, service: Service) -> Key:
    label = identifier("key", gateway.name, "service", service.name)
    name = Names.of(environment).plain(gateway.identity, "service", service.identity)
    return Key(label, name, service.title, _plan_id(gateway))


def _firewall(environment: Environment, gateway: Gateway) -> Firewall | None:
    if gateway.firewall is None:
        return None
    names = Names.of(environment)
    limit = gateway.firewall.rate_limit
    rate_rules = ({"name": "rate-per-address", "requests": limit, "seconds": _FIREWALL_WINDOW},) if limit else ()
    return Firewall(
        label=identifier("web_acl", gateway.name),
        association_label=identifier("web_acl_association", gateway.name),
        description=f"Before {names.plain(gateway.identity)}",
        managed_rules=tuple({"name": rule, "group": _MANAGED_RULES[rule]} for rule in gateway.firewall.managed),
        rate_rules=rate_rules,
        log_group_name=f"aws-waf-logs-{names.plain(gateway.identity)}",
        log_retention_in_days=gateway.access_log_retention,
    )


def _modules(environment: Environment) -> tuple[str, ...]:
    used = set(_BALANCER_MODULES)
    for gateway in environment.all(Gateway).values():
        used |= {*_LINK_MODULES, _api(environment, gateway).module.removeprefix("../modules/")}
        used |= {"api_gateway_stage", "api_gateway_usage_plan"}
        used |= {"api_gateway_proxy_route"} if gateway.reach == "vpc" else set()
        used |= {"api_gateway_route"} if gateway.routes or any(_routed(environment, gateway)) else set()
        used |= {_allow_list(gateway)} if gateway.reach == "allow-list" else set()
        used |= (
            {"api_gateway_key"} if gateway.clients or (gateway.per == "service" and _callers(environment)) else set()
        )
        used |= {"web_acl", "web_acl_association"} if gateway.firewall else set()
    return tuple(sorted(used))


def _outputs(environment: Environment) -> Iterator[Output]:
    for name, description, expression in _BALANCER_OUTPUTS:
        yield Output(name, description, Reference(expression))
    for gateway in environment.all(Gateway).values():
        yield from _gateway_outputs(gateway)
    yield from _key_outputs(counting(environment), _callers(environment))


def _gateway_outputs(gateway: Gateway) -> Iterator[Output]:
    for attribute, of, source, what in _GATEWAY_OUTPUTS:
        reference = Reference(f"module.{identifier(of, gateway.name)}.{source}")
        yield Output(f"{identifier('gateway', gateway.name)}_{attribute}", f"Gateway {gateway.name}: {what}", reference)


def _key_outputs(gateways: Iterable[Gateway], services: tuple[Service, ...]) -> Iterator[Output]:
    for gateway in gateways:
        for service in services:
            reference = Reference(f"module.{identifier('key', gateway.name, 'service', service.name)}.id")
            description = f"Gateway {gateway.name}: id of the key of service {service.name}."
            yield Output(key_output(gateway, service), description, reference)


_BALANCER_OUTPUTS: Final = (
    ("load_balancer_arn_suffix", "The load balancer as CloudWatch names it.", "module.load_balancer.arn_suffix"),
    (
        "load_balancer_gateways_listener_arn",
        "Listener that the gateways use.",
        "module.load_balancer.gateways_listener_arn",
    ),
    (
        "load_balancer_services_listener_arn",
        "Listener that services use, with client certificates.",
        "module.load_balancer.services_listener_arn",
    ),
    ("private_ca_arn", "Authority of all certificates inside the platform.", "module.private_ca.arn"),
)
_GATEWAY_OUTPUTS: Final = (
    ("api_name", "gateway", "name", "name of the API."),
    ("invoke_url", "stage", "invoke_url", "address of the stage."),
    ("stage_execution_arn", "stage", "execution_arn", "what permissions to call the stage begin with."),
    ("stage_name", "stage", "name", "name of the stage."),
)
