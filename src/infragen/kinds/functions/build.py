"""What a function is built of: itself, its role and log, what starts it, and its place in the VPC if it needs one."""

import shlex
from collections.abc import Iterator, Mapping
from functools import partial
from typing import Final

from infragen.core.build_context import BuildContext, Export, Joined, Module, Record, call, named_by, of
from infragen.core.delivery import Content, Image
from infragen.core.kind import always
from infragen.core.measures import COUNT, MILLISECONDS, Measure
from infragen.core.part import INTERNET, LIMITS, Binding, Grant, Group, Part, Relation, named, pattern, short
from infragen.core.signals import Failure, alarmed
from infragen.core.standby import Held
from infragen.core.takeover import Takeover
from infragen.core.tracing import Read, kept_of_entry
from infragen.kinds import buckets, endpoints, keys, network, queues
from infragen.kinds.alarms import Alarm, OutcomesView, alarms_part, outcomes_part, told
from infragen.kinds.functions.model import Function, KeptEvents
from infragen.kinds.gateways.build import invocations
from infragen.kinds.secrets import reading, rotated_by, rotating
from infragen.kinds.workloads import egress, log_route, registry, task, tracing
from infragen.kinds.workloads.sidecars import own_registry
from infragen.kinds.workloads.task import plain_values

PUSH: Final = "--provenance=false "
"""Lambda takes one image, and no index of several (AWS Lambda Developer Guide: Create a function from a container)."""

_ERRORS: Final = Measure("errors", "the number of invocations that failed", COUNT)
_THROTTLES: Final = Measure("throttles", "the number of invocations that Lambda refused", COUNT)
_DEAD_LETTERS: Final = Measure("dead-letters", "the number of events that it could not handle", COUNT, "high")
_DURATION: Final = Measure("duration", "the time that an invocation takes", MILLISECONDS)


