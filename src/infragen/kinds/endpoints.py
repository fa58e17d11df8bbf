"""Interface endpoints: AWS services that are reached inside the VPC; and the gateway endpoints, which cost nothing."""

from collections.abc import Iterator
from typing import Any, Final

from msgspec import Struct

from infragen.core.build_context import BuildContext, ResourceView, of, part_of
from infragen.core.expressions import Export, Module, Record
from infragen.core.kind import Capability, Cost, free_of_charge, quota_of
from infragen.core.part import ENVIRONMENT, LIMITS, Group, Reason, pattern
from infragen.core.rule import Environment, Finding, Findings, rule
from infragen.core.tracing import Read
from infragen.diagnostics.hints import did_you_mean
from infragen.kinds.network import in_public, task_subnets, zones
from infragen.text import counted

NAME: Final = "endpoints"
_PRIVATE_APIS: Final = "execute-api"
DYNAMODB: Final = "dynamodb"
"""What has a gateway endpoint where it is named among the others."""
S3: Final = "object-store"
DYNAMODB_ENDPOINT: Final = "dynamodb-endpoint"
_GATEWAYS: Final = {S3: "s3", DYNAMODB_ENDPOINT: DYNAMODB}
_HTTPS: Final = 443


def interface_endpoints(environment: Environment) -> tuple[str, ...]:
    """DynamoDB has a gateway endpoint; private REST APIs need `execute-api` (API Gateway: private REST APIs)."""
    wanted = set(environment.settings.network.endpoints) - {DYNAMODB}
    if any(_private_apis(environment)):
        wanted.add(_PRIVATE_APIS)
    return tuple(sorted(wanted))


def _private_apis(environment: Environment) -> Iterator[tuple[str, Any]]:
    for name, entry in environment.entries.get("gateways", {}).items():
        if getattr(entry, "reach", None) == "vpc":
            yield f"gateways/{name}", entry


def endpoint(ctx: BuildContext, service: str) -> Module:
    return ctx.of(NAME).module("network", "endpoint", service)


def prefix_list(ctx: BuildContext, capability: str) -> Export:
    return ctx.of(capability).module("network", "endpoint", _GATEWAYS[capability]).prefix_list_id


def is_gateway(end: str) -> bool:
    return end in _GATEWAYS


class Endpoint(Struct, frozen=True):
    """An endpoint of a service."""

    ctx: BuildContext
    service: str

    label = property(lambda self: self.ctx.label("endpoint", self.service))
    name = property(lambda self: self.ctx.names.plain(self.service.replace(".", "-")))
    service_name = property(lambda self: f"com.amazonaws.{self.ctx.settings.region}.{self.service}")

    @property
    def security_group_ids(self) -> list[Export]:
        is_open = self.service == _PRIVATE_APIS and any(entry.allow for _, entry in _private_apis(self.ctx.environment))
        groups = (NAME, _PRIVATE_APIS) if is_open else (NAME,)
        return [self.ctx.module("network", "security_group", group).id for group in groups]


class EndpointsView(ResourceView):
    """The interface endpoints and their security group."""

    subnets = of(task_subnets)
    group_name = pattern("{own.prefix}-endpoints", LIMITS["security_group"])
    group_description = pattern("Interface endpoints of {own.prefix}")

    open_name = pattern(f"{{own.prefix}}-{_PRIVATE_APIS}", LIMITS["security_group"])
    """The security group of the one endpoint that networks outside the VPC may connect to."""
    open_description = pattern("Networks that may call the private APIs of {own.prefix}")

    @property
    def open_ingress(self) -> dict[str, Record]:
        """A network that two gateways let in has one rule, as AWS wants it."""
        found: dict[str, Record] = {}
        for owner, entry in _private_apis(self._ctx.environment):
            for cidr in entry.allow:
                rule = {"cidr_block": cidr, "port": _HTTPS, "description": f"{cidr} to {owner}"}
                found.setdefault(f"{cidr}-{_HTTPS}", Record(rule, Read(owner, ("allow",))))
        return found

    endpoints = of(lambda ctx: tuple(Endpoint(ctx, service) for service in interface_endpoints(ctx.environment)))


