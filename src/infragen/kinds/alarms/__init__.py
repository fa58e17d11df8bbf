"""Alarms: what is watched of entries, and the topics that tell of it."""

from collections.abc import Iterator
from itertools import chain
from typing import Final

from infragen.core.build_context import BuildContext, Joined
from infragen.core.kind import Capability, Cost, OutputLine
from infragen.core.measures import Notify
from infragen.core.part import ENVIRONMENT, Part, Reason
from infragen.core.rule import Environment, rules_of
from infragen.kinds import built, levels
from infragen.kinds.alarms import rules
from infragen.kinds.alarms.alarm import NAME, Alarm, AlarmsView, CountedLinesView, alarms_part, said_of
from infragen.kinds.alarms.deployments import DeploymentsView
from infragen.kinds.alarms.topics import LevelsView, OutcomesView, TopicView, outcomes_part, told
from infragen.text import counted

__all__ = [
    "CAPABILITY", "NAME", "Alarm", "AlarmsView", "CountedLinesView", "OutcomesView", "alarms_part", "outcomes_part",
    "said_of", "told",
]  # fmt: skip


def _reasons(environment: Environment) -> Iterator[Reason]:
    settings = environment.settings
    if settings.alarms is False:
        return
    if settings.alarms:
        yield Reason(ENVIRONMENT, ("alarms",), "everything that runs is watched")
    if settings.alarm_email is not None:
        yield Reason(ENVIRONMENT, ("alarm_email",), "somebody wants to be told")
    if settings.alerts:
        yield Reason(ENVIRONMENT, ("alerts",), "somebody wants to be told")
    for owner, entry in environment.every():
        if getattr(entry, "alarms", None):
            yield Reason(owner, ("alarms",), "it says what is watched of it")
        notify: Notify | None = getattr(entry, "notify", None)
        for outcome in notify.said if notify is not None else ():
            yield Reason(owner, ("notify", outcome), "somebody wants to be told how it ends")
        promise = getattr(entry, "promise", None)
        if promise is not None and (promise.response_time or promise.notified_within or promise.availability):
            yield Reason(owner, ("promise",), "a promise is watched")
        if getattr(entry, "handled_within", None):
            yield Reason(owner, ("handled_within",), "what waits too long is told")


def _parts(ctx: BuildContext) -> Iterator[Part]:
    if levels.in_force(ctx):
        own = LevelsView(ctx)
        shown = {f"alerts_{topic.level}_topic_arn": topic.module.arn for topic in own.topics}
        yield ctx.part("monitoring", "kinds/alarms/levels.tf", own, shown=shown)
    else:
        topic = ctx.module("monitoring", "alerts")
        yield ctx.part("monitoring", "kinds/alarms/topic.tf", TopicView(ctx), shown={"alerts_topic_arn": topic.arn})
    if levels.of_deployments(ctx):
        yield ctx.part("monitoring", "kinds/alarms/deployments.tf", DeploymentsView(ctx), "failed-deployments.tf")


def _addresses(ctx: BuildContext) -> tuple[str, ...]:
    if not levels.in_force(ctx):
        return TopicView(ctx).addresses
    return tuple(sorted({address for topic in LevelsView(ctx).topics for address in topic.addresses}))


def _outputs(ctx: BuildContext) -> Iterator[OutputLine]:
    if levels.in_force(ctx) and (own := LevelsView(ctx)).deliveries:
        look = f"aws sqs receive-message --region {own.region} --queue-url "
        command = Joined.of(look, own.function.dead_letters_url)
        yield OutputLine("repair", "look at what could not be delivered", command, is_command=True)
    for address in _addresses(ctx):
        yield OutputLine("next", "confirm the subscription that AWS sends a mail about", address)


def _costs(ctx: BuildContext) -> Iterator[Cost]:
    for part in chain.from_iterable(built(ctx)):
        if isinstance(part.own, AlarmsView):
            billed = [alarm.metrics for alarm in part.own.watched.values()]
            if known := [one for one in billed if one is not None]:
                yield Cost(counted(len(known), "alarm"), "alarm", sum(known), owner=part.owner)
            if len(known) < len(billed):
                yield Cost("metrics that the queries of its alarms find", "alarm", owner=part.owner)
        elif isinstance(part.own, CountedLinesView):
            yield Cost("1 metric that is counted in its log", "metric", 1, owner=part.owner)
    if levels.in_force(ctx) and LevelsView(ctx).deliveries:
        yield Cost("1 alarm of what could not be delivered", "alarm", 1)
        yield Cost("requests", "function-requests")
    if _addresses(ctx):
        yield Cost("mails", "mails", usage="mails")


CAPABILITY: Final = Capability(
    name=NAME,
    title="alarms",
    setting="alarms: true",
    monthly_costs=_costs,
    outputs=_outputs,
    reasons=_reasons,
    parts=_parts,
    rules=rules_of(rules),
)
