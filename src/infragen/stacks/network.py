"""The network stack: VPC, subnets of three tiers, ways out, endpoints, flow log, private names."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from infragen.catalog.names import Names
from infragen.stacks import shell
from infragen.stacks.dependencies import interface_endpoints
from infragen.stacks.keys import log_key
from infragen.stacks.model import Reference, Stack, StackFile
from infragen.stacks.shell import Output

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from infragen.core.landscape import Environment

__all__ = ["NAME", "build"]

NAME: Final = "network"

_BASE_MODULES: Final = (
    "db_subnet_group",
    "kms_key",
    "private_dns_namespace",
    "vpc",
    "vpc_flow_log",
    "vpc_gateway_endpoint",
)
_ENDPOINT_MODULES: Final = ("security_group", "vpc_interface_endpoint")


@dataclass(frozen=True, slots=True)
class Vpc:
    """The VPC and its subnets by zone: `{"ap-northeast-1a": {"name": ..., "cidr_block": ...}}`."""

    name: str
    cidr_block: str
    default_security_group_name: str
    public_route_table_name: str
    data_route_table_name: str
    public_subnets: Mapping[str, Mapping[str, str]]
    app_subnets: Mapping[str, Mapping[str, str]]
    data_subnets: Mapping[str, Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class NatGateway:
    """A NAT gateway and the zones whose tasks leave through it."""

    label: str
    name: str
    subnet_id: Reference
    route_table_ids: Mapping[str, Reference]


@dataclass(frozen=True, slots=True)
class Named:
    """What needs nothing but a name and a description."""

    name: str
    description: str


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A VPC endpoint."""

    label: str
    name: str
    service_name: str


@dataclass(frozen=True, slots=True)
class FlowLog:
    """The record of all connections in the VPC."""

    name: str
    account_id: str
    region: str
    log_group_name: str
    role_name: str
    retention_in_days: int


def build(environment: Environment) -> Iterator[Stack]:
    """Yield the network stack."""
    nat_gateways = tuple(_nat_gateways(environment))
    endpoints = tuple(_endpoint(environment, service) for service in interface_endpoints(environment))
    files = (
        _file(environment, "main.tf", _main(environment, nat_gateways)),
        _file(environment, "endpoints.tf", _endpoints(environment, endpoints)),
        _file(environment, "flow-log.tf", _flow_log(environment)),
        shell.outputs(environment, _outputs(nat_gateways, endpoints)),
        *shell.files(environment, NAME, ()),
    )
    modules = {*_BASE_MODULES, *(("nat_gateway",) if nat_gateways else ()), *(_ENDPOINT_MODULES if endpoints else ())}
    yield Stack(NAME, files, (), tuple(sorted(modules)))


def _file(environment: Environment, path: str, context: Mapping[str, object]) -> StackFile:
    return StackFile(path, f"stacks/network/{path}", context, None, environment.source("environment"))


def _main(environment: Environment, nat_gateways: tuple[NatGateway, ...]) -> dict[str, object]:
    names = Names.of(environment)
    settings = environment.settings
    tier = settings.network.subnets
    return {
        "vpc": Vpc(
            name=names.prefix,
            cidr_block=settings.network.cidr,
            default_security_group_name=names.plain("default-closed"),
            public_route_table_name=names.plain("public"),
            data_route_table_name=names.plain("data"),
            public_subnets=_subnets(names, "public", tier.public),
            app_subnets=_subnets(names, "app", tier.app),
            data_subnets=_subnets(names, "data", tier.data),
        ),
        "nat_gateways": nat_gateways,
        "subnet_group": Named(names.plain("data"), f"Data tier of {names.prefix}"),
        "namespace": Named(settings.internal_domain, f"Services of {names.prefix}"),
    }


def _subnets(names: Names, tier: str, zones: Mapping[str, str]) -> dict[str, dict[str, str]]:
    return {zone: {"name": names.plain(tier, zone), "cidr_block": cidr} for zone, cidr in zones.items()}


