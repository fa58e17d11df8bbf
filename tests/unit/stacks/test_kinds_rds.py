"""Databases on RDS: what an instance is asked for, who signs in, and SQL that PostgreSQL itself can read."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

from infragen.catalog import Project, load
from infragen.core.build_context import BuildContext
from infragen.environment import resolve
from infragen.kinds.databases import operations
from infragen.kinds.databases.build import backups
from infragen.stacks.build import in_force
from tests.conftest import ROOT
from tests.unit.stacks.systems import DEV, SERVICE, SYSTEM, Rendered, call_of, environment, job, rendered, service

if TYPE_CHECKING:
    from pathlib import Path

pglast = pytest.importorskip("pglast", reason="`make install` brings PostgreSQL's own parser")
ast = pglast.ast

FILE = "data/database-main.tf"
SQL = "data/sql/main.sql"
POSTGRESQL = """\
name: main
title: Main
engine: postgresql
version: "17"
size: db.t4g.micro
"""
MYSQL = POSTGRESQL.replace("postgresql", "mysql").replace('"17"', '"8.4"')


def of(root: Path, more: str = "", settings: str = "", database: str = POSTGRESQL, **files: str) -> Rendered:
    usual = {
        "services/web.yaml": SERVICE + "database: main\n",
        "databases/main.yaml": database + more,
        "dev.yaml": DEV + settings,
        "system.yaml": SYSTEM,
    }
    return rendered(environment(root, usual | files))


@pytest.mark.parametrize(
    ("storage", "planned"),
    [
        ("{size: 399 GB}", {}),
        ("{size: 400 GB}", {"iops": 12_000, "throughput": 500}),
        ("{size: 400 GB, iops: 20000}", {"iops": 20_000, "throughput": 500}),
        ("{size: 400 GB, throughput: 700 MB/s}", {"iops": 12_000, "throughput": 700}),
    ],
)
def test_a_disk_says_what_it_does_where_rds_takes_that(tmp_path: Path, storage: str, planned: dict[str, int]) -> None:
    """Else nothing is planned once a catalogue takes `iops` away: the provider keeps the former value."""
    asked = of(tmp_path, f"storage: {storage}\n").call(FILE, "database_main")["storage"]
    assert {name: int(value) for name, value in re.findall(r"(iops|throughput) *= *(\d+)", asked)} == planned


def test_a_backup_before_each_release_is_kept_as_long_as_asked_and_no_longer(tmp_path: Path) -> None:
    found = of(tmp_path, "backup: {before_release: 30 days}\n")
    role = found.call(FILE, "backup_role_main")
    arn = "arn:aws:rds:ap-northeast-1:111122223333:db:demo-dev-database-main"
    assert (role["kind"], role["database_arn"]) == ('"instance"', "module.database_main.arn")
    assert "backup_plan_main" not in found.labels(FILE)
    [command] = [
        one.value
        for one in operations.outputs(found.environment.entries["databases"]["main"], place(found))
        if one.what == "take a backup before a release, kept 30 days"
    ]
    assert command == (
        "aws backup start-backup-job --region ap-northeast-1 --backup-vault-name demo-dev-backups"
        f" --resource-arn {arn} --iam-role-arn arn:aws:iam::111122223333:role/demo-dev-database-main-backup"
        " --lifecycle DeleteAfterDays=30"
    )


def test_backups_by_the_clock_are_a_plan_in_the_system_s_zone(tmp_path: Path) -> None:
    found = of(tmp_path, 'backup: {schedules: {monthly: {cron: "0 5 1 * ? *", retention: 1 year}}}\n')
    plan = found.call(FILE, "backup_plan_main")
    assert (plan["time_zone"], plan["role_arn"]) == ('"UTC"', "module.backup_role_main.arn")
    wanted = {"monthly": {"cron": '"0 5 1 * ? *"', "retention_days": "365"}}
    assert found.items(FILE, "backup_plan_main", "schedules") == wanted


def place(found: Rendered) -> BuildContext:
    return BuildContext(found.environment, in_force(found.environment), "databases/main")


def statements(sql: str) -> list[Any]:
    """Return the statements as PostgreSQL's own parser reads them, with passwords put in."""
    return [raw.stmt for raw in pglast.parse_sql(re.sub(r"\$\{\w+\}", "secret", sql))]


