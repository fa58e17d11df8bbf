"""Event buses: Amazon EventBridge, and rules by which events start functions, workflows and jobs, or wait in queues."""

import json
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Annotated, ClassVar, Final, Literal

from pydantic import Field

from infragen.core.build_context import BuildContext, Export, Record, ResourceView, call, of
from infragen.core.entry import Entry, EntryId, Form, Model, Seconds, Slug, Text
from infragen.core.kind import Billing, Cost, Failover, Kind, Network, Operations, OutputLine, Permissions, always
from infragen.core.measures import COUNT, Measure, Thresholds
from infragen.core.part import LIMITS, Binding, Grant, Link, Part, named, pattern
from infragen.core.rule import At, Finding, Findings, ResolvedSystem, rule
from infragen.core.signals import Failure, alarmed
from infragen.core.standby import Held
from infragen.core.system import Settings
from infragen.core.takeover import Takeover
from infragen.kinds import dead_letters, instead_of, keys, queues
from infragen.kinds.alarms import Alarm, alarms_part
from infragen.kinds.functions.build import FunctionView
from infragen.kinds.jobs import JobView
from infragen.kinds.queues import Queue
from infragen.kinds.workflows.build import WorkflowView, starting
from infragen.kinds.workloads import task

_LOST: Final = Measure("dead-letters", "the number of events that could not be handed over", COUNT, "high")
_LONGEST: Final = 4096
"""Amazon EventBridge API: PutRule, `EventPattern`; its quota of 2048 is adjustable (User Guide: Quotas)."""

Source = Annotated[
    str,
    Form(r"[A-Za-z0-9][A-Za-z0-9._/-]*\*?", "a source, such as `shop.orders`, or `shop.*` for all that begin so", 256),
]
"""Amazon EventBridge API: PutEventsRequestEntry; Amazon EventBridge User Guide: Prefix matching."""


class EventRule(Model):
    """Which events go where: those that fit all that it says."""

    INSTEAD: ClassVar = {
        **dict.fromkeys(("pattern", "event_pattern"), "write `source: [shop.orders]`, `detail_type` and `detail`"),
        **dict.fromkeys(("target", "targets"), "write `to: [functions/NAME]`"),
        **dict.fromkeys(("schedule", "cron", "rate"), "write `schedules` in what is started by the clock"),
    }

    source: Annotated[tuple[Source, ...], Field(min_length=1, examples=[["shop.orders"]])]
    """Who sends them, any of these: `aws.ecs` are AWS's own, which only the default bus has."""
    detail_type: Annotated[tuple[Text, ...], Field(examples=[["Order Paid"]])] = ()
    """What kind of event it is, any of these; all kinds when left out."""
    detail: dict[Slug, tuple[Text, ...]] = Field(default_factory=dict, examples=[{"status": ["paid"]}])
    """Which values a field of the event has, any of these."""
    to: Annotated[tuple[EntryId, ...], Field(min_length=1, max_length=5, examples=[["functions/check"]])]
    """What they start, five at most: `functions/NAME`, `workflows/NAME` or `jobs/NAME`; `queues/NAME` keeps them."""
    why: Text = ""
    """What for."""

    @property
    def as_pattern(self) -> dict[str, object]:
        found: dict[str, object] = {
            "source": [{"prefix": one.removesuffix("*")} if one.endswith("*") else one for one in self.source]
        }
        if self.detail_type:
            found["detail-type"] = list(self.detail_type)
        if self.detail:
            found["detail"] = {name: list(values) for name, values in sorted(self.detail.items())}
        return found


class Redelivery(Model):
    """How EventBridge tries again what a target did not take (Amazon EventBridge API: RetryPolicy)."""

    attempts: Annotated[int, Field(ge=0, le=185)] = 185
    """How many times."""
    within: Annotated[Seconds, Field(ge=60, le=dead_letters.DAY, examples=["1 h"])] = dead_letters.DAY
    """How old an event may become (1 min to 24 h) before it is given up."""


class EventBus(Entry):
    """A bus of Amazon EventBridge: who uses it sends events, and rules say what they start."""

    KIND: ClassVar = "event-buses"
    SINGULAR: ClassVar = "event-bus"

    bus: Literal["own", "default"] = "own"
    """`own`: a bus for events of one's own; `default`: rules on the account's default bus, which has AWS's as well."""
    rules: dict[Slug, EventRule] = Field(
        default_factory=dict, examples=[{"paid": {"source": ["shop.orders"], "to": ["functions/check"]}}]
    )
    """Which events go where, by name."""
    retries: Annotated[Redelivery | None, Field(examples=[{"attempts": 3}])] = None
    """How often an event is tried again that a target did not take; for a day, when left out."""
    alarms: Thresholds = Field(default_factory=dict, examples=[{"dead-letters": {"above": "10"}}])
    """Additional alarms, or other thresholds, by measure; `none` turns one off."""

    def keeps_lost_events(self, settings: Settings) -> bool:  # noqa: ARG002  # asked of every kind
        return bool(self.rules)


