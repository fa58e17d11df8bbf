"""A queue gives its redrive policies back as they were written.

AWS: RedrivePolicy and RedriveAllowPolicy are strings of JSON that GetQueueAttributes returns unchanged (SQS API
Reference, SetQueueAttributes). moto writes the first again with other white space, so that the provider waits for
the text it set, and never returns the second.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from moto.sqs.models import Queue, SQSBackend

from infragen_sandbox.corrections.patching import around, replace

if TYPE_CHECKING:
    from collections.abc import Callable

_POLICIES = ("RedrivePolicy", "RedriveAllowPolicy")


def _set(original: Callable[..., None], queue: Any, attributes: dict[str, Any], now: float | None = None) -> None:
    original(queue, {key: value for key, value in attributes.items() if key != "RedriveAllowPolicy"}, now)
    written = queue.__dict__.setdefault("infragen_policies", {})
    for name in _POLICIES:
        if attributes.get(name):
            written[name] = attributes[name]
        elif name in attributes:
            written.pop(name, None)


def _get(original: Callable[..., Any], backend: Any, queue_name: str, attribute_names: list[str]) -> dict[str, Any]:
    known = [name for name in attribute_names if name != "RedriveAllowPolicy"]
    answer = dict(original(backend, queue_name, known))
    if known != attribute_names:
        policies = backend.get_queue(queue_name).__dict__.get("infragen_policies", {})
        answer |= {name: text for name, text in policies.items() if name == "RedriveAllowPolicy"}
    return answer


def apply() -> None:
    """Install the correction."""
    emulated = Queue.attributes

    def attributes(queue: Any) -> dict[str, Any]:
        written = queue.__dict__.get("infragen_policies", {})
        answer: dict[str, Any] = {**emulated.__get__(queue), **written}
        return {key: value for key, value in answer.items() if value is not None}

    around(Queue, "_set_attributes", _set)
    replace(Queue, "attributes", property(attributes))
    around(SQSBackend, "get_queue_attributes", _get)
