from __future__ import annotations

from typing import TYPE_CHECKING

import yaml
from infragen.stacks.dependencies import dependencies, interface_endpoints

from infragen.kinds.services import Service
from tests.unit.stacks.conftest import environment_of

if TYPE_CHECKING:
    from pathlib import Path

    from infragen.core.landscape import Environment


def connections(environment: Environment, source: str) -> list[tuple[str, int]]:
    return [(found.target, found.port) for found in dependencies(environment) if found.source == source]


def test_a_service_connects_to_whom_it_calls_to_its_own_database_and_to_aws(prod: Environment) -> None:
    assert connections(prod, "services/planning") == [
        ("endpoints", 443),
        ("internet", 443),
        ("load-balancer", 443),
        ("proxies/planning", 3306),
        ("services/auth", 9443),
        ("services/inventory", 9443),
        ("services/master", 9443),
    ]


def test_an_event_opens_no_connection_between_the_two(prod: Environment) -> None:
    targets = [target for target, _ in connections(prod, "services/inventory")]

    assert prod.all(Service)["inventory"].calls["notification"].access == "event"
    assert "services/notification" not in targets


def test_every_call_in_a_service_file_is_one_dependency_and_every_dependency_one_call(
    repository: Path, prod: Environment
) -> None:
    written = set()
    for path in (repository / "catalog/technova/services").glob("*/*.yaml"):
        service = yaml.safe_load(path.read_text(encoding="utf-8"))
        calls = {"auth": {"access": "api"}, "master": {"access": "api"}} | service.get("calls", {})
        for callee, call in calls.items():
            if call and call["access"] != "event":
                written.add((f"services/{service['name']}", f"services/{callee}"))

    built = {
        (found.source, found.target)
        for found in dependencies(prod)
        if found.source.startswith("services/") and found.target.startswith("services/")
    }

    assert built == written


def test_each_dependency_names_the_line_that_declares_it(prod: Environment) -> None:
    call = next(d for d in dependencies(prod) if (d.source, d.target) == ("services/planning", "services/inventory"))

    place = prod.at(call.owner, *call.path)

    assert place.file == "catalog/technova/services/manufacturing/planning.yaml"
    assert place.line > 1


def test_no_two_dependencies_join_the_same_two_ends(each_environment: Environment) -> None:
    found = [(d.source, d.target, d.port) for d in dependencies(each_environment)]

    assert len(found) == len(set(found))
    assert found == sorted(found)


def test_a_private_gateway_brings_its_own_endpoint(prod: Environment) -> None:
    assert prod.settings.network.endpoints == ()
    assert interface_endpoints(prod) == ("execute-api",)


def test_without_nat_tasks_reach_aws_through_endpoints_only(project: Path) -> None:
    file = project / "environments/technova/dev.yaml"
    file.write_text(
        file.read_text(encoding="utf-8").replace(
            "network:\n", "network:\n  nat: none\n  endpoints: [ecr.api, logs]\n", 1
        ),
        encoding="utf-8",
    )
    environment = environment_of(project, "dev")

    assert interface_endpoints(environment) == ("ecr.api", "execute-api", "logs")
    assert {("endpoints", 443), ("object-store", 443)} <= set(connections(environment, "services/planning"))
    assert not [found for found in dependencies(environment) if found.target == "internet"]
