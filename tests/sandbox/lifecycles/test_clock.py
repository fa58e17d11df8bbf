"""The same seed gives the same times, in whatever order things are made."""

from __future__ import annotations

import pytest

pytest.importorskip("moto", reason="the emulated AWS is not installed: make install")

from infragen_sandbox.lifecycles.clock import Clock, Stage
from tests.sandbox.lifecycles.hand import Hand

CREATING = Stage("creating", 200, 600)


def test_a_thing_takes_as_long_whatever_was_made_before_it() -> None:
    alone, after_another = Clock(7), Clock(7)
    after_another.seconds(CREATING, "aws_lb", "api")

    assert alone.seconds(CREATING, "aws_lb", "web") == after_another.seconds(CREATING, "aws_lb", "web")


def test_names_types_stages_and_seeds_have_times_of_their_own() -> None:
    clock = Clock(7)
    times = [
        clock.seconds(CREATING, "aws_lb", "web"),
        clock.seconds(CREATING, "aws_lb", "api"),
        clock.seconds(CREATING, "aws_db_proxy", "web"),
        clock.seconds(Stage("deleting", 200, 600), "aws_lb", "web"),
        Clock(8).seconds(CREATING, "aws_lb", "web"),
    ]

    assert len(set(times)) == len(times)
    assert all(0.2 <= one <= 0.6 for one in times)


def test_what_is_due_is_done_once_and_in_its_order() -> None:
    hand, done = Hand(), list[str]()
    clock = Clock(7, hand)
    for seconds, what in ((0.3, "second"), (0.1, "first"), (0.3, "third"), (9.0, "never")):
        clock.later(seconds, lambda what=what: done.append(what))  # type: ignore[misc]

    clock.advance()
    assert done == []
    hand.at += 0.4
    clock.advance()
    clock.advance()
    assert done == ["first", "second", "third"]
    clock.reset()
    hand.at += 10
    clock.advance()
    assert done == ["first", "second", "third"]
