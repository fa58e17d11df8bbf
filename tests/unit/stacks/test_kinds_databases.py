"""Databases: who keeps the password, where instances stand, what the SQL lets whom do, what is asked for only."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace

from infragen.environment.written import written_in
from infragen.hcl.index import Index
from infragen.provider_schema import Checked, checked
from infragen.stacks.costs import estimate
from tests.unit.stacks.systems import DATABASE, DEV, SERVICE, SYSTEM, Rendered, environment, rendered

if TYPE_CHECKING:
    from pathlib import Path

FILE = "data/database-main.tf"
SQL = "data/sql/main.sql"
RDS = 'name: main\ntitle: Main\nengine: postgresql\nversion: "17"\nsize: db.t4g.micro\n'
ZONES = DEV.replace("0.0/16}", "0.0/16, zones: [ap-northeast-1a, ap-northeast-1c, ap-northeast-1d]}")


def of(root: Path, more: str = "", settings: str = "", system: str = "") -> Rendered:
    files = {
        "services/web.yaml": SERVICE + "database: main\n",
        "databases/main.yaml": DATABASE + more,
        "dev.yaml": ZONES + settings,
        "system.yaml": SYSTEM + system,
    }
    return rendered(environment(root, files))


def test_the_smallest_database_is_one_writer_and_nothing_more(tmp_path: Path) -> None:
    found = of(tmp_path)
    call = found.call(FILE, "database_main")
    assert found.labels(FILE) == {"database_main", "users_main"}
    assert set(found.items(FILE, "database_main", "instances")) == {"writer"}
    assert (call["deletion_protection"], call["skip_final_snapshot"], call["audited"]) == ("false", "true", "false")
    assert not {"kms_key_arn", "logs_kms_key_arn", "secrets_kms_key_arn"} & set(call)


def test_data_is_kept_where_the_catalogue_says_so(tmp_path: Path) -> None:
    call = of(tmp_path, "deletion_protection: true\nfinal_snapshot: true\n", "production: true\n").call(
        FILE, "database_main"
    )
    assert (call["deletion_protection"], call["skip_final_snapshot"]) == ("true", "false")
    assert call["apply_immediately"] == "false"


def test_aws_keeps_the_master_password(tmp_path: Path) -> None:
    found = of(tmp_path)
    call = found.call(FILE, "database_main")
    assert call["source"] == '"../modules/aurora_cluster_managed_password"'
    assert not [name for name in call if name.startswith("master_") and name != "master_username"]
    module = found.files["modules/aurora_cluster_managed_password/main.tf"]
    assert re.search(r"manage_master_user_password +=\s+true", module)
    assert "master_password_wo" not in module


def test_a_written_password_is_in_no_state(tmp_path: Path) -> None:
    found = of(tmp_path, "master_password: write-only\n")
    call = found.call(FILE, "database_main")
    assert call["source"] == '"../modules/aurora_cluster"'
    assert (call["master_secret_name"], call["master_password_version"]) == (
        '"demo-dev-database-main-master-password"',
        "1",
    )
    module = found.files["modules/aurora_cluster/main.tf"]
    assert "master_password_wo " in module
    assert not re.search(r"\bmaster_password +=", module)


@pytest.mark.parametrize(("worker", "end"), [("mailer", "mailer-password"), ("letters", "letters")])
def test_no_secret_of_a_user_ends_as_arns_of_secrets_do(tmp_path: Path, worker: str, end: str) -> None:
    found = rendered(environment(tmp_path, {
        "services/web.yaml": SERVICE.replace("name: web", f"name: {worker}") + "database: main\n",
        "databases/main.yaml": DATABASE + "login: password\n",
        "dev.yaml": ZONES,
    }))  # fmt: skip
    names = re.findall(r'secret_name += "([^"]*)"', "\n".join(found.files.values()))
    assert [name.partition("-user-")[2] for name in names] == [end]


def test_secrets_that_there_are_keep_their_names_and_so_their_values(tmp_path: Path) -> None:
    found = rendered(environment(tmp_path, {
        "services/mailer.yaml": SERVICE.replace("name: web", "name: mailer") + "database: main\n",
        "databases/main.yaml": DATABASE + "login: password\nmaster_password: write-only\n",
        "dev.yaml": ZONES,
    }))  # fmt: skip
    former = found.files[FILE].replace("-master-password", "-master").replace("mailer-password", "mailer")
    assert former != found.files[FILE]
    assert rendered(replace(found.environment, written=written_in({FILE: former}))).files[FILE] == former


def numbered(tmp_path: Path, number: int) -> Rendered:
    """Return what is rendered for two services, one of which has a password of that number."""
    files = {
        "services/reports.yaml": SERVICE.replace("web", "reports") + "database: main\n",
        "services/web.yaml": SERVICE + "database: main\n",
        "databases/main.yaml": f"{DATABASE}login: password\ndata_api: true\npassword_versions: {{web: {number}}}\n",
        "dev.yaml": ZONES,
    }
    return rendered(environment(tmp_path, files))


def drawn(found: Rendered) -> dict[str, str]:
    """Return the number of each user's password."""
    return {user: one["password_version"] for user, one in found.items(FILE, "passwords_main", "users").items()}


