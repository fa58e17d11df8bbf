from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

QUEUE = "arn:aws:sqs:us-east-1:111122223333:resize-dead-letters"
_ASSUME = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "lambda.amazonaws.com"}}
TRUST = json.dumps({"Version": "2012-10-17", "Statement": [_ASSUME]})


def test_a_function_says_where_its_dead_letters_go_until_that_is_taken_away(aws: Callable[[str], Any]) -> None:
    role = aws("iam").create_role(RoleName="resize", AssumeRolePolicyDocument=TRUST)["Role"]["Arn"]
    functions = aws("lambda")
    image = {"ImageUri": "111122223333.dkr.ecr.us-east-1.amazonaws.com/resize:v1"}
    functions.create_function(FunctionName="resize", Role=role, PackageType="Image", Code=image)

    def kept() -> object:
        return functions.get_function(FunctionName="resize")["Configuration"].get("DeadLetterConfig")

    assert kept() is None
    functions.update_function_configuration(FunctionName="resize", DeadLetterConfig={"TargetArn": QUEUE})
    assert kept() == {"TargetArn": QUEUE}
    functions.update_function_configuration(FunctionName="resize", DeadLetterConfig={"TargetArn": ""})
    assert kept() is None
    functions.create_function(
        FunctionName="shrink", Role=role, PackageType="Image", Code=image, DeadLetterConfig={"TargetArn": QUEUE}
    )
    assert functions.get_function(FunctionName="shrink")["Configuration"]["DeadLetterConfig"] == {"TargetArn": QUEUE}
