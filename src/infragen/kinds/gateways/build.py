"""What a REST API is built of, and what it gives the services that call others through it."""

import re
from collections.abc import Iterator
from decimal import Decimal
from functools import partial
from math import ceil
from typing import Any, Final

from msgspec import Struct

from infragen.core.build_context import BuildContext, call, named_by, of, value
from infragen.core.expressions import Export, Joined, Label, Module
from infragen.core.kind import RequiredCapability, always
from infragen.core.measures import COUNT, FRACTION, MILLISECONDS, Measure, Threshold
from infragen.core.names import LIMITS, Names, short
from infragen.core.part import INTERNET, Binding, Grant, Link, Part
from infragen.core.resolved_system import Environment
from infragen.core.signals import Failure, alarmed
from infragen.core.tracing import kept
from infragen.kinds import custom_headers, endpoints, firewalls, load_balancer, reads
from infragen.kinds.alarms import NAME as ALARMS
from infragen.kinds.alarms import Alarm, CountedLinesView, alarms_part
from infragen.kinds.gateways.model import DEFAULT_PLAN, Gateway
from infragen.kinds.gateways.routes import ApiView, Route, UsagePlanView, function_arn
from infragen.kinds.gateways.validation import validation_at
from infragen.kinds.workloads.model import Service, Task

_BURST_SECONDS: Final = 2
"""How long a whole stage may take requests at twice the limit; the catalogue gives bursts for single keys only."""

_ACCOUNT_BURST: Final = 5_000
"""What an account may ask in a region anyway, and 10,000 a second (Amazon API Gateway Developer Guide: quotas)."""

_ERROR_PERCENT: Final = 1
"""Assumption: no document gives a figure for this alarm."""
_ERRORS: Final = Measure("errors", "the share of requests that end with 5xx", FRACTION, "high")
_CLIENT_ERRORS: Final = Measure("client-errors", "the share of requests with a key that end with 4xx", FRACTION, "low")
_THROTTLED: Final = Measure("throttled", "the number of requests refused as too many (429)", COUNT)
_REQUESTS: Final = Measure("requests", "the number of requests", COUNT, "high")
_SHARE_OF_LIMIT: Final = Decimal("0.8")
"""An assumption: four fifths of the limit leave time to raise it."""
_HAS_KEY: Final = '$.apiKeyId != "-"'
_COUNTED: Final = {
    "throttled": '{ $.status = "429" }',
    "with-key": f"{{ {_HAS_KEY} }}",
    "client-errors": f'{{ ({_HAS_KEY}) && ($.status = "4*") }}',
}
"""Lines of an access log: API Gateway's own 4XXError has what a scanner sends without a key, and 429 with all others
(Amazon API Gateway Developer Guide, "Amazon API Gateway dimensions and metrics" and "Variables for access logging for
API Gateway"; Amazon CloudWatch Logs User Guide, "Filter pattern syntax")."""
_RESPONSE: Final = Measure("response-time", "its response time", MILLISECONDS, "high")


def callers(environment: Environment) -> tuple[Service, ...]:
    return tuple(service for service in environment.all(Service).values() if service.direct_calls)