@pytest.mark.parametrize(
    ("number", "numbers", "now", "former"),
    [
        (2, {"reports": "1", "web": "1", "web__2": "2"}, "web__2", "web"),
        (3, {"reports": "1", "web": "3", "web__2": "2"}, "web", "web__2"),
    ],
)
def test_a_new_password_is_of_the_user_that_nobody_is_and_tasks_then_are(
    tmp_path: Path, number: int, numbers: dict[str, str], now: str, former: str
) -> None:
    found = numbered(tmp_path, number)
    assert drawn(found) == numbers
    versions = dict(re.findall(r"(\w+) += (\d)", found.call(FILE, "sql_main")["password_versions"]))  # it runs again
    assert versions == {f"{user.upper()}_PASSWORD": one for user, one in numbers.items()}
    web = found.files["app/service-web.tf"]
    assert re.search(rf'DATABASE_USER += "{now}"', web)
    assert f'DATABASE_PASSWORD = "${{local.data.passwords_main_secret_arns["{now}"]}}:password::"' in web
    arns = found.call("app/service-web.tf", "service_web")["other_secret_arns"]
    assert arns == f'[local.data.passwords_main_secret_arns["{former}"]]'
    assert "other_secret_arns" not in found.files["app/service-reports.tf"]
    sql = found.files["data/sql/main.sql"]
    rights = re.findall(r"^(GRANT .*) TO '(web|web__2)'", sql, re.MULTILINE)
    assert [user for _, user in rights] == ["web", "web__2"]
    assert len({right for right, _ in rights}) == 1


def test_whoever_has_an_even_number_since_before_there_were_two_users_keeps_the_password(tmp_path: Path) -> None:
    """Files of an infragen that drew each password for the same user: another number would draw another one."""
    file = tmp_path / "generated/demo/dev" / FILE
    file.parent.mkdir(parents=True)
    call = 'module "passwords_main" {\n  users = {\n    web = {\n      password_version = %s\n    }\n  }\n}\n'
    kept = {2: "2", 1: "1"}
    for before, first in kept.items():
        file.write_text(call % before, encoding="utf-8")
        assert drawn(numbered(tmp_path, 2)) == {"reports": "1", "web": first, "web__2": "2"}
    file.write_text(call % 2, encoding="utf-8")
    assert drawn(numbered(tmp_path, 3)) == {"reports": "1", "web": "3", "web__2": "2"}


