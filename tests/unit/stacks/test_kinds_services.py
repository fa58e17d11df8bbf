"""Services on Fargate: what their code is told and may do, how many tasks run, who sets the image."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from infragen.core.part import Binding
from infragen.hcl.index import Index
from infragen.kinds.workloads import task
from tests.unit.stacks.systems import DATABASE, DEV, SERVICE, SYSTEM, Rendered, environment, rendered, service

if TYPE_CHECKING:
    from pathlib import Path

WEB = "app/service-web.tf"
CALL = "calls: {shop: {access: api, why: it asks}}\n"
EVENT = "calls: {shop: {access: event, why: it tells}}\n"
QUEUE = "demo-dev-shop-events"
BALANCER = {"dev.yaml": DEV + "load_balancer: {}\n"}


def web(more: str) -> dict[str, str]:
    return {"services/web.yaml": SERVICE + more}


def tasks(least: int, most: int, more: str = "") -> dict[str, str]:
    text = SERVICE.replace("{min: 1, max: 2}", f"{{min: {least}, max: {most}}}")
    return {"services/web.yaml": text + more}


def variables(found: Rendered, path: str = WEB, label: str = "service_web") -> dict[str, str]:
    """The environment variables of a container, without those that every container has."""
    [block] = [one for one in Index(found.files[path]).calls if one.labels[0] == label]
    items = block.arguments["environment"].items or {}
    return {name: item.value for name, item in items.items() if name not in ("ENVIRONMENT", "PORT", "TZ")}


def policies(found: Rendered, name: str = "web") -> dict[str, str]:
    """The statements of each policy, on one line."""
    [block] = [one for one in Index(found.files[f"app/service-{name}.tf"]).calls if one.labels[0] == f"service_{name}"]
    items = (block.arguments["policies"].items or {}) if "policies" in block.arguments else {}
    return {policy.strip('"'): re.sub(r"\s+", " ", item.value) for policy, item in items.items()}


def test_a_service_alone_is_told_little_and_may_do_nothing(tmp_path: Path) -> None:
    found = rendered(environment(tmp_path))
    call = found.call(WEB, "service_web")
    assert re.findall(r'(\w+) += "([^"]*)"', call["environment"]) == [
        ("ENVIRONMENT", "dev"),
        ("PORT", "8080"),
        ("TZ", "UTC"),
    ]
    assert "policies" not in call
    assert call["source"] == '"../modules/ecs_service_fixed"'
    assert found.labels(WEB) == {"service_web"}


def test_a_caller_is_told_where_its_callee_is_and_nothing_of_others(tmp_path: Path) -> None:
    found = rendered(environment(tmp_path, {**web(CALL), **service("shop", "port: 9000\n"), **service("late")}))
    assert variables(found) == {"SHOP_URL": '"http://shop:9000"'}
    assert variables(found, "app/service-late.tf", "service_late") == {}
    assert policies(found) == {}


def test_a_service_is_told_of_its_own_database_and_signs_in_as_its_user(tmp_path: Path) -> None:
    found = rendered(environment(tmp_path, {**web("database: main\n"), "databases/main.yaml": DATABASE}))
    assert variables(found) == {
        "DATABASE_HOST": "local.data.database_main_endpoint",
        "DATABASE_NAME": '"main"',
        "DATABASE_PORT": '"3306"',
        "DATABASE_USER": '"web"',
    }
    assert policies(found) == {
        "database": '[ { sid = "ConnectToDatabase" actions = ["rds-db:connect"] resources = '
        '["arn:aws:rds-db:ap-northeast-1:111122223333:dbuser:${local.data.database_main_resource_id}/web"] }, ]'
    }


def test_through_a_proxy_it_signs_in_to_the_proxy_alone(tmp_path: Path) -> None:
    files = {**web("database: main\n"), "databases/main.yaml": DATABASE + "proxy: {}\nreaders: 1\n"}
    found = rendered(environment(tmp_path, files))
    assert variables(found)["DATABASE_HOST"] == "local.data.proxy_main_endpoint"
    assert variables(found)["DATABASE_READER_HOST"] == "local.data.proxy_main_reader_endpoint"
    assert "dbuser:${local.data.proxy_main_resource_id}/web" in policies(found)["database"]
    assert "database_main" not in policies(found)["database"]


def test_publisher_and_consumer_mean_the_same_queue(tmp_path: Path) -> None:
    found = rendered(environment(tmp_path, {**web(EVENT), **service("shop")}))
    queue = found.call("app/service-shop.tf", "queue_shop")
    url = f'"https://sqs.ap-northeast-1.amazonaws.com/111122223333/{QUEUE}"'
    assert (queue["name"], queue["dead_letter_name"]) == (f'"{QUEUE}"', f'"{QUEUE}-dlq"')
    assert variables(found) == {"SHOP_EVENTS_URL": url}
    assert variables(found, "app/service-shop.tf", "service_shop") == {"EVENTS_URL": url}
    arn = f'"arn:aws:sqs:ap-northeast-1:111122223333:{QUEUE}"'
    assert set(policies(found)) == {"publish-to-shop"}
    assert f'actions = ["sqs:SendMessage"] resources = [{arn}]' in policies(found)["publish-to-shop"]
    assert "sqs:ReceiveMessage" in policies(found, "shop")["consume-events"]
    assert arn in policies(found, "shop")["consume-events"]
    assert "queue_web" not in found.labels(WEB)


def test_a_queue_of_customer_keys_lets_both_ends_use_the_key(tmp_path: Path) -> None:
    files = {"dev.yaml": DEV + "customer_keys: true\n", **web(EVENT), **service("shop")}
    found = rendered(environment(tmp_path, files))
    key = found.call("app/service-shop.tf", "queue_shop")["kms_key_arn"]
    assert key == "local.network.key_messages_arn"
    assert f"resources = [{key}]" in policies(found)["publish-to-shop"]
    assert f"resources = [{key}]" in policies(found, "shop")["consume-events"]


def test_what_the_catalogue_says_wins_over_what_infragen_derives(tmp_path: Path) -> None:
    found = rendered(environment(tmp_path, web("environment: {TZ: Asia/Tokyo, FEATURE: 'on'}\n")))
    text = found.call(WEB, "service_web")["environment"]
    assert re.findall(r'(TZ|FEATURE) += "([^"]*)"', text) == [("FEATURE", "on"), ("TZ", "Asia/Tokyo")]


@pytest.mark.parametrize(("deploy", "module"), [("terraform", "ecs_service"), ("pipeline", "ecs_service_pipeline")])
def test_who_sets_the_image_decides_what_terraform_leaves_alone(tmp_path: Path, deploy: str, module: str) -> None:
    found = rendered(environment(tmp_path, web(f"deploy: {deploy}\nscaling: {{cpu: 70 %}}\n")))
    assert found.call(WEB, "service_web")["source"] == f'"../modules/{module}"'
    _, service = found.files[f"modules/{module}/main.tf"].split('resource "aws_ecs_service"')
    ignored = re.search(r"ignore_changes = \[(.*?)\]", service, re.DOTALL)
    assert ignored
    assert ("task_definition" in ignored[1]) is (deploy == "pipeline")


def test_an_image_from_elsewhere_needs_no_repository(tmp_path: Path) -> None:
    text = SERVICE.replace("image: {tag: v1}", "image: {tag: v2, repository: shared}")
    found = rendered(environment(tmp_path, {"services/web.yaml": text}))
    call = found.call(WEB, "service_web")
    assert found.labels(WEB) == {"service_web"}
    assert call["image"] == '"111122223333.dkr.ecr.ap-northeast-1.amazonaws.com/demo-dev-shared:v2"'
    assert call["repository_arn"] == '"arn:aws:ecr:ap-northeast-1:111122223333:repository/demo-dev-shared"'


def test_a_shell_is_possible_only_where_it_is_asked_for(tmp_path: Path) -> None:
    found = rendered(environment(tmp_path, {**web("exec: true\n"), **service("shop")}))
    web_call, shop = found.call(WEB, "service_web"), found.call("app/service-shop.tf", "service_shop")
    assert (web_call["enable_execute_command"], web_call["read_only_root_filesystem"]) == ("true", "false")
    assert (shop["enable_execute_command"], shop["read_only_root_filesystem"]) == ("false", "true")
    assert '"${module.cluster.exec_log_group_arn}:*"' in policies(found)["exec"]
    assert policies(found, "shop") == {}
    assert found.call("app/cluster.tf", "cluster")["exec_log_group_name"] == '"/demo/dev/exec"'


def test_spot_is_a_choice_of_capacity(tmp_path: Path) -> None:
    found = rendered(environment(tmp_path, {**web("spot: true\n"), **service("shop")}))
    assert set(found.items(WEB, "service_web", "capacity_providers")) == {"FARGATE_SPOT"}
    assert set(found.items("app/service-shop.tf", "service_shop", "capacity_providers")) == {"FARGATE"}


@pytest.mark.parametrize(
    ("asked", "built"),
    [
        ("{cpu: 2 vCPU, memory: 2 GB}", ("2048", "4096")),
        ("{cpu: 0.25 vCPU, memory: 4 GB}", ("512", "4096")),
        ("{cpu: 1 vCPU, memory: 2 GB}", ("1024", "2048")),
    ],
)
def test_a_size_that_fargate_lacks_is_rounded_up(tmp_path: Path, asked: str, built: tuple[str, str]) -> None:
    text = SERVICE.replace("{cpu: 0.25 vCPU, memory: 0.5 GB}", asked)
    call = rendered(environment(tmp_path, {"services/web.yaml": text})).call(WEB, "service_web")
    assert (call["cpu"], call["memory"]) == built


def test_nothing_scales_that_nobody_asked_to_scale(tmp_path: Path) -> None:
    found = rendered(environment(tmp_path, tasks(1, 9)))
    assert "scaling_service_web" not in found.labels(WEB)


def test_a_service_that_is_switched_off_does_not_scale(tmp_path: Path) -> None:
    found = rendered(environment(tmp_path, tasks(0, 0, "scaling: {cpu: 60%}\n")))
    assert found.labels(WEB) == {"service_web"}
    assert found.call(WEB, "service_web")["tasks"] == "0"


def test_targets_and_steps_above_them(tmp_path: Path) -> None:
    steps = "steps: [{above: 25%, change: 100}, {above: 15%, change: 50}]"
    found = rendered(environment(tmp_path, tasks(1, 8, f"scaling: {{cpu: 70%, {steps}}}\n")))
    scaling = found.call(WEB, "scaling_service_web")
    assert scaling["source"] == '"../modules/ecs_scaling"'
    assert (scaling["min_tasks"], scaling["max_tasks"]) == ("1", "8")
    assert re.sub(r"\s+", " ", scaling["target_percent"]) == "{ cpu = 70 }"
    assert re.findall(r"(cpu_percent|above|below|added_percent) += (\d+)", scaling["sudden_load"]) == [
        ("cpu_percent", "85"),
        ("above", "0"),
        ("added_percent", "50"),
        ("below", "10"),
        ("above", "10"),
        ("added_percent", "100"),
    ]


@pytest.mark.parametrize(
    ("schedule", "module", "limits"),
    [
        ("min: 4", "ecs_scaling_scheduled", ("4", None)),
        ("min_factor: 2", "ecs_scaling_scheduled", ("4", None)),
        ("min_factor: 9", "ecs_scaling_scheduled", ("5", None)),
        ("max: 16", "ecs_scaling_scheduled_range", ("2", "16")),
    ],
)
def test_a_timetable_moves_the_limits_that_it_names(
    tmp_path: Path, schedule: str, module: str, limits: tuple[str, str | None]
) -> None:
    timetable = f'scaling: {{schedules: {{night: {{cron: "0 22 * * ? *", {schedule}, why: it is late}}}}}}\n'
    files = {"system.yaml": SYSTEM + "time_zone: Asia/Tokyo\n", **tasks(2, 8, timetable)}
    found = rendered(environment(tmp_path, files))
    scaling = found.call(WEB, "scaling_service_web")
    night = found.items(WEB, "scaling_service_web", "schedules")["night"]
    assert (scaling["source"], scaling["timezone"]) == (f'"../modules/{module}"', '"Asia/Tokyo"')
    assert night["expression"] == '"cron(0 22 * * ? *)"'
    assert (night["min_tasks"], night.get("max_tasks")) == limits


def test_a_service_scales_on_its_own_queue(tmp_path: Path) -> None:
    files = {"dev.yaml": DEV + "container_insights: true\n", **web("scaling: {queue: {per_task: 100}}\n")}
    found = rendered(environment(tmp_path, files))
    queue = found.call(WEB, "scaling_service_web")["queue"]
    assert re.sub(r"\s+", " ", queue) == "{ events_per_task = 100 name = module.queue_web.name }"
    assert "sqs:ReceiveMessage" in policies(found)["consume-events"]


def test_a_response_time_is_what_the_load_balancer_measures(tmp_path: Path) -> None:
    found = rendered(environment(tmp_path, {**BALANCER, **web("scaling: {response_time: {target: 300 ms}}\n")}))
    response = found.call(WEB, "scaling_service_web")["response_time"]
    assert re.search(r"added_percent = 25\n", response)
    assert re.search(
        r"demo-dev-web-slow-answers = \{\s+namespace = .AWS/ApplicationELB.\s+threshold = 0\.3\n", response
    )
    assert "module.service_web.target_group_arn_suffix" in response
    assert "local.edge.load_balancer_arn_suffix" in response
    assert "to-services" not in response


@pytest.mark.parametrize(("target", "threshold"), [("100 ms", "150"), ("200 ms", "375"), ("3 s", "7500")])
def test_calls_through_the_mesh_pass_no_load_balancer(tmp_path: Path, target: str, threshold: str) -> None:
    """ECS reports their times as ends of steps, so that a threshold stands between two of those."""
    text = f"scaling: {{response_time: {{target: {target}, change: 40}}}}\n"
    files = {
        "dev.yaml": DEV + "mesh: {}\nload_balancer: {}\n",
        **web(text),
        **service("shop", CALL.replace("shop", "web")),
    }
    found = rendered(environment(tmp_path, files))
    response = found.call(WEB, "scaling_service_web")["response_time"]
    assert re.search(r"added_percent = 40\n", response)
    calls = response[response.index("demo-dev-web-slow-answers-to-services") :]
    assert re.search(rf"threshold = {threshold}\n", calls)
    assert re.search(r'TargetDiscoveryName = "demo-dev-web"', calls)
    assert re.search(r'metrics_name += "demo-dev-web"', found.call(WEB, "service_web")["mesh"])


@pytest.mark.parametrize("more", ["", "deploy: pipeline\n", "writable_paths: [/run]\n"])
def test_another_port_does_not_replace_a_target_group_that_a_rule_leads_to(tmp_path: Path, more: str) -> None:
    """AWS would take neither a second group of that name nor the end of the first (ELB API: CreateTargetGroup)."""
    found = rendered(environment(tmp_path, {**BALANCER, **web(f"port: 9001\n{more}")}))
    module = found.call(WEB, "service_web")["source"].strip('"').removeprefix("../")
    [group] = [
        one for one in Index(found.files[f"{module}/main.tf"]).blocks if one.address == "aws_lb_target_group.this"
    ]
    lifecycle = " ".join(found.files[f"{module}/main.tf"][group.start : group.end].partition("lifecycle {")[2].split())
    assert lifecycle.startswith("create_before_destroy = true")
    assert "ignore_changes = [ port, #" in lifecycle


def test_others_wait_longer_in_the_mesh_where_the_callee_says_so(tmp_path: Path) -> None:
    """Service Connect gives up after 15 s, and closes what is idle for five minutes (ECS API: TimeoutConfiguration)."""
    called = service("shop") | {"dev.yaml": DEV + "mesh: {}\n"}
    found = rendered(environment(tmp_path, called | web("request_timeout: 10 min\n")))
    assert "request_timeout_seconds = 600\n" in found.files[WEB]
    assert "request_timeout_seconds" not in found.files["app/service-shop.tf"]
    module = found.files[found.call(WEB, "service_web")["source"].strip('"').removeprefix("../") + "/main.tf"]
    assert re.search(r"idle_timeout_seconds += max\(timeout.value, 300\)", module)


def test_priorities_are_unique_and_one_s_own(tmp_path: Path) -> None:
    """Another service moves nobody's rule, but for the rare one whose number is the same."""
    files = {**BALANCER, **service("shop"), **service("late")}
    before = rendered(environment(tmp_path, files))
    after = rendered(environment(tmp_path, {**files, **service("a-first")}))

    def priorities(found: Rendered) -> dict[str, int]:
        texts = {path: re.search(r"priority += (\d+)", text) for path, text in found.bodies().items()}
        return {path: int(number[1]) for path, number in texts.items() if number}

    own = priorities(before)
    assert len(set(own.values())) == 3
    assert all(2 <= number <= 50_000 for number in own.values())
    assert {path: number for path, number in priorities(after).items() if path in own} == own