def memberships(sql: str) -> dict[str, set[str]]:
    """Return the roles that each role is a member of in the end."""
    found: dict[str, set[str]] = {}
    for one in statements(sql):
        if isinstance(one, ast.GrantRoleStmt):
            for grantee in one.grantee_roles:
                granted = {role.priv_name for role in one.granted_roles}
                of_one = found.setdefault(grantee.rolename or "CURRENT_USER", set())
                found[grantee.rolename or "CURRENT_USER"] = of_one | granted if one.is_grant else of_one - granted
    return found


def logins(sql: str) -> dict[str, bool]:
    """Return who may sign in, and whether with a password."""
    found = {}
    for one in statements(sql):
        if isinstance(one, ast.AlterRoleStmt):
            options = {option.defname for option in one.options}
            assert options <= {"canlogin", "password"}
            found[one.role.rolename] = "password" in options
    return found


def test_the_smallest_instance_is_private_encrypted_and_alone(tmp_path: Path) -> None:
    found = of(tmp_path)
    call = found.call(FILE, "database_main")
    assert found.labels(FILE) == {"database_main", "users_main"}
    assert (call["engine"], call["engine_version"], call["instance_class"]) == ('"postgres"', '"17"', '"db.t4g.micro"')
    assert (call["multi_az"], call["deletion_protection"], call["skip_final_snapshot"]) == ("false", "false", "true")
    assert re.search(r"size = 20\b", call["storage"])
    module = found.files["modules/rds_instance_managed_password/main.tf"]
    for wanted in (
        r"storage_encrypted += true",
        r"publicly_accessible += false",
        r"manage_master_user_password += true",
    ):
        assert re.search(wanted, module)
    assert "password_wo" not in module


def test_production_is_protected_unless_the_catalogue_says_otherwise(tmp_path: Path) -> None:
    call = of(tmp_path / "a", settings="production: true\n").call(FILE, "database_main")
    assert (call["deletion_protection"], call["skip_final_snapshot"]) == ("true", "false")
    assert (call["delete_automated_backups"], call["apply_immediately"]) == ("false", "false")
    more = "deletion_protection: false\nfinal_snapshot: false\n"
    call = of(tmp_path / "b", more, "production: true\n").call(FILE, "database_main")
    assert (call["deletion_protection"], call["skip_final_snapshot"]) == ("false", "true")


@pytest.mark.parametrize(("version", "kept"), [("17", "true"), ("17.9", "false")])
def test_aws_keeps_the_minor_version_current_unless_one_is_named(tmp_path: Path, version: str, kept: str) -> None:
    call = of(tmp_path, database=POSTGRESQL.replace('"17"', f'"{version}"')).call(FILE, "database_main")
    assert (call["engine_version"], call["auto_minor_version_upgrade"]) == (f'"{version}"', kept)
    assert call["parameter_group_family"] == '"postgres17"'
    assert call["parameter_group_name"] == '"demo-dev-database-main-postgres17"'


@pytest.mark.parametrize(
    ("database", "parameter"), [(POSTGRESQL, "rds.force_ssl"), (MYSQL, "require_secure_transport")]
)
def test_connections_without_tls_are_refused(tmp_path: Path, database: str, parameter: str) -> None:
    assert of(tmp_path, database=database).items(FILE, "database_main", "parameters")[parameter]["value"] == '"1"'


def test_a_static_parameter_waits_for_a_restart_and_what_the_catalogue_says_wins(tmp_path: Path) -> None:
    more = "parameters: {max_connections: 200, work_mem: 65536, log_min_duration_statement: 250}\n"
    found = of(tmp_path, more).items(FILE, "database_main", "parameters")
    assert {name: (one["value"], one["apply_method"]) for name, one in found.items()} == {
        "log_min_duration_statement": ('"250"', '"immediate"'),
        "max_connections": ('"200"', '"pending-reboot"'),
        "rds.force_ssl": ('"1"', '"pending-reboot"'),  # as AWS tells of its default
        "work_mem": ('"65536"', '"immediate"'),
    }


