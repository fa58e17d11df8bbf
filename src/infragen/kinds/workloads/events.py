"""Events that services send each other: how they are kept and tried, and what each has to look like."""

import json
import re
from contextlib import suppress
from typing import Annotated, Final

from pydantic import Field

from infragen.core.entry import Model, Slug
from infragen.core.expressions import Reference, json_encoded
from infragen.core.resolved_system import ResolvedSystem
from infragen.core.units import Seconds
from infragen.diagnostics import InfragenError
from infragen.kinds.dead_letters import DAY, DeadLetters
from infragen.kinds.workloads.versions import SemanticVersion, by_number
from infragen.source import Document, json_values

LARGEST: Final = 8_192
"""Characters of a schema that tasks are told: a whole task definition has at most 64 KB (Amazon ECS endpoints and
quotas: Task definition size)."""


class Events(Model):
    """The queue of what other services tell it (`access: event`), which has dead letters, and the events' schemas."""

    visibility_timeout: Seconds = 60
    """How long a received event is hidden from other tasks (up to 12 h): longer than handling it takes."""
    retention: Seconds = 4 * DAY
    """The longest that an event waits (1 min to 14 days)."""
    dead_letters: DeadLetters = DeadLetters()
    """Where events go that could not be handled, and after how many attempts."""
    schemas: Annotated[dict[Slug, SemanticVersion], Field(examples=[{"order-placed": "1.0.0"}])] = Field(
        default_factory=dict
    )
    """The version of each event's JSON Schema, which is `contracts/<service>/<event>/v<version>.yaml`; senders and
    receiver are told it."""


def file_of(service: str, event: str, version: str) -> str:
    return f"{service}/{event}/v{version}"


def versions_of(resolved: ResolvedSystem, service: str, event: str) -> list[str]:
    form = re.compile(re.escape(file_of(service, event, "")) + r"((?:0|[1-9][0-9]*)(?:\.(?:0|[1-9][0-9]*)){2})")
    return sorted((found[1] for name in resolved.contracts if (found := form.fullmatch(name))), key=by_number)


def json_of(document: Document) -> str:
    return json.dumps(json_values(document.text), ensure_ascii=False, separators=(",", ":"), sort_keys=True)


def told(resolved: ResolvedSystem, service: str, events: Events) -> dict[str, Reference]:
    found = {}
    for event, version in sorted(events.schemas.items()):
        read = resolved.contracts.get(file_of(service, event, version))
        with suppress(InfragenError):
            if read is not None:
                found[f"EVENT_SCHEMA_{event.upper().replace('-', '_')}"] = json_encoded(json_values(read().text))
    return found
