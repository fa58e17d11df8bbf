"""Services that CodeDeploy delivers: what moves their requests, what watches them, and what becomes of the rest."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from pydantic import ValidationError

from infragen.core.build_context import BuildContext
from infragen.kinds.balancers.build import BalancerView, priorities
from infragen.kinds.balancers.failover import _check
from infragen.kinds.services.delivery import releases, rollouts
from infragen.kinds.workloads.blue_green import BlueGreen
from infragen.stacks.build import in_force
from tests.unit.stacks.systems import DEV, GATEWAY, SERVICE, Rendered, environment, rendered, service

if TYPE_CHECKING:
    from pathlib import Path

FRONT = (
    "name: front\ntitle: Front\nreach: internet\n"
    "routes:\n  web: {service: web, paths: [/web/*]}\n  rest: {service: side}\n"
)
DELIVERED = SERVICE + "deploy: pipeline\nblue_green: {percent: 20 %, interval: 2 min, keep: 30 min}\n"
ALARMS = "alarms: true\n"
WEB, EDGE, WATCHED = "app/service-web.tf", "edge/balancer-front.tf", "app/balancer-front.tf"


def of(root: Path, web: str = DELIVERED, front: str = FRONT, settings: str = ALARMS) -> Rendered:
    files = {
        "services/web.yaml": web,
        **service("side", "uses: {balancers/front: {}}\n"),
        "balancers/front.yaml": front,
        "dev.yaml": DEV + settings,
    }
    return rendered(environment(root, files))


def place(found: Rendered, owner: str = "services/web") -> BuildContext:
    return BuildContext(found.environment, in_force(found.environment), owner)


def test_it_has_a_deployment_group_with_its_figures_and_its_listener(tmp_path: Path) -> None:
    call = of(tmp_path).call(WEB, "deployment_service_web")
    assert (call["name"], call["config_name"]) == ('"demo-dev-web"', '"demo-dev-web-linear-20-2"')
    assert (call["service_name"], call["keep_minutes"]) == ("module.service_web.name", "30")
    assert call["listener_arn"] == "local.edge.balancer_front_listener_arn"
    assert call["target_group_names"] == 'local.edge.blue_green_front_target_group_names["web"]'


def test_it_stands_beside_a_gateway_whose_load_balancer_leads_to_others_alone(tmp_path: Path) -> None:
    files = {
        "services/web.yaml": DELIVERED
        + "scaling: {response_time: {target: 500 ms}, requests_per_target: 1000 req/min}\n",
        **service("side", "uses: {balancers/front: {}}\n"),
        "balancers/front.yaml": FRONT,
        "gateways/public.yaml": GATEWAY + "routes: {side: side}\n",
        "dev.yaml": DEV + ALARMS,
    }
    found = rendered(environment(tmp_path, files))
    alone = of(tmp_path / "alone", files["services/web.yaml"])
    assert found.files[WEB] == alone.files[WEB]
    assert "target" not in found.call(WEB, "service_web")
    assert "listener_arns" in found.call("app/service-side.tf", "service_side")["target"]


def test_ecs_leaves_it_to_codedeploy_and_its_neighbour_as_it_was(tmp_path: Path) -> None:
    found = of(tmp_path)
    web, side = found.call(WEB, "service_web"), found.call("app/service-side.tf", "service_side")
    assert web["source"] == '"../modules/ecs_service_extended_fixed_blue_green"'
    assert web["target_group_arns"] == '[local.edge.blue_green_front_blue_arns["web"]]'
    assert side["source"] == '"../modules/ecs_service_extended_fixed"'
    assert side["target_group_arns"] == '[local.edge.routes_front_target_group_arns["side"]]'


def test_a_balancer_has_two_target_groups_for_it_and_one_for_others(tmp_path: Path) -> None:
    found = of(tmp_path)
    both = found.items(EDGE, "blue_green_front", "services")["web"]
    assert both["blue"] != both["green"]
    assert [*found.items(EDGE, "routes_front", "target_groups")] == ["side"]
    assert [*found.items(EDGE, "blue_green_front", "routes")] == ["web-web"]
    assert [*found.items(EDGE, "routes_front", "routes")] == ["rest"]


def test_a_rule_is_one_of_its_service_and_takes_no_number_of_the_one_before_it(tmp_path: Path) -> None:
    found = of(tmp_path)
    front = found.environment.entries["balancers"]["front"]
    rolling, delivered, other = (
        priorities(front),
        priorities(front, ["web"]),
        front.model_copy(
            update={"routes": {**front.routes, "web": front.routes["web"].model_copy(update={"service": "side"})}}
        ),
    )
    assert rolling["rest"] == delivered["rest"], "its neighbour's rule stays"
    assert len({rolling["web"], delivered["web"], priorities(other, ["side"])["web"]}) == 3
    assert delivered["web"] < delivered["rest"], "what says more comes first"


def test_alarms_look_at_both_groups_and_bring_a_delivery_back(tmp_path: Path) -> None:
    found = of(tmp_path, DELIVERED + "promise: {response_time: 300 ms}\n")
    alarms = found.items(WATCHED, "alarms_balancer_front", "expressions")
    assert {name.removeprefix("demo-dev-balancer-front-") for name in alarms} == {
        "web-errors", "web-unhealthy", "web-response-time",
    }  # fmt: skip
    assert 'blue_arn_suffixes["web"]' in alarms["demo-dev-balancer-front-web-errors"]["term_dimensions"]
    assert 'green_arn_suffixes["web"]' in alarms["demo-dev-balancer-front-web-errors"]["term_dimensions"]
    back = found.call(WEB, "deployment_service_web")["alarms"]
    assert [name in back for name in alarms] == [True] * 3
    assert "demo-dev-balancer-front-errors" not in back, "those are about its neighbour as well"
    assert "demo-dev-balancer-front-side" not in back


def test_what_an_alarm_remembers_for_hours_keeps_no_release_out(tmp_path: Path) -> None:
    found = of(tmp_path, DELIVERED + "promise: {availability: 99.9 %}\n")
    suffixes = {
        name.removeprefix("demo-dev-balancer-front-")
        for name in found.items(WATCHED, "alarms_balancer_front", "expressions")
    }
    assert {"web-error-budget-fast", "web-error-budget-slow", "web-errors"} <= suffixes
    back = found.call(WEB, "deployment_service_web")["alarms"]
    assert "demo-dev-balancer-front-web-errors" in back
    assert "error-budget" not in back


def test_a_balancer_s_own_alarms_bring_it_back_where_all_requests_are_its(tmp_path: Path) -> None:
    found = of(tmp_path, front="name: front\ntitle: Front\nreach: internet\nroutes: {all: {service: web}}\n")
    assert '"demo-dev-balancer-front-errors"' in found.call(WEB, "deployment_service_web")["alarms"]
    assert "routes_front" not in found.files[EDGE]


def test_without_alarms_nothing_but_its_own_failure_brings_it_back(tmp_path: Path) -> None:
    assert "alarms" not in of(tmp_path, settings="").call(WEB, "deployment_service_web")


def test_autoscaling_looks_at_both_groups(tmp_path: Path) -> None:
    more = "scaling: {requests_per_target: 600 req/min, response_time: {target: 500 ms}}\n"
    found = of(tmp_path, DELIVERED + more)
    call = found.call(WEB, "requests_scaling_service_web")
    assert call["source"] == '"../modules/ecs_scaling_requests_blue_green"'
    assert [*found.items(WEB, "requests_scaling_service_web", "target_groups")] == ["blue", "green"]
    assert found.call(WEB, "service_web")["source"] == '"../modules/ecs_service_extended_blue_green"'
    slow = found.call(WEB, "scaling_service_web")["response_time"]
    assert ("demo-dev-web-slow-answers-blue" in slow, "demo-dev-web-slow-answers-green" in slow) == (True, True)


def test_a_failover_asks_for_either_of_its_groups(tmp_path: Path) -> None:
    zone = "name: main\ntitle: Zone\n"
    front = FRONT + "zone: main\nhosts: [www]\nfailover: {role: primary, healthy_tasks: 1}\n"
    files = {
        "services/web.yaml": DELIVERED, **service("side"), "balancers/front.yaml": front, "zones/main.yaml": zone,
        "dev.yaml": DEV + "domain_name: demo.com\n",
    }  # fmt: skip
    found = rendered(environment(tmp_path, files))
    assert {*found.items(EDGE, "health_front", "target_groups")} == {"web-blue", "web-green", "side"}
    assert 'web = ["web-blue", "web-green"]' in found.call(EDGE, "health_front")["pairs"]
    own = BalancerView(place(found, "balancers/front"))
    assert own.health_alarm_names(found.environment.entries["services"]["web"]) == [
        "demo-dev-front-web-blue-failover", "demo-dev-front-web-green-failover",
    ]  # fmt: skip
    held = _check(place(found, "balancers/front"), "web")
    assert "contains(HealthCheckConfig.ChildHealthChecks, '$(aws route53 list-health-checks" in held
    assert "ChildHealthChecks" not in _check(place(found, "balancers/front"), "side")


def test_it_is_in_no_mesh_that_others_have(tmp_path: Path) -> None:
    files = {
        "services/web.yaml": DELIVERED, "balancers/front.yaml": FRONT,
        **service("side", "calls: {deep: {access: api, why: it asks}}\n"), **service("deep"), "dev.yaml": DEV,
    }  # fmt: skip
    found = rendered(environment(tmp_path, files))
    assert "mesh" not in found.call(WEB, "service_web")
    assert "mesh" in found.call("app/service-deep.tf", "service_deep")


def test_a_release_knows_how_it_is_delivered_and_no_apply_awaits_it(tmp_path: Path) -> None:
    found = of(tmp_path)
    entry = found.environment.entries["services"]["web"]
    [release] = releases(entry, place(found))
    assert release.shift is not None
    assert (release.shift.application, release.shift.container, release.shift.port) == ("demo-dev-web", "app", 8080)
    assert (release.shift.seconds, release.shift.keep_minutes) == (4 * 120, 30)
    assert release.shift.start.groups == ("demo-dev-web",)
    assert [*rollouts(entry, place(found))] == []


@pytest.mark.parametrize(
    ("written", "steps"),
    [
        ({"percent": "10 %"}, 9),
        ({"percent": "30 %"}, 3),
        ({"percent": "99 %"}, 1),
        ({"shift": "canary", "percent": "10 %"}, 1),
    ],
)
def test_requests_take_as_many_intervals_as_there_are_steps_between(written: dict[str, str], steps: int) -> None:
    assert BlueGreen.model_validate(written).steps == steps


def test_people_are_told_how_to_list_deliveries(tmp_path: Path) -> None:
    from infragen.kinds.services.facets import outputs

    found = of(tmp_path)
    commands = [str(one.value) for one in outputs(found.environment.entries["services"]["web"], place(found))]
    name = "--application-name demo-dev-web --deployment-group-name demo-dev-web"
    assert f"aws deploy list-deployments {name} --region ap-northeast-1" in commands


HOSTILE = ('"', "${x}", "%{ if true }", "a\nb", "@{x}", "", " ", "'; DROP TABLE users; --", "$(id)", "生産")


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("field", ["shift", "percent", "interval", "keep", "other"])
def test_no_field_of_it_takes_any_text(field: str, text: str) -> None:
    """tests/property/test_hostile_text.py tries fields in a system whose gateways lead to each service."""
    with pytest.raises(ValidationError):
        BlueGreen.model_validate({field: text})
    with pytest.raises(ValidationError):
        BlueGreen.model_validate({text: "10 %"})
