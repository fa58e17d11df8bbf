from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

IMAGE = "111122223333.dkr.ecr.us-east-1.amazonaws.com/resize:v1"
_ASSUME = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "lambda.amazonaws.com"}}
TRUST = json.dumps({"Version": "2012-10-17", "Statement": [_ASSUME]})


@pytest.mark.parametrize("command", [[], ["app.handler"]])
def test_an_image_s_configuration_is_what_was_asked_for(aws: Callable[[str], Any], command: list[str]) -> None:
    role = aws("iam").create_role(RoleName="resize", AssumeRolePolicyDocument=TRUST)["Role"]["Arn"]
    asked = {"ImageConfig": {"Command": command}} if command else {}
    aws("lambda").create_function(
        FunctionName="resize", Role=role, PackageType="Image", Code={"ImageUri": IMAGE}, **asked
    )
    found = aws("lambda").get_function(FunctionName="resize")["Configuration"]
    assert found.get("ImageConfigResponse", {}).get("ImageConfig", {}).get("Command", []) == command
    assert ("ImageConfigResponse" in found) is bool(command)