def _nat_gateways(environment: Environment) -> Iterator[NatGateway]:
    """Yield one gateway a zone, or one in the first zone for all; each stands in a public subnet."""
    names = Names.of(environment)
    for zone, zones in _zones_by_gateway(environment).items():
        yield NatGateway(
            label=shell.identifier("nat_gateway", zone),
            name=names.plain("nat", zone),
            subnet_id=Reference(f'module.vpc.public_subnet_ids["{zone}"]'),
            route_table_ids={other: Reference(f'module.vpc.app_route_table_ids["{other}"]') for other in zones},
        )


def _zones_by_gateway(environment: Environment) -> dict[str, tuple[str, ...]]:
    network = environment.settings.network
    zones = tuple(sorted(network.subnets.app))
    if network.nat == "none":
        return {}
    return {zones[0]: zones} if network.nat == "single" else {zone: (zone,) for zone in zones}


def _endpoint(environment: Environment, service: str) -> Endpoint:
    label = shell.identifier("endpoint", service)
    name = Names.of(environment).plain(service.replace(".", "-"))
    return Endpoint(label, name, f"com.amazonaws.{environment.settings.region}.{service}")


def _endpoints(environment: Environment, endpoints: tuple[Endpoint, ...]) -> dict[str, object]:
    names = Names.of(environment)
    return {
        "object_store": _endpoint(environment, "s3"),
        "has_interface_endpoints": bool(endpoints),
        "group": Named(names.plain("endpoints"), f"Interface endpoints of {names.prefix}"),
        "endpoints": endpoints,
    }


def _flow_log(environment: Environment) -> dict[str, object]:
    names = Names.of(environment)
    settings = environment.settings
    key = log_key(environment, "flow-log", "flow log of the VPC")
    flow_log = FlowLog(
        name=names.prefix,
        account_id=settings.account,
        region=settings.region,
        log_group_name=names.path("vpc-flow-log"),
        role_name=names.plain("vpc-flow-log"),
        retention_in_days=settings.network.flow_log_retention,
    )
    return {"key": key, "flow_log": flow_log}


def _outputs(nat_gateways: tuple[NatGateway, ...], endpoints: tuple[Endpoint, ...]) -> Iterator[Output]:
    for name, description, expression in _OUTPUTS:
        yield Output(name, description, Reference(expression))
    addresses = tuple(Reference(f"module.{gateway.label}.public_ip") for gateway in nat_gateways)
    yield Output("nat_public_ips", "Addresses that tasks come from on the internet.", addresses)
    if endpoints:
        group = Reference("module.endpoints_security_group.id")
        yield Output("endpoints_security_group_id", "Security group of the interface endpoints.", group)
    for endpoint in endpoints:
        description = f"Interface endpoint of {endpoint.service_name}."
        yield Output(f"{endpoint.label}_id", description, Reference(f"module.{endpoint.label}.id"))


_OUTPUTS: Final = (
    ("app_subnet_ids", "Subnets of tasks and internal load balancers, by zone.", "values(module.vpc.app_subnet_ids)"),
    ("data_subnet_ids", "Subnets of databases and their proxies, by zone.", "values(module.vpc.data_subnet_ids)"),
    ("db_subnet_group_name", "Subnet group of the databases.", "module.db_subnet_group.name"),
    ("namespace_arn", "Cloud Map namespace, as Service Connect wants it.", "module.namespace.arn"),
    ("namespace_id", "Cloud Map namespace, as service discovery wants it.", "module.namespace.id"),
    ("namespace_name", "Domain that services are found under.", "module.namespace.name"),
    ("public_subnet_ids", "Subnets of NAT gateways, by zone.", "values(module.vpc.public_subnet_ids)"),
    ("s3_prefix_list_id", "Addresses of S3 behind its gateway endpoint.", "module.endpoint_s3.prefix_list_id"),
    ("vpc_id", "The VPC.", "module.vpc.vpc_id"),
)