def test_a_renamed_service_keeps_its_names_and_moves_all_its_modules(tmp_path: Path) -> None:
    text = SERVICE + "renamed_from: site\nscaling: {queue: {per_task: 10}}\n"
    alarms = {"dev.yaml": DEV + "alarms: true\nload_balancer: {}\n"}
    found = rendered(environment(tmp_path, {**alarms, "services/web.yaml": text}))
    own = {path: text for path, text in found.bodies().items() if path.endswith("/service-web.tf")}
    moved = {to for text in own.values() for to in re.findall(r"  to   = module\.(\w+)", text)}
    assert moved == {label for path in own for label in found.labels(path)}
    assert "alarms_service_web" in moved
    text = "".join(own.values())
    assert "demo-dev-web" not in text
    assert '"demo-dev-site"' in text
    assert '"demo-dev-site-events"' in text


@pytest.mark.parametrize("more", [{}, service("shop", CALL.replace("shop", "web"))])
def test_a_task_has_a_proxy_where_somebody_calls(tmp_path: Path, more: dict[str, str]) -> None:
    """The load balancer is found in the namespace of the mesh, and nothing else may need it."""
    found = rendered(environment(tmp_path, {**BALANCER, **web(""), **more}))
    assert ("mesh" in found.call(WEB, "service_web")) is bool(more)
    assert ("namespace_arn" in found.call("app/cluster.tf", "cluster")) is bool(more)
    assert "namespace" in found.labels("network/mesh.tf")


