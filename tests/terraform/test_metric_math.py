"""What CloudWatch works out of several metrics, in each committed environment's plan, is what it would take."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from infragen_sandbox.gate.rules.cloudwatch_metric_math import problems
from tests.facts.planned import of_type, planned_resources
from tests.offline_plans import every_environment, offline_plan

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from tests.facts.planned import Resource

pytestmark = [pytest.mark.terraform, pytest.mark.usefixtures("kept_plans")]


def queries(blocks: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return blocks of the provider as CloudWatch's API has them; a policy of scaling has no periods."""
    found = []
    for one in blocks:
        stat = one.get("metric") or one.get("metric_stat")
        what = {"MetricStat": {"Period": stat[0].get("period", 60)}} if stat else {"Expression": one["expression"]}
        period = {"Period": one["period"]} if one.get("period") and not stat else {}
        found.append({"Id": one["id"], "ReturnData": bool(one["return_data"]), **what, **period})
    return found


def worked_out(resources: Sequence[Resource]) -> Iterator[tuple[str, list[dict[str, Any]], str | None]]:
    """Yield the address of what is worked out of metrics, how, and the id of what stands for a threshold."""
    for alarm in of_type(resources, "aws_cloudwatch_metric_alarm"):
        if blocks := alarm.values.get("metric_query"):
            yield alarm.address, queries(blocks), alarm.values.get("threshold_metric_id")
    for policy in of_type(resources, "aws_appautoscaling_policy"):
        for target in policy.values.get("target_tracking_scaling_policy_configuration") or ():
            for one in target.get("customized_metric_specification") or ():
                if blocks := one.get("metrics"):
                    yield policy.address, queries(blocks), None


@every_environment
def test_metrics_are_worked_out_of_what_is_listed(tmp_path_factory: pytest.TempPathFactory, target: str) -> None:
    resources = planned_resources(offline_plan(tmp_path_factory, target))
    found = {address: list(problems(how, band)) for address, how, band in worked_out(resources)}
    assert {address: said for address, said in found.items() if said} == {}
    if target in {"multicloud/prod", "delivery-tracking/prod"}:
        assert len(found) > 2, "the documents ask for shares and for what is usual"
