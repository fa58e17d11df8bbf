"""Events that services send each other: how they are kept and tried, and what each has to look like."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from infragen.core.entry import Model, Slug
from infragen.core.units import Seconds
from infragen.kinds.dead_letters import DAY, DeadLetters
from infragen.kinds.workloads.versions import SemanticVersion


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