def test_in_an_encrypted_mesh_tasks_have_certificates(tmp_path: Path) -> None:
    found = rendered(environment(tmp_path, {"dev.yaml": DEV + "mesh: {encrypted: true}\n"}))
    mesh = found.call(WEB, "service_web")["mesh"]
    assert "private_ca_arn = local.edge.private_ca_arn" in mesh
    assert "role_arn       = module.mesh_role.arn" in mesh
    assert "mesh_role" in found.labels("app/cluster.tf")


@pytest.mark.parametrize("subordinate", [True, False])
def test_a_subordinate_issues_in_the_place_of_the_root_that_all_trust(tmp_path: Path, *, subordinate: bool) -> None:
    asked = "load_balancer: {mutual_tls: true}\nmesh: {encrypted: true}\n"
    asked += f"private_ca: {{subordinate: {str(subordinate).lower()}}}\n"
    found = rendered(environment(tmp_path, {"dev.yaml": DEV + asked, **service("shop"), **web(CALL)}))
    issuer = "private_ca_subordinate" if subordinate else "private_ca"
    assert ("private_ca_subordinate" in found.labels("edge/private-ca.tf")) is subordinate
    for file, label in (("service-shop", "mutual_tls_shop"), ("mutual-tls", "load_balancer_certificate")):
        assert found.call(f"edge/{file}.tf", label)["private_ca_arn"] == f"module.{issuer}.arn"
    trusted = found.call("edge/mutual-tls.tf", "client_authorities")["certificate_bundle"]
    assert trusted == "module.private_ca.root_certificate"
    if subordinate:
        assert found.call("edge/private-ca.tf", issuer)["root_arn"] == "module.private_ca.arn"
    left = [one for one in ("private_ca", "private_ca_subordinate") if one in found.labels("edge/private-ca.tf")]
    lists = [one for one in left if "revocation_bucket_name" in found.call("edge/private-ca.tf", one)]
    assert lists == [issuer]


