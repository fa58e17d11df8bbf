"""Setting one attribute of a queue leaves its policy alone.

AWS: SetQueueAttributes "sets the value of one or more queue attributes", those that it names (SQS API Reference,
SetQueueAttributes). moto removes the policy whenever anything else is set, and the provider waits minutes for it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from moto.sqs.models import Queue

from infragen_sandbox.corrections.patching import around

if TYPE_CHECKING:
    from collections.abc import Callable


def _set(original: Callable[..., None], queue: Any, attributes: dict[str, Any], now: float | None = None) -> None:
    policy = getattr(queue, "policy", None)
    original(queue, attributes, now)
    if "Policy" not in attributes:
        queue.policy = policy


def apply() -> None:
    """Install the correction."""
    around(Queue, "_set_attributes", _set)
