"""An environment's network and its shared parts: mesh, internal load balancer, private CA, Prometheus."""

import re
from typing import Annotated, ClassVar, Final, Literal, Self

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from infragen.core.addresses import Cidr
from infragen.core.entry import Form, Model, Text
from infragen.core.placeholders import EXAMPLE_CERTIFICATE_BEGINS
from infragen.core.units import LogDays

Zone = Annotated[str, StringConstraints(pattern=r"^[a-z]{2}(-[a-z]+)+-[0-9][a-z]$")]
EndpointService = Annotated[
    str, Form(r"[a-z0-9]+([.-][a-z0-9]+)*", "a service as its endpoint is called: `ecr.api`", 64)
]
BucketName = Annotated[
    str,
    StringConstraints(min_length=3),
    Form(
        r"[A-Za-z0-9][A-Za-z0-9._-]*[A-Za-z0-9]",
        "3 to 63 lower-case letters, digits, dots and hyphens: `acme-files`",
        63,
    ),
]
"""What a shell takes as it is; B111 and N103 say the rest (Amazon S3 User Guide, Bucket naming rules)."""


class Subnets(Model):
    """Address ranges by zone, for each tier."""

    MISSING: ClassVar = (
        "add `{}: {{ZONE: RANGE, ...}}` with the zones of the other tiers, and ranges of its own in `network.cidr`,"
        " or leave `subnets` out, and infragen slices it"
    )

    public: dict[Zone, Cidr]
    """NAT gateways, and tasks that have public addresses; nothing else has one."""
    app: dict[Zone, Cidr]
    """Tasks, load balancers and endpoints."""
    data: dict[Zone, Cidr] = Field(default_factory=dict)
    """Databases and proxies; no route out. Left out, they stand in `app`, beside the tasks."""


class Network(Model):
    """The VPC."""

    INSTEAD: ClassVar = dict.fromkeys(
        ("vpc", "vpc_id", "vpc_name", "existing_vpc", "subnet_ids", "vpc_arn"),
        "infragen makes the VPC, with the range of `cidr`; one that is there already can be imported: docs/state.md",
    )

    cidr: Cidr
    zones: tuple[Zone, ...] = ()
    """Availability zones; two of the region when left out."""
    subnets: Subnets | None = None
    """A sixteenth of `cidr` each when left out."""
    nat: Literal["per-zone", "single", "regional", "none"] = "none"
    """How tasks reach the internet; without it they have public addresses, or reach AWS through `endpoints` only.
    `regional` is one gateway for all zones that needs no public subnet, and AWS provider 6."""
    endpoints: tuple[EndpointService, ...] = ()
    """AWS services with an endpoint in the VPC, by their short name: `ecr.api`, `logs`; `dynamodb` gets a free gateway
    endpoint, as S3 always does."""
    foreign_buckets: Annotated[tuple[BucketName, ...], Field(examples=[["partner-orders"]])] = ()
    """Buckets of other accounts that the gateway endpoint of S3 leads to, beside the account's own."""
    flow_log_retention: LogDays | None = None
    """Enables a log of all connections in the VPC, kept this long; production has one, kept for `log_retention`."""
    flow_log_why: Annotated[Text | None, Field(examples=["a firewall of the company logs all connections"])] = None
    """Why production has no such log."""

    @property
    def only_zone(self) -> str | None:
        """The one zone that tasks are in, where AWS has the data tier have subnets in others, which stay empty."""
        subnets = self.subnets
        return next(iter(subnets.app)) if subnets and len(subnets.app) == 1 < len(subnets.data) else None


class Mesh(Model):
    """How services reach each other by name: ECS Service Connect."""

    encrypted: bool = False
    """TLS between tasks, with certificates of a private CA (AWS Private CA: about 400 USD a month)."""