def test_who_verifies_nobody_has_no_list_of_revoked_certificates(tmp_path: Path) -> None:
    found = rendered(environment(tmp_path, {"dev.yaml": DEV + "mesh: {encrypted: true}\n"}))
    assert found.labels("edge/private-ca.tf") == {"private_ca"}
    assert "revocation_bucket_name" not in found.call("edge/private-ca.tf", "private_ca")


@pytest.mark.parametrize("calls", [True, False])
def test_with_mutual_tls_callers_obtain_client_certificates_and_nobody_else(tmp_path: Path, *, calls: bool) -> None:
    files = {"dev.yaml": DEV + "load_balancer: {mutual_tls: true}\n", **service("shop"), **web(CALL if calls else "")}
    found = rendered(environment(tmp_path, files))
    assert set(policies(found)) == ({"client-certificate"} if calls else set())
    if calls:  # what it names is decided by its own module, and no other's can be had
        assert "acm-pca" not in str(policies(found))
        assert "local.edge.client_service_web_arn" in str(policies(found))
        assert found.call("edge/service-web.tf", "client_service_web")["domain_name"] == '"web.dev.demo.internal"'
        assert variables(found)["SHOP_TLS_URL"] == '"https://shop-tls.dev.demo.internal"'
    assert ("SHOP_TLS_URL" in variables(found)) is calls
    assert policies(found, "shop") == {}


