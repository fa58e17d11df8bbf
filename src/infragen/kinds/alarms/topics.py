"""Where alarms go: one topic, or one for each level, and the function that passes them on to Slack and PagerDuty."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec import Struct

from infragen.core.build_context import ResourceView, call
from infragen.core.expressions import Record
from infragen.core.measures import Level
from infragen.core.names import LIMITS
from infragen.core.part import named
from infragen.core.tracing import Read
from infragen.kinds import keys, levels
from infragen.kinds.secrets import SecretView

if TYPE_CHECKING:
    from infragen.core.build_context import BuildContext
    from infragen.core.expressions import Export, Module
    from infragen.core.system import Delivery


_ALARMS: Final = {"AllowAlarmsOfThisAccount": "cloudwatch.amazonaws.com"}
_EVENTS: Final = {"AllowEvents": "events.amazonaws.com"}


class TopicView(ResourceView):
    """Where all alarms go, in an environment without levels."""

    key = keys.of_purpose("messages")

    @property
    def name(self) -> str:
        """The topic."""
        return self._ctx.names.plain("alerts")

    @property
    def publishers(self) -> dict[str, str]:
        """The services that publish to it, by the name of their statement, where they are more than alarms."""
        return {**_ALARMS, **_EVENTS} if levels.told_levels(self._ctx) else {}

    @property
    def addresses(self) -> tuple[str, ...]:
        """Who is written to."""
        address = self._ctx.settings.alarm_email
        return (address,) if address else ()


class LevelTopic(Struct, frozen=True):
    """The topic of a level; each value is worked out when it is asked for, so that what is read of it is known."""

    ctx: BuildContext
    level: Level

    @property
    def module(self) -> Module:
        """The module that makes it."""
        return self.ctx.module("monitoring", "alerts", self.level)

    @property
    def name(self) -> str:
        """What AWS calls it."""
        return self.ctx.names.plain("alerts", self.level)

    @property
    def delivery(self) -> Delivery:
        """Who hears of it."""
        return self.ctx.settings.alerts[self.level]

    @property
    def addresses(self) -> list[str]:
        """Who is written to, each once."""
        return sorted(set(self.delivery.mail))

    @property
    def publishers(self) -> dict[str, str]:
        """The services that publish to it, by the name of their statement, where they are more than alarms."""
        more: dict[str, str] = {}
        if self.level in levels.of_budget(self.ctx.settings):
            more["AllowBudgetsOfThisAccount"] = "budgets.amazonaws.com"
        if self.level in levels.told_levels(self.ctx):
            more |= _EVENTS
        return {**_ALARMS, **more} if more else {}


class LevelsView(keys.EncryptedView):
    """A topic for each level, and the function that some of them start."""

    key = keys.of_purpose("messages")
    function = call("monitoring", "alerts_function")

    @property
    def topics(self) -> tuple[LevelTopic, ...]:
        """The topic of each level, the most urgent first."""
        return tuple(LevelTopic(self._ctx, level) for level in levels.declared(self._ctx.settings))

    @property
    def deliveries(self) -> dict[str, Record]:
        """What the function passes on, by level: the topic, and the secrets that it needs for it."""
        found: dict[str, Record] = {}
        for topic in self.topics:
            secrets = {
                f"{what}_secret_arn": SecretView(self._ctx.of(f"secrets/{name}")).arn
                for what, name in topic.delivery.secrets.items()
                if self._ctx.environment.find(f"secrets/{name}") is not None  # a rule says which are not there
            }
            if secrets:
                values = {"topic_arn": topic.module.arn, **secrets}
                found[topic.level] = Record(values, Read("environment", ("alerts", topic.level)))
        return found

    @named(LIMITS["function"])
    def function_name(self) -> str:
        """What Lambda calls it; empty where nothing is passed on."""
        return self._ctx.names.plain("alerts") if self.deliveries else ""

    @named(LIMITS["role"])
    def role_name(self) -> str:
        """The role that its code is."""
        return self.function_name

    @property
    def system(self) -> str:
        """What messages call the system."""
        return self._ctx.environment.target

    @property
    def log_retention(self) -> int:
        """Days that its output is kept."""
        return self._ctx.settings.log_retention

    @property
    def failures_topic(self) -> Export:
        """Where it is told that something could not be delivered: the most urgent level with mail, else of all."""
        mailed = [topic for topic in self.topics if topic.addresses]
        found: Export = (mailed or self.topics)[0].module.arn
        return found
