from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from infragen.kinds.services import Container
from infragen.stacks import services
from tests.unit.stacks.conftest import environment_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from infragen.core.landscape import Environment

PLANNING = "services-manufacturing/planning.tf"


def change(project: Path, entry: str, *pairs: tuple[str, str], more: str = "") -> None:
    """Edit a catalogue file: replace texts that have to be there, and append."""
    file = project / "catalog/technova" / f"{entry}.yaml"
    text = file.read_text(encoding="utf-8")
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new)
    file.write_text(text + more, encoding="utf-8")


def module(text: str, label: str) -> str:
    """Return one module block."""
    found = re.search(rf'^module "{label}" \{{\n.*?^\}}', text, flags=re.MULTILINE | re.DOTALL)
    assert found, f"there is no module {label}"
    return found[0]


def test_every_domain_has_a_stack_with_its_own_cluster(
    prod: Environment, rendered: Callable[..., dict[str, str]]
) -> None:
    files = rendered(prod, services.build)

    for domain in ("common", "iot", "manufacturing", "sales", "service"):
        assert f'name                       = "technova-prod-{domain}"' in files[f"services-{domain}/main.tf"]


def test_every_container_has_a_file_of_its_own(
    each_environment: Environment, rendered: Callable[..., dict[str, str]]
) -> None:
    files = rendered(each_environment, services.build)

    for owner, container in each_environment.each(Container):
        prefix = "bff-" if owner.startswith("bffs/") else ""
        assert f"services-{container.domain}/{prefix}{container.name}.tf" in files


@pytest.mark.parametrize(
    ("path", "cpu", "memory"),
    [
        ("services-manufacturing/tracking.tf", 2048, 4096),
        ("services-manufacturing/planning.tf", 2048, 4096),
        ("services-iot/analytics.tf", 2048, 8192),
    ],
)
def test_a_size_that_fargate_lacks_is_rounded_up(
    prod: Environment, rendered: Callable[..., dict[str, str]], path: str, cpu: int, memory: int
) -> None:
    task = module(rendered(prod, services.build)[path], r"task_\w+")

    assert re.search(rf"cpu +=\s+{cpu}\n", task)
    assert re.search(rf"memory +=\s+{memory}\n", task)


def test_who_sets_the_image_decides_what_terraform_ignores(
    project: Path, rendered: Callable[..., dict[str, str]]
) -> None:
    change(project, "services/manufacturing/planning", more="deploy: pipeline\n")
    files = rendered(environment_of(project, "prod"), services.build)

    assert 'source = "../modules/ecs_service_pipeline"' in files[PLANNING]
    assert 'source = "../modules/ecs_service"' in files["services-manufacturing/inventory.tf"]
    for name, ignored in (("ecs_service", 1), ("ecs_service_pipeline", 2)):
        text = files[f"modules/{name}/main.tf"]
        block = text[text.index("ignore_changes = [") : text.rindex("]")]
        assert len(re.findall(r"^ +\w+, +#", block, flags=re.MULTILINE)) == ignored


def test_an_image_from_elsewhere_needs_no_repository(project: Path, rendered: Callable[..., dict[str, str]]) -> None:
    change(project, "services/manufacturing/planning", more="image: {tag: v2, repository: shared}\n")
    text = rendered(environment_of(project, "prod"), services.build)[PLANNING]

    assert "ecr_repository" not in text
    assert '"444455556666.dkr.ecr.ap-northeast-1.amazonaws.com/technova-prod-shared:v2"' in text
    assert '"arn:aws:ecr:ap-northeast-1:444455556666:repository/technova-prod-shared"' in text


def test_a_task_may_sign_in_to_its_own_proxy_as_its_own_user(
    prod: Environment, rendered: Callable[..., dict[str, str]]
) -> None:
    access = module(rendered(prod, services.build)[PLANNING], "database_access_planning")

    assert "proxy_resource_id = local.data_manufacturing.proxy_planning_resource_id" in access
    assert 'database_users    = ["planning"]' in access


