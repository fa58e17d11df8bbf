"""API gateways: who may come in, how they prove who they are, how much they may ask."""

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Final, Literal

from pydantic import BeforeValidator, Discriminator, Field, StringConstraints, Tag

from infragen.core.addresses import Cidr
from infragen.core.entry import Form, Model, Slug, Text
from infragen.core.measures import Thresholds
from infragen.core.resolved_system import Environment
from infragen.core.units import LogDays, Milliseconds, Rate, RequestRate
from infragen.kinds import custom_headers
from infragen.kinds.custom_headers import CustomHeader
from infragen.kinds.firewalls import Firewall
from infragen.kinds.zones.names import FailoverRole, NamedEntry

MediaType = Annotated[
    str,
    StringConstraints(
        pattern=r"^(\*/\*|[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]{0,126}/(\*|[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]{0,126}))$"
    ),
]
"""A media type (RFC 6838, section 4.2); `*` stands for several (API Gateway Developer Guide: Binary media types)."""

_SEGMENT: Final = "[a-z][a-z0-9]*(-[a-z0-9]+)*"
RoutePath = Annotated[
    str,
    Form(
        rf"{_SEGMENT}(/({_SEGMENT}|{{[a-z][A-Za-z0-9]*}}))*",
        "`auth/login` or `tenants/{id}/records`: lower case, no `/` at its ends, and variables in braces, not first",
        80,
    ),
]
RouteTarget = Annotated[
    str, Form(rf"(functions/)?{_SEGMENT}", "a service's name, such as `orders`, or `functions/NAME`", 50)
]

UserPool = Annotated[
    str,
    Form(
        r"arn:aws[a-z-]*:cognito-idp:[a-z0-9-]+:[0-9]{12}:userpool/[A-Za-z0-9_-]+",
        "the ARN of a user pool, such as `arn:aws:cognito-idp:us-east-1:111122223333:userpool/us-east-1_AbCdEfGhI`",
    ),
]


class Authorizer(Model):
    """Who checks the token that a request has in its header `Authorization`."""

    INSTEAD: ClassVar = dict.fromkeys(
        ("issuer", "audience", "jwt", "oidc"),
        "REST APIs know the tokens of Cognito alone; a function checks those of another issuer: `function: NAME`",
    )

    user_pools: Annotated[tuple[UserPool, ...], Field(max_length=1000)] = ()
    """Cognito user pools whose ID tokens are accepted."""
    function: Slug | None = None
    """A function that gets the token and returns a policy: for tokens of any other issuer."""
    open: Annotated[tuple[RoutePath, ...], Field(examples=[["auth/login"]])] = ()
    """Routes that need no token: where people get theirs."""


Burst = Annotated[int, Field(ge=1, le=1_000_000)]
Quota = Annotated[
    str,
    Form(r"([1-9][0-9]{0,8} ?req/(day|week|month)|none)", "`10000 req/day`, or in a `week` or `month`; or `none`", 30),
]
"""Requests of a key in one of AWS's periods (Amazon API Gateway API: QuotaSettings); `none` for no such limit."""


def requests_of(quota: str) -> int:
    """10000 of `10000 req/day`."""
    return int(quota.partition("req")[0])


DEFAULT_PLAN: Final = "default"
"""The plan of keys that name no other: the `limit`, `burst` and `quota` of the gateway itself."""


class UsagePlan(Model):
    """What a key may ask; of what it leaves out, as much as the gateway says."""

    INSTEAD: ClassVar = {
        "tenants": "write `tenants: {acme: plus}` beside `plans`, with each one's plan",
        **dict.fromkeys(("rate", "rate_limit", "throttle"), "write `limit: 600 req/min`, and `burst: 60`"),
    }
    limit: Annotated[Rate | None, Field(examples=["600 req/min"])] = None
    burst: Annotated[Burst | None, Field(examples=[60])] = None
    quota: Annotated[Quota | None, Field(examples=["10000 req/day"])] = None


def _plan(value: Any) -> Any:
    if isinstance(value, dict):
        message = "write the name of a plan, such as `plus`, and its limits in `plans: {plus: {limit: 600 req/min}}`"
        raise ValueError(message)  # noqa: TRY004  # what Pydantic takes for a wrong value
    return value


PlanName = Annotated[str, BeforeValidator(_plan), Form(_SEGMENT, "`plus`, the name of a plan, or `default`", 40)]
_LIST, _MAP = "a list", "a map"
Tenants = Annotated[
    Annotated[tuple[Slug, ...], Tag(_LIST)] | Annotated[dict[Slug, PlanName], Tag(_MAP)],
    Discriminator(lambda value: _MAP if isinstance(value, dict) else _LIST),
]


