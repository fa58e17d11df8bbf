"""A usage plan's rates may have fractions, and every part of it can be updated.

AWS: rateLimit is a double, quota.limit an integer, and a stage's own throttles are patched by their path (API Gateway
API Reference, UpdateUsagePlan, ThrottleSettings, Patch operations). moto fails on 16.67 and keeps limits as text.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from moto.apigateway.models import UsagePlan

from infragen_sandbox.corrections.json_patches import Field, apply_patches
from infragen_sandbox.corrections.patching import replace

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_FIELDS = {"name": Field("name"), "description": Field("description"), "productCode": Field("product_code")}
_WHOLE = ("burstLimit", "limit", "offset")


def _read(key: str, value: str) -> float | str:
    if key == "rateLimit":
        return float(value)
    return int(value) if key in _WHOLE else value


def _settings(held: dict[str, Any], parts: list[str], operation: Mapping[str, Any]) -> dict[str, Any]:
    """Change a quota or a throttle."""
    if operation["op"] == "remove":
        return {key: value for key, value in held.items() if parts and key != parts[0]}
    return {**held, parts[0]: _read(parts[0], operation["value"])}


def _stages(plan: Any, parts: list[str], operation: Mapping[str, Any]) -> None:
    api, _, stage = (parts[0] if parts else operation["value"]).partition(":")
    known = next((one for one in plan.api_stages if (one["apiId"], one["stage"]) == (api, stage)), None)
    if not parts and operation["op"] == "remove":
        plan.api_stages = [one for one in plan.api_stages if one is not known]
    elif not parts:
        plan.api_stages = [*plan.api_stages, {"apiId": api, "stage": stage}]
    elif known is not None:
        _stage_throttles(known, parts[2:], operation)


def _stage_throttles(stage: dict[str, Any], parts: list[str], operation: Mapping[str, Any]) -> None:
    """Change `/apiStages/<api>:<stage>/throttle[/<path>/<METHOD>[/rateLimit]]`."""
    throttles = stage.setdefault("throttle", {})
    if not parts:
        stage["throttle"] = {} if operation["op"] == "remove" else json.loads(operation["value"])
    elif operation["op"] == "remove":
        throttles.pop("/".join(parts[:2]), None)
    else:
        throttles.setdefault("/".join(parts[:2]), {})[parts[-1]] = _read(parts[-1], operation["value"])


def _patch(plan: Any, operations: Iterable[Mapping[str, Any]]) -> None:
    for operation in operations:
        apply_patches(plan, _FIELDS, [operation])
        first, *rest = (part.replace("~1", "/") for part in operation["path"].strip("/").split("/"))
        if first in ("quota", "throttle"):
            setattr(plan, first, _settings(getattr(plan, first), rest, operation))
        elif first == "apiStages":
            _stages(plan, rest, operation)


def apply() -> None:
    """Install the correction."""
    replace(UsagePlan, "apply_patch_operations", _patch)