class GatewayView(ApiView, custom_headers.OriginView, firewalls.FirewallView):
    """A REST API, its stage, its names, its keys and its firewall."""

    _entry: Gateway
    allow_list = call("edge", "allow_list")
    errors = call("edge", "errors")
    bad_requests = call("edge", "bad_requests")
    stage = call("edge", "stage")
    domain_names = call("edge", "domain_names")
    usage_plan = call("edge", "usage_plan")
    keys_module = call("edge", "keys")

    @property
    def module(self) -> str:
        if not self.is_private:
            return "../modules/api_gateway_regional"
        return f"../modules/api_gateway_private{'' if self._is_signed else '_keys'}"

    traced = of(lambda ctx: any(entry.tracing for _, entry in ctx.environment.each(Task)))
    """Whether something behind it goes on with its traces: one that ends at the gateway shows what its log does."""
    is_private = of(lambda ctx: not ctx.entry.is_public)
    name = named_by(lambda ctx: ctx.names.plain(ctx.entry.identity), LIMITS["web_acl"])
    description = of(lambda ctx: f"{ctx.entry.title}: {ctx.entry.purpose}")
    minimum_compression_size = of(lambda ctx: 1024 if ctx.entry.compress else None)
    """From how many bytes on answers are compressed: it saves more than it costs then."""
    binary_media_types = of(lambda ctx: tuple(sorted(set(ctx.entry.binary_media_types))))
    """The media types of bodies that are no text, sorted: they are a set."""
    endpoint = of(lambda ctx: endpoints.endpoint(ctx, "execute-api"))
    proxy_route = of(lambda ctx: Route(ctx.module("edge", "route", ctx.entry), ""))
    """The one route of a private API, which passes every path on."""

    @property
    def routes(self) -> tuple[Route, ...]:
        return tuple(
            self._route(path, written, self._ctx.of(self._targets[written]))
            for path, written in self._paths.items()
            if written in self._targets
        )

    def _route(self, path: str, written: str, to: BuildContext) -> Route:
        module, proof, parent = self._module("route", path), partial(self._proof, written), self._parent(path)
        if to.entry.KIND == "functions":
            return Route(module, path, proof=proof, parent=parent, function=to)
        _, slash, below = path.partition("/")
        validation = partial(validation_at, to.environment, to.entry, path.removeprefix(f"{written}/"))
        backend = lambda: f"{to.entry.identity}{slash}{below}"  # noqa: E731
        return Route(module, path, backend, proof=proof, parent=parent, validation=validation)

    @property
    def paths(self) -> tuple[Route, ...]:
        found = {path[:at] for path in self._paths for at, one in enumerate(path) if one == "/"}
        above = sorted(found - self._paths.keys())
        return tuple(Route(self._module("path", path), path, parent=self._parent(path)) for path in above)

    @property
    def authorizer_function_arn(self) -> str:
        asked = self._entry.authorizer
        to = f"functions/{asked.function}" if asked is not None and not asked.user_pools else ""
        return function_arn(self._ctx.of(to)) if self._ctx.environment.find(to) is not None else ""

    has_allow_list = of(lambda ctx: ctx.entry.reach == "allow-list")

    @property
    def allow_list_module(self) -> str:
        variant = "_second_factor" if self._entry.second_factor else "" if self._is_signed else "_keys"
        return f"../modules/api_gateway_allow_list{variant}"

    cidr_blocks = of(lambda ctx: tuple(sorted(ctx.entry.allow)))
    stage_name = of(lambda ctx: ctx.environment.name)
    names = of(lambda ctx: ctx.entry.domain_names(ctx.environment))
    ip_address_type: str = value(lambda self: "ipv4" if self.has_allow_list or self._entry.failover else "dualstack")
    """Allow lists and names that fail over only have IPv4."""

    @property
    def aliases_module(self) -> str:
        if self._entry.failover is not None:
            return "../modules/dns_aliases_failover"
        return f"../modules/dns_aliases{'' if self.has_allow_list else '_dualstack'}"

    @property
    def switch(self) -> Module | None:
        failover = self._entry.failover
        is_held = failover is not None and failover.role == "primary" and bool(self.names)
        return self._ctx.module("edge", "switch", "gateway", self._entry) if is_held else None

    switch_name: str = value(lambda self: next(iter(self.names), ""))
    urls: list[Export | str] = value(lambda self: [f"https://{name}" for name in self.names] or [self.stage.invoke_url])
    host: Joined | str = value(lambda self: Joined.of(self.api.id, f".execute-api.{self._ctx.region}.amazonaws.com"))

    @property
    def redeploy_on(self) -> dict[str, object]:
        found: dict[str, object] = {route.path: route.module.fingerprint for route in self.routes}
        for bff, route in self._routed:
            found[f"bff-{bff.identity}{route.path.removeprefix(bff.path)}"] = route.module.fingerprint
        if self._entry.authorizer is not None:
            found["authorizer"] = self.authorizer.fingerprint
        if self.is_private:
            found |= {"policy": self.api.policy, "proxy": self.proxy_route.module.fingerprint}
        if self.names:
            found["default-endpoint"] = self.api.default_endpoint
        if self.has_allow_list:
            found["policy"] = self.allow_list.policy
        if self.preflight:
            found["errors"] = self.errors.fingerprint
        if self.validates:
            found["bad-requests"] = self.bad_requests.fingerprint
        if not self._entry.compress:
            found["compression"] = "off"
        if self.binary_media_types:
            found["binary-media-types"] = " ".join(self.binary_media_types)
        return found

    @property
    def _routed(self) -> Iterator[tuple[Any, Route]]:
        return ((bff, route) for bff in self._bffs for route in self.routes_of(bff))

    @property
    def every_route(self) -> tuple[Route, ...]:
        return () if self.is_private else (*self.routes, *(route for _, route in self._routed))

    validates: bool = value(lambda self: any(route.validation() is not None for route in self.every_route))

    @property
    def resources(self) -> int:
        if self.is_private:
            return 2
        found = (route.validation() for route in self.every_route)
        return 1 + len(self.paths) + sum(1 + (1 if one is None else len(one.segments)) for one in found)

    requests_per_second: Decimal = value(
        lambda self: self.throughput.per_second if self.throughput else Decimal(10_000)
    )

    @property
    def burst(self) -> int:
        stated = self.throughput
        return _ACCOUNT_BURST if stated is None else min(ceil(stated.per_second * _BURST_SECONDS), _ACCOUNT_BURST)

    throughput = of(lambda ctx: ctx.environment.system.declared.throughput)
    """What the whole system is to take, as its document states it."""

    def counted(self, word: str) -> CountedLinesView:
        return CountedLinesView(self._ctx, word, _COUNTED[word], lambda: (self.access_log_group_name, self.stage.arn))

    @property
    def access_log_group_name(self) -> str:
        return self._ctx.names.path("gateways", self._entry.identity, "audit" if self._entry.audit else "access")

    @property
    def usage_plans(self) -> tuple[UsagePlanView, ...]:
        own = UsagePlanView(self._ctx, DEFAULT_PLAN, self.usage_plan)
        others = (UsagePlanView(self._ctx, plan, self._plan_module(plan)) for plan in sorted(self._entry.plans))
        return own, *others

    def _plan_module(self, name: str) -> Module:
        label, own = self._ctx.label("usage_plan", self._entry), name.replace("-", "_")
        return Module(self._ctx.owner, "edge", Label(f"{label}__{own}", f"{label.former}__{own}"))

    @property
    def path_limits(self) -> dict[str, dict[str, object]]:
        limits = ((rate.per_second, route) for bff, route in self._routed if (rate := bff.limit) is not None)
        return {
            path: {"requests_per_second": rate, "burst": ceil(rate * _BURST_SECONDS)}
            for rate, route in limits
            for path in route.limited
        }

    def keys_of_clients(self, names: Names) -> dict[str, str]:
        own, entry = self._entry.identity, self._entry
        clients = {client: names.plain(own, client) for client in entry.clients}
        return clients | {f"tenant-{tenant}": names.plain(own, "tenant", tenant) for tenant in entry.tenants}

    @property
    @kept
    def keys(self) -> dict[str, dict[str, str]]:
        names, own = self._ctx.names, self._entry.identity
        whose = self._entry.clients | {f"tenant-{tenant}": f"tenant {tenant}" for tenant in self._entry.tenants}
        called = self.keys_of_clients(names)
        clients = {client: {"name": called[client], "description": who} for client, who in whose.items()}
        services = callers(self._ctx.environment) if self._entry.per == "service" else ()
        return clients | {
            f"service-{service.identity}": {
                "name": names.plain(own, "service", service.identity),
                "description": service.title,
            }
            for service in services
        }

    @property
    def usage_plan_ids(self) -> dict[str, Export]:
        known = ((tenant, plan) for tenant, plan in self._entry.plan_of.items() if plan in self._entry.plans)
        return {f"tenant-{tenant}": self._plan_module(plan).id for tenant, plan in known}

    @property
    def checked_header(self) -> dict[str, object] | None:
        header = self.required_header
        return {**header, "name": custom_headers.NAME.lower()} if header else None

    web_acl_target: Export = value(lambda self: self.stage.arn)
    web_acl_log_retention = of(lambda ctx: ctx.entry.access_log_retention)
    """Days that the firewall's log is kept."""