class Gateway(NamedEntry):
    """An API gateway."""

    KIND: ClassVar = "gateways"
    SINGULAR: ClassVar = "gateway"
    NAMES_ARE_UNIQUE: ClassVar = True

    reach: Literal["internet", "vpc", "allow-list", "cloudfront"]
    """`internet`: everybody; `vpc`: callers in the VPC, and networks in `allow`; `allow-list`: only from `allow`;
    `cloudfront`: distributions."""
    purpose: Text
    limit: Rate
    """The rate limit of one key."""
    per: Literal["api-key", "service", "administrator"]
    """Who holds a key: a client, a calling service or an administrator."""
    burst: Burst
    """Requests at once above the limit; AWS requires a whole number."""
    quota: Annotated[Quota | None, Field(examples=["10000 req/day"])] = None
    """What one key may ask in a whole day, week or month."""
    custom_header: Annotated[CustomHeader | None, Field(examples=[{"version": 1}])] = None
    """With `reach: cloudfront`: only the distributions here pass, which send a header with a secret value; all others
    get a 403 from AWS WAF (6 USD a month where it has no `firewall`)."""
    failover: Annotated[FailoverRole | None, Field(examples=[{"role": "primary"}])] = None
    """Has a gateway of the same names in another environment: `{role: primary}` here, `{role: secondary}` in that
    environment's file. The names point to the primary until people lead them to the secondary, as the runbook says."""
    firewall: Firewall | None = None
    mutual_tls: bool = False
    """Clients authenticate with a certificate, at the internal load balancer."""
    authentication: Literal["api-key", "iam"] = "api-key"
    """`iam`: requests are signed by an IAM principal, in addition to their key."""
    second_factor: bool = False
    """With an `allow-list` and `iam`: sessions that were begun without MFA are refused."""
    authorizer: Annotated[Authorizer | None, Field(examples=[{"function": "auth", "open": ["auth/login"]}])] = None
    """Who checks callers' tokens, in addition to their key."""
    allow: tuple[Cidr, ...] = ()
    """Address ranges of an `allow-list`; with `reach: vpc`, networks that reach the VPC by VPN or Direct Connect."""
    clients: dict[Slug, Text] = Field(default_factory=dict)
    """Who gets a key: clients of an external gateway, administrators of a management one."""
    plans: Annotated[dict[Slug, UsagePlan], Field(examples=[{"plus": {"limit": "600 req/min", "burst": 60}}])] = Field(
        default_factory=dict
    )
    """Other limits than the gateway's own, by the name of the plan; what one leaves out is the gateway's."""
    tenants: Annotated[Tenants, Field(examples=[["acme", "globex"], {"acme": "default", "globex": "plus"}])] = ()
    """Tenants that get a key each: a list, or a map with each one's plan; `default` is the gateway's own limits."""
    latency_p90: Milliseconds | None = None
    """The document's promise for nine out of ten requests."""
    alarms: Thresholds = Field(default_factory=dict, examples=[{"errors": {"above": "5 %", "level": "high"}}])
    """Additional alarms, or other thresholds, by measure; `none` turns one off."""
    preflight: bool = False
    """Browsers may call it from pages on other hosts: `OPTIONS` needs no key, and the services answer it (CORS)."""
    compress: bool = True
    binary_media_types: Annotated[tuple[MediaType, ...], Field(examples=[["application/pdf", "image/*"]])] = ()
    """What is passed on unchanged, both ways: API Gateway treats any other body as UTF-8 text; `*/*` for all."""
    access_log_retention: LogDays = 90
    audit: bool = False
    """Access logs are an audit trail: every caller, every call."""
    routes: Annotated[
        dict[RoutePath, RouteTarget], Field(examples=[{"orders": "orders", "auth/login": "functions/auth"}])
    ] = Field(default_factory=dict)
    """Paths, each with what answers there and at everything below it: a service by its name, or `functions/NAME`."""
    keep_default_endpoint: bool = False
    """Keep AWS's default address, which accepts TLS 1.0, besides its own names, until all clients call those."""

    @classmethod
    def idle(cls, data: Mapping[str, Any]) -> Mapping[str, str]:
        is_named = data.get("zone") or data.get("certificate")
        return {
            **super().idle(data),
            **({} if is_named else {"keep_default_endpoint": "`zone`"}),
            **({} if data.get("zone") else {"failover": "`zone`"}),
            **({} if data.get("zone") or data.get("hosts") else {"certificate": "`hosts`"}),
            **({} if data.get("reach") == "cloudfront" else {"custom_header": "`reach: cloudfront`"}),
        }

    @property
    def plan_of(self) -> dict[str, str]:
        return self.tenants if isinstance(self.tenants, dict) else dict.fromkeys(self.tenants, DEFAULT_PLAN)

    def _said(self, plan: str) -> UsagePlan:
        return (self.plans.get(plan) if plan != DEFAULT_PLAN else None) or UsagePlan()  # G141 says which are not there

    def limit_of(self, plan: str) -> RequestRate:
        return self._said(plan).limit or self.limit

    def burst_of(self, plan: str) -> int:
        return self._said(plan).burst or self.burst

    def quota_of(self, plan: str) -> str | None:
        quota = self._said(plan).quota or self.quota
        return None if quota == "none" else quota

    @property
    def limits(self) -> tuple[RequestRate, ...]:
        clients = (self.limit for _ in self.clients)
        return (*clients, *(self.limit_of(plan) for plan in self.plan_of.values()))

    @property
    def targets(self) -> dict[str, str]:
        return {path: to if "/" in to else f"services/{to}" for path, to in sorted(self.routes.items())}

    @property
    def is_public(self) -> bool:
        return self.reach != "vpc"

    @property
    def requires_header(self) -> bool:
        return custom_headers.is_required(self)

    def domain_names(self, environment: Environment) -> tuple[str, ...]:
        """None as long as their certificate cannot be issued."""
        return self.names(environment) if self.is_public and self.is_secure(environment) else ()

    def has_default_endpoint(self, environment: Environment) -> bool:
        return self.keep_default_endpoint or not self.domain_names(environment)
