"""How a resource comes to be and goes: which states it passes, how long each lasts, and where moto keeps them."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any, Protocol

from infragen_sandbox.corrections.patching import around

if TYPE_CHECKING:
    from collections.abc import Callable

    from infragen_sandbox.lifecycles.clock import Clock, Stage


class Install(Protocol):
    """Whatever makes an emulator let a resource's stages pass."""

    def __call__(self, clock: Clock, lifecycle: Lifecycle) -> None:
        """Install it, on top of the corrections; AttributeError if the emulator changed."""


@dataclass(frozen=True, slots=True)
class Lifecycle:
    """Types of one kind, as Terraform calls them: what a resource is until it is usable, and until it is gone."""

    resources: tuple[str, ...]
    creating: Stage | None
    deleting: Stage | None
    source: str
    install: tuple[Install, ...]
    emulator: str = "moto"

    def seconds(self, clock: Clock, stage: Stage, name: str) -> float:
        """Return how long a stage lasts for the thing of this name."""
        return clock.seconds(stage, self.resources[0], name)


@dataclass(frozen=True, slots=True)
class InAttribute:
    """A model of moto that has its state in an attribute, which is `settled` once the thing is usable.

    `ended` is what moto says of one that is deleted and still there. `begins` are the states in which a thing is made
    that is not usable yet, where those are not all.
    """

    model: str
    attribute: str
    settled: str
    name: Callable[[Any], str]
    ended: str | None = None
    begins: tuple[str, ...] | None = None

    def __call__(self, clock: Clock, lifecycle: Lifecycle) -> None:
        """Put a state that passes in the place of the attribute."""
        module, _, name = self.model.partition(":")
        setattr(getattr(import_module(module), name), self.attribute, _PassingState(clock, lifecycle, self))


class _PassingState:
    """The attribute itself: it holds what moto writes, and shows what AWS would until its time is over."""

    def __init__(self, clock: Clock, lifecycle: Lifecycle, place: InAttribute) -> None:
        self._clock, self._lifecycle, self._place = clock, lifecycle, place
        creating = lifecycle.creating
        every = (creating.word, place.settled) if creating else ()
        self._begins = every if place.begins is None else place.begins
        self._since = f"_infragen_since_{place.attribute}"

    def __get__(self, thing: Any, owner: type | None = None) -> Any:
        if thing is None:
            return self
        held = vars(thing)
        if self._place.attribute not in held:
            raise AttributeError(self._place.attribute)
        value = held[self._place.attribute]
        stage, since = held.get(self._since, (None, 0.0))
        if stage is None or value not in (stage.word, self._place.settled, self._place.ended):
            return value
        lasts = self._lifecycle.seconds(self._clock, stage, self._place.name(thing))
        if self._clock.now() < since + lasts:
            return stage.word
        del held[self._since]
        return value

    def __set__(self, thing: Any, value: Any) -> None:
        held = vars(thing)
        is_new = self._place.attribute not in held
        held[self._place.attribute] = value
        if is_new and self._lifecycle.creating and value in self._begins:
            held[self._since] = (self._lifecycle.creating, self._clock.now())
        elif not is_new and self._lifecycle.deleting and value == self._place.ended:
            held[self._since] = (self._lifecycle.deleting, self._clock.now())


@dataclass(frozen=True, slots=True)
class Lingering:
    """What moto's backend drops when it is deleted, and AWS shows for a while as being deleted."""

    backend: str
    method: str
    things: Callable[[Any], dict[str, Any]]
    attribute: str

    def __call__(self, clock: Clock, lifecycle: Lifecycle) -> None:
        """Let what the method drops stay for its time."""
        module, _, name = self.backend.partition(":")
        stage = lifecycle.deleting
        if stage is None:
            return

        def delete(original: Callable[..., Any], backend: Any, *arguments: Any, **named: Any) -> Any:
            things = self.things(backend)
            before = dict(things)
            answer = original(backend, *arguments, **named)
            for key in before.keys() - things.keys():
                thing = before[key]
                already = vars(thing).setdefault("_infragen_deleted", clock.now())
                things[key] = thing
                setattr(thing, self.attribute, stage.word)
                lasts = lifecycle.seconds(clock, stage, key)
                clock.later(already + lasts - clock.now(), _Drop(things, key, thing))
            return answer

        around(getattr(import_module(module), name), self.method, delete)


@dataclass(frozen=True, slots=True)
class _Drop:
    things: dict[str, Any]
    key: str
    thing: Any

    def __call__(self) -> None:
        if self.things.get(self.key) is self.thing:
            del self.things[self.key]
