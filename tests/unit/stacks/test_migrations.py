"""Who changes the tables of a database: a user that is made when somebody is it, and a way past the proxy."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from infragen.stacks.costs import estimate
from tests.unit.stacks.systems import DATABASE, SERVICE, Rendered, environment, job, rendered

if TYPE_CHECKING:
    from pathlib import Path

SQL = "data/sql/main.sql"
JOB = "app/job-migrate.tf"
MIGRATE = "uses: {databases/main: {access: migrate, prefix: DATABASE}}\n"
WEB = {"services/web.yaml": SERVICE + "database: main\n"}
INSTANCE = """\
name: main
title: Main
engine: postgresql
version: "17"
size: db.t4g.micro
"""
POSTGRESQL = INSTANCE.replace("postgresql", "aurora-postgresql").replace("db.t4g.micro", "db.r7g.large")
ENGINES = pytest.mark.parametrize("database", [DATABASE, POSTGRESQL, INSTANCE], ids=["mysql", "postgresql", "instance"])


def of(root: Path, database: str, **files: str) -> Rendered:
    named = {path.replace("__", "/") + ".yaml": text for path, text in files.items()}
    return rendered(environment(root, {**WEB, **job("migrate", MIGRATE), "databases/main.yaml": database, **named}))


def passwords(found: Rendered) -> set[str]:
    """Return the users that a secret is drawn for."""
    return set(found.items("data/database-main.tf", "passwords_main", "users"))


@ENGINES
@pytest.mark.parametrize("proxy", ["", "proxy: {}\n"])
def test_a_job_that_migrates_signs_in_at_the_database_itself_with_a_token(
    tmp_path: Path, database: str, proxy: str
) -> None:
    found = of(tmp_path, database + proxy)
    call = found.call(JOB, "job_migrate")
    assert "DATABASE_HOST = local.data.database_main_endpoint\n" in call["environment"]
    assert 'DATABASE_USER = "main_migration"' in call["environment"]
    assert found.files[JOB].count("rds-db:connect") == 1
    [resource] = re.findall(r'"(arn:aws:rds-db:[^"]+)"', found.files[JOB])
    assert resource.endswith(":dbuser:${local.data.database_main_resource_id}/main_migration")
    assert "proxy" not in found.files[JOB]
    assert "secrets" not in call
    ingress = found.items("network/database-main.tf", "security_group_database_main", "ingress")
    assert set(ingress) == {"job-migrate", "proxy-main" if proxy else "service-web"}
    assert ingress["job-migrate"]["security_group_id"] == "module.security_group_job_migrate.id"
    egress = found.items("network/job-migrate.tf", "security_group_job_migrate", "egress")
    assert egress["database-main"]["port"] == ingress["job-migrate"]["port"]
    if proxy:
        pooled = found.items("network/database-main.tf", "security_group_proxy_main", "ingress")
        assert set(pooled) == {"service-web"}


@pytest.mark.parametrize(
    ("database", "signs_in"),
    [
        (DATABASE, "CREATE USER IF NOT EXISTS 'main_migration'@'%' IDENTIFIED WITH AWSAuthenticationPlugin AS 'RDS'"),
        (POSTGRESQL, 'GRANT rds_iam TO "main_migration";'),
    ],
)
def test_its_user_is_made_when_it_is_declared_and_not_before(tmp_path: Path, database: str, signs_in: str) -> None:
    assert signs_in in of(tmp_path / "a", database).files[SQL]
    without = rendered(environment(tmp_path / "b", {**WEB, "databases/main.yaml": database}))
    assert "_migration" not in without.files[SQL]
    assert "_reader" not in without.files[SQL]


def test_it_changes_tables_and_routines_of_its_database_and_nothing_of_the_server(tmp_path: Path) -> None:
    sql = of(tmp_path, DATABASE).files[SQL]
    [grant] = re.findall(r"^GRANT (.*) ON (.*) TO 'main_migration'@'%';$", sql, re.MULTILINE)
    assert set(grant[0].split(", ")) == {
        "ALTER", "ALTER ROUTINE", "CREATE", "CREATE ROUTINE", "CREATE VIEW", "DELETE", "DROP", "EXECUTE", "INDEX",
        "INSERT", "REFERENCES", "SELECT", "SHOW VIEW", "TRIGGER", "UPDATE",
    }  # fmt: skip
    assert grant[1] == "`main`.*"


def test_a_job_that_migrates_changes_nothing_for_those_who_use_the_database(tmp_path: Path) -> None:
    database = DATABASE + "proxy: {}\n"
    before = rendered(environment(tmp_path / "before", {**WEB, "databases/main.yaml": database}))
    after = of(tmp_path / "after", database)
    for path in ("app/service-web.tf", "network/service-web.tf"):
        assert after.files[path] == before.files[path]
    both = [found.files["data/database-main.tf"].partition("# What its users may do") for found in (before, after)]
    assert both[0][0] == both[1][0]
    assert [re.findall(r"^    (\w+) = \{", users, re.MULTILINE) for _, _, users in both] == [
        ["web"],
        ["main_migration", "web"],
    ]
    [nobody] = re.findall(r"^-- None of them changes tables: .*\n", before.files[SQL], re.MULTILINE)
    assert after.files[SQL].startswith(before.files[SQL].replace(nobody, ""))


@ENGINES
def test_where_users_have_passwords_it_has_one_of_its_own_that_the_proxy_does_not_know(
    tmp_path: Path, database: str
) -> None:
    found = of(tmp_path, database + "login: password\nproxy: {}\n")
    call = found.call(JOB, "job_migrate")
    assert re.search(
        r'DATABASE_PASSWORD += "\$\{local.data.passwords_main_secret_arns\["main_migration"\]\}:password::"',
        call["secrets"],
    )
    assert "rds-db:connect" not in found.files[JOB]
    assert passwords(found) == {"web", "main_migration"}
    assert set(found.items("data/database-main.tf", "proxy_main", "logins")) == {"web"}
    assert re.search(r"main_migration.*'\$\{MAIN_MIGRATION_PASSWORD\}'", found.files[SQL])
    assert "'${APPLICATION_PASSWORD}'" in found.files[SQL]
    assert "to the proxy" not in found.files[SQL].partition("Who changes tables")[2]


def test_the_data_api_is_given_its_password_where_it_has_one(tmp_path: Path) -> None:
    found = of(tmp_path, POSTGRESQL + "login: password\ndata_api: true\n")
    given = found.call("data/database-main.tf", "sql_main")["passwords"]
    assert re.findall(r'(\w+) += module.passwords_main.secret_arns\["(\w+)"\]', given) == [
        ("APPLICATION_PASSWORD", "web"),
        ("MAIN_MIGRATION_PASSWORD", "main_migration"),
    ]
    assert "users_main" not in found.labels("data/database-main.tf")


def test_a_function_reads_its_password_by_itself(tmp_path: Path) -> None:
    function = (
        "name: alter\ntitle: Alter\ncode: {bucket: buckets/code, key: a.zip}\nruntime: python3.13\nhandler: a.b\n"
    )
    files = {"functions__alter": function + MIGRATE, "buckets__code": "name: code\ntitle: Code\n"}
    found = of(tmp_path, INSTANCE + "login: password\n", **files)
    text = found.files["app/function-alter.tf"]
    assert 'DATABASE_PASSWORD_ARN = local.data.passwords_main_secret_arns["main_migration"]' in text
    assert passwords(found) == {"web", "main_migration"}


def test_all_who_migrate_are_one_user(tmp_path: Path) -> None:
    other = job("seed", MIGRATE)["jobs/seed.yaml"]
    found = of(tmp_path, DATABASE, jobs__seed=other)
    assert 'DATABASE_USER = "main_migration"' in found.files["app/job-seed.tf"]
    assert found.files[SQL].count("CREATE USER IF NOT EXISTS 'main_migration'") == 1
    assert "-- Who changes tables: jobs/migrate, jobs/seed. It logs in to the cluster itself" in found.files[SQL]


def test_it_writes_and_so_is_told_of_no_reader(tmp_path: Path) -> None:
    found = of(tmp_path, DATABASE + "readers: 1\nproxy: {}\n")
    assert "DATABASE_READER_HOST" in found.files["app/service-web.tf"]
    assert "READER_HOST" not in found.files[JOB]


def test_where_nobody_else_uses_the_database_only_a_proxy_needs_another_user(tmp_path: Path) -> None:
    alone = of(tmp_path / "alone", DATABASE, services__web=SERVICE)
    assert set(re.findall(r"CREATE USER IF NOT EXISTS '(\w+)'", alone.files[SQL])) == {"main_migration"}
    pooled = of(tmp_path / "pooled", DATABASE + "proxy: {}\n", services__web=SERVICE)
    assert set(re.findall(r"CREATE USER IF NOT EXISTS '(\w+)'", pooled.files[SQL])) == {"main", "main_migration"}


@pytest.mark.parametrize(
    ("more", "secrets"),
    [("", 0), ("proxy: {}\n", 1), ("login: password\n", 2), ("login: password\nproxy: {}\n", 2)],
)
def test_each_password_is_a_secret_that_costs(tmp_path: Path, more: str, secrets: int) -> None:
    found = of(tmp_path, DATABASE + more)
    lines = [line for line in estimate(found.environment).lines if line.cost.price == "secret"]
    assert sum(line.cost.units for line in lines) == 1 + secrets  # and that of the master user
