"""Workers and sidecars: containers without port, what starts the first task, what stands beside a container."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.unit.stacks.systems import DEV, SERVICE, environment, rendered

if TYPE_CHECKING:
    from pathlib import Path

QUEUE = {"queues/orders.yaml": "name: orders\ntitle: Orders\n"}
WORKER = """\
name: mailer
title: Mailer
sizes: {normal: {cpu: 0.25 vCPU, memory: 0.5 GB}}
image: {tag: v1}
"""
READS = "uses: {queues/orders: {access: receive}}\nscaling: {queue: {per_task: 10}}\n"
FILE = "app/worker-mailer.tf"
SECRET = "arn:aws:secretsmanager:ap-northeast-1:111122223333:secret"


def worker(more: str, least: int = 1, most: int = 1) -> dict[str, str]:
    return {**QUEUE, "workers/mailer.yaml": f"{WORKER}tasks: {{min: {least}, max: {most}}}\n{more}"}


def test_a_worker_has_no_port_and_nobody_reaches_it(tmp_path: Path) -> None:
    files = {**worker(""), "dev.yaml": DEV + "load_balancer: {}\n", "services/web.yaml": SERVICE}
    found = rendered(environment(tmp_path, files))
    call = found.call(FILE, "worker_mailer")
    assert call["source"] == '"../modules/ecs_service_extended_fixed"'
    assert not {"port", "target", "mesh", "mesh_namespace_arn"} & set(call)
    assert "PORT" not in call["environment"]
    assert (call["name"], call["log_group_name"]) == ('"demo-dev-worker-mailer"', '"/demo/dev/worker/mailer"')
    assert "ingress" not in found.call("network/worker-mailer.tf", "security_group_worker_mailer")
    assert "ingress" in found.call("network/service-web.tf", "security_group_service_web")
    assert "port" in found.call("app/service-web.tf", "service_web")


def test_a_worker_that_calls_a_service_finds_it_in_the_mesh(tmp_path: Path) -> None:
    files = {**worker("calls: {web: {access: api, why: it asks}}\n"), "services/web.yaml": SERVICE}
    call = rendered(environment(tmp_path, files)).call(FILE, "worker_mailer")
    assert call["mesh_namespace_arn"] == "local.network.namespace_arn"
    assert '"http://web:8080"' in call["environment"]


@pytest.mark.parametrize(("least", "module"), [(0, "ecs_scaling_queue_from_zero"), (1, "ecs_scaling_queue")])
def test_a_worker_scales_on_its_queue_also_from_zero(tmp_path: Path, least: int, module: str) -> None:
    found = rendered(environment(tmp_path, worker(READS, least, 5)))
    scaling, queue = found.call(FILE, "scaling_worker_mailer"), found.call(FILE, "queue_scaling_worker_mailer")
    assert (scaling["min_tasks"], scaling["max_tasks"]) == (str(least), "5")
    assert "queue" not in scaling
    assert queue["source"] == f'"../modules/{module}"'
    assert (queue["queue_name"], queue["messages_per_task"]) == ('"demo-dev-orders"', "10")
    assert queue["resource_id"] == "module.scaling_worker_mailer.resource_id"
    assert ("alarm_name" in queue) is (least == 0)
    assert "sqs:ReceiveMessage" in found.call(FILE, "worker_mailer")["policies"]


@pytest.mark.parametrize(("insights", "least", "is_counted"), [(True, 1, True), (True, 0, False), (False, 1, False)])
def test_events_are_counted_without_container_insights_too(
    tmp_path: Path, insights: bool, least: int, is_counted: bool
) -> None:
    """Container Insights count the running tasks, and no first one."""
    tasks = SERVICE.replace("{min: 1, max: 2}", f"{{min: {least}, max: 2}}")
    caller = SERVICE.replace("web", "caller") + "calls: {web: {access: event, why: it tells}}\n"
    files = {
        "dev.yaml": DEV + ("container_insights: true\n" if insights else ""),
        "services/web.yaml": tasks + "scaling: {queue: {per_task: 5}}\n",
        "services/caller.yaml": caller,
    }
    found = rendered(environment(tmp_path, files))
    assert ("queue" in found.call("app/service-web.tf", "scaling_service_web")) is is_counted
    assert ("queue_scaling_service_web" in found.labels("app/service-web.tf")) is not is_counted


def test_an_image_of_another_registry_has_no_repository(tmp_path: Path) -> None:
    image = f"image: {{name: registry.example.com/team/mailer, tag: '2.1', pull_secret: '{SECRET}:hub-AbCdEf'}}\n"
    text = worker("")["workers/mailer.yaml"].replace("image: {tag: v1}\n", image)
    found = rendered(environment(tmp_path, {"workers/mailer.yaml": text}))
    call = found.call(FILE, "worker_mailer")
    assert found.labels(FILE) == {"worker_mailer"}
    assert call["image"] == '"registry.example.com/team/mailer:2.1"'
    assert call["pull_secret_arn"] == f'"{SECRET}:hub-AbCdEf"'
    assert "repository_arns" not in call


def test_an_image_of_another_account_is_pulled_with_the_role(tmp_path: Path) -> None:
    beside = "222233334444.dkr.ecr.us-east-1.amazonaws.com/tools/agent"
    found = rendered(environment(tmp_path, worker(f"sidecars: {{agent: {{image: '{beside}:v1'}}}}\n")))
    arns = re.findall(r'"(arn:[^"]+)"', found.call(FILE, "worker_mailer")["repository_arns"])
    assert arns == ["arn:aws:ecr:us-east-1:222233334444:repository/tools/agent"]


def test_a_sidecar_of_the_same_image_has_the_same_variables(tmp_path: Path) -> None:
    more = (
        f"environment: {{LEVEL: info, BATCH: 10, DEBUG: true}}\nsecrets: {{KEY: '{SECRET}:key-AbCdEf'}}\n"
        "depends_on: {migrate: success}\n"
        "sidecars:\n"
        "  migrate: {command: [bin/migrate], essential: false, environment: {LEVEL: debug}}\n"
        "  agent: {image: 'public.ecr.aws/xray/aws-xray-daemon:3.3', environment: {REGION: here}}\n"
    )
    found = rendered(environment(tmp_path, worker(more)))
    call = found.call(FILE, "worker_mailer")
    assert call["depends_on_sidecars"].split() == ["{", "migrate", "=", '"SUCCESS"', "}"]
    migrate, agent = (re.sub(r"\s+", " ", text) for text in split(call["sidecars"], "migrate", "agent"))
    assert (
        'image = "${local.network.repository_worker_mailer_url}:v1" essential = false command = ["bin/migrate"]'
        in migrate
    )
    for variable in ('BATCH = "10"', 'DEBUG = "true"', 'LEVEL = "debug"', f'KEY = "{SECRET}:key-AbCdEf"'):
        assert variable in migrate
    assert 'environment = { REGION = "here" }' in agent
    assert "secrets" not in agent


def test_folders_are_shared_by_name_and_never_by_accident(tmp_path: Path) -> None:
    front = "{image: 'public.ecr.aws/nginx/nginx:1.27', writable_paths: [/run], shared_paths: [/srv/spool]}"
    more = f"writable_paths: [/front/run, /tmp-front]\nsidecars: {{front: {front}}}\n"
    call = rendered(environment(tmp_path, worker(more))).call(FILE, "worker_mailer")
    own = dict(re.findall(r'([\w-]+) += "(/[^"]+)"', call["writable_paths"]))
    beside = dict(re.findall(r'([\w-]+) += "(/[^"]+)"', call["sidecars"]))
    assert own == {"front-run": "/front/run", "tmp-front": "/tmp-front", "shared-srv-spool": "/srv/spool"}
    assert beside == {"front-run-2": "/run", "shared-srv-spool": "/srv/spool"}


def test_logs_are_kept_as_long_as_the_environment_says(tmp_path: Path) -> None:
    files = {**worker(""), "dev.yaml": DEV + "log_retention: 7 days\n"}
    files["services/web.yaml"] = SERVICE + "log_retention: 14 days\n"
    found = rendered(environment(tmp_path, files))
    assert found.call(FILE, "worker_mailer")["log_retention_in_days"] == "7"
    assert found.call("app/service-web.tf", "service_web")["log_retention_in_days"] == "14"


def split(text: str, *names: str) -> list[str]:
    """The value of each key of a map, as it is written."""
    return [re.split(r"\n {4}\}\n", text[text.index(f"{name} = {{") :])[0] for name in names]