@pytest.mark.parametrize(
    ("database", "days"),
    [(POSTGRESQL, "7"), (MYSQL, None), (MYSQL.replace("micro", "medium"), "7")],
)
def test_insights_are_kept_where_the_class_has_them(tmp_path: Path, database: str, days: str | None) -> None:
    assert (
        of(tmp_path, database=database).call(FILE, "database_main").get("performance_insights_retention_days") == days
    )


def test_readers_stand_in_the_zones_that_are_named(tmp_path: Path) -> None:
    more = "readers: 2\nmaster_password: write-only\nreader_zones: [ap-northeast-1c, ap-northeast-1a]\n"
    zones = of(tmp_path, more).call(FILE, "readers_main")["zones"]
    assert re.findall(r'(reader-\d) = "([\w-]+)"', zones) == [
        ("reader-1", "ap-northeast-1c"),
        ("reader-2", "ap-northeast-1a"),
    ]


def test_code_finds_the_host_of_readers_where_an_environment_has_none(tmp_path: Path) -> None:
    found = of(tmp_path, "readers: 2\nmaster_password: write-only\n", "databases: {main: {readers: 0}}\n")
    for name in ("HOST", "HOSTS"):
        told = rf"DATABASE_READER_{name} += local.data.database_main_endpoint\n"
        assert re.search(told, found.files["app/service-web.tf"])


def test_readers_have_a_module_of_their_own_and_services_are_told_of_the_first(tmp_path: Path) -> None:
    found = of(tmp_path, "readers: 2\nmaster_password: write-only\n")
    call = found.call(FILE, "readers_main")
    assert call["source_identifier"] == "module.database_main.identifier"
    assert re.findall(r'"(demo-dev-database-main-reader-\d)"', call["readers"]) == [
        "demo-dev-database-main-reader-1",
        "demo-dev-database-main-reader-2",
    ]
    web = found.files["app/service-web.tf"]
    assert 'DATABASE_READER_HOST  = local.data.readers_main_endpoints["reader-1"]' in web
    one, other = (f'local.data.readers_main_endpoints["reader-{number}"]' for number in (1, 2))
    assert f'DATABASE_READER_HOSTS = "${{{one}}},${{{other}}}"' in web  # RDS has no address that leads to each
    assert web.count("dbuser:") == 3


def test_readers_have_a_version_of_their_own_only_while_they_are_upgraded_first(tmp_path: Path) -> None:
    database = POSTGRESQL.replace('"17"', '"17.10"')
    readers = "readers: 1\nmaster_password: write-only\n"
    for more, version in (("", None), ('readers_version: "17.11"\n', '"17.11"')):
        found = of(tmp_path / str(version is None), readers + more, database=database)
        assert found.call(FILE, "readers_main").get("engine_version") == version
        assert found.call(FILE, "database_main")["engine_version"] == '"17.10"'


@pytest.mark.parametrize(("engine", "family"), [(POSTGRESQL, "POSTGRESQL"), (MYSQL, "MYSQL")])
def test_a_proxy_signs_in_as_each_of_its_users(tmp_path: Path, engine: str, family: str) -> None:
    files = service("api", "uses: {databases/main: {access: read}}\n")
    found = of(tmp_path, "proxy: {}\n", database=engine, **files)
    proxy = found.call(FILE, "proxy_main")
    assert (proxy["engine_family"], proxy["iam_auth"]) == (f'"{family}"', '"REQUIRED"')
    assert proxy["instance_identifier"] == "module.database_main.identifier"
    outputs = found.files["modules/rds_instance_managed_password/outputs.tf"]
    assert re.search(r'"identifier" {[^}]+value += aws_db_instance\.this\.identifier', outputs)  # not of the variable
    secrets = found.items(FILE, "passwords_main", "users")
    assert set(found.items(FILE, "proxy_main", "logins")) == set(secrets) == {"api", "web"}
    for one in secrets.values():
        assert one["secret_name"].replace('"', "'") in found.files[SQL]


def test_every_service_has_a_user_of_its_own(tmp_path: Path) -> None:
    files = service("api", "database: main\n")
    found = of(tmp_path, **files)
    for name in ("api", "web"):
        text = found.files[f"app/service-{name}.tf"]
        assert f'DATABASE_USER = "{name}"' in text
        assert f"database_main_resource_id}}/{name}" in text