def test_the_longest_name_of_a_verifying_load_balancer_is_one_that_aws_takes(tmp_path: Path) -> None:
    long = "a" * 30
    call = f"calls: {{{long}: {{access: api, why: it asks}}}}\n"
    files = {"dev.yaml": DEV + "load_balancer: {mutual_tls: true}\n", **service(long), **web(call)}
    found = rendered(environment(tmp_path, files))
    name = found.call(f"edge/service-{long}.tf", f"mutual_tls_{long}")["name"].strip('"')
    assert re.fullmatch(r"demo-dev-a+-[0-9a-f]{8}", name)
    assert len(name) == 32


def test_every_star_in_a_policy_names_its_source(repository: Path) -> None:
    for path in (repository / "templates").glob("[mp]*/**/*.tf"):  # modules, and parts of several of them
        text = path.read_text(encoding="utf-8")
        for match in re.finditer(r'Resource += "\*"', text):
            before = text[: match.start()].splitlines()[-4:]
            assert any("Service Authorization Reference" in line or "Developer Guide" in line for line in before), path


def test_a_service_may_use_any_entry_and_gets_what_that_one_offers(tmp_path: Path) -> None:
    """The way there, the permission and the variables follow from one line."""
    files = {**web("uses: {databases/main: {why: it reports}}\n"), "databases/main.yaml": DATABASE}
    found = rendered(environment(tmp_path, files))
    assert variables(found)["MAIN_HOST"] == "local.data.database_main_endpoint"
    assert "dbuser:${local.data.database_main_resource_id}/web" in policies(found)["database"]
    rule = found.items("network/service-web.tf", "security_group_service_web", "egress")["database-main"]
    assert (rule["port"], rule["description"]) == ("3306", '"services/web to databases/main: it reports"')


