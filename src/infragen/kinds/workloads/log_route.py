"""Log routes: what code writes, sent from its log group to a bucket by Amazon Data Firehose."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any

from pydantic import Field

from infragen.core.billing import Cost
from infragen.core.build_context import BuildContext, ResourceView
from infragen.core.entry import Form, Model, Slug, Text, written_as
from infragen.core.expressions import Export, Module
from infragen.core.names import LIMITS
from infragen.core.part import named
from infragen.kinds import buckets

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


class RoutedView(ResourceView):
    """What of an entry sends its output to a bucket."""

    @property
    def logging(self) -> Module:
        """The module that has its log group."""
        raise NotImplementedError

    @property
    def _route(self) -> LogRoute | None:
        route: LogRoute | None = self._ctx.entry.log_route
        return route if route is not None and _bucket(self._ctx, route) is not None else None

    @property
    def log_route(self) -> Module | None:
        """The module of the route; None where its output stays in its log group."""
        entry = self._ctx.entry
        return self._ctx.module("compute", "log_route", entry.SINGULAR, entry) if self._route is not None else None

    @property
    def _route_name(self) -> str:
        return self._ctx.names.container(self._ctx.entry)

    @named(LIMITS["delivery_stream"])
    def log_stream_name(self) -> str:
        """The Firehose stream."""
        return f"{self._route_name}-logs" if self._route is not None else ""

    @named(LIMITS["role"])
    def log_delivery_role_name(self) -> str:
        """The role with which Firehose writes to the bucket."""
        return delivery_role(self._ctx) if self._route is not None else ""

    @named(LIMITS["role"])
    def log_sender_role_name(self) -> str:
        """The role with which CloudWatch Logs writes to Firehose."""
        return f"{self._route_name}-log-sender" if self._route is not None else ""

    @property
    def log_prefix(self) -> str:
        """How the keys of its logs begin."""
        entry = self._ctx.entry
        own = self._route.prefix if self._route is not None else None
        return own or f"{entry.KIND}/{entry.identity}/"

    @property
    def log_pattern(self) -> str:
        """Which events are sent; all where it is empty."""
        return (self._route.pattern if self._route is not None else None) or ""

    @property
    def log_time_zone(self) -> str:
        """Whose days they are kept by."""
        return self._ctx.time_zone

    @property
    def _log_bucket(self) -> Any:
        return None if self._route is None else buckets.BucketView(self._ctx.of(f"buckets/{self._route.bucket}"))

    @property
    def log_bucket_arn(self) -> Export | None:
        """The bucket; None where nothing is sent to one."""
        found: Export | None = None if self._log_bucket is None else self._log_bucket.bucket.arn
        return found

    @property
    def log_bucket_key(self) -> Export | None:
        """What objects are encrypted with there; None for S3's own key."""
        found: Export | None = None if self._log_bucket is None else self._log_bucket.key
        return found


def delivery_role(ctx: BuildContext) -> str:
    """Return the name of the role with which Firehose writes an entry's logs."""
    return f"{ctx.names.container(ctx.entry)}-log-delivery"


def _bucket(ctx: BuildContext, route: LogRoute) -> object:
    return ctx.environment.find(f"buckets/{route.bucket}")  # a rule says which are not there


def roles(ctx: BuildContext, other: str) -> Iterator[str]:
    """Yield the role with which logs are written to a bucket."""
    route: LogRoute | None = ctx.entry.log_route
    if route is not None and other == f"buckets/{route.bucket}":
        yield delivery_role(ctx)


def costs(ctx: BuildContext) -> Iterator[Cost]:
    """Yield what the output of code costs: logs, traces, and the way to a bucket."""
    route: LogRoute | None = ctx.entry.log_route
    yield Cost("logs", "logs")
    if ctx.entry.tracing:
        yield Cost("traces", "traces")
    if route is not None and _bucket(ctx, route) is not None:
        yield Cost("logs through Firehose, which unpacks them", "delivery-stream-data")
        yield Cost("log of what could not be delivered", "logs")