def required_capabilities(gateway: Gateway) -> Iterator[RequiredCapability]:
    if gateway.mutual_tls:
        why = "certificates are proved at the load balancer"
        yield RequiredCapability(("mutual_tls",), load_balancer.MUTUAL_TLS, why)


def parts(gateway: Gateway, ctx: BuildContext) -> Iterator[Part]:
    own, has_url = GatewayView(ctx), gateway.has_default_endpoint(ctx.environment)
    shown = {f"gateway_{gateway.name}_invoke_url": own.stage.invoke_url} if has_url else {}
    yield ctx.part("edge", "kinds/gateways/main.tf", own, shown=shown)
    yield from firewalls.parts(ctx, own)
    yield from alarms_part(ctx, ctx.names.of_entry(gateway), own.api, partial(_alarms, gateway, own))
    if ctx.has(ALARMS):
        is_counted = {"throttled": gateway.alarms.get(_THROTTLED.word) != "none"}
        is_shared = isinstance(gateway.alarms.get(_CLIENT_ERRORS.word), Threshold)
        yield from (own.counted(word).part for word in _COUNTED if is_counted.get(word, is_shared))


def failures(_gateway: Gateway, ctx: BuildContext) -> Iterator[Failure]:
    yield alarmed(ctx.owner, _ERRORS.word, "it answers with 5xx")
    yield alarmed(ctx.owner, _THROTTLED.word, "it refuses requests as too many")