def test_two_databases_are_two_permissions(tmp_path: Path) -> None:
    second = DATABASE.replace("name: main", "name: second")
    files = {**web("database: main\nuses: {databases/second: {}}\n"), "databases/main.yaml": DATABASE}
    found = rendered(environment(tmp_path, {**files, "databases/second.yaml": second}))
    may = "".join(policies(found).values())
    assert "dbuser:${local.data.database_main_resource_id}/web" in may
    assert "dbuser:${local.data.database_second_resource_id}/web" in may
    sids = re.findall(r'sid = "(\w+)"', policies(found)["database"])
    assert len(set(sids)) == len(sids)


def test_a_plain_container_takes_the_plain_module_and_one_with_a_command_the_extended(tmp_path: Path) -> None:
    found = rendered(environment(tmp_path, {**web("command: [bin/web, -v]\n"), **service("shop")}))
    call, plain = found.call(WEB, "service_web"), found.call("app/service-shop.tf", "service_shop")
    assert (call["source"], call["command"]) == ('"../modules/ecs_service_extended_fixed"', '["bin/web", "-v"]')
    assert call["repository_arns"] == "[local.network.repository_service_web_arn]"
    assert plain["source"] == '"../modules/ecs_service_fixed"'
    assert not {"command", "secrets", "writable_paths"} & set(plain)


