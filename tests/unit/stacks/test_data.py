from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from infragen.kinds.databases import Database
from infragen.stacks import data
from tests.unit.stacks.conftest import environment_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from infragen.core.landscape import Environment


def test_every_domain_with_a_database_has_a_stack_of_its_own(prod: Environment) -> None:
    assert [stack.name for stack in data.build(prod)] == [
        "data-common",
        "data-iot",
        "data-manufacturing",
        "data-sales",
        "data-service",
    ]


def test_every_database_has_one_writer_and_the_readers_of_its_row(
    each_environment: Environment, rendered: Callable[..., dict[str, str]]
) -> None:
    files = rendered(each_environment, data.build)

    for name, database in each_environment.databases.items():
        text = files[f"data-{database.domain}/{name}.tf"]
        roles = re.findall(r'identifier        = "[^"]+-(writer|reader-\d+)"', text)
        assert sorted(roles) == sorted(["writer", *(f"reader-{n}" for n in range(1, database.readers + 1))])
        assert ("rds_proxy_reader_endpoint" in text) is (database.readers > 0)


def test_instances_of_a_cluster_stand_in_different_zones(
    prod: Environment, rendered: Callable[..., dict[str, str]]
) -> None:
    files = rendered(prod, data.build)

    for name, database in prod.all(Database).items():
        zones = re.findall(r'availability_zone = "([^"]+)"', files[f"data-{database.domain}/{name}.tf"])
        assert len(set(zones)) == min(3, 1 + database.readers)


def test_writers_are_spread_over_all_zones(prod: Environment, rendered: Callable[..., dict[str, str]]) -> None:
    text = "".join(rendered(prod, data.build).values())

    writers = re.findall(r'writer = \{\n\s+availability_zone = "([^"]+)"', text)
    assert len(writers) == 20
    assert set(writers) == {"ap-northeast-1a", "ap-northeast-1c", "ap-northeast-1d"}


def test_another_database_moves_no_instance(project: Path, rendered: Callable[..., dict[str, str]]) -> None:
    before = rendered(environment_of(project, "dev"), data.build)
    planning = project / "catalog/technova/databases/manufacturing/planning.yaml"
    text = planning.read_text(encoding="utf-8").replace("name: planning", "name: quality")
    planning.with_name("quality.yaml").write_text(text, encoding="utf-8")
    after = rendered(environment_of(project, "dev"), data.build)

    assert {path for path in after if before.get(path) != after[path]} == {
        "data-manufacturing/outputs.tf",
        "data-manufacturing/quality.tf",
        "data-manufacturing/sql/quality.sql",
    }


def test_production_keeps_its_data_and_writes_master_passwords_itself(
    prod: Environment, rendered: Callable[..., dict[str, str]]
) -> None:
    text = rendered(prod, data.build)["data-manufacturing/planning.tf"]

    assert "deletion_protection       = true" in text
    assert "skip_final_snapshot       = false" in text
    assert "apply_immediately         = false" in text
    assert "master_password         = module.master_password_planning.password" in text
    assert 'source = "../modules/aurora_cluster"' in text


def test_elsewhere_aws_keeps_the_master_password(dev: Environment, rendered: Callable[..., dict[str, str]]) -> None:
    files = rendered(dev, data.build)

    text = files["data-manufacturing/planning.tf"]
    assert 'source = "../modules/aurora_cluster_managed_password"' in text
    assert "master_password" not in text.replace("aurora_cluster_managed_password", "")
    module = files["modules/aurora_cluster_managed_password/main.tf"]
    assert "manage_master_user_password   = true" in module
    assert "master_password_wo" not in module


def test_no_password_stands_in_what_is_rendered(
    each_environment: Environment, rendered: Callable[..., dict[str, str]]
) -> None:
    for text in rendered(each_environment, data.build).values():
        assert not re.search(r'password\w*\s*=\s*"', text)
        assert "secret_string " not in text


@pytest.mark.parametrize("module", ["aurora_cluster", "aurora_cluster_managed_password"])
def test_tls_and_the_audit_of_every_operation_are_not_optional(
    prod: Environment, dev: Environment, rendered: Callable[..., dict[str, str]], module: str
) -> None:
    files = rendered(prod, data.build) | rendered(dev, data.build)

    text = files[f"modules/{module}/main.tf"]
    assert re.search(r'"require_secure_transport"\n\s+value        = "ON"', text)
    assert re.search(r'"server_audit_events"\n\s+value        = "CONNECT,QUERY,TABLE"', text)
    assert "iam_database_authentication_enabled = true" in text
    assert "storage_encrypted = true" in text


def test_the_sql_gives_the_service_the_least_and_names_everybody_with_tls(
    prod: Environment, rendered: Callable[..., dict[str, str]]
) -> None:
    sql = rendered(prod, data.build)["data-manufacturing/sql/planning.sql"]

    statements = [line for line in sql.splitlines() if line and not line.startswith("--")]
    assert "GRANT SELECT, INSERT, UPDATE, DELETE, EXECUTE ON `planning`.* TO 'planning'@'%';" in statements
    created = [line for line in statements if line.startswith(("CREATE USER", "ALTER USER"))]
    assert len(created) == 4
    assert all(line.endswith("REQUIRE SSL;") for line in created)
    assert "*.*" not in sql
    assert "ALL PRIVILEGES" not in sql


def test_a_renamed_database_keeps_cluster_schema_and_user(
    project: Path, rendered: Callable[..., dict[str, str]]
) -> None:
    file = project / "catalog/technova/databases/manufacturing/planning.yaml"
    text = file.read_text(encoding="utf-8").replace("name: planning\n", "name: scheduling\nrenamed_from: planning\n")
    file.with_name("scheduling.yaml").write_text(text, encoding="utf-8")
    file.unlink()
    files = rendered(environment_of(project, "prod"), data.build)

    own = files["data-manufacturing/scheduling.tf"]
    assert 'cluster_identifier   = "aurora-prod-manufacturing-planning"' in own
    assert 'database_name        = "planning"' in own
    for label in ("cluster", "master_password", "proxy", "reader_endpoint", "secret"):
        assert f"  from = module.{label}_planning\n  to   = module.{label}_scheduling\n" in own
    assert "'planning'@'%'" in files["data-manufacturing/sql/scheduling.sql"]
