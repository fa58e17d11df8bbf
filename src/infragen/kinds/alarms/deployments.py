"""Deployments that fail, and tasks that do not start: events of ECS and CodeDeploy are all that tells of them.

The tasks before a failed deployment go on; and where none is under way, as in a standby that takes over, nothing fails.
"""

from collections.abc import Iterator
from typing import Final

from infragen.core.build_context import BuildContext, Record, ResourceView, of
from infragen.core.part import LIMITS, pattern
from infragen.core.signals import Ending, Failure, Signal, Signalling
from infragen.kinds import clusters, levels

_WHAT: Final = "failed deployments"
_STARTS: Final = "tasks that do not start"
_ENDING: Final = Ending(
    "failed deployments and starts, if the topic refuses them",
    "EventBridge tries again for a day; ECS and CodeDeploy keep what they deployed last, and why it failed",
)
"""Amazon EventBridge User Guide, "Retrying event delivery"."""


class DeploymentsView(ResourceView, Signalling):
    """The rules for deployments that failed, and who hears of them."""

    ecs_rule_name = pattern("{own.prefix}-failed-deployments", LIMITS["event_rule"])
    codedeploy_rule_name = pattern("{own.prefix}-failed-codedeploy", LIMITS["event_rule"])
    starts_rule_name = pattern("{own.prefix}-failed-starts", LIMITS["event_rule"])
    topic_arn = of(levels.only_topic(levels.of_deployments))

    @property
    def deployers(self) -> dict[str, Record]:
        named_clusters, of_ecs, applications = set(), set(), set()
        for owner, entry in levels.deployed(self._ctx.environment):
            cluster = clusters.cluster_name(self._ctx, entry)
            named_clusters.add(cluster)
            if getattr(entry, "blue_green", None) is None:
                of_ecs.add(cluster)
            else:
                applications.add(self._ctx.of(owner).names.container(entry))
        rules = {
            "ecs": (self.ecs_rule_name, of_ecs),
            "codedeploy": (self.codedeploy_rule_name, applications),
            "starts": (self.starts_rule_name, named_clusters),
        }
        return {who: Record({"rule_name": name, "names": sorted(of)}) for who, (name, of) in rules.items() if of}

    @property
    def signals(self) -> tuple[Signal, ...]:
        told = levels.of_deployments(self._ctx)
        return tuple(levels.signal(self._ctx, what, level) for level in told for what in (_WHAT, _STARTS))

    endings = (_ENDING,)


def failures(ctx: BuildContext) -> Iterator[Failure]:
    if getattr(ctx.entry, "is_deployed", False):
        yield Failure("a deployment fails and is rolled back", ((levels.ALARMS, _WHAT),), "remove `alarms: false`")
        yield Failure("its tasks do not start", ((levels.ALARMS, _STARTS),), "remove `alarms: false`")