def test_a_caller_may_call_the_paths_of_its_declared_callees_and_no_other(
    prod: Environment, rendered: Callable[..., dict[str, str]]
) -> None:
    text = rendered(prod, services.build)[PLANNING]

    assert re.findall(r'^    "(\w+)",$', module(text, "gateway_access_internal_planning"), flags=re.MULTILINE) == [
        "auth",
        "inventory",
        "master",
    ]
    assert 'INVENTORY_URL           = "http://inventory:8080"' in text


def test_only_callers_obtain_client_certificates(project: Path, rendered: Callable[..., dict[str, str]]) -> None:
    change(project, "services/manufacturing/material", more="calls: {auth: null, master: null}\n")
    files = rendered(environment_of(project, "prod"), services.build)

    text = files["services-manufacturing/material.tf"]
    assert "client_certificate_access" not in text
    assert "internal_api_access" not in text
    assert "_URL" not in text
    assert "client_certificate_access" in files[PLANNING]


def test_publisher_and_consumer_mean_the_same_queue(prod: Environment, rendered: Callable[..., dict[str, str]]) -> None:
    files = rendered(prod, services.build)

    publication = module(files["services-sales/order.tf"], "publication_order_to_reporting")
    assert '"arn:aws:sqs:ap-northeast-1:444455556666:technova-prod-reporting-events"' in publication
    queue = module(files["services-common/reporting.tf"], "queue_reporting")
    assert 'name                       = "technova-prod-reporting-events"' in queue
    assert 'dead_letter_name           = "technova-prod-reporting-events-dlq"' in queue
    assert "queue_planning" not in files[PLANNING]


def test_a_shell_is_possible_only_where_the_catalogue_says_so(
    project: Path, rendered: Callable[..., dict[str, str]]
) -> None:
    change(project, "services/manufacturing/planning", more="exec: true\n")
    files = rendered(environment_of(project, "prod"), services.build)

    assert "ecs_exec_access" in files[PLANNING]
    assert re.search(r"read_only_root_filesystem = false", files[PLANNING])
    assert "ecs_exec_access" not in files["services-manufacturing/inventory.tf"]
    assert re.search(r"read_only_root_filesystem = true", files["services-manufacturing/inventory.tf"])


def test_spot_is_a_choice_of_capacity(
    dev: Environment, prod: Environment, rendered: Callable[..., dict[str, str]]
) -> None:
    assert "FARGATE_SPOT = {" in rendered(dev, services.build)[PLANNING]
    assert "FARGATE = {" in rendered(prod, services.build)[PLANNING]


def test_the_catalogue_s_variables_win(project: Path, rendered: Callable[..., dict[str, str]]) -> None:
    change(project, "services/manufacturing/planning", more="environment: {TZ: UTC, FEATURE: 'on'}\n")
    text = rendered(environment_of(project, "prod"), services.build)[PLANNING]

    assert re.search(r'TZ += "UTC"', text)
    assert re.search(r'FEATURE += "on"', text)


def test_priorities_are_unique_and_one_s_own(project: Path, rendered: Callable[..., dict[str, str]]) -> None:
    def priorities() -> dict[str, int]:
        files = rendered(environment_of(project, "prod"), services.build)
        found = {path: re.search(r"priority += (\d+)", text) for path, text in files.items() if "/modules/" not in path}
        return {path: int(match[1]) for path, match in found.items() if match and not path.startswith("modules/")}

    before = priorities()
    assert len(set(before.values())) == 24
    assert all(2 <= number <= 50_000 for number in before.values())
    change(project, "services/manufacturing/planning", ("name: planning", "name: planning"))
    source = project / "catalog/technova/services/manufacturing/material.yaml"
    text = source.read_text(encoding="utf-8").replace("name: material", "name: a-first")
    source.with_name("a-first.yaml").write_text(re.sub(r"database: .*\n", "", text), encoding="utf-8")
    after = priorities()
    assert {path: after[path] for path in before} == before


def test_a_renamed_service_keeps_its_names_and_moves_all_its_modules(
    project: Path, rendered: Callable[..., dict[str, str]]
) -> None:
    change(project, "services/sales/customer", ("name: customer\n", "name: client\nrenamed_from: customer\n"))
    file = project / "catalog/technova/services/sales/customer.yaml"
    file.rename(file.with_name("client.yaml"))
    for bff in ("internal", "web"):
        change(project, f"bffs/{bff}", ("  customer:", "  client:"))
    own = rendered(environment_of(project, "prod"), services.build)["services-sales/client.tf"]

    assert '"technova-prod-customer"' in own
    assert "technova-prod-client" not in own
    labels = set(re.findall(r'^module "([^"]+)"', own, flags=re.MULTILINE))
    assert set(re.findall(r"  to   = module\.(\w+)", own)) == labels


