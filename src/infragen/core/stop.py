"""How what a kind makes is stopped outside an environment's working hours, and started before they begin."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


@dataclass(frozen=True, slots=True)
class StopAction:
    """Something that two calls of AWS's API stop and start; EventBridge Scheduler makes them (universal targets).

    `name` is what it is called among all that an environment stops. `stop` and `start` are calls as EventBridge
    Scheduler writes them, `rds:stopDBInstance`, and `arguments` what both get, as the SDK for Java writes them
    (`DbInstanceIdentifier`). `actions` are those of IAM that the calls need, on `arn`.
    """

    name: str
    stop: str
    start: str
    arguments: Mapping[str, object]
    actions: tuple[str, ...]
    arn: object
    lists: Mapping[str, Sequence[object]] = field(default_factory=dict)
    """Arguments that are lists: `InstanceIds`."""
    key: object = None
    """The KMS key of its disk, where that is the account's: who starts a host lets EC2 use it, by a grant."""


@dataclass(frozen=True, slots=True)
class CannotStop:
    """Why AWS stops something not as it is now: the field to change, why, and how to mend it."""

    path: tuple[str, ...]
    why: str
    hint: str