class FunctionView(keys.EncryptedView, task.ScheduledView, log_route.RoutedView):
    """A function, and what it may do."""

    starting: Mapping[str, str] = {}
    """What it reaches before its first line runs: nothing by itself, Lambda fetches its code and writes its log."""
    session_grants: tuple[Grant, ...] = ()
    _entry: Function
    function = call("compute", "function")
    logging = function
    subnets = of(network.task_subnets)
    group = of(task.group)
    name = named_by(lambda ctx: ctx.names.function(ctx.entry), LIMITS["function"])
    usual_name = of(lambda ctx: ctx.names.container(ctx.entry))
    role_name = pattern("{own.usual_name}", LIMITS["role"])

    @property
    def image(self) -> object:
        own = self._entry.image
        return None if own is None else task.image_in_repository(self._ctx, self.repository, own)

    repository = of(lambda ctx: registry.repository(ctx) if ctx.entry.image is not None else None)

    @property
    def code_bucket(self) -> str | Export:
        bucket = self._entry.code.bucket if self._entry.code is not None else ""
        if self._ctx.environment.find(bucket) is None:  # a bucket's own name; a rule says which entries are not there
            return bucket
        found: Export | str = buckets.BucketView(self._ctx.of(bucket)).bucket.name
        return found

    log_retention = of(lambda ctx: ctx.entry.log_retention or ctx.settings.log_retention)
    """Days that its output is kept: its own word, else the environment's."""
    is_in_vpc = of(lambda ctx: ctx.entry.stands_in_vpc(ctx.environment))

    @property
    @kept_of_entry
    def given(self) -> tuple[tuple[str, str, Binding], ...]:
        return tuple(task.given_by_others(self._ctx, self._entry.used()))

    rotated = of(lambda ctx: rotated_by(ctx.owner, ctx.environment))
    reads_secrets = property(lambda self: bool(self._entry.secrets or self.rotated))

    @property
    def environment(self) -> dict[str, object]:
        """What the catalogue sets replaces what infragen derives."""
        derived: dict[str, object] = {"ENVIRONMENT": self._ctx.environment.name, "TZ": self._ctx.time_zone}
        for _, prefix, offer in self.given:
            derived |= {f"{prefix}{name}": value for name, value in offer.variables.items()}
        return {**derived, **plain_values(self._entry.secrets), **plain_values(self._entry.environment)}

    @property
    def policies(self) -> dict[str, list[Record]]:
        found: dict[str, list[Grant]] = {}
        for _, _, offer in self.given:
            if offer.grants:
                found.setdefault(offer.policy, []).extend(offer.grants)
        for name in sorted(self._entry.triggers.queues):
            if self._ctx.environment.find(f"queues/{name}") is not None:  # a rule says which are not there
                found[f"messages-of-{name}"] = [*queues.receiving(self._ctx.of(f"queues/{name}"))]
        if self._entry.secrets:
            arns = plain_values(self._entry.secrets).values()
            found["secrets"] = [*reading(self._ctx, *arns)]
        for secret in self.rotated:
            ctx = self._ctx.of(secret)
            found[f"rotate-{ctx.entry.identity}"] = [*rotating(ctx)]
        if self.dead_letters is not None:
            found["dead-letters"] = [*queues.keeping(self.dead_letters.arn, self.messages_key)]
        if self._entry.tracing:
            found["tracing"] = [tracing.WRITING]
        found |= task.own_grants(self._entry, self._ctx)
        return {policy: list(task.statements(grants)) for policy, grants in found.items()}

    @property
    def uses_objects(self) -> bool:
        found = (action for statements in self.policies.values() for one in statements for action in one["actions"])
        return any(str(action).startswith("s3:") for action in found)

    @property
    def queues(self) -> dict[str, Record]:
        found: dict[str, Record] = {}
        for name, how in sorted(self._entry.triggers.queues.items()):
            if self._ctx.environment.find(f"queues/{name}") is None:
                continue
            values: dict[str, object] = {
                "arn": queues.QueueView(self._ctx.of(f"queues/{name}")).queue.arn,
                "batch_size": how.batch,
            }
            if how.window is not None:
                values["window"] = how.window
            if how.reports_failures:
                values["reports_failures"] = True
            found[name] = Record(values)
        return found

    @property
    def objects(self) -> dict[str, Record]:
        found: dict[str, Record] = {}
        for name, how in sorted(self._entry.triggers.objects.items()):
            bucket = self._ctx.environment.find(f"buckets/{name}")
            if bucket is not None:  # a rule says which are not there
                values = {
                    "rule_name": self._rule_name(name),
                    "bucket": buckets.BucketView(self._ctx.of(bucket)).bucket.name,
                    "keys": list(how.keys),
                }
                path = ("triggers", "objects", name)
                found[name] = Record(values, Read(self._ctx.owner, path))
        return found

    def _rule_name(self, bucket: str) -> str:
        return short(f"{self.usual_name}-{bucket}-objects", LIMITS["event_rule"].length)

    @named(LIMITS["event_rule"])
    def longest_rule_name(self) -> str:
        return max(map(self._rule_name, self._entry.triggers.objects), key=len, default="")

    runs = of(lambda ctx: ctx.entry.triggers.schedules)

    @property
    def dead_letters(self) -> Module | None:
        keeps = self._entry.keeps_events(self._ctx.settings)
        return self._ctx.module("compute", "function_dead_letters", self._entry) if keeps else None

    @named(LIMITS["queue"])
    def dead_letter_name(self) -> str:
        return "" if self.dead_letters is None else f"{self.usual_name}-dead-letters"

    @property
    def dead_letter_retention(self) -> int:
        """In seconds."""
        said = self._entry.dead_letters
        return said.retention if isinstance(said, KeptEvents) else KeptEvents().retention

    messages_key = keys.of_purpose("messages")
    """What they are encrypted with; None for SQS's own key."""

    @property
    def rule_arns(self) -> list[str]:
        events = f"arn:aws:events:{self.region}:{self.account}:rule"
        return [f"{events}/{one['rule_name']}" for one in self.objects.values()]

    invocations = of(lambda ctx: list(invocations(ctx)))
    outcomes = of(lambda ctx: list(told(ctx)))
    says_failure = of(lambda ctx: ctx.entry.is_unattended and ctx.entry.notify.failure is not None)
    """Whether it says itself who hears of runs that failed, or that nobody does."""
    takes_messages = of(lambda ctx: bool(ctx.entry.triggers.queues))


class FunctionOutcomesView(OutcomesView):
    """How runs of a function ended that nobody waited for."""

    name = of(lambda ctx: FunctionView(ctx).name)
    log_group_name = pattern("/aws/lambda/{own.name}")


def parts(function: Function, ctx: BuildContext) -> Iterator[Part]:
    own = FunctionView(ctx)
    yield ctx.part("compute", "kinds/functions/main.tf", own)
    if function.image is not None:
        yield from registry.parts(ctx)
    yield from alarms_part(ctx, own.usual_name, own.function, partial(_alarms, own))
    yield from outcomes_part(ctx, "kinds/functions/outcomes.tf", FunctionOutcomesView(ctx))


def _alarms(own: FunctionView) -> Iterator[tuple[str, Alarm]]:
    """Watch no errors if `notify` reports all of them: those with messages of a queue reach no destination."""
    is_told = own.says_failure and not own.takes_messages
    watched = ((_ERRORS, "Errors", "its code failed."), (_THROTTLES, "Throttles", "more invocations than may run."))
    for measure, metric, what in watched:
        yield measure.word, Alarm(
            description=f"{own.name}: {what}", namespace="AWS/Lambda", metric=metric, statistic="Sum",
            threshold=None if is_told and measure is _ERRORS else 1,
            dimensions={"FunctionName": own.name}, periods=1, datapoints=1, measure=measure,
        )  # fmt: skip
    if own.dead_letters is not None:
        yield "dead-letters", queues.dead_letter_alarm(own.dead_letter_name, "events", _DEAD_LETTERS)
    if own.schedule_group_name:
        yield from task.not_started(own, own.name)
    yield "duration", Alarm(
        description=f"{own.name}: it runs long.", namespace="AWS/Lambda", metric="Duration", statistic="Maximum",
        dimensions={"FunctionName": own.name}, periods=1, datapoints=1, measure=_DURATION,
    )  # fmt: skip