def test_users_of_document_databases_take_turns_as_well(tmp_path: Path) -> None:
    uses = "uses: {document-databases/main: {why: vans}}\n"
    files = {
        "services/web.yaml": SERVICE + uses,
        "document-databases/main.yaml": (
            'name: main\ntitle: Main\nversion: "5.0"\nsize: db.t4g.medium\npassword_versions: {web: 2}\n'
        ),
        "dev.yaml": ZONES,
    }
    found = rendered(environment(tmp_path, files))
    users = found.items("data/document-database-main.tf", "passwords_document_database_main", "users")
    assert {user: one["password_version"] for user, one in users.items()} == {"web": "1", "web__2": "2"}
    web = found.files["app/service-web.tf"]
    assert re.search(r'MAIN_USER += "web__2"', web)
    assert len(re.findall(r'secret_arns\["(web__2|web)"\]', web)) == 2
    script = found.files["data/mongosh/main.js"]
    assert len(re.findall(r'user: "(?:web|web__2)", pwd: process.env.(?:WEB|WEB__2)_PASSWORD, roles: ', script)) == 2


def test_a_proxy_with_one_user_signs_in_as_the_second_too(tmp_path: Path) -> None:
    """Its first keeps the secret that the proxy has of its own; tasks may be either with their tokens."""
    found = of(tmp_path, "proxy: {}\npassword_versions: {web: 2}\n")
    proxy = found.call(FILE, "proxy_main")
    assert (proxy["source"], proxy["password_version"]) == ('"../modules/rds_proxy"', "1")
    assert set(found.items(FILE, "proxy_main", "logins")) == {"web__2"} == set(drawn(found))
    web = found.files["app/service-web.tf"]
    assert re.search(r'DATABASE_USER += "web__2"', web)
    assert re.findall(r"proxy_main_resource_id\}/(\w+)", web) == ["web", "web__2"]


@pytest.mark.parametrize("more", ["", "master_password: write-only\n", "proxy: {}\n"])
def test_no_password_stands_in_what_is_rendered(tmp_path: Path, more: str) -> None:
    for text in of(tmp_path, more).files.values():
        assert not re.search(r'password\w*\s*=\s*"', text)
        assert "secret_string " not in text


@pytest.mark.parametrize("more", ["", "master_password: write-only\n"])
def test_tls_encryption_and_tokens_are_not_optional(tmp_path: Path, more: str) -> None:
    found = of(tmp_path, more)
    [path] = [path for path in found.files if re.fullmatch(r"modules/aurora_cluster\w*/main.tf", path)]
    text = found.files[path]
    assert re.search(r'"require_secure_transport"\n\s+value +=\s+"ON"', text)
    assert re.search(r"iam_database_authentication_enabled +=\s+true", text)
    assert re.search(r"storage_encrypted +=\s+true", text)


def test_an_audit_log_is_asked_for_and_kept_as_long_as_said(tmp_path: Path) -> None:
    found = of(tmp_path, "audit: {retention: 400 days}\n")
    call = found.call(FILE, "database_main")
    assert call["audited"] == "true"
    assert re.findall(r"^ +([\w-]+) += (\d+)$", call["log_exports"], re.MULTILINE) == [
        ("audit", "400"),
        ("error", "30"),
        ("iam-db-auth-error", "30"),
        ("slowquery", "30"),
    ]


def test_readers_stand_in_other_zones_than_the_writer(tmp_path: Path) -> None:
    found = of(tmp_path, "readers: 2\n")
    instances = found.items(FILE, "database_main", "instances")
    assert [(name, one["promotion_tier"]) for name, one in instances.items()] == [
        ("reader-1", "1"),
        ("reader-2", "2"),
        ("writer", "0"),
    ]
    assert len({one["availability_zone"] for one in instances.values()}) == 3
    assert "DATABASE_READER_HOST" in found.files["app/service-web.tf"]
    assert "DATABASE_READER_HOST" not in of(tmp_path).files["app/service-web.tf"]


def test_another_database_moves_no_instance(tmp_path: Path) -> None:
    before = of(tmp_path)
    other = DATABASE.replace("name: main", "name: aaa")
    files = {"services/web.yaml": SERVICE + "database: main\n", "databases/aaa.yaml": other}
    after = rendered(environment(tmp_path, {**files, "dev.yaml": ZONES}))
    changed = {path for path, text in after.bodies().items() if before.files.get(path) != text}
    outputs = {"data/outputs.tf", "network/outputs.tf"}
    assert changed == {"data/database-aaa.tf", "data/sql/aaa.sql", "network/database-aaa.tf", *outputs}