def _alarms(gateway: Gateway, own: GatewayView) -> Iterator[tuple[str, Alarm]]:
    stage, throttled = {"ApiName": own.name, "Stage": own.stage_name}, own.counted("throttled")
    yield "errors", Alarm(
        description=f"{own.name}: more than {_ERROR_PERCENT} % of the requests end with 5xx.",
        namespace="AWS/ApiGateway", metric="5XXError", statistic="Average", comparison="GreaterThanThreshold",
        threshold=Decimal(_ERROR_PERCENT) / 100, dimensions=stage, datapoints=3, measure=_ERRORS,
    )  # fmt: skip
    yield "client-errors", Alarm(
        description=f"{own.name}: requests with a key end with 4xx.", namespace=throttled.namespace, statistic="Sum",
        dimensions={}, datapoints=3, measure=_CLIENT_ERRORS,
        terms={"asked": own.counted("with-key").metric_name, "refused": own.counted("client-errors").metric_name},
        expressions={"result": "IF(FILL(asked, 0) > 0, FILL(refused, 0) / asked, 0)"},
    )  # fmt: skip
    yield "throttled", Alarm(
        description=f"{own.name}: requests are refused as too many (429).", namespace=throttled.namespace,
        metric=throttled.metric_name, statistic="Sum", dimensions={}, measure=_THROTTLED,
        threshold=10,  # an assumption: a caller who tries again soon is no news
    )  # fmt: skip
    stated, most = own.throughput, int(own.requests_per_second * 60 * _SHARE_OF_LIMIT)
    yield "requests", Alarm(
        description=f"{own.name}: requests come to {100 * _SHARE_OF_LIMIT:.0f} % of what the stage takes.",
        namespace="AWS/ApiGateway", metric="Count", statistic="Sum", comparison="GreaterThanThreshold",
        threshold=most if stated else None, dimensions=stage, datapoints=3, measure=_REQUESTS, because=stated,
    )  # fmt: skip
    yield "latency", Alarm(
        description=f"{own.name}: p90 of the response times is above the promise.", namespace="AWS/ApiGateway",
        metric="Latency", statistic="p90", comparison="GreaterThanThreshold", threshold=gateway.latency_p90,
        dimensions=stage, measure=_RESPONSE,
    )  # fmt: skip


