"""Who is told how a run of a batch ended: rules of EventBridge, which write to the topics of levels."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infragen.core.build_context import BuildContext, ResourceView, of
from infragen.core.expressions import Label, Record
from infragen.core.measures import Level, Outcome
from infragen.core.names import LIMITS, short
from infragen.core.part import Part, named
from infragen.core.tracing import Read
from infragen.kinds import levels
from infragen.kinds.alarms.alarm import NAME

if TYPE_CHECKING:
    from collections.abc import Iterator


def told(ctx: BuildContext) -> dict[Outcome, Level]:
    """Return which outcomes of the entry's runs are told, and to which level."""
    return levels.wanted(ctx.entry, ctx.settings) if ctx.has(NAME) else {}


class OutcomesView(ResourceView):
    """How runs of one entry ended, and who is told."""

    @property
    def name(self) -> str:
        """What the entry is called in AWS."""
        raise NotImplementedError

    @property
    def log_group_name(self) -> str:
        """Where its output is."""
        raise NotImplementedError

    @property
    def label(self) -> Label:
        """The label of the module call."""
        return self._ctx.label("notifications", self._ctx.entry.SINGULAR, self._ctx.entry)

    owner = of(lambda ctx: ctx.owner)
    """Its id in the catalogue."""
    system = of(lambda ctx: ctx.environment.target)
    """What messages call the system."""

    @property
    def outcomes(self) -> dict[str, Record]:
        """The rule of each outcome that is told, and the topic of its level."""
        found: dict[str, Record] = {}
        for outcome, level in told(self._ctx).items():
            values = {"rule_name": self._rule_name(outcome), "topic_arn": levels.topic(self._ctx, level)}
            found[outcome] = Record(values, Read(self._ctx.owner, ("notify", outcome)))
        return found

    def _rule_name(self, outcome: Outcome) -> str:
        return short(f"{self.name}-{outcome}", LIMITS["event_rule"].length)

    @named(LIMITS["event_rule"])
    def longest_rule_name(self) -> str:
        """The longest name of its rules."""
        return max(map(self._rule_name, told(self._ctx)), key=len, default="")


def outcomes_part(ctx: BuildContext, template: str, own: OutcomesView) -> Iterator[Part]:
    """Yield the part that tells how runs of an entry ended, where somebody is to hear of it."""
    if told(ctx):
        yield ctx.part("monitoring", template, own)
