"""Event queues: who consumes, under which names, found without reading another stack."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from infragen.catalog.names import Names
from infragen.kinds.services import Container, Service

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infragen.core.landscape import Environment

__all__ = ["QueueNames", "consumers", "published"]


@dataclass(frozen=True, slots=True)
class QueueNames:
    """What AWS calls a consumer's queue. All follows from the name, so publisher and consumer share no stack."""

    name: str
    dead_letter_name: str
    arn: str
    url: str

    @classmethod
    def of(cls, environment: Environment, consumer: str) -> QueueNames:
        """Return the names of a service's queue."""
        settings = environment.settings
        name = Names.of(environment).container(environment.all(Service)[consumer], "services") + "-events"
        return cls(
            name=name,
            dead_letter_name=f"{name}-dlq",
            arn=f"arn:aws:sqs:{settings.region}:{settings.account}:{name}",
            url=f"https://sqs.{settings.region}.amazonaws.com/{settings.account}/{name}",
        )


def published(container: Container) -> Iterator[str]:
    """Yield the services that a container sends events to."""
    yield from (callee for callee, call in container.dependencies.items() if call.access == "event")


def consumers(environment: Environment) -> frozenset[str]:
    """Return the services that have a queue: somebody sends them events, or they scale on it."""
    called = {callee for _, container in environment.each(Container) for callee in published(container)}
    return frozenset(called | {name for name, service in environment.all(Service).items() if service.scaling.queue})