def test_the_roles_are_what_postgresql_reads_and_nobody_has_more_than_asked_for(tmp_path: Path) -> None:
    files = service("reports", "uses: {databases/main: {access: read}}\n")
    files |= service("setup", "uses: {databases/main: {access: owner}}\n")
    sql = of(tmp_path, **files).files[SQL]
    found = memberships(sql)
    assert found["web"] == {"main_can_write", "rds_iam"}
    assert found["reports"] == {"main_can_read", "rds_iam"}
    assert found["setup"] == {"main_owner", "rds_iam"}
    assert found["CURRENT_USER"] == {"main_owner"}
    assert logins(sql) == dict.fromkeys(("reports", "setup", "web"), False)


def test_behind_a_proxy_services_have_passwords_and_no_tokens(tmp_path: Path) -> None:
    sql = of(tmp_path, "proxy: {}\n").files[SQL]
    assert logins(sql) == {"web": True}
    assert memberships(sql)["web"] == {"main_can_write"}
    assert "'${APPLICATION_PASSWORD}'" in sql


def test_what_changes_tables_owns_them_and_the_others_get_at_what_it_makes(tmp_path: Path) -> None:
    sql = of(tmp_path, **job("migrate", "uses: {databases/main: {access: migrate}}\n")).files[SQL]
    defaults = [one for one in statements(sql) if isinstance(one, ast.AlterDefaultPrivilegesStmt)]
    makers = {frozenset((role.roletype.name, role.rolename) for role in one.options[0].arg) for one in defaults}
    assert makers == {frozenset({("ROLESPEC_CSTRING", "main_owner"), ("ROLESPEC_CURRENT_USER", None)})}
    settings = [one for one in statements(sql) if isinstance(one, ast.AlterRoleSetStmt)]
    assert {(one.role.rolename, one.setstmt.name, one.setstmt.args is not None) for one in settings} == {
        ("web", "role", False),
        ("main_migration", "role", True),
    }


GATEWAY = """\
name: public
title: Public
purpose: what tenants call
reach: internet
per: api-key
limit: 100 req/min
burst: 20
tenants: [acme, globex-corp]
"""


@pytest.mark.parametrize("listed", ["tenants: [acme, globex-corp]", "tenants_of: public"])
def test_each_tenant_has_a_schema_for_all_users_and_what_migrates_is_told_of_them(tmp_path: Path, listed: str) -> None:
    files = job("migrate", "uses: {databases/main: {access: migrate, prefix: DATABASE}}\n")
    files |= {"gateways/public.yaml": GATEWAY} if "public" in listed else {}
    found = of(tmp_path, f"{listed}\n", **files)
    every = statements(found.files[SQL])
    made = [one for one in every if isinstance(one, ast.CreateSchemaStmt)]
    assert [(one.schemaname, one.authrole.rolename, one.if_not_exists) for one in made] == [
        (name, "main_owner", True) for name in ("tenant_acme", "tenant_globex_corp")
    ]
    granted = [one for one in every if isinstance(one, ast.GrantStmt) and "tenant_acme" in str(one.objects)]
    [[usage]] = [one.privileges for one in granted]
    assert usage.priv_name == "usage"
    assert {one.rolename for one in granted[0].grantees} == {"main_can_read", "main_can_write"}
    assert 'DATABASE_SCHEMAS = "tenant_acme,tenant_globex_corp"' in found.files["app/job-migrate.tf"]
    assert "SCHEMAS" not in found.files["app/service-web.tf"]
    assert call_of(found.files[FILE], "users_main")["users"].items["main_owner"].items["access"].plain == (
        "tenant_acme, tenant_globex_corp"
    )


def test_no_role_is_made_twice_and_none_may_make_roles(tmp_path: Path) -> None:
    sql = of(tmp_path).files[SQL]
    found = statements(sql)
    assert not [one for one in found if isinstance(one, ast.CreateRoleStmt)]
    [block] = [one for one in found if isinstance(one, ast.DoStmt)]
    body = next(option.arg.sval for option in block.args if option.defname == "as")
    assert pglast.parse_plpgsql(f"CREATE FUNCTION made() RETURNS void LANGUAGE plpgsql AS $made${body}$made$")
    assert set(re.findall(r"'(\w+)'", body.partition("ARRAY[")[2].partition("]")[0])) == {
        "main_owner", "main_can_write", "main_can_read", "web",
    }  # fmt: skip


