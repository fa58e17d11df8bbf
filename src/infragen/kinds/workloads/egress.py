"""Where tasks connect to outside of the VPC: what their entry says, and AWS's APIs, derived from what they use."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final, Protocol

from infragen.core.build_context import BuildContext
from infragen.core.part import INTERNET, Binding, Grant, Relation
from infragen.kinds import endpoints, network
from infragen.kinds.workloads import router, tracing
from infragen.kinds.workloads.model import Task, Workload
from infragen.kinds.workloads.sidecars import own_registry

HTTPS_PORT: Final = 443

STARTING: Final = {"ecr.api": "images are requested", "ecr.dkr": "images are fetched", "logs": "logs are written"}
"""What a task on Fargate reaches before its first line runs; image layers come from S3 through its gateway endpoint
(Amazon ECR User Guide: interface VPC endpoints; Amazon CloudWatch Logs User Guide: the same)."""

_ENDPOINTS: Final = {
    "aps": "aps-workspaces",
    "cloudwatch": "monitoring",
    "ecr": "ecr.api",
    "ses": "email",
    "kinesis": "kinesis-streams",
    "elasticfilesystem": "",
    "elasticache": "",
    "es": "",
    "kafka-cluster": "",
    "neptune-db": "",
    "rds-db": "",
    "s3": "",
    "timestream": "timestream.ingest-cell1",
}
"""The endpoint of actions whose service is called otherwise there (AWS PrivateLink Guide: AWS services that integrate);
empty: no API is called. What databases, caches and brokers in the VPC are asked is signed where it is asked, files are
mounted, and S3 has a gateway endpoint."""


class Caller(Protocol):
    """What calls AWS's APIs: a task, or a function."""

    @property
    def starting(self) -> Mapping[str, str]:
        """The APIs that it reaches before its first line runs, each with what for."""

    @property
    def given(self) -> Sequence[tuple[str, str, Binding]]:
        """What others give it: why, the beginning of its variables' names, and what."""

    @property
    def session_grants(self) -> Sequence[Grant]:
        """What shells in it need."""

    @property
    def reads_secrets(self) -> bool:
        """Whether it reads secrets besides."""


def apis(ctx: BuildContext, own: Caller) -> dict[str, str]:
    """By the names of their interface endpoints, each with its purpose."""
    found = dict(own.starting)
    for source, _, offer in own.given:
        for grant in offer.grants:
            for service in _services(grant.actions) - {"kms"}:  # the service called decrypts, on behalf of the caller
                found.setdefault(service, source)
    for grant in own.session_grants:
        for service in _services(grant.actions):
            found.setdefault(service, "shells are opened (`exec`)")
    for name, permission in sorted(ctx.entry.permissions.items()):
        for service in _services(permission.actions):
            found.setdefault(service, f"`permissions.{name}` is used")
    if own.reads_secrets:
        found.setdefault("secretsmanager", "secrets are read")
    return found


def _services(actions: Iterable[str]) -> set[str]:
    prefixes = (action.partition(":")[0].lower() for action in actions)
    return {_ENDPOINTS.get(prefix, prefix) for prefix in prefixes} - {"", "*"}


def without_endpoint(ctx: BuildContext, own: Caller) -> dict[str, str]:
    there = {*endpoints.interface_endpoints(ctx.environment), *ctx.settings.network.endpoints}
    return {api: why for api, why in apis(ctx, own).items() if api not in there}


def leaves(ctx: BuildContext, own: Caller) -> bool:
    return bool(without_endpoint(ctx, own) or list(foreign_images(ctx.entry, ctx.region)))


def declared(workload: Workload, ctx: BuildContext) -> Iterator[Relation]:
    owner = ctx.owner
    for name, outside in sorted(workload.internet.items()):
        yield Relation(owner, outside.range or INTERNET, outside.port, outside.why, owner, ("internet", name))
    if ctx.has(endpoints.NAME):
        yield way(ctx, endpoints.NAME, "AWS APIs inside the VPC")


def way(ctx: BuildContext, target: str, why: str) -> Relation:
    return Relation(ctx.owner, target, HTTPS_PORT, why, "environment", ("network",))


def reaches_anything(workload: Workload) -> bool:
    return any(outside.range is None and outside.port == HTTPS_PORT for outside in workload.internet.values())


def to_dynamodb(ctx: BuildContext, own: Caller) -> Iterator[Relation]:
    if (why := apis(ctx, own).get(endpoints.DYNAMODB)) is not None and ctx.has(endpoints.DYNAMODB_ENDPOINT):
        yield way(ctx, endpoints.DYNAMODB_ENDPOINT, why)


def relations(container: Task, own: Caller, ctx: BuildContext) -> Iterator[Relation]:
    # Security groups know addresses and no names, and no list of AWS's addresses fits into one: what is reached over
    # the internet is reached at any address, unless its entry knows better
    yield from declared(container, ctx)
    if reaches_anything(container):
        return  # that is the way to AWS's APIs, too
    if network.in_public(ctx.environment):
        yield way(ctx, INTERNET, "AWS APIs")
    elif ctx.settings.network.nat == "none" or not leaves(ctx, own):
        yield way(ctx, endpoints.S3, "image layers")
        yield from to_dynamodb(ctx, own)
    else:
        missing = ", ".join(sorted(without_endpoint(ctx, own)))
        why = f"through NAT to APIs without an endpoint ({missing})" if missing else "registries of images through NAT"
        yield way(ctx, INTERNET, why)


_PLACES: Final = {tracing.SIDECAR: ("tracing",), router.NAME: ("log_route", "router", "image")}
"""Where the images of containers are written that are no sidecars of the catalogue."""


def foreign_images(container: Task, region: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Endpoints lead to the registries of one region (Amazon ECR User Guide: Amazon ECR interface VPC endpoints)."""
    named = [(container.image.text, ("image", "name"))] if container.image.name else []
    beside = [
        (one.image.text, ("sidecars", name, "image") if name in container.sidecars else _PLACES[name])
        for name, one in container.beside.items()
        if one.image and one.image.name
    ]
    for image, path in (*named, *beside):
        if (found := own_registry(image)) is None or found[1] != region:
            yield image, path
