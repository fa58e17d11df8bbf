"""Topics: Amazon SNS, as a package that is none of infragen's own."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, ClassVar, Final

from pydantic import Field

from infragen.core.account_settings import Region
from infragen.core.build_context import ResourceView
from infragen.core.entry import Entry
from infragen.core.expressions import Module
from infragen.core.kind import Kind, Permissions
from infragen.core.names import Limit
from infragen.core.part import Binding, Grant, Part, named
from infragen.core.rule import Finding, Rule, Scope, Severity
from infragen.core.units import Milliseconds

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infragen.core.build_context import BuildContext
    from infragen.core.resolved_system import ResolvedSystem

__all__ = ["KIND", "Topic"]

_TOPIC: Final = Limit("SNS topic", 256, "Amazon SNS API: CreateTopic")
_LONGEST: Final = 3600
_ACTIONS: Final = {"publish": ("sns:Publish",), "subscribe": ("sns:ListSubscriptionsByTopic", "sns:Subscribe")}
"""What each word of `access` allows."""


class Topic(Entry):
    """A topic: each message goes to all who subscribed."""

    KIND: ClassVar = "topics"
    SINGULAR: ClassVar = "topic"

    delay: Milliseconds = 20_000
    """How long delivery to a web address waits between two attempts."""
    region: Region | None = None
    """Where it stands, when that is not the environment's region."""
    retries: Annotated[int, Field(ge=0, le=100)] = 3
    """How often delivery is tried again."""


class TopicView(ResourceView):
    """A topic and its policy."""

    @property
    def topic(self) -> Module:
        """The module of the topic."""
        return self._ctx.module("data", "topic", self._ctx.entry)

    @named(_TOPIC)
    def name(self) -> str:
        """The topic."""
        return self._ctx.names.plain(self._ctx.entry.identity)

    @property
    def delay_seconds(self) -> int:
        """How long delivery waits between two attempts."""
        return int(self._ctx.entry.delay) // 1000


def _parts(_topic: Topic, ctx: BuildContext) -> Iterator[Part]:
    yield ctx.part("data", "kinds/topics/main.tf", TopicView(ctx))


def _bindings(topic: Topic, ctx: BuildContext, user: BuildContext) -> Iterator[Binding]:
    """Let a service publish, or subscribe, or both where it does not say."""
    wanted = user.entry.uses[f"topics/{topic.name}"].access
    own = TopicView(ctx).topic
    granted = tuple(action for word, actions in _ACTIONS.items() if wanted in (None, word) for action in actions)
    yield Binding({"ARN": own.arn}, f"topic-{topic.identity}", (Grant("UseTopic", granted, (own.arn,)),))


def _too_long(resolved: ResolvedSystem) -> Iterator[Finding]:
    for name, topic in resolved.all(Topic).items():
        if topic.retries * topic.delay > _LONGEST * 1000:
            message = f"{topic.retries} retries, {topic.delay // 1000} s apart; SNS tries for one hour at most"
            hint = f"write `delay: {_LONGEST // topic.retries} s` or less"
            yield Finding(message, resolved.at(f"topics/{name}", "delay"), hint)


KIND: Final = Kind(
    model=Topic,
    title="topic",
    parts=_parts,
    permissions=Permissions(access=tuple(_ACTIONS), bindings=_bindings),
    rules=(
        Rule(
            "X901",
            "a topic would try longer than SNS does",
            Severity.ERROR,
            Scope.LANDSCAPE,
            _too_long,
            "Amazon SNS Developer Guide: message delivery retries",
        ),
    ),
    templates=Path(__file__).parent / "templates",
)