SECRET = "arn:aws:secretsmanager:ap-northeast-1:111122223333:secret:stripe-AbCdEf"


def test_a_secret_is_read_at_the_start_of_a_task_with_its_key(tmp_path: Path) -> None:
    more = f"secrets: {{WHOLE: '{SECRET}', ONE: '{SECRET}:key', VERSION: '{SECRET}:key:AWSPREVIOUS:'}}\n"
    found = rendered(environment(tmp_path, {"dev.yaml": DEV + "customer_keys: true\n", **web(more)}))
    call = found.call(WEB, "service_web")
    assert re.findall(r'(\w+) += "([^"]*)"', call["secrets"]) == [
        ("ONE", f"{SECRET}:key::"),
        ("VERSION", f"{SECRET}:key:AWSPREVIOUS:"),
        ("WHOLE", SECRET),
    ]
    assert call["secrets_kms_key_arn"] == "local.network.key_secrets_arn"


def test_folders_that_may_be_written_to_are_volumes_of_different_names(tmp_path: Path) -> None:
    found = rendered(environment(tmp_path, web("writable_paths: [/var/run, /var-run, /var/cache/nginx.d]\n")))
    assert re.findall(r'([\w-]+) += "([^"]*)"', found.call(WEB, "service_web")["writable_paths"]) == [
        ("var-cache-nginx-d", "/var/cache/nginx.d"),
        ("var-run", "/var/run"),
        ("var-run-2", "/var-run"),
    ]