class EventBusView(ResourceView):
    """A bus, its rules and what they may start."""

    _entry: EventBus
    bus = call("orchestration", "event_bus")
    dead_letters = call("orchestration", "event_bus_dead_letters")
    messages_key = keys.of_purpose("messages")

    @named(LIMITS["event_bus"])
    def own_name(self) -> str:
        return self._ctx.names.of_entry(self._entry) if self._entry.bus == "own" else ""

    @property
    def name(self) -> str:
        return self.own_name or "default"

    arn = pattern("arn:aws:events:{own.region}:{own.account}:event-bus/{own.name}")

    _stem = of(lambda ctx: ctx.names.of_entry(ctx.entry))
    role_name = pattern("{own._stem}-rules", LIMITS["role"], when="_entry.rules")
    dead_letter_name = pattern("{own._stem}-dead-letters", LIMITS["queue"], when="_entry.rules")

    def _rule_name(self, rule_of: str) -> str:
        return f"{self._stem}-{rule_of}"

    @named(LIMITS["event_rule"])
    def longest_rule_name(self) -> str:
        return max(map(self._rule_name, self._entry.rules), key=len, default="")

    @property
    def rule_arns(self) -> list[str]:
        on = f"{self.own_name}/" if self.own_name else ""
        events = f"arn:aws:events:{self.region}:{self.account}:rule/{on}"
        return [f"{events}{self._rule_name(one)}" for one in sorted(self._entry.rules)]

    @property
    def _offers(self) -> Mapping[str, tuple[Record, tuple[Grant, ...]]]:
        named_by = sorted({owner for one in self._entry.rules.values() for owner in one.to})
        found = {owner: TARGETS.get(owner.partition("/")[0]) for owner in named_by if self._ctx.environment.find(owner)}
        return {owner: offer(self._ctx.of(owner)) for owner, offer in found.items() if offer is not None}

    @property
    def rules(self) -> dict[str, Record]:
        offers = self._offers
        return {
            name: Record(
                {
                    "name": self._rule_name(name),
                    "description": one.why or f"Events of {' and '.join(one.source)}.",
                    "event_pattern": json.dumps(one.as_pattern, ensure_ascii=False),
                    "targets": Record({to.replace("/", "-"): offers[to][0] for to in one.to if to in offers}),
                }
            )
            for name, one in sorted(self._entry.rules.items())
        }

    @property
    def policies(self) -> dict[str, list[Record]]:
        found = {owner.replace("/", "-"): grants for owner, (_, grants) in self._offers.items()}
        return {policy: list(task.statements(grants)) for policy, grants in found.items()}

    retries = of(lambda ctx: ctx.entry.retries or Redelivery())


_Offer = tuple[Record, tuple[Grant, ...]]


def _started(sid: str, action: str, arn: Export) -> _Offer:
    return Record({"arn": arn}), (Grant(sid, (action,), (arn,)),)


def _queue(ctx: BuildContext) -> _Offer:
    own = queues.QueueView(ctx)
    return Record({"arn": own.queue.arn}), tuple(queues.keeping(own.queue.arn, own.key, "SendEvent"))


def _job(ctx: BuildContext) -> _Offer:
    own = JobView(ctx)
    run = {
        "task_definition_arn": own.job.task_definition_arn,
        "capacity_provider": own.capacity_provider,
        "subnet_ids": own.subnets,
        "security_group_ids": [own.group.id],
        "assign_public_ip": own.is_public,
    }
    return Record({"arn": own.cluster.arn, "task": Record(run)}), tuple(starting(own))


TARGETS: Final[Mapping[str, Callable[[BuildContext], _Offer]]] = {
    "functions": lambda ctx: _started("InvokeFunction", "lambda:InvokeFunction", FunctionView(ctx).function.arn),
    "jobs": _job,
    "queues": _queue,
    "workflows": lambda ctx: _started("StartWorkflow", "states:StartExecution", WorkflowView(ctx).machine.arn),
}
"""What a rule may lead to, by kind; its role may start it (Amazon EventBridge User Guide: Event bus targets, and Using
resource-based policies: for Lambda and SQS either is possible)."""