def test_a_proxy_is_asked_for_and_has_a_second_address_for_readers(tmp_path: Path) -> None:
    found = of(tmp_path, "proxy: {max_connections: 50%, idle_timeout: 60}\nreaders: 1\n")
    proxy = found.call(FILE, "proxy_main")
    assert proxy["cluster_identifier"] == "module.database_main.cluster_identifier"
    outputs = Index(found.files["modules/aurora_cluster_managed_password/outputs.tf"])
    [identifier] = [one for one in outputs.blocks if one.address == "output.cluster_identifier"]
    assert (
        identifier.arguments["depends_on"].value == "[aws_rds_cluster_instance.writer, aws_rds_cluster_instance.reader]"
    )
    assert (proxy["max_connections_percent"], proxy["max_idle_connections_percent"]) == ("50", "25")
    assert proxy["idle_client_timeout_seconds"] == "60"
    assert proxy["reader_endpoints"] == '["demo-dev-database-main-proxy-reader"]'
    assert of(tmp_path, "proxy: {}\n").call(FILE, "proxy_main")["reader_endpoints"] == "[]"


@pytest.mark.parametrize(("database", "signs_in"), [(DATABASE, "AWSAuthenticationPlugin"), (RDS, "GRANT rds_iam")])
def test_with_tokens_of_its_own_a_proxy_reads_no_secret_and_nobody_has_a_password(
    tmp_path: Path, database: str, signs_in: str
) -> None:
    (tmp_path / "infragen.toml").write_text('[terraform]\naws_provider = "6"\n')
    files = {"services/web.yaml": SERVICE + "database: main\n", "databases/main.yaml": database}
    files["databases/main.yaml"] += "proxy: {login: token}\n"
    found = rendered(environment(tmp_path, files))
    proxy = found.call(FILE, "proxy_main")
    assert (proxy["source"], proxy["users"], proxy["account"]) == (
        '"../modules/rds_proxy_tokens"', '["web"]', '"111122223333"',
    )  # fmt: skip
    assert proxy["database_resource_id"] == "module.database_main.resource_id"
    assert signs_in in found.files[SQL]
    assert "the proxy logs in here with a token of its own role" in found.files[SQL]
    assert "PASSWORD" not in found.files[SQL]
    assert not [path for path, text in found.files.items() if "rds_proxy" in path and "secret" in text]
    assert "local.data.proxy_main_resource_id" in found.files["app/service-web.tf"], "tasks sign in to the proxy"
    assert not [line for line in estimate(found.environment).lines if "of the proxy" in line.cost.what]
    told = Checked()
    for path, text in found.files.items():
        told.add(checked(path, text))
    assert (told.findings, told.needing) == ([], {"modules/rds_proxy_tokens": "6.15"})


def test_windows_are_given_in_utc(tmp_path: Path) -> None:
    call = of(tmp_path, "maintenance: {day: sun}\n", system="time_zone: Asia/Tokyo\n").call(FILE, "database_main")
    assert (call["backup_window"], call["maintenance_window"]) == ('"18:00-19:00"', '"sat:19:30-sat:20:30"')


def test_a_schema_is_named_after_the_database_and_a_user_after_the_service(tmp_path: Path) -> None:
    files = {
        "services/web.yaml": SERVICE + "database: price-list\n",
        "databases/price-list.yaml": DATABASE.replace("name: main", "name: price-list"),
    }
    found = rendered(environment(tmp_path, files))
    assert found.call("data/database-price-list.tf", "database_price_list")["database_name"] == '"price_list"'
    assert "ON `price_list`.* TO 'web'@'%';" in found.files["data/sql/price-list.sql"]
    assert of(tmp_path / "other", "schema_name: prices\n").call(FILE, "database_main")["database_name"] == '"prices"'


