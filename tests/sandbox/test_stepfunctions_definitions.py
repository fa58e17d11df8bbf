from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

SOUND = {"StartAt": "Done", "States": {"Done": {"Type": "Succeed"}}}


def test_a_definition_is_checked_before_it_is_made(aws: Callable[[str], Any]) -> None:
    states = aws("stepfunctions")
    for definition, result in ((SOUND, "OK"), ({**SOUND, "StartAt": "Gone"}, "FAIL")):
        assert states.validate_state_machine_definition(definition=json.dumps(definition))["result"] == result


def test_a_state_machine_that_nobody_published_has_no_version(aws: Callable[[str], Any], account: str) -> None:
    states = aws("stepfunctions")
    role = f"arn:aws:iam::{account}:role/states"
    arn = states.create_state_machine(name="night", definition=json.dumps(SOUND), roleArn=role)["stateMachineArn"]
    assert states.list_state_machine_versions(stateMachineArn=arn)["stateMachineVersions"] == []
