"""Queues: Amazon SQS with a dead-letter queue, as a package that is none of infragen's own."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, ClassVar, Final

from pydantic import Field

from infragen.core.entry import Entry
from infragen.core.expressions import Module
from infragen.core.kind import Kind
from infragen.core.names import Limit
from infragen.core.part import Grant, Offer, named
from infragen.core.place import View
from infragen.core.rule import Finding, Rule, Scope, Severity
from infragen.core.system import Region
from infragen.core.units import Days

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infragen.core.landscape import Landscape
    from infragen.core.part import Part
    from infragen.core.place import Place

__all__ = ["KIND", "Queue"]

_QUEUE: Final = Limit("SQS queue", 80, "Amazon SQS API: CreateQueue")
_LONGEST_DAYS: Final = 14
_ACTIONS: Final = {"send": ("sqs:SendMessage",), "receive": ("sqs:ReceiveMessage", "sqs:DeleteMessage")}
"""What each word of `access` allows."""


class Queue(Entry):
    """A queue, and a second one for what could not be handled."""

    KIND: ClassVar = "queues"
    SINGULAR: ClassVar = "queue"

    retention: Days = 4
    """How long a message waits at most."""
    region: Region | None = None
    """Where it stands, when that is not the environment's region."""
    tries: Annotated[int, Field(ge=1, le=1000)] = 5
    """How often a message is received before it goes to the dead-letter queue."""


class QueueView(View):
    """A queue and its dead-letter queue."""

    @property
    def queue(self) -> Module:
        """The module of the queue."""
        return self._place.module("data", "queue", self._place.entry)

    @named(_QUEUE)
    def name(self) -> str:
        """The queue."""
        return self._place.names.plain(self._place.entry.identity)

    @named(_QUEUE)
    def dead_letter_name(self) -> str:
        """The queue of what could not be handled."""
        return f"{self.name}-dead-letters"

    @property
    def retention_seconds(self) -> int:
        """How long a message waits at most."""
        return int(self._place.entry.retention) * 24 * 3600


def _parts(_queue: Queue, place: Place) -> Iterator[Part]:
    yield place.part("data", "kinds/queues/main.tf", QueueView(place))


def _offer(queue: Queue, place: Place, user: Place) -> Iterator[Offer]:
    """Let a service send, or receive, or both where it does not say."""
    wanted = user.entry.uses[f"queues/{queue.name}"].access
    own = QueueView(place).queue
    granted = tuple(action for word, actions in _ACTIONS.items() if wanted in (None, word) for action in actions)
    yield Offer({"URL": own.url}, f"queue-{queue.identity}", (Grant("UseQueue", granted, (own.arn,)),))


def _too_long(landscape: Landscape) -> Iterator[Finding]:
    for name, queue in landscape.all(Queue).items():
        if queue.retention > _LONGEST_DAYS:
            message = f"{queue.retention} days; SQS keeps a message {_LONGEST_DAYS} days at most"
            yield Finding(
                message, landscape.at(f"queues/{name}", "retention"), f"write `retention: {_LONGEST_DAYS} days`"
            )


KIND: Final = Kind(
    model=Queue,
    title="queue",
    parts=_parts,
    offer=_offer,
    access=tuple(_ACTIONS),
    rules=(
        Rule("X901", "a queue keeps messages longer than SQS can", Severity.ERROR, Scope.LANDSCAPE, _too_long,
             "Amazon SQS API: SetQueueAttributes"),
    ),
    templates=Path(__file__).parent / "templates",
)  # fmt: skip
