"""Log routes: what code writes, sent to a bucket: by Amazon Data Firehose, or by a router in the task."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any

from pydantic import Field, model_validator

from infragen.core.billing import Cost
from infragen.core.build_context import BuildContext, ResourceView, call, of, value
from infragen.core.entry import Form, Model, Slug, Text, written_as
from infragen.core.expressions import Export, Joined, Module
from infragen.core.names import LIMITS
from infragen.core.part import Binding, Grant, pattern
from infragen.kinds import buckets
from infragen.kinds.workloads.router import BUFFER, Router

Prefix = Annotated[
    str, Form(r"[A-Za-z0-9][A-Za-z0-9/_.=-]*/", "the beginning of keys, with a slash at its end: `logs/backend/`", 512)
]


class LogRoute(Model):
    """A bucket that output is sent to, in addition to its log group."""

    _map = written_as(lambda value: f"{{bucket: {value}}}")

    bucket: Annotated[Slug, Field(examples=["logs"])]
    """A `buckets` entry; its lifecycle determines how long output is kept."""
    prefix: Prefix | None = None
    """The prefix of keys, before the day: `services/backend-api/` for the service backend-api, when left out."""
    pattern: Text | None = None
    """Only what matches, as a filter pattern of CloudWatch Logs: `{ $.level = "ERROR" }`."""


class TaskLogRoute(LogRoute):
    """A bucket that output of a task is sent to, in addition to its log group."""

    router: Router | None = None
    """Has a Fluent Bit container in each task send it (FireLens), and only errors to the log group."""

    @model_validator(mode="after")
    def _has_one_pattern(self) -> TaskLogRoute:
        if self.router is not None and self.pattern is not None:
            message = "write `router: {pattern: ...}`, a regular expression; `pattern` beside `router` does nothing"
            raise ValueError(message)
        return self


class RoutedView(ResourceView):
    """What of an entry sends its output to a bucket."""

    logging: Module

    @property
    def _route(self) -> LogRoute | None:
        route: LogRoute | None = self._ctx.entry.log_route
        return route if route is not None and _bucket(self._ctx, route) is not None else None

    _router: Router | None = value(lambda self: getattr(self._route, "router", None))
    _delivered: LogRoute | None = value(lambda self: self._route if self._router is None else None)
    _route_module = call("compute", "log_route", has_kind=True)
    log_route: Module | None = value(lambda self: self._route_module if self._delivered is not None else None)
    _router_module = call("compute", "log_router", has_kind=True)
    log_router: Module | None = value(lambda self: self._router_module if self._router is not None else None)
    log_buffer = BUFFER
    log_bucket_name: str = value(lambda self: "" if self._log_bucket is None else str(self._log_bucket.name))

    @property
    def routing(self) -> Binding:
        # Amazon S3 User Guide, Required permissions for Amazon S3 API operations; Amazon CloudWatch Logs User Guide,
        # CloudWatch Logs permissions reference
        group = f"arn:aws:logs:{self.region}:{self.account}:log-group:{self.log_group_name}:*"
        key, bucket = self.log_bucket_key, self.log_bucket_arn
        grants = [
            Grant("WriteLogs", ("logs:CreateLogStream", "logs:PutLogEvents"), (group,)),
            Grant("SendLogs", ("s3:PutObject",), (Joined.of(bucket or "", f"/{self.log_prefix}*"),)),
        ]
        if key is not None:
            grants.append(Grant("EncryptLogs", ("kms:GenerateDataKey",), (key,)))
        return Binding(policy="log-router", grants=tuple(grants))

    @property
    def log_group_name(self) -> str:
        return ""

    _route_name = of(lambda ctx: ctx.names.container(ctx.entry))
    log_stream_name = pattern("{own._route_name}-logs", LIMITS["delivery_stream"], when="_delivered")
    log_delivery_role_name = pattern("{own._route_name}-log-delivery", LIMITS["role"], when="_delivered")
    log_sender_role_name = pattern("{own._route_name}-log-sender", LIMITS["role"], when="_delivered")

    @property
    def log_prefix(self) -> str:
        entry = self._ctx.entry
        own = self._route.prefix if self._route is not None else None
        return own or f"{entry.KIND}/{entry.identity}/"

    @property
    def _log_bucket(self) -> Any:
        return None if self._route is None else buckets.BucketView(self._ctx.of(f"buckets/{self._route.bucket}"))

    log_bucket_arn: Export | None = value(lambda self: self._log_bucket and self._log_bucket.bucket.arn)

    @property
    def log_bucket_key(self) -> Export | str | None:
        """Of a copy, any key: its alias is checked."""
        found: Export | None = None if self._log_bucket is None else self._log_bucket.key
        return f"arn:aws:kms:{self.region}:{self.account}:key/*" if self.log_bucket_alias else found

    log_bucket_alias: str = value(lambda self: "" if self._log_bucket is None else str(self._log_bucket.alias_of_copy))


def _bucket(ctx: BuildContext, route: LogRoute) -> object:
    return ctx.environment.find(f"buckets/{route.bucket}")  # a rule says which are not there


def roles(ctx: BuildContext, other: str) -> Iterator[str]:
    if goes_to(ctx.entry, other) and not is_routed(ctx.entry):
        yield f"{ctx.names.container(ctx.entry)}-log-delivery"


def goes_to(entry: Any, other: str) -> bool:
    route: LogRoute | None = entry.log_route
    return route is not None and other == f"buckets/{route.bucket}"


def is_routed(entry: Any) -> bool:
    return getattr(getattr(entry, "log_route", None), "router", None) is not None


def costs(ctx: BuildContext) -> Iterator[Cost]:
    route: LogRoute | None = ctx.entry.log_route
    yield Cost("logs", "logs", usage="logged")
    if is_routed(ctx.entry) and ctx.entry.KIND != "jobs" and ctx.has("alarms"):
        yield Cost("the count of lines that its router gives up", "metric", 1)
    if ctx.entry.tracing:
        yield Cost("traces", "traces")
    if route is not None and _bucket(ctx, route) is not None and not is_routed(ctx.entry):
        yield Cost("logs through Firehose, which unpacks them", "delivery-stream-data", usage="logged")
        yield Cost("log of what could not be delivered", "logs")