def failures(function: Function, ctx: BuildContext) -> Iterator[Failure]:
    told_by = ((ctx.owner, "errors"), (ctx.owner, "failure"))
    yield Failure("an invocation fails", told_by, "remove `errors: none`, or add `notify: {failure: high}`")
    yield alarmed(ctx.owner, _THROTTLES.word, "Lambda refuses invocations, as too many run at once")
    if function.triggers.schedules:
        yield alarmed(ctx.owner, "not-started", "it is due and does not start")
    if function.keeps_events(ctx.settings):
        yield alarmed(ctx.owner, "dead-letters", "an event could not be handled, and is kept for a time")
    elif function.is_unattended:
        how, hint = "an event is lost after the last attempt", "add `dead_letters: {}`"
        yield Failure(how, (), hint, is_chosen=function.dead_letters == "none")


metrics = always(_ERRORS, _THROTTLES, _DEAD_LETTERS, task.NOT_STARTED, _DURATION)


def roles(function: Function, ctx: BuildContext, other: str) -> Iterator[str]:
    if task.reaches(function, other):
        yield FunctionView(ctx).role_name
    yield from log_route.roles(ctx, other)


def groups(function: Function, ctx: BuildContext) -> Iterator[Group]:
    if function.stands_in_vpc(ctx.environment):
        name, key = ctx.names.container(function), f"{function.SINGULAR}-{function.identity}"
        yield Group(ctx.owner, ctx.owner, name, f"Function {name}", task.group(ctx), key)


def relations(function: Function, ctx: BuildContext) -> Iterator[Relation]:
    if not function.stands_in_vpc(ctx.environment):
        return
    own = FunctionView(ctx)
    yield from task.relations_to_used(function, ctx)
    yield from egress.declared(function, ctx)
    if egress.reaches_anything(function):
        return  # that is the way to AWS's APIs, too
    if (missing := sorted(egress.without_endpoint(ctx, own))) and ctx.settings.network.nat != "none":
        yield egress.way(ctx, INTERNET, f"through NAT to APIs without an endpoint ({', '.join(missing)})")
        return
    if ctx.has(endpoints.S3) and own.uses_objects:
        yield egress.way(ctx, endpoints.S3, "objects")
    yield from egress.to_dynamodb(ctx, own)


def contents(function: Function, ctx: BuildContext) -> Iterator[Content]:
    if function.code is not None:
        own, key, holder = FunctionView(ctx), function.code.key, function.code.bucket
        is_entry = ctx.environment.find(holder) is not None
        bucket = buckets.BucketView(ctx.of(holder)).name if is_entry else holder
        yield Content(own.region, bucket, key, holder, str(upload(key, bucket, own.region)), ("code",))


def upload(key: str, bucket: str | Export, region: str) -> Joined | str:
    file = shlex.quote(key.rpartition("/")[2])
    return Joined.of(f"aws s3 cp {file} s3://", bucket, f"/{shlex.quote(key)} --region {region}")


def holds(function: Function, change: Takeover) -> Iterator[Held]:
    taking: Function = change.taking.entry
    code, there = taking.code, change.taking.environment
    if code is None:
        yield from registry.holds(taking, change)
    elif there.find(code.bucket) is None and code == function.code:
        has = f"nothing: its code lies in {code.bucket} of {change.left.region}"
        mend = f"name a bucket in {change.taking.region}: Lambda takes code from buckets of its own region"
        yield Held("code", has, "missing", mend, ("code",))
    else:
        yield Held("code", f"{code.key} in {code.bucket}")
    by = function.triggers
    started = {"schedules": by.schedules, "messages": by.queues, "new objects, of a replica as well,": by.objects}
    if words := [word for word, found in started.items() if found]:
        yield Held("events", f"{' and '.join(words)} start it there as soon as it takes over")


def images(function: Function, ctx: BuildContext) -> Iterator[Image]:
    if (own := function.image) is None:
        return
    if own.name is None:
        how = "" if own.has_digest else registry.push(ctx, PUSH)
        yield Image(ctx.region, registry.repository_name(ctx), own.tag, how)
    elif (found := own_registry(own.name)) is not None and found[0] == ctx.settings.account:
        yield Image(found[1], found[2], own.tag, "")
