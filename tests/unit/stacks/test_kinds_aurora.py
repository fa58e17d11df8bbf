"""Aurora clusters of any engine: serverless that pauses, or of an instance class; when which module makes them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.unit.stacks.systems import DATABASE, DEV, SERVICE, Rendered, environment, rendered

if TYPE_CHECKING:
    from pathlib import Path

FILE = "data/database-main.tf"
POSTGRESQL = 'name: main\ntitle: Main\nengine: aurora-postgresql\nversion: "17"\n'
SERVERLESS = POSTGRESQL + "capacity: {min: 0.5 ACU, max: 4 ACU}\n"
CLASS = POSTGRESQL + "size: db.r7g.large\n"


def of(root: Path, database: str, settings: str = "") -> Rendered:
    files = {"services/web.yaml": SERVICE + "database: main\n", "databases/main.yaml": database}
    return rendered(environment(root, {**files, "dev.yaml": DEV + settings}))


def test_a_cluster_pauses_when_its_least_capacity_is_none(tmp_path: Path) -> None:
    call = of(tmp_path, SERVERLESS.replace("0.5 ACU", "0 ACU")).call(FILE, "database_main")
    assert re.findall(r"(\w+) += (\d+)", call["capacity"]) == [
        ("min", "0"),
        ("max", "4"),
        ("seconds_until_pause", "300"),
    ]
    longer = SERVERLESS.replace("min: 0.5 ACU", "pause_after: 1 h, min: 0 ACU")
    assert "seconds_until_pause = 3600" in of(tmp_path / "other", longer).call(FILE, "database_main")["capacity"]
    assert "seconds_until_pause" not in of(tmp_path / "third", SERVERLESS).call(FILE, "database_main")["capacity"]


def test_a_cluster_of_an_instance_class_has_no_range(tmp_path: Path) -> None:
    call = of(tmp_path, CLASS).call(FILE, "database_main")
    assert call["instance_class"] == '"db.r7g.large"'
    assert "capacity" not in call
    assert of(tmp_path / "other", SERVERLESS).call(FILE, "database_main")["instance_class"] == '"db.serverless"'


@pytest.mark.parametrize(
    ("database", "module"),
    [
        (DATABASE, "aurora_cluster"),
        (DATABASE.replace("0.5 ACU", "0 ACU"), "aurora"),
        (DATABASE + "parameters: {max_connections: 100}\n", "aurora"),
        (SERVERLESS, "aurora"),
        (CLASS, "aurora"),
    ],
)
def test_what_more_than_a_serverless_mysql_asks_for_is_made_by_a_module_of_its_own(
    tmp_path: Path, database: str, module: str
) -> None:
    assert of(tmp_path, database).call(FILE, "database_main")["source"] == f'"../modules/{module}_managed_password"'


def test_both_modules_keep_a_cluster_at_the_same_addresses(tmp_path: Path) -> None:
    """What begins as the one may become the other, and nothing is made anew."""

    def addresses(root: Path, database: str, module: str) -> set[str]:
        text = of(root, database).files[f"modules/{module}/main.tf"]
        return set(re.findall(r'^resource "(\w+" "\w+)"', text, re.MULTILINE))

    managed = addresses(tmp_path, DATABASE, "aurora_cluster_managed_password")
    assert managed == addresses(tmp_path / "a", DATABASE.replace("0.5 ACU", "0 ACU"), "aurora_managed_password")
    own = "master_password: write-only\n"
    written = addresses(tmp_path / "b", DATABASE + own, "aurora_cluster")
    assert written == addresses(tmp_path / "c", CLASS + own, "aurora")


def test_mysql_keeps_its_release_and_its_audit_log_there(tmp_path: Path) -> None:
    more = "audit: {retention: 365 days}\nparameters: {max_connections: 100}\n"
    found = of(tmp_path, DATABASE + more)
    call = found.call(FILE, "database_main")
    assert (call["engine"], call["engine_version"]) == ('"aurora-mysql"', '"8.0.mysql_aurora.3.10.1"')
    assert (call["parameter_group_family"], call["auto_minor_version_upgrade"]) == ('"aurora-mysql8.0"', "false")
    values = {name: one["value"] for name, one in found.items(FILE, "database_main", "parameters").items()}
    assert values["require_secure_transport"] == '"ON"'
    assert values["server_audit_logging"] == '"1"'
    assert re.search(r"audit += 365", call["log_exports"])


def test_services_of_a_postgresql_cluster_are_told_of_its_readers_through_the_proxy_too(tmp_path: Path) -> None:
    web = of(tmp_path, CLASS + "readers: 1\nproxy: {}\n").files["app/service-web.tf"]
    assert re.search(r"DATABASE_READER_HOST += local.data.proxy_main_reader_endpoint", web)
    assert re.search(r'DATABASE_PORT += "5432"', web)
    assert "ConnectToOwnProxy" in web


def test_capacity_is_watched_where_there_is_a_range(tmp_path: Path) -> None:
    def watched(root: Path, database: str) -> set[str]:
        found = of(root, database, "alarms: true\n").items("app/database-main.tf", "alarms_database_main", "alarms")
        return {name.removeprefix("demo-dev-database-main-") for name in found}

    assert watched(tmp_path, SERVERLESS) == {"capacity", "connections", "cpu"}
    assert watched(tmp_path / "other", CLASS) == {"connections", "cpu"}