EXAMPLE_CERTIFICATE: Final = f"""-----BEGIN CERTIFICATE-----
{EXAMPLE_CERTIFICATE_BEGINS}
KTEQMA4GA1UECgwHRXhhbXBsZTEVMBMGA1UEAwwMZXhhbXBsZSByb290MB4XDTI2
MTEzMDEzMjMwN1oXDTQ2MTEyNTEzMjMwN1owKTEQMA4GA1UECgwHRXhhbXBsZTEV
MBMGA1UEAwwMZXhhbXBsZSByb290MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE
BXRktj/Llvm1YUucjv0k4gcXqhsriLhTx4+sxR0uODZxpEQ6EAkIDxyhXFCDXx4D
yGWbpAEDyzcs1tzY2GlxyKNjMGEwHQYDVR0OBBYEFCczQbhjVmgj8BF+/TFV8foL
7xtvMB8GA1UdIwQYMBaAFCczQbhjVmgj8BF+/TFV8foL7xtvMA8GA1UdEwEB/wQF
MAMBAf8wDgYDVR0PAQH/BAQDAgEGMAoGCCqGSM49BAMCA0kAMEYCIQCiX5irvTYt
PWiHY1FKYrVWN+ZrrhO8VsnRelzt0R1Q2QIhAOXtTWMGrBJ8vqIf8Jt0Kfp9mIcI
bRB5Uj/QPChB+J2h
-----END CERTIFICATE-----
"""
"""A root certificate whose key nobody has."""
_PEM: Final = re.compile(
    r"\s*+-----BEGIN CERTIFICATE-----\s([A-Za-z0-9+/=\s]{200,16000}+)-----END CERTIFICATE-----\s*+"
)


def _certificate(text: str) -> str:
    if _PEM.fullmatch(text) is None:
        raise ValueError(
            "write one certificate as PEM, from `-----BEGIN CERTIFICATE-----` to `-----END CERTIFICATE-----`"
        )
    return text.strip()


class Grafana(Model):
    """Pages of metrics for people who sign in (Amazon Managed Grafana)."""

    sign_in: Annotated[tuple[Literal["sso", "saml"], ...], Field(min_length=1, examples=[["sso"]])] = ("sso",)
    """How: by IAM Identity Center, or an identity provider that people connect in Grafana."""
    version: Annotated[str, Form(r"[0-9]+\.[0-9]+", "a version such as `10.4`")] = "10.4"
    """Of Grafana; a lower one is another workspace."""

    @property
    def providers(self) -> list[str]:
        return [{"sso": "AWS_SSO", "saml": "SAML"}[one] for one in self.sign_in]


class Prometheus(Model):
    """Metrics of traced tasks, and those that code sends by OpenTelemetry (Amazon Managed Service for Prometheus)."""

    enabled: bool = True
    """Whether it is built; `false` for one that is a line away."""
    grafana: Annotated[Grafana | None, Field(examples=[{"sign_in": ["sso"]}])] = None
    """Also where people look at them (9 USD a month and more)."""


class InternalBalancer(Model):
    """An internal load balancer in front of all services."""

    mutual_tls: bool = False
    """Callers present a client certificate of the private CA."""
    verifier: Literal["per-service", "shared"] = "per-service"
    """What verifies them: a load balancer for each called service, which its declared callers alone reach, or one for
    all services, which is cheaper and leads every caller of one to each of them (G133)."""
    also_trusts: Annotated[
        tuple[Annotated[str, AfterValidator(_certificate)], ...], Field(max_length=24, examples=[[EXAMPLE_CERTIFICATE]])
    ] = ()
    """Root certificates (PEM) of other private CAs, whose clients are let in as well: that of the environment that this
    one takes over from. A trust store has 25 (Elastic Load Balancing: Quotas for your Application Load Balancers)."""

    @model_validator(mode="after")
    def _trusts_clients(self) -> Self:
        if self.also_trusts and not self.mutual_tls:
            raise ValueError("write `mutual_tls: true` as well, or remove `also_trusts`")
        return self


class PrivateCa(Model):
    """The authority of all certificates inside the platform (AWS Private CA)."""

    subordinate: bool = False
    """Whether the root signs a subordinate CA alone, which issues in its place (about 400 USD a month more)."""