def test_a_copy_has_what_its_source_has_until_it_is_promoted() -> None:
    project = Project(ROOT)
    for name, is_copy in (("prod", False), ("dr", True)):
        found = resolve(project, load(project, "delivery-tracking"), name).environment()
        entry, ctx = found.entries["databases"]["main"], BuildContext(found, in_force(found), "databases/main")
        said = [one.what for one in operations.outputs(entry, ctx)]
        later = " once it is promoted (until then it is that of delivery-tracking/prod)" if is_copy else ""
        assert f"read the password of administrator{later}" in said
        assert ("make its users, as the master user" in said) is not is_copy
        assert any(one.startswith("take a backup before a release") for one in said) is not is_copy
        assert (operations.users_script(entry, ctx) is None) is is_copy
        assert bool([*backups(entry, ctx)]) is not is_copy


def test_where_no_entry_may_change_tables_people_are_told_how_they_do() -> None:
    project = Project(ROOT)
    found = resolve(project, load(project, "webapp"), "prod").environment()
    ctx = BuildContext(found, in_force(found), "databases/main")
    outputs = operations.outputs(found.entries["databases"]["main"], ctx)
    [command] = [str(one.value) for one in outputs if one.what.startswith("make its tables as the master user")]
    assert command.endswith(
        "--database main --continue-after-timeout --sql "
        """'DO $$ BEGIN SET LOCAL ROLE "main_owner"; CREATE TABLE ...; END $$'"""
    )


def test_mysql_on_rds_gives_each_what_it_asked_for(tmp_path: Path) -> None:
    files = service("reports", "uses: {databases/main: {access: read}}\n")
    files |= service("setup", "uses: {databases/main: {access: owner}}\n")
    sql = of(tmp_path, database=MYSQL, **files).files[SQL]
    assert "GRANT SELECT, SHOW VIEW ON `main`.* TO 'reports'@'%';" in sql
    assert "GRANT SELECT, INSERT, UPDATE, DELETE, EXECUTE ON `main`.* TO 'web'@'%';" in sql
    assert re.search(r"GRANT .*ALTER, CREATE,.* ON `main`\.\* TO 'setup'@'%';", sql)
    given = dict(reversed(found) for found in re.findall(r"GRANT (.*) ON `main`\.\* TO '(\w+)'@'%';", sql))
    taken = dict(reversed(found) for found in re.findall(r"REVOKE (.*) ON `main`\.\* FROM '(\w+)'@'%';", sql))
    everything = {*given["setup"].split(", "), "ALTER ROUTINE", "CREATE ROUTINE"}
    for user, privileges in given.items():  # MySQL takes nothing from a user that was never granted anything
        assert {*taken.get(user, "").split(", ")} - {""} == everything - {*privileges.split(", ")}
        assert user not in taken or sql.index(f"TO '{user}'@") < sql.index(f"FROM '{user}'@")
    assert "services/reports" in sql


def test_customer_keys_encrypt_storage_logs_and_secrets(tmp_path: Path) -> None:
    found = of(tmp_path, "proxy: {}\n", "customer_keys: true\n")
    call, proxy = found.call(FILE, "database_main"), found.call(FILE, "proxy_main")
    assert call["kms_key_arn"] == "local.network.key_databases_arn"
    assert call["logs_kms_key_arn"] == proxy["logs_kms_key_arn"] == "local.network.key_logs_arn"
    assert call["secrets_kms_key_arn"] == proxy["secrets_kms_key_arn"] == "local.network.key_secrets_arn"
    assert found.call(FILE, "passwords_main")["kms_key_arn"] == "local.network.key_secrets_arn"


