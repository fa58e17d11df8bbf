"""Deployments that fail: the tasks before them go on, so that an event of ECS or CodeDeploy is all that tells of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from infragen.core.build_context import BuildContext, ResourceView, of
from infragen.core.expressions import Export, Record
from infragen.core.names import LIMITS
from infragen.core.part import named, pattern
from infragen.core.signals import Ending, Failure, Signal, Signalling
from infragen.kinds import clusters, levels

_WHAT: Final = "failed deployments"
_ENDING: Final = Ending(
    "failed deployments, where the topic refuses them",
    "EventBridge tries again for a day; ECS and CodeDeploy keep what they deployed last, and why it failed",
)
"""Amazon EventBridge User Guide, "Retrying event delivery"."""


class DeploymentsView(ResourceView, Signalling):
    """The rules for deployments that failed, and who hears of them."""

    system = of(lambda ctx: ctx.environment.target)
    """What messages call the system."""
    ecs_rule_name = pattern("{own.prefix}-failed-deployments", LIMITS["event_rule"])
    """The rule for what ECS deploys."""

    @named(LIMITS["event_rule"])
    def codedeploy_rule_name(self) -> str:
        """The rule for what CodeDeploy delivers."""
        return f"{self.prefix}-failed-codedeploy"

    @property
    def topic_arn(self) -> Export:
        """The topic of who hears of it."""
        (level,) = levels.of_deployments(self._ctx)
        return levels.topic(self._ctx, level)

    @property
    def deployers(self) -> dict[str, Record]:
        """Who deploys, and whose events are told: those of clusters, or of applications of CodeDeploy."""
        named_clusters, applications = set(), set()
        for owner, entry in levels.deployed(self._ctx.environment):
            if getattr(entry, "blue_green", None) is None:
                named_clusters.add(clusters.cluster_name(self._ctx, entry))
            else:
                applications.add(self._ctx.of(owner).names.container(entry))
        rules = {"ecs": (self.ecs_rule_name, named_clusters), "codedeploy": (self.codedeploy_rule_name, applications)}
        return {who: Record({"rule_name": name, "names": sorted(of)}) for who, (name, of) in rules.items() if of}

    @property
    def signals(self) -> tuple[Signal, ...]:
        """What is told, and who hears of it."""
        return tuple(levels.signal(self._ctx, _WHAT, level) for level in levels.of_deployments(self._ctx))

    @property
    def endings(self) -> tuple[Ending, ...]:
        """Where events end that the topic does not take."""
        return (_ENDING,)


def failures(ctx: BuildContext) -> Iterator[Failure]:
    """Yield how a deployment fails without anybody who looks: it is rolled back, and the tasks before it go on."""
    if getattr(ctx.entry, "is_deployed", False):
        yield Failure("a deployment fails and is rolled back", ((levels.ALARMS, _WHAT),), "remove `alarms: false`")
