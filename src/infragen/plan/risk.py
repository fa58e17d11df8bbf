"""The action of a change, and its risks: level, kind and reason."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import IntEnum, StrEnum
from typing import Final, NamedTuple

REVISIONS: Final = frozenset({
    "aws_api_gateway_deployment", "aws_apigatewayv2_deployment", "aws_appconfig_hosted_configuration_version",
    "aws_batch_job_definition", "aws_bedrock_guardrail_version", "aws_codedeploy_deployment_config",
    "aws_ecs_task_definition", "aws_imagebuilder_component", "aws_imagebuilder_container_recipe",
    "aws_imagebuilder_image_recipe", "aws_lambda_layer_version", "aws_launch_configuration",
    "google_compute_instance_template", "kubernetes_config_map_v1_data",
})  # fmt: skip
"""Types that are never changed, only followed by a new revision: replacing them is their way to be updated."""


class Action(StrEnum):
    """What happens to one object; the order is from worst to harmless."""

    DELETE = "delete"
    REPLACE_DELETE_FIRST = "replace (delete first)"
    REPLACE_CREATE_FIRST = "replace (create first)"
    REPLACE_FORGET = "replace (forget the old one)"
    FORGET = "forget"
    UNKNOWN = "unknown"
    UPDATE = "update"
    CREATE = "create"
    IMPORT = "import"
    MOVE = "move"
    READ = "read"
    OPEN = "open"
    RENEW = "renew"
    CLOSE = "close"
    NO_OP = "no-op"

    @property
    def is_replace(self) -> bool:
        return self in _REPLACE

    @property
    def destroys(self) -> bool:
        return self in _DESTROY

    @property
    def creates(self) -> bool:
        return self is Action.CREATE or self.is_replace

    @property
    def rank(self) -> int:
        return _RANK[self]

    @property
    def word(self) -> str:
        return "replace" if self.is_replace else self.value


_REPLACE = frozenset({Action.REPLACE_DELETE_FIRST, Action.REPLACE_CREATE_FIRST, Action.REPLACE_FORGET})
_DESTROY = frozenset({Action.DELETE, Action.REPLACE_DELETE_FIRST, Action.REPLACE_CREATE_FIRST})
LOOKS: Final = (Action.READ, Action.OPEN, Action.RENEW, Action.CLOSE)
"""What leaves every object as it is: data that are read, and ephemeral resources, which no state holds."""
_RANK = {action: rank for rank, action in enumerate(Action)}
ACTIONS: Final[Mapping[tuple[str, ...], Action]] = {
    **{(one.value,): one for one in (Action.NO_OP, Action.CREATE, *LOOKS, Action.UPDATE, Action.DELETE, Action.FORGET)},
    ("delete", "create"): Action.REPLACE_DELETE_FIRST,
    ("create", "delete"): Action.REPLACE_CREATE_FIRST,
    ("create", "forget"): Action.REPLACE_FORGET,
    ("forget", "create"): Action.REPLACE_FORGET,
}
"""What terraform's own words for an action mean; of OpenTofu's for ephemeral resources, its plans have had `open`."""


def action_of(words: Sequence[str]) -> Action:
    """Return what the words of a plan mean; those of a newer terraform are unknown, but for what they destroy."""
    known = ACTIONS.get(tuple(words))
    if known is None and "delete" in words:
        known = ACTIONS.get(tuple(word for word in words if word in {"create", "delete"}), Action.DELETE)
    return known or Action.UNKNOWN


class Level(IntEnum):
    """How much care a change needs; the largest number is the worst."""

    NONE = 0
    LOW = 1
    MEDIUM = 2
    HIGH = 3


class RiskKind(StrEnum):
    """What a change can cost; the order is from worst to harmless."""

    DATA_LOSS = "data loss"
    EXPOSURE = "exposure"
    PRIVILEGE = "privilege"
    DOWNTIME = "downtime"
    UNKNOWN = "unknown effect"
    COST = "cost"
    HARMLESS = "harmless"

    def risk(self, level: Level, reason: str) -> Risk:
        return Risk(level, self, reason)


class Risk(NamedTuple):
    """What can come of one change: how bad, of which kind, and why in words (a clause without a full stop)."""

    level: Level
    kind: RiskKind
    reason: str
