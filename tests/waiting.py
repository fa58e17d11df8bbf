"""What tests wait for, and what they count instead of seconds: no test asserts a duration."""

from __future__ import annotations

import gc
import signal
import sys
import time
import tracemalloc
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

PATIENCE = 1200.0
"""Seconds to wait for what takes one: nothing comes so late but what never comes."""


def until(condition: Callable[[], object], what: str = "it did not happen", *, step: float = 0.02) -> None:
    """Wait for something that happens in another process or thread."""
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end, what
        time.sleep(step)


def calls(work: Callable[[], object]) -> int:
    """Return how many calls of functions some work is, in this thread: the same on every machine, however busy."""
    count = 0

    def on_event(_frame: object, event: str, _argument: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(on_event)
    try:
        work()
    finally:
        sys.setprofile(before)
    return count


def peak(work: Callable[[], object]) -> int:
    """Return how many bytes some work has at once."""
    gc.collect()  # or what ran before decides when garbage goes, and so how much of it there is at the peak
    tracemalloc.start()
    try:
        work()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@contextmanager
def ending() -> Iterator[None]:
    """Fail what does not end; only processor time counts, so a busy machine changes nothing."""

    def give_up(*_signal: object) -> None:
        raise AssertionError(f"not done after {PATIENCE:.0f} seconds of processor time")

    before = signal.signal(signal.SIGVTALRM, give_up)
    signal.setitimer(signal.ITIMER_VIRTUAL, PATIENCE)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)