def test_month_end_and_business_hours_are_a_timetable_in_tokyo(
    prod: Environment, rendered: Callable[..., dict[str, str]]
) -> None:
    target = module(rendered(prod, services.build)[PLANNING], "scaling_planning")

    assert 'timezone     = "Asia/Tokyo"' in target
    assert re.search(r'month-end = \{\n\s+expression = "cron\(30 20 L \* \? \*\)"\n\s+min_tasks  = 4\n', target)
    assert re.search(r'evening = \{\n\s+expression = "cron\([^"]+"\n\s+min_tasks  = 2\n', target)


def test_a_multiple_of_the_minimum_stays_below_the_maximum(
    project: Path, rendered: Callable[..., dict[str, str]]
) -> None:
    change(project, "services/manufacturing/planning", ("tasks: {min: 2, max: 8}", "tasks: {min: 5, max: 8}"))
    target = module(rendered(environment_of(project, "prod"), services.build)[PLANNING], "scaling_planning")

    assert set(re.findall(r"min_tasks  = (\d+)", target)) == {"5", "8"}


def test_a_timetable_that_moves_the_maximum_carries_both_limits(
    project: Path, rendered: Callable[..., dict[str, str]]
) -> None:
    change(project, "services/manufacturing/planning", ("min_factor: 2, why: plans", "max: 16, why: plans"))
    files = rendered(environment_of(project, "prod"), services.build)

    target = module(files[PLANNING], "scaling_planning")
    assert "ecs_scaling_target_scheduled_range" in target
    assert sorted(re.findall(r"max_tasks  = (\d+)", target)) == ["16", "8", "8", "8"]
    assert "max_capacity, # likewise" in files["modules/ecs_scaling_target_scheduled_range/main.tf"]


def test_steps_begin_above_the_target_and_grow(prod: Environment, rendered: Callable[..., dict[str, str]]) -> None:
    steps = module(rendered(prod, services.build)[PLANNING], "scaling_step_planning")

    assert "cpu_percent  = 85\n" in steps
    assert re.findall(r"(above|below|added_percent) += (\d+)", steps) == [
        ("above", "0"),
        ("added_percent", "50"),
        ("below", "10"),
        ("above", "10"),
        ("added_percent", "100"),
    ]


def test_custom_metrics_scale_where_the_catalogue_asks(
    prod: Environment, rendered: Callable[..., dict[str, str]]
) -> None:
    files = rendered(prod, services.build)

    assert "seconds                  = 3\n" in module(files["services-sales/order.tf"], "scaling_response_time_order")
    assert "events_per_task    = 100\n" in module(files["services-iot/alert.tf"], "scaling_queue_alert")


def test_a_service_that_is_switched_off_does_not_scale(project: Path, rendered: Callable[..., dict[str, str]]) -> None:
    change(project, "services/manufacturing/planning", ("tasks: {min: 2, max: 8}", "tasks: {min: 0, max: 0}"))
    text = rendered(environment_of(project, "prod"), services.build)[PLANNING]

    assert "scaling" not in text
    assert re.search(r"initial_tasks += 0\n", text)


def test_every_star_in_a_policy_names_its_source(prod: Environment, rendered: Callable[..., dict[str, str]]) -> None:
    for path, text in rendered(prod, services.build).items():
        for match in re.finditer(r'Resource += "\*"', text):
            before = text[: match.start()].splitlines()[-4:]
            assert any("Service Authorization Reference" in line or "Developer Guide" in line for line in before), path


def test_every_action_in_a_policy_says_what_it_is_for(
    prod: Environment, rendered: Callable[..., dict[str, str]]
) -> None:
    for path, text in rendered(prod, services.build).items():
        for line in text.splitlines():
            if re.search(r'"[a-z][a-z0-9-]+:[A-Z]\w+\*?"', line) and "Action" in line:
                assert "#" in line, f"{path}: {line}"