def test_an_alarm_watches_the_disk_connections_and_readers(tmp_path: Path) -> None:
    more = "storage: {size: 100 GB}\nreaders: 1\nmaster_password: write-only\n"
    found = of(tmp_path, more, "alarms: true\n").items("app/database-main.tf", "alarms_database_main", "alarms")
    assert {name.removeprefix("demo-dev-database-main-"): one["threshold"] for name, one in found.items()} == {
        "connections": "89",
        "cpu": "90",
        "free-storage": str(10 * 2**30),
        "reader-1-cpu": "90",
        "reader-1-lag": "60",
        "slot-lag": str(10 * 2**30),
    }


SILENT = "readers: 1\nmaster_password: write-only\nalarms: {free-memory: {below: 1 GB}, reports: {below: 1}}\n"


def test_what_an_entry_says_of_an_instance_is_watched_of_each_reader(tmp_path: Path) -> None:
    found = of(tmp_path, SILENT, "alarms: true\n").items("app/database-main.tf", "alarms_database_main", "alarms")
    watched = {name for name, one in found.items() if one["metric"] == '"FreeableMemory"'}
    assert watched == {"demo-dev-database-main-free-memory", "demo-dev-database-main-reader-1-free-memory"}
    assert "database-main-reader-1" in found["demo-dev-database-main-reader-1-free-memory"]["dimensions"]


def test_an_instance_that_gives_no_figures_is_down_unless_working_hours_stop_it(tmp_path: Path) -> None:
    found = of(tmp_path / "always", SILENT, "alarms: true\n").items(
        "app/database-main.tf", "alarms_database_main", "alarms"
    )
    alarm = found["demo-dev-database-main-reports"]
    assert [alarm[key].strip('"') for key in ("statistic", "threshold", "missing")] == ["SampleCount", "1", "breaching"]
    hours = 'alarms: true\nworking_hours: {days: mon-fri, start: "08:00", end: "20:00", why: nights}\n'
    text = of(tmp_path / "hours", SILENT.replace("readers: 1\n", ""), hours).files["app/database-main.tf"]
    assert "database-main-cpu" in text
    assert "database-main-reports" not in text


def test_defaults_for_aurora_say_nothing_about_an_instance(tmp_path: Path) -> None:
    system = SYSTEM + "defaults: {databases: {capacity: {min: 1 ACU, max: 2 ACU}, audit: {retention: 365 days}}}\n"
    found = of(tmp_path, database=MYSQL, **{"system.yaml": system})
    assert "audit" not in found.call(FILE, "database_main")["log_exports"]
    assert found.environment.all(type(found.environment.find("databases/main")))["main"].capacity is None


@pytest.mark.parametrize("database", [POSTGRESQL, MYSQL])
def test_a_program_that_knows_no_tokens_gets_a_password_when_its_task_starts(tmp_path: Path, database: str) -> None:
    found = of(tmp_path, "login: password\n", database=database)
    web = found.files["app/service-web.tf"]
    assert re.search(r'DATABASE_PASSWORD += "\$\{local.data.passwords_main_secret_arns\["web"\]\}:password::"', web)
    assert "rds-db:connect" not in web
    assert set(found.items(FILE, "passwords_main", "users")) == {"web"}
    sql = found.files[SQL]
    assert "'${APPLICATION_PASSWORD}'" in sql
    assert "with the password of " in sql
    assert "AWSAuthenticationPlugin AS 'RDS' REQUIRE SSL;\nGRANT SELECT, INSERT" not in sql


def test_a_proxy_takes_the_passwords_of_those_who_know_no_tokens(tmp_path: Path) -> None:
    found = of(tmp_path, "login: password\nproxy: {}\n")
    assert found.call(FILE, "proxy_main")["iam_auth"] == '"DISABLED"'
    assert "to the proxy with the password of its secret" in found.files[SQL]


def test_extensions_and_an_audit_log_of_postgresql_are_made_by_its_sql_and_its_parameters(tmp_path: Path) -> None:
    found = of(tmp_path, "extensions: [postgis, uuid-ossp]\naudit: {retention: 365 days}\n")
    made = [one.extname for one in statements(found.files[SQL]) if isinstance(one, ast.CreateExtensionStmt)]
    assert made == ["postgis", "uuid-ossp", "pgaudit"]
    parameters = found.items(FILE, "database_main", "parameters")
    assert parameters["shared_preload_libraries"] == {
        "value": '"pg_stat_statements,pgaudit"',
        "apply_method": '"pending-reboot"',
    }
    assert re.search(r"postgresql += 365", found.call(FILE, "database_main")["log_exports"])
    assert "CREATE EXTENSION" not in of(tmp_path / "other").files[SQL]