def test_what_is_used_may_offer_secrets_and_target_groups(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the catalogue says of a variable wins: ECS takes one name once."""
    offer = Binding(secrets={"KEY": f"{SECRET}:key::", "USER": SECRET}, targets=("arn:aws:elasticloadbalancing:tg",))
    monkeypatch.setattr(task, "given_by_others", lambda *_: iter([("secrets/stripe is used", "STRIPE_", offer)]))
    found = rendered(environment(tmp_path, web("environment: {STRIPE_USER: shop}\nhealth: {grace: 90}\n")))
    call = found.call(WEB, "service_web")
    assert call["source"] == '"../modules/ecs_service_extended_fixed"'
    assert re.findall(r'(\w+) += "([^"]*)"', call["secrets"]) == [("STRIPE_KEY", f"{SECRET}:key::")]
    assert (call["target_group_arns"], call["grace_period_seconds"]) == ('["arn:aws:elasticloadbalancing:tg"]', "90")


@pytest.mark.parametrize("deploy", ["terraform", "pipeline"])
def test_terraform_says_how_many_tasks_run_where_nothing_scales(tmp_path: Path, deploy: str) -> None:
    """A service that is switched off is one of them: the number that autoscaling had left must not stay."""
    scaled = {"services/web.yaml": SERVICE + f"deploy: {deploy}\nscaling: {{cpu: 70 %}}\n"}
    for files, name in (
        (scaled, "initial_tasks"),
        (tasks(3, 3, f"deploy: {deploy}\n"), "tasks"),
        (tasks(0, 0), "tasks"),
    ):
        found = rendered(environment(tmp_path, files))
        call = found.call(WEB, "service_web")
        text = found.files[call["source"].strip('"').removeprefix("../") + "/main.tf"]
        assert {"initial_tasks", "tasks"} & set(call) == {name}
        assert f"= var.{name}\n" in text
        assert bool(re.search("desired_count, +#", text)) is (name == "initial_tasks")


def test_a_permission_is_a_policy_of_its_own_with_what_the_environment_puts_in(tmp_path: Path) -> None:
    more = (
        "permissions:\n"
        "  read-reports:\n"
        "    actions: ['s3:GetObject']\n"
        "    resources: ['arn:aws:s3:::{system}-{environment}-{region}-{account}/*', queues/orders]\n"
        "    condition: {Bool: {'aws:SecureTransport': 'true'}}\n"
        "  list: {actions: ['sqs:ListQueues'], resources: ['*'], why: it lists them}\n"
    )
    files = {**web(more), "queues/orders.yaml": "name: orders\ntitle: Orders\n"}
    found = policies(rendered(environment(tmp_path, files)))
    assert set(found) == {"own-list", "own-read-reports"}
    assert 'sid = "List" actions = ["sqs:ListQueues"] resources = ["*"]' in found["own-list"]
    reports = '["arn:aws:s3:::demo-dev-ap-northeast-1-111122223333/*", local.data.sqs_queue_orders_arn]'
    assert f'sid = "ReadReports" actions = ["s3:GetObject"] resources = {reports}' in found["own-read-reports"]
    assert 'condition = { Bool = { "aws:SecureTransport" = "true" } }' in found["own-read-reports"]


def test_a_health_command_goes_through_a_shell_when_it_says_so(tmp_path: Path) -> None:
    shell = '[CMD-SHELL, "wget -q localhost || exit 1"]'
    for said, built in ((shell, '["CMD-SHELL", "wget -q localhost || exit 1"]'), ("[bin/well]", '["CMD", "bin/well"]')):
        found = rendered(environment(tmp_path / said[1:4], web(f"health: {{command: {said}}}\n")))
        assert " ".join(found.call(WEB, "service_web")["health_check"].split()).count(built) == 1


def test_a_target_group_s_name_is_cut_where_system_and_service_have_long_ones(tmp_path: Path) -> None:
    name = "calculates-all-routes-of-the-day"
    files = {**BALANCER, f"services/{name}.yaml": SERVICE.replace("name: web", f"name: {name}")}
    call = rendered(environment(tmp_path, files)).call(f"app/service-{name}.tf", f"service_{name.replace('-', '_')}")
    assert re.search(r'"demo-dev-calculates-all-[0-9a-f]{8}"', str(call))
