"""What scales a container besides its use of CPU and memory: requests, and adjustments by whole tasks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infragen.core.build_context import BuildContext
from infragen.kinds.services import scaling

from .systems import DEV, SERVICE, environment, rendered

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

FRONT = {"balancers/front.yaml": "name: front\ntitle: Front\nreach: internet\nroutes: {all: {service: web}}\n"}


def test_requests_are_those_of_the_load_balancer_and_the_target_group_before_a_service(tmp_path: Path) -> None:
    files = {**FRONT, "services/web.yaml": SERVICE + "scaling: {requests_per_target: 1000 req/min}\n"}
    call = rendered(environment(tmp_path, files)).call("app/service-web.tf", "requests_scaling_service_web")
    assert call["requests_per_target"] == "1000"
    assert call["resource_label"] == (
        '"${local.edge.balancer_front_arn_suffix}/${local.edge.routes_front_target_group_arn_suffixes["web"]}"'
    )


def test_requests_of_another_unit_are_counted_per_minute_as_aws_counts(tmp_path: Path) -> None:
    files = {"dev.yaml": f"{DEV}load_balancer: {{}}\n"}
    files["services/web.yaml"] = SERVICE + "scaling: {requests_per_target: 5 req/s}\n"
    call = rendered(environment(tmp_path, files)).call("app/service-web.tf", "requests_scaling_service_web")
    assert call["requests_per_target"] == "300"
    assert "module.service_web.target_group_arn_suffix" in call["resource_label"]


def test_adjustments_are_whole_tasks_more_or_less_with_the_cooldown_of_their_direction(tmp_path: Path) -> None:
    more = """\
scaling:
  scale_out_cooldown: 60
  scale_in_cooldown: 300
  adjustments:
    rush: {cpu_above: 90 %, add: 5, why: everybody comes}
    idle: {memory_below: 30 %, lasting: 10 min, remove: 1, why: nobody comes}
"""
    made = rendered(environment(tmp_path, {"services/web.yaml": SERVICE + more}))
    said = " ".join(made.call("app/service-web.tf", "adjustments_service_web")["adjustments"].split())
    for figure in ('metric = "cpu" above = 90 minutes = 1 tasks = 5 cooldown = 60',
                   'metric = "memory" below = 30 minutes = 10 tasks = -1 cooldown = 300'):  # fmt: skip
        assert figure in said
    assert 'alarm_name = "demo-dev-web-scaling-rush"' in said


def test_nothing_of_it_is_built_where_nothing_of_it_is_asked_for(tmp_path: Path) -> None:
    made = rendered(environment(tmp_path, {**FRONT, "services/web.yaml": SERVICE + "scaling: {cpu: 70 %}\n"}))
    modules = {module for stack in made.stacks for module in stack.modules}
    assert not {"ecs_scaling_requests", "ecs_scaling_adjustments", "working_hours"} & modules


def test_a_container_without_a_target_for_requests_asks_no_balancer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else every route would be among the origins of its file."""

    def asked(_ctx: object) -> None:
        raise AssertionError("a balancer was asked")

    made = environment(tmp_path, {**FRONT, "services/web.yaml": SERVICE + "scaling: {cpu: 70 %}\n"})
    monkeypatch.setattr(scaling, "measured", asked)
    plan = scaling.ScalingPlan(BuildContext(made, {}, "services/web"), made.find("services/web"))
    assert plan.requests is None