metrics = always(_ERRORS, _CLIENT_ERRORS, _THROTTLED, _REQUESTS, _RESPONSE)


def links(gateway: Gateway, ctx: BuildContext) -> Iterator[Link]:
    if gateway.is_public and gateway.reach != "cloudfront":
        yield Link(INTERNET, ctx.owner, gateway.purpose)
    if gateway.zone is not None:
        yield Link(f"zones/{gateway.zone}", ctx.owner, "its names")
    for path, to in gateway.targets.items():
        yield Link(ctx.owner, to, f"/{path}")
    if gateway.authorizer is not None and gateway.authorizer.function is not None:
        yield Link(ctx.owner, f"functions/{gateway.authorizer.function}", "checks tokens")


class Invocation(Struct, frozen=True):
    """Which requests of a gateway may invoke a function: ARNs by the names of the statements of its policy."""

    label: Label
    source_arns: dict[str, Joined | str]


def invocations(ctx: BuildContext) -> Iterator[Invocation]:
    for gateway in ctx.environment.all(Gateway).values():
        own = GatewayView(ctx.of(gateway))
        found = {
            short(f"{gateway.identity}-{named}{word}", _STATEMENT): Joined.of(
                own.stage.execution_arn, f"/*/{re.sub('{[^{}]+}', '*', path)}{below}"
            )
            for path, to in gateway.targets.items()
            if to == ctx.owner
            for named in (path.replace("/", "--").replace("{", "_").replace("}", ""),)  # no two alike
            for word, below in (("", ""), ("-below", "/*"))
        }
        if gateway.authorizer is not None and f"functions/{gateway.authorizer.function}" == ctx.owner:
            arn = Joined.of(own.api.execution_arn, "/authorizers/", own.authorizer.id)
            found[short(f"{gateway.identity}-authorizer", _STATEMENT)] = arn
        if found:
            yield Invocation(ctx.label("invocation", gateway, ctx.entry), found)


_STATEMENT: Final = 100
"""AWS Lambda API: AddPermission, StatementId."""

_METHODS: Final = ("DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT")
"""What `ANY` is: a star in their place would also be the beginning of a path (`*/auth/*` has `GET/billing/auth`)."""


def default_bindings(gateway: Gateway, ctx: BuildContext, receiver: BuildContext) -> Iterator[Binding]:
    service = receiver.entry
    if gateway.per != "service" or gateway.is_public or not (isinstance(service, Service) and service.direct_calls):
        return
    services = ctx.environment.all(Service)
    methods = {
        services[callee].identity: reads.METHODS if call.access == "read" else _METHODS
        for callee, call in service.direct_calls.items()
        if callee in services
    }
    own = GatewayView(ctx)
    stage, key = own.stage, own.keys_module.ids[f"service-{service.identity}"]
    invoked = tuple(
        Joined.of(stage.execution_arn, f"/{method}/{path}{below}")
        for path in sorted(methods)
        for method in methods[path]
        for below in ("", "/*")
    )
    own_key = Joined.of(f"arn:aws:apigateway:{ctx.settings.region}::/apikeys/", key)
    grants = (
        Grant("InvokeDeclaredCallees", ("execute-api:Invoke",), invoked),
        Grant("ReadOwnApiKey", ("apigateway:GET",), (own_key,)),
    )
    prefix = gateway.name.upper().replace("-", "_")
    variables = {f"{prefix}_GATEWAY_URL": stage.invoke_url, f"{prefix}_GATEWAY_KEY_ID": key}
    yield Binding(variables, "internal-api", grants)
