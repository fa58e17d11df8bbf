"""Topics: Amazon SNS, as a package that is none of infragen's own."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, ClassVar, Final

from pydantic import Field

from infragen.core.entry import Entry
from infragen.core.expressions import Module
from infragen.core.kind import Kind, Permissions
from infragen.core.names import Limit
from infragen.core.part import Binding, Grant, Part, named
from infragen.core.place import View
from infragen.core.rule import Finding, Rule, Scope, Severity
from infragen.core.system import Region
from infragen.core.units import Milliseconds

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infragen.core.landscape import Landscape
    from infragen.core.place import Place

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


class TopicView(View):
    """A topic and its policy."""

    @property
    def topic(self) -> Module:
        """The module of the topic."""
        return self._place.module("data", "topic", self._place.entry)

    @named(_TOPIC)
    def name(self) -> str:
        """The topic."""
        return self._place.names.plain(self._place.entry.identity)

    @property
    def delay_seconds(self) -> int:
        """How long delivery waits between two attempts."""
        return int(self._place.entry.delay) // 1000


def _parts(_topic: Topic, place: Place) -> Iterator[Part]:
    yield place.part("data", "kinds/topics/main.tf", TopicView(place))


def _bindings(topic: Topic, place: Place, user: Place) -> Iterator[Binding]:
    """Let a service publish, or subscribe, or both where it does not say."""
    wanted = user.entry.uses[f"topics/{topic.name}"].access
    own = TopicView(place).topic
    granted = tuple(action for word, actions in _ACTIONS.items() if wanted in (None, word) for action in actions)
    yield Binding({"ARN": own.arn}, f"topic-{topic.identity}", (Grant("UseTopic", granted, (own.arn,)),))


def _too_long(landscape: Landscape) -> Iterator[Finding]:
    for name, topic in landscape.all(Topic).items():
        if topic.retries * topic.delay > _LONGEST * 1000:
            message = f"{topic.retries} retries, {topic.delay // 1000} s apart; SNS tries for one hour at most"
            hint = f"write `delay: {_LONGEST // topic.retries} s` or less"
            yield Finding(message, landscape.at(f"topics/{name}", "delay"), hint)


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
