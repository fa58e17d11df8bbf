from __future__ import annotations

import re
from typing import TYPE_CHECKING

from infragen.kinds.services import Service
from infragen.stacks import edge
from tests.unit.stacks.conftest import environment_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from infragen.core.landscape import Environment


def test_rates_a_minute_become_rates_a_second(prod: Environment, rendered: Callable[..., dict[str, str]]) -> None:
    files = rendered(prod, edge.build)

    for gateway, rate, burst in (("external", "16.67", 34), ("internal", "166.67", 334), ("management", "1.67", 4)):
        plan = re.search(
            rf'module "usage_plan_{gateway}" \{{.*?\n\}}', files[f"edge/gateway-{gateway}.tf"], flags=re.DOTALL
        )
        assert plan
        assert f"requests_per_second = {rate}\n" in plan[0]
        assert f"burst               = {burst}\n" in plan[0]


def test_a_stage_takes_what_the_document_promises_in_all(
    prod: Environment, rendered: Callable[..., dict[str, str]]
) -> None:
    text = rendered(prod, edge.build)["edge/gateway-external.tf"]

    assert "requests_per_second             = 1666.67\n" in text


def test_the_external_gateway_has_a_firewall_in_the_catalogue_s_order(
    prod: Environment, rendered: Callable[..., dict[str, str]]
) -> None:
    text = rendered(prod, edge.build)["edge/gateway-external.tf"]

    assert re.findall(r'group = "AWSManagedRules(\w+)"', text) == [
        "CommonRuleSet",
        "KnownBadInputsRuleSet",
        "SQLiRuleSet",
        "AmazonIpReputationList",
    ]
    assert "resource_arn = module.stage_external.arn" in text


def test_the_internal_gateway_exists_within_the_vpc_and_wants_signatures(
    prod: Environment, rendered: Callable[..., dict[str, str]]
) -> None:
    files = rendered(prod, edge.build)

    text = files["edge/gateway-internal.tf"]
    assert 'source = "../modules/api_gateway_private"' in text
    assert 'authorization    = "AWS_IAM"' in text
    policy = files["modules/api_gateway_private/main.tf"]
    assert policy.count('Effect    = "Deny"') == 1
    assert "Allow" not in policy.split("policy = jsonencode")[1]


def test_a_gateway_that_knows_keys_alone_is_opened_by_its_policy(
    project: Path, rendered: Callable[..., dict[str, str]]
) -> None:
    for name in ("internal", "management"):
        file = project / f"catalog/technova/gateways/{name}.yaml"
        text = file.read_text(encoding="utf-8").replace("authentication: iam\n", "")
        file.write_text(re.sub(r"  authentication: .*\n", "", text), encoding="utf-8")
    files = rendered(environment_of(project, "prod"), edge.build)

    for name, module in (("internal", "api_gateway_private_keys"), ("management", "api_gateway_allow_list_keys")):
        assert f'"../modules/{module}"' in files[f"edge/gateway-{name}.tf"]
        assert '"Allow"' in files[f"modules/{module}/main.tf"]


def test_every_calling_service_has_its_own_internal_key(
    prod: Environment, rendered: Callable[..., dict[str, str]]
) -> None:
    files = rendered(prod, edge.build)

    names = {
        match for text in files.values() for match in re.findall(r'"(technova-prod-internal-service-[^"]+)"', text)
    }
    assert names == {f"technova-prod-internal-service-{name}" for name in prod.all(Service)}


def test_a_service_that_calls_nobody_has_no_internal_key(
    project: Path, rendered: Callable[..., dict[str, str]]
) -> None:
    file = project / "catalog/technova/services/manufacturing/material.yaml"
    calls = "calls: {auth: null, master: null}\n"
    file.write_text(file.read_text(encoding="utf-8") + calls, encoding="utf-8")
    files = rendered(environment_of(project, "prod"), edge.build)

    assert "edge/service-material.tf" not in files
    assert "service_material" not in files["edge/outputs.tf"]


def test_clients_and_administrators_have_a_key_each(prod: Environment, rendered: Callable[..., dict[str, str]]) -> None:
    files = rendered(prod, edge.build)

    assert files["edge/gateway-external.tf"].count("/modules/api_gateway_key") == 3
    assert files["edge/gateway-management.tf"].count("/modules/api_gateway_key") == 2


def test_a_new_deployment_is_made_for_each_route_and_policy(
    prod: Environment, rendered: Callable[..., dict[str, str]]
) -> None:
    files = rendered(prod, edge.build)

    for bff in ("mobile", "partner", "web"):
        assert f"= module.route_bff_{bff}.fingerprint" in files["edge/gateway-external.tf"]
    assert "policy = module.gateway_internal.policy" in files["edge/gateway-internal.tf"]
    assert "policy     = module.allow_list_management.policy" in files["edge/gateway-management.tf"]


def test_a_limited_bff_passes_its_methods_only(prod: Environment, rendered: Callable[..., dict[str, str]]) -> None:
    files = rendered(prod, edge.build)

    assert 'methods          = ["GET", "POST"]' in files["edge/bff-partner.tf"]
    assert 'methods          = ["ANY"]' in files["edge/bff-web.tf"]
    assert "edge/bff-internal.tf" not in files


def test_a_bff_s_tighter_limit_stands_in_its_gateway_s_plan(
    project: Path, rendered: Callable[..., dict[str, str]]
) -> None:
    file = project / "catalog/technova/bffs/partner.yaml"
    file.write_text(file.read_text(encoding="utf-8") + "limit: 300 req/min\n", encoding="utf-8")
    text = rendered(environment_of(project, "prod"), edge.build)["edge/gateway-external.tf"]

    for method in ("GET", "POST"):
        limit = re.search(rf'"/partner/{{proxy\+}}/{method}" = \{{\n(.*?)\}}', text, flags=re.DOTALL)
        assert limit
        assert "requests_per_second = 5\n" in limit[1]


def test_an_audited_gateway_keeps_its_record_as_long_as_the_catalogue_says(
    prod: Environment, rendered: Callable[..., dict[str, str]]
) -> None:
    text = rendered(prod, edge.build)["edge/gateway-management.tf"]

    assert '"/technova/prod/gateways/management/audit"' in text
    assert "access_log_retention_in_days    = 365\n" in text


def test_a_renamed_gateway_keeps_its_names(project: Path, rendered: Callable[..., dict[str, str]]) -> None:
    file = project / "catalog/technova/gateways/management.yaml"
    text = file.read_text(encoding="utf-8").replace(
        "name: management\n", "name: operations\nrenamed_from: management\n"
    )
    file.with_name("operations.yaml").write_text(text, encoding="utf-8")
    file.unlink()
    own = rendered(environment_of(project, "prod"), edge.build)["edge/gateway-operations.tf"]

    assert '"technova-prod-management"' in own
    labels = set(re.findall(r'^module "([^"]+)"', own, flags=re.MULTILINE))
    moved = set(re.findall(r"  to   = module\.(\w+)", own))
    assert moved == labels


def test_an_environment_without_containers_has_no_edge(project: Path, rendered: Callable[..., dict[str, str]]) -> None:
    import shutil

    for kind in ("services", "bffs", "gateways"):
        shutil.rmtree(project / "catalog/technova" / kind)

    assert rendered(environment_of(project, "dev"), edge.build) == {}