@pytest.mark.parametrize("proxy", ["", "proxy: {}\n"])
def test_the_sql_gives_the_service_the_least_and_wants_tls_of_everybody(tmp_path: Path, proxy: str) -> None:
    sql = of(tmp_path, proxy).files[SQL]
    statements = [line for line in sql.splitlines() if line and not line.startswith("--")]
    assert "GRANT SELECT, INSERT, UPDATE, DELETE, EXECUTE ON `main`.* TO 'web'@'%';" in statements
    created = [line for line in statements if line.startswith(("CREATE USER", "ALTER USER"))]
    assert {re.findall(r"'([^']+)'@", line)[0] for line in created} == {"web"}
    assert all(line.endswith("REQUIRE SSL;") for line in created)
    assert "*.*" not in sql
    assert "ALL PRIVILEGES" not in sql


def test_tasks_sign_in_as_the_sql_lets_them(tmp_path: Path) -> None:
    """With a proxy the password of its secret; without one there is no secret, and the cluster itself takes tokens."""
    pooled, alone = of(tmp_path / "pooled", "proxy: {}\n"), of(tmp_path / "alone")
    secret = pooled.call(FILE, "proxy_main")["secret_name"].strip('"')
    assert secret in pooled.files[SQL]
    assert "'web'@'%' IDENTIFIED BY '${APPLICATION_PASSWORD}' REQUIRE SSL;" in pooled.files[SQL]
    assert "'web'@'%' IDENTIFIED WITH AWSAuthenticationPlugin AS 'RDS' REQUIRE SSL;" in alone.files[SQL]
    assert secret not in alone.files[SQL]
    assert "APPLICATION_PASSWORD" not in alone.files[SQL]
    assert "proxy" not in alone.files[SQL]


def test_customer_keys_encrypt_storage_logs_and_secrets(tmp_path: Path) -> None:
    found = of(tmp_path, "proxy: {}\n", "customer_keys: true\n")
    call, proxy = found.call(FILE, "database_main"), found.call(FILE, "proxy_main")
    assert call["kms_key_arn"] == "local.network.key_databases_arn"
    assert call["logs_kms_key_arn"] == proxy["logs_kms_key_arn"] == "local.network.key_logs_arn"
    assert call["secrets_kms_key_arn"] == proxy["secrets_kms_key_arn"] == "local.network.key_secrets_arn"


SERIES = "timeseries: {store: bucket, bucket: measured, volume: 1 GB}\n"
MEASURED = {"buckets/measured.yaml": "name: measured\ntitle: Measured\n"}


def test_measurements_go_to_a_bucket_and_who_only_reads_sends_none(tmp_path: Path) -> None:
    files = {"databases/main.yaml": DATABASE + SERIES, **MEASURED}
    for access, is_sent in (("", True), ("uses: {databases/main: {access: read, why: it reads}}\n", False)):
        web = {"services/web.yaml": SERVICE + (access or "database: main\n")}
        found = rendered(environment(tmp_path / f"{is_sent}", {**files, **web}))
        stream = found.call("data/database-main.tf", "timeseries_main")
        assert stream["source"] == '"../modules/record_route"'
        assert stream["prefix"] == '"databases/main/"'
        assert stream["stream_name"] == '"demo-dev-database-main-measurements"'
        service = found.files["app/service-web.tf"]
        assert ("firehose:PutRecordBatch" in service) is is_sent
        assert ("DATABASE_TIMESERIES_STREAM" in service) is is_sent


def test_a_renamed_database_keeps_cluster_schema_and_user(tmp_path: Path) -> None:
    renamed = DATABASE.replace("name: main", "name: store\nrenamed_from: main") + "proxy: {}\n"
    files = {"services/web.yaml": SERVICE + "database: store\n", "databases/store.yaml": renamed}
    found = rendered(environment(tmp_path, {**files, "dev.yaml": DEV + "alarms: true\n"}))
    call = found.call("data/database-store.tf", "database_store")
    assert (call["cluster_identifier"], call["database_name"]) == ('"demo-dev-database-main"', '"main"')
    assert "`main`.* TO 'web'@'%'" in found.files["data/sql/store.sql"]
    for path in ("data/database-store.tf", "network/database-store.tf", "app/database-store.tf"):
        assert set(re.findall(r"  to   = module\.(\w+)", found.files[path])) == found.labels(path)