def _parts(bus: EventBus, ctx: BuildContext) -> Iterator[Part]:
    own = EventBusView(ctx)
    yield ctx.part("orchestration", "kinds/event_buses/main.tf", own)
    if bus.rules:
        yield from alarms_part(ctx, ctx.names.of_entry(bus), own.bus, partial(_alarms, own))


def _alarms(own: EventBusView) -> Iterator[tuple[str, Alarm]]:
    yield "dead-letters", queues.dead_letter_alarm(own.dead_letter_name, "events", _LOST)


def _failures(bus: EventBus, ctx: BuildContext) -> Iterator[Failure]:
    if bus.rules:
        yield alarmed(ctx.owner, "dead-letters", "an event could not be handed over")


def _holds(bus: EventBus, _change: Takeover) -> Iterator[Held]:
    """EventBridge copies no event to another region."""
    if bus.rules:
        yield Held("events", "its rules start what they lead to as soon as it takes over; events that wait are lost")


def _bindings(bus: EventBus, ctx: BuildContext, user: BuildContext) -> Iterator[Binding]:  # noqa: ARG001  # the facet's signature
    own = EventBusView(ctx)
    grants = (Grant("SendEvents", ("events:PutEvents",), (own.arn,)),)
    yield Binding({"BUS": own.name}, f"event-bus-{bus.identity}", grants)


def _links(bus: EventBus, ctx: BuildContext) -> Iterator[Link]:
    for name, one in bus.rules.items():
        yield from (Link(ctx.owner, to, one.why or name, is_event=True) for to in one.to)


def _outputs(bus: EventBus, ctx: BuildContext) -> Iterator[OutputLine]:
    own = EventBusView(ctx)
    yield OutputLine("service", "events are sent to the bus", own.name)
    if bus.rules:
        look = dead_letters.look(own.dead_letter_name, ctx)
        yield OutputLine("repair", "look at an event that could not be handed over", look, is_command=True)


@rule("E129", of=EventBus)
def _leads_nowhere(bus: EventBus, at: At, resolved: ResolvedSystem) -> Findings:
    known = ", ".join(f"`{kind}/NAME`" for kind in TARGETS)
    for name, one in bus.rules.items():
        for index, owner in enumerate(one.to):
            kind, _, target = owner.partition("/")
            place = at("rules", name, "to", index)
            entry = resolved.find(owner)
            if kind not in TARGETS:
                yield Finding(f"no event starts {owner}", place, f"name one of {known}")
            elif not resolved.knows(kind, target):
                hint = instead_of(resolved, kind, target)
                yield Finding(f"the rule `{name}` leads to {owner}, which does not exist", place, hint)
            elif isinstance(entry, Queue) and entry.fifo is not None:
                why = "whose messages need a group each, which events have none of"
                yield Finding(f"the rule `{name}` leads to {owner}, {why}", place, "lead to a queue without `fifo`")


@rule("E130", of=EventBus)
def _long_pattern(bus: EventBus, at: At) -> Findings:
    for name, one in bus.rules.items():
        length = len(json.dumps(one.as_pattern, ensure_ascii=False))
        if length > _LONGEST:
            message = f"the pattern of the rule `{name}` has {length} characters, and EventBridge takes {_LONGEST}"
            yield Finding(message, at("rules", name, key=True), "make two rules of it")


@rule("E131", of=EventBus)
def _never_there(bus: EventBus, at: At) -> Findings:
    for name, one in bus.rules.items() if bus.bus == "own" else ():
        for index, source in enumerate(one.source):
            if source.startswith("aws."):
                message = f"`{source}` is a source of AWS's, whose events are on the account's default bus alone"
                yield Finding(message, at("rules", name, "source", index), "write it in an entry with `bus: default`")


KIND: Final = Kind(
    model=EventBus,
    title="event bus",
    parts=_parts,
    network=Network(links=_links),
    permissions=Permissions(
        access=("send",), bindings=_bindings, resource_arns=lambda _, ctx: (EventBusView(ctx).arn,)
    ),
    cost=Billing(monthly=always(Cost("events", "events", usage="requests"))),
    operations=Operations(
        metrics=always(_LOST),
        outputs=_outputs,
        failures=_failures,
        import_ids={
            "aws_cloudwatch_event_rule": "{event_bus_name}/{name}",
            "aws_cloudwatch_event_target": "{event_bus_name}/{rule}/{target_id}",
        },
    ),
    failover=Failover(standby_overrides={"rules": None}, holds=_holds),
    rules=(_leads_nowhere, _long_pattern, _never_there),
)