class GatewayEndpointView(ResourceView):
    """A gateway endpoint, by the capability that makes it."""

    endpoint = of(lambda ctx: Endpoint(ctx, _GATEWAYS[ctx.owner]))


def _reasons(environment: Environment) -> Iterator[Reason]:
    if set(environment.settings.network.endpoints) - {DYNAMODB}:
        yield Reason(ENVIRONMENT, ("network", "endpoints"), "AWS APIs are reached inside the VPC")
    for owner, _ in _private_apis(environment):
        yield Reason(owner, ("reach",), "a private API is reached through execute-api")


_S3_REASON: Final = Reason(ENVIRONMENT, ("network",), "tasks without public addresses fetch image layers from S3")
_DYNAMODB_REASON: Final = Reason(ENVIRONMENT, ("network", "endpoints"), "DynamoDB is reached inside the VPC")


def _costs(ctx: BuildContext) -> Iterator[Cost]:
    services, spread = len(interface_endpoints(ctx.environment)), len(zones(ctx.environment))
    what = f"{counted(services, 'interface endpoint')} in {counted(spread, 'zone')}"
    yield Cost(what, "interface-endpoint", services * spread, serves=True)
    yield Cost("traffic through interface endpoints", "interface-endpoint-data", usage="processed")


_KNOWN: Final = frozenset(
    {
        "acm", "apigateway", "application-autoscaling", "athena", "autoscaling", "backup", "cloudtrail", "codedeploy",
        "dynamodb", "ec2",
        "ec2messages", "ecr.api", "ecr.dkr", "ecs", "ecs-agent", "ecs-telemetry", "elasticache", "elasticloadbalancing",
        "events", "execute-api", "firehose", "glue", "kinesis-streams", "kms", "lambda", "logs", "monitoring", "rds",
        "rds-data", "s3", "scheduler", "secretsmanager", "servicediscovery", "sns", "sqs", "ssm", "ssmmessages",
        "states", "sts", "sync-states", "synthetics", "timestream.ingest-cell1", "timestream.query-cell1", "xray",
    }
)  # fmt: skip


@rule("W112")
def _endpoint_unknown(environment: Environment) -> Findings:
    for index, service in enumerate(environment.settings.network.endpoints):
        if service not in _KNOWN:
            message = f"`{service}` is not a service with an interface endpoint that infragen knows"
            hint = "write the part after the region in the endpoint's name: `ecr.api`, `logs`"
            place = environment.at("environment", "network", "endpoints", index)
            yield Finding(message, place, did_you_mean(service, _KNOWN) or hint)


@rule("W116")
def _two_of_s3(environment: Environment) -> Findings:
    for index, service in enumerate(environment.settings.network.endpoints):
        if service == "s3":
            message = "S3 is reached through its gateway endpoint already, which costs nothing"
            yield Finding(message, environment.at("environment", "network", "endpoints", index), "remove `s3`")


CAPABILITIES: Final = (
    Capability(
        name=NAME,
        title="interface endpoints",
        monthly_costs=_costs,
        reasons=_reasons,
        requires=("network",),
        parts=part_of("network", "kinds/endpoints/main.tf", EndpointsView),
        security_groups=lambda ctx: (
            Group(NAME, NAME, "", "", ctx.module("network", "security_group", "endpoints"), NAME, is_shared=True),
        ),
        rules=(_endpoint_unknown, _two_of_s3),
        quotas=(quota_of("interface-endpoints", lambda ctx: len(interface_endpoints(ctx.environment))),),
    ),
    Capability(
        name=S3,
        title="gateway endpoint of S3",
        monthly_costs=free_of_charge,
        reasons=lambda environment: iter(() if in_public(environment) else (_S3_REASON,)),
        requires=("network",),
        parts=part_of("network", "kinds/object_store/main.tf", GatewayEndpointView),
    ),
    Capability(
        name=DYNAMODB_ENDPOINT,
        title="gateway endpoint of DynamoDB",
        monthly_costs=free_of_charge,
        reasons=lambda environment: iter(
            (_DYNAMODB_REASON,) if DYNAMODB in environment.settings.network.endpoints else ()
        ),
        requires=("network",),
        parts=part_of("network", "kinds/dynamodb_endpoint/main.tf", GatewayEndpointView),
    ),
)
