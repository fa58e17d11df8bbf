from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.sandbox.rest_apis import replace

if TYPE_CHECKING:
    from collections.abc import Callable


def test_a_rate_may_have_fractions(aws: Callable[[str], Any]) -> None:
    apigateway = aws("apigateway")
    throttle = {"rateLimit": 10.0, "burstLimit": 20}
    plan = apigateway.create_usage_plan(name="external", throttle=throttle)["id"]

    operations = [replace("/throttle/rateLimit", "16.67"), replace("/throttle/burstLimit", "100")]
    apigateway.update_usage_plan(usagePlanId=plan, patchOperations=operations)

    assert apigateway.get_usage_plan(usagePlanId=plan)["throttle"] == {"rateLimit": 16.67, "burstLimit": 100}


def test_a_quota_is_a_number(aws: Callable[[str], Any]) -> None:
    apigateway = aws("apigateway")
    plan = apigateway.create_usage_plan(name="external")["id"]
    operations = [replace("/quota/limit", "1000000"), replace("/quota/period", "MONTH")]
    apigateway.update_usage_plan(usagePlanId=plan, patchOperations=operations)

    assert apigateway.get_usage_plan(usagePlanId=plan)["quota"] == {"limit": 1000000, "period": "MONTH"}


def test_a_stage_and_its_own_throttle_come_and_go(aws: Callable[[str], Any]) -> None:
    apigateway = aws("apigateway")
    plan = apigateway.create_usage_plan(name="external")["id"]
    operations = [
        {"op": "add", "path": "/apiStages", "value": "abc:prod"},
        replace("/apiStages/abc:prod/throttle/~1planning~1{proxy+}/ANY/rateLimit", "1.5"),
    ]
    apigateway.update_usage_plan(usagePlanId=plan, patchOperations=operations)
    stage = apigateway.get_usage_plan(usagePlanId=plan)["apiStages"][0]
    assert stage == {"apiId": "abc", "stage": "prod", "throttle": {"/planning/{proxy+}/ANY": {"rateLimit": 1.5}}}

    removal = {"op": "remove", "path": "/apiStages", "value": "abc:prod"}
    apigateway.update_usage_plan(usagePlanId=plan, patchOperations=[removal])
    assert apigateway.get_usage_plan(usagePlanId=plan)["apiStages"] == []
