from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from tests.sandbox.rest_apis import make_api, replace

if TYPE_CHECKING:
    from collections.abc import Callable

STATEMENT = {"Effect": "Allow", "Principal": "*", "Action": "execute-api:Invoke", "Resource": "execute-api:/*"}
POLICY = json.dumps({"Version": "2012-10-17", "Statement": [STATEMENT]})


def _read(escaped: str) -> dict[str, Any]:
    policy: dict[str, Any] = json.loads(json.loads(f'"{escaped}"'))
    return policy


def test_a_policy_comes_back_escaped_with_its_resources_complete(aws: Callable[[str], Any], account: str) -> None:
    apigateway = aws("apigateway")
    api = make_api(apigateway, policy=POLICY)

    statement = _read(apigateway.get_rest_api(restApiId=api)["policy"])["Statement"][0]
    assert statement["Resource"] == f"arn:aws:execute-api:ap-northeast-1:{account}:{api}/*"


def test_a_policy_can_be_replaced(aws: Callable[[str], Any]) -> None:
    apigateway = aws("apigateway")
    api = make_api(apigateway)
    deny = json.dumps({"Version": "2012-10-17", "Statement": [{**STATEMENT, "Effect": "Deny"}]})
    apigateway.update_rest_api(restApiId=api, patchOperations=[replace("/policy", deny)])

    assert _read(apigateway.get_rest_api(restApiId=api)["policy"])["Statement"][0]["Effect"] == "Deny"