def test_what_an_extension_needs_of_the_server_comes_with_it(tmp_path: Path) -> None:
    found = of(tmp_path, "extensions: [pg_cron, postgis, pglogical]\naudit: {retention: 365 days}\n")
    parameters = found.items(FILE, "database_main", "parameters")
    restarted = '"pending-reboot"'
    assert parameters["shared_preload_libraries"] == {
        "value": '"pg_stat_statements,pgaudit,pg_cron,pglogical"', "apply_method": restarted,
    }  # fmt: skip
    assert parameters["cron.database_name"] == {"value": '"main"', "apply_method": restarted}
    assert parameters["rds.logical_replication"] == {"value": '"1"', "apply_method": restarted}
    own = of(tmp_path / "own", "extensions: [pg_cron]\nparameters: {shared_preload_libraries: 'pg_cron,pg_bigm'}\n")
    assert own.items(FILE, "database_main", "parameters")["shared_preload_libraries"]["value"] == '"pg_cron,pg_bigm"'
    plain = of(tmp_path / "plain", "extensions: [postgis]\n").items(FILE, "database_main", "parameters")
    assert not {"shared_preload_libraries", "cron.database_name"} & plain.keys()


def test_a_service_s_long_name_is_a_user_that_the_engine_takes_and_no_other_has(tmp_path: Path) -> None:
    names = [f"a-service-whose-name-is-quite-long-{number}" for number in ("one", "two")]
    files = {path: text for name in names for path, text in service(name, "database: main\n").items()}
    users = {
        re.search(r'DATABASE_USER += "(\w+)"', of(tmp_path, database=MYSQL, **files).files[f"app/service-{name}.tf"])[1]  # type: ignore[index]
        for name in names
    }
    assert len(users) == 2
    assert max(map(len, users)) <= 32


def test_a_master_password_is_rotated_by_a_function_that_may_set_it_and_nothing_else(tmp_path: Path) -> None:
    more = "master_password: write-only\nmaster_rotation: 30 days\n"
    found = of(tmp_path / "a", more, "alarms: true\n")
    call = found.call("app/database-main.tf", "rotation_database_main")
    assert (call["kind"], call["days"]) == ('"instance"', "30")
    assert call["secret_arn"] == "local.data.database_main_master_secret_arn"
    alarms = found.items("app/database-main.tf", "alarms_database_main", "alarms")
    assert "demo-dev-database-main-rotation" in alarms
    cluster = (
        'name: main\ntitle: Main\nengine: aurora-postgresql\nversion: "17"\ncapacity: {min: 0.5 ACU, max: 4 ACU}\n'
    )
    of_cluster = of(tmp_path / "b", database=cluster + more).call("app/database-main.tf", "rotation_database_main")
    assert (of_cluster["kind"], of_cluster["database_arn"]) == ('"cluster"', "local.data.database_main_cluster_arn")


def test_what_aws_keeps_has_no_function_that_rotates_it(tmp_path: Path) -> None:
    assert "app/database-main.tf" not in of(tmp_path).files


@pytest.mark.parametrize(
    ("more", "settings", "lag"),
    [
        ("", "", None),
        ("readers: 1\nmaster_password: write-only\n", "", str(2 * 2**30)),
        ("", "recovery: {region: ap-northeast-3, rpo_hours: 1, rto_hours: 4, failover: manual}\n", str(2 * 2**30)),
    ],
)
def test_what_a_copy_does_not_take_is_told_before_it_fills_the_disk(
    tmp_path: Path, more: str, settings: str, lag: str | None
) -> None:
    found = of(tmp_path, more, f"alarms: true\n{settings}")
    alarms = found.items("app/database-main.tf", "alarms_database_main", "alarms")
    told = [one["threshold"] for one in alarms.values() if one["metric"] == '"OldestReplicationSlotLag"']
    assert told == ([] if lag is None else [lag])
