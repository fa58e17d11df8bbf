"""A state machine's definition can be checked before it is made, and its versions can be listed.

AWS: ValidateStateMachineDefinition, which the provider asks while it plans, and ListStateMachineVersions, which it asks
whenever it reads (AWS Step Functions API Reference). moto knows neither; a definition that is no JSON, or starts at a
state that it does not have, is refused, and no version is ever published here.
"""

from __future__ import annotations

import json
from typing import Any

from moto.core.responses import ActionResult
from moto.stepfunctions.responses import StepFunctionResponse


def _validate(response: Any) -> ActionResult:
    try:
        definition = json.loads(response._get_param("definition"))  # noqa: SLF001
        is_sound = definition["StartAt"] in definition["States"]
    except (KeyError, TypeError, ValueError):
        is_sound = False
    wrong = {"severity": "ERROR", "code": "SCHEMA_VALIDATION_FAILED", "message": "It is no state machine."}
    found = {"result": "OK" if is_sound else "FAIL", "diagnostics": [] if is_sound else [wrong], "truncated": False}
    return ActionResult(found)


def _versions(_response: Any) -> ActionResult:
    return ActionResult({"stateMachineVersions": []})


def apply() -> None:
    """Install the correction."""
    answers = {"validate_state_machine_definition": _validate, "list_state_machine_versions": _versions}
    for operation, answer in answers.items():
        setattr(StepFunctionResponse, operation, answer)
