"""How a state passes in an emulator that knows none: what is shown, and until when."""

from __future__ import annotations

import sys
from types import ModuleType
from typing import TYPE_CHECKING, Any

import pytest

pytest.importorskip("moto", reason="the emulated AWS is not installed: make install")

from infragen_sandbox.lifecycles.clock import Clock, Stage
from infragen_sandbox.lifecycles.lifecycle import InAttribute, Lifecycle, Lingering
from tests.sandbox.lifecycles.hand import Hand

if TYPE_CHECKING:
    from collections.abc import Callable

MAKING, GOING = Stage("making", 1000, 1000), Stage("going", 2000, 2000)


def _emulator() -> Any:
    """Return a module like moto's, with a model and a backend that does everything at once."""

    class Thing:
        def __init__(self, name: str, state: str = "ready") -> None:
            self.name, self.state = name, state

    class Backend:
        def __init__(self) -> None:
            self.things: dict[str, Thing] = {}

        def create(self, name: str) -> Thing:
            self.things[name] = Thing(name)
            return self.things[name]

        def delete(self, name: str) -> Thing:
            return self.things.pop(name)

    module: Any = ModuleType("emulated")
    module.Thing, module.Backend = Thing, Backend
    return module


@pytest.fixture
def emulated(monkeypatch: pytest.MonkeyPatch) -> Callable[..., tuple[Any, Hand, Clock]]:
    """Let time pass in such a module: 1 s until a thing is made, 2 s until it is gone."""

    def passing(*, begins: tuple[str, ...] | None = None) -> tuple[Any, Hand, Clock]:
        module = _emulator()
        monkeypatch.setitem(sys.modules, "emulated", module)
        state = InAttribute("emulated:Thing", "state", "ready", lambda thing: str(thing.name), "gone", begins)
        drops = Lingering("emulated:Backend", "delete", lambda backend: vars(backend)["things"], "state")
        lifecycle = Lifecycle(("thing",), MAKING, GOING, "", (state, drops))
        clock = Clock(0, hand := Hand())
        for one in lifecycle.install:
            one(clock, lifecycle)
        return module, hand, clock

    return passing


def test_a_thing_is_ready_after_its_time(emulated: Callable[..., Any]) -> None:
    module, hand, _ = emulated()
    thing = module.Thing("web")

    assert thing.state == "making"
    hand.at += 0.9
    assert thing.state == "making"
    hand.at += 0.2
    assert thing.state == "ready"


def test_a_thing_that_is_ready_again_is_not_made_again(emulated: Callable[..., Any]) -> None:
    module, hand, _ = emulated()
    thing = module.Thing("web")
    hand.at += 2
    thing.state = "stopped"
    assert thing.state == "stopped"
    thing.state = "ready"
    assert thing.state == "ready"


def test_what_happens_to_it_meanwhile_is_shown(emulated: Callable[..., Any]) -> None:
    module, _, _ = emulated()
    thing = module.Thing("web")
    thing.state = "failed"

    assert thing.state == "failed"


def test_one_that_is_not_made_in_the_state_that_begins_is_ready_at_once(emulated: Callable[..., Any]) -> None:
    module, hand, _ = emulated(begins=("waiting", "making"))

    assert module.Thing("imported").state == "ready"
    thing = module.Thing("web", "making")
    thing.state = "ready"
    assert thing.state == "making"
    hand.at += 1.1
    assert thing.state == "ready"


def test_what_the_emulator_keeps_is_going_before_it_is_gone(emulated: Callable[..., Any]) -> None:
    module, hand, _ = emulated()
    thing = module.Thing("web")
    hand.at += 2
    thing.state = "gone"

    assert thing.state == "going"
    hand.at += 2.1
    assert thing.state == "gone"


def test_what_the_emulator_drops_stays_for_its_time(emulated: Callable[..., Any]) -> None:
    module, hand, clock = emulated()
    backend = module.Backend()
    thing = backend.create("web")
    hand.at += 2

    assert backend.delete("web") is thing
    assert backend.things["web"].state == "going"
    hand.at += 1
    backend.delete("web")  # which gains it no time
    hand.at += 1.1
    clock.advance()
    assert backend.things == {}


def test_one_of_the_same_name_that_is_made_meanwhile_is_left_alone(emulated: Callable[..., Any]) -> None:
    module, hand, clock = emulated()
    backend = module.Backend()
    backend.create("web")
    backend.delete("web")
    second = backend.create("web")
    hand.at += 3
    clock.advance()

    assert backend.things == {"web": second}


def test_what_cannot_be_deleted_is_said_at_once(emulated: Callable[..., Any]) -> None:
    module, _, _ = emulated()

    with pytest.raises(KeyError):
        module.Backend().delete("web")
