"""Where alarms go, to Slack and PagerDuty too: one topic, or one for each level; and who hears how runs ended."""

from collections.abc import Iterator
from typing import Final

from msgspec import Struct

from infragen.core.build_context import BuildContext, Export, Module, Record, ResourceView, call, of
from infragen.core.measures import Level, Outcome
from infragen.core.part import LIMITS, Part, named, pattern, short
from infragen.core.signals import Ending, Signal, Signalling
from infragen.core.system import Delivery
from infragen.core.tracing import Read
from infragen.kinds import keys, levels
from infragen.kinds.alarms.alarm import NAME
from infragen.kinds.secrets import SecretView

_ALARMS: Final = {"AllowAlarmsOfThisAccount": "cloudwatch.amazonaws.com"}
_EVENTS: Final = {"AllowEvents": "events.amazonaws.com"}


_MAIL: Final = Ending(
    "mail that an address does not take",
    "SNS tries again for six hours; the alarm stays in CloudWatch, and the other addresses have it",
)
"""Amazon SNS Developer Guide, "Amazon SNS message delivery retries": SMTP, 50 attempts in 6 hours."""
_PASSED_ON: Final = Ending("messages that the function does not take from a topic", "SNS tries again for 23 days")
"""The same page: AWS Lambda, 100,015 attempts in 23 days."""
_OF_RUN: Final = Ending(
    "how a run ended, where the topic refuses it",
    "EventBridge tries again for a day, and a message about it would take the same way; the log has the run",
)
"""Amazon EventBridge User Guide, "How EventBridge retries delivering events": 24 hours."""


class TopicView(ResourceView, Signalling):
    """Where all alarms go, in an environment without levels."""

    key = keys.of_purpose("messages")
    name = pattern("{own.prefix}-alerts")
    publishers = of(lambda ctx: {**_ALARMS, **_EVENTS} if levels.told_levels(ctx) else {})
    endings = property(lambda self: (_MAIL,) if self.addresses else ())

    @property
    def addresses(self) -> tuple[str, ...]:
        return (self._ctx.settings.alarm_email,) if self._ctx.settings.alarm_email else ()


class LevelTopic(Struct, frozen=True):
    """The topic of a level; each value is worked out when it is asked for, so that what is read of it is known."""

    ctx: BuildContext
    level: Level

    @property
    def module(self) -> Module:
        return self.ctx.module("monitoring", "alerts", self.level)

    @property
    def name(self) -> str:
        return levels.topic_name(self.ctx, self.level)

    @property
    def delivery(self) -> Delivery:
        return self.ctx.settings.alerts[self.level]

    @property
    def addresses(self) -> list[str]:
        return sorted(set(self.delivery.mail))

    @property
    def publishers(self) -> dict[str, str]:
        more, budget = dict[str, str](), self.ctx.settings.budget
        if budget is not None and self.level in budget.alerts.values():
            more["AllowBudgetsOfThisAccount"] = "budgets.amazonaws.com"
        if self.level in levels.told_levels(self.ctx):
            more |= _EVENTS
        return {**_ALARMS, **more} if more else {}


class LevelsView(keys.EncryptedView, Signalling):
    """A topic for each level, and the function that some of them start."""

    key = keys.of_purpose("messages")
    function = call("monitoring", "alerts_function")
    topics = of(lambda ctx: tuple(LevelTopic(ctx, level) for level in levels.declared(ctx.settings)))

    @property
    def delivery_key(self) -> Export | None:
        read = [value for one in self.deliveries.values() for name, value in one.items() if name != "topic_arn"]
        return self.secrets_key if any(not isinstance(arn, str) for arn in read) else None

    @property
    def deliveries(self) -> dict[str, Record]:
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
        return self._ctx.names.plain("alerts") if self.deliveries else ""

    role_name = pattern("{own.function_name}", LIMITS["role"])
    failures_topic = property(lambda self: self._of_failures.module.arn)
    """Where it is told that something could not be delivered: the most urgent level with mail, else of all."""

    @property
    def _of_failures(self) -> LevelTopic:
        mailed = [topic for topic in self.topics if topic.addresses]
        return (mailed or self.topics)[0]

    @property
    def endings(self) -> tuple[Ending, ...]:
        mailed = (_MAIL,) if any(topic.addresses for topic in self.topics) else ()
        return (*mailed, _PASSED_ON) if self.deliveries else mailed

    @property
    def signals(self) -> tuple[Signal, ...]:
        what = ("messages that were not delivered",) if self.deliveries else ()
        return tuple(levels.signal(self._ctx, one, self._of_failures.level) for one in what)


def told(ctx: BuildContext) -> dict[Outcome, Level]:
    return levels.wanted(ctx.entry, ctx.settings) if ctx.has(NAME) else {}


class OutcomesView(ResourceView, Signalling):
    """How runs of one entry ended, and who is told."""

    endings = (_OF_RUN,)

    @property
    def name(self) -> str:
        raise NotImplementedError

    @property
    def log_group_name(self) -> str:
        raise NotImplementedError

    label = of(lambda ctx: ctx.label("notifications", ctx.entry.SINGULAR, ctx.entry))
    owner = of(lambda ctx: ctx.owner)

    @property
    def outcomes(self) -> dict[str, Record]:
        found: dict[str, Record] = {}
        for outcome, level in told(self._ctx).items():
            values = {"rule_name": self._rule_name(outcome), "topic_arn": levels.topic(self._ctx, level)}
            found[outcome] = Record(values, Read(self._ctx.owner, ("notify", outcome)))
        return found

    signals = of(lambda ctx: tuple(levels.signal(ctx, outcome, level) for outcome, level in told(ctx).items()))

    def _rule_name(self, outcome: Outcome) -> str:
        return short(f"{self._ctx.names.container(self._ctx.entry)}-{outcome}", LIMITS["event_rule"].length)

    @named(LIMITS["event_rule"])
    def longest_rule_name(self) -> str:
        return max(map(self._rule_name, told(self._ctx)), key=len, default="")


def outcomes_part(ctx: BuildContext, template: str, own: OutcomesView) -> Iterator[Part]:
    if told(ctx):
        yield ctx.part("monitoring", template, own)
