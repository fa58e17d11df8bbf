"""Bastions: who gets in, where to, past whom, and what people are told to type."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from msgspec.structs import replace

from infragen.catalog import Project, load
from infragen.core.build_context import BuildContext
from infragen.core.expressions import Generated, Joined
from infragen.environment import resolve
from infragen.environment.written import written_in
from infragen.kinds.bastions import build
from infragen.stacks.build import in_force
from tests.unit.stacks.systems import DATABASE, DEV, SERVICE, Rendered, environment, rendered

FILE, GROUP, LABEL = "edge/bastion-main.tf", "network/bastion-main.tf", "bastion_main"
BASTION = "name: main\ntitle: Way in\nami: ami-0123456789abcdef0\nuses: {databases/main: {why: its users}}\n"
RDS = 'name: main\ntitle: Main\nengine: postgresql\nversion: "17"\nsize: db.t4g.micro\n'
KEYS = "customer_keys: true\n"
DISKS = "account_settings: {ebs_encryption: true}\n"
HOURS = 'working_hours: {days: mon-fri, start: "08:00", end: "20:00", why: nobody tests at night}\n'


def of(
    root: Path,
    allow: str = "[198.18.0.0/24]",
    settings: str = "",
    database: str = RDS,
    more: str = "instance_connect: true\n",
) -> Rendered:
    files = {
        "bastions/main.yaml": f"{BASTION}allow: {allow}\n{more}",
        "databases/main.yaml": database,
        "services/web.yaml": SERVICE + "database: main\n",
        "dev.yaml": DEV.replace("10.0.0.0/16}", "10.0.0.0/16, nat: single}") + settings,
    }
    return rendered(environment(root, files))


def told(found: Rendered) -> dict[str, str]:
    """What people are told, with a word for what only AWS decides."""
    ctx = BuildContext(found.environment, in_force(found.environment), "bastions/main")
    texts: dict[str, str] = {}
    for one in build.outputs(found.environment.entries["bastions"]["main"], ctx):
        pieces = one.value.pieces if isinstance(one.value, Joined) else (one.value,)
        words = (each if isinstance(each, str) else getattr(each, "attribute", "FILE") for each in pieces)
        assert all(isinstance(each, (str, Generated)) or hasattr(each, "attribute") for each in pieces)
        what, _, where = one.what.partition("; AWS has global-bundle.pem at `https://truststore.pki.rds.amazonaws.com/")
        texts[what] = text = "".join(words)
        assert bool(where) is ("global-bundle.pem" in text)
    return texts


def test_ssh_is_let_in_from_the_named_addresses_at_a_public_one(tmp_path: Path) -> None:
    found = of(tmp_path)
    opened = found.items(GROUP, "security_group_bastion_main", "open_ingress")
    assert {key: (one["cidr_block"], one["port"]) for key, one in opened.items()} == {
        "198.18.0.0/24-22": ('"198.18.0.0/24"', "22")
    }
    call = found.call(FILE, LABEL)
    assert (call["is_public"], call["subnet_id"]) == ("true", 'local.network.vpc_public_subnet_ids["ap-northeast-1a"]')


def test_without_a_key_no_port_is_open_for_anybody(tmp_path: Path) -> None:
    """Session Manager needs none, and nobody could sign in with SSH."""
    found = of(tmp_path, more="")
    assert not found.items(GROUP, "security_group_bastion_main", "open_ingress")
    assert found.call(FILE, LABEL)["is_public"] == "false"
    assert of(tmp_path / "key", more="key_name: operations\n").call(FILE, LABEL)["is_public"] == "true"


def test_in_a_public_subnet_it_has_an_address_and_without_a_key_no_port_is_open(tmp_path: Path) -> None:
    found = of(tmp_path, more="tier: public\n")
    call = found.call(FILE, LABEL)
    assert (call["is_public"], call["subnet_id"]) == ("true", 'local.network.vpc_public_subnet_ids["ap-northeast-1a"]')
    assert not found.items(GROUP, "security_group_bastion_main", "open_ingress")


def test_without_addresses_no_port_is_open_and_none_is_public(tmp_path: Path) -> None:
    found = of(tmp_path, "[]")
    assert not found.items(GROUP, "security_group_bastion_main", "open_ingress")
    call = found.call(FILE, LABEL)
    assert (call["is_public"], call["subnet_id"]) == ("false", 'local.network.vpc_app_subnet_ids["ap-northeast-1a"]')
    assert not [what for what in told(found) if "SSH" in what]


def test_it_leads_out_to_its_database_and_to_session_manager_alone(tmp_path: Path) -> None:
    egress = of(tmp_path).items(GROUP, "security_group_bastion_main", "egress")
    assert {key: one["port"] for key, one in egress.items()} == {"database-main": "5432", "internet": "443"}


def test_it_goes_past_a_proxy_and_is_no_user_of_the_database(tmp_path: Path) -> None:
    found = of(tmp_path, database=DATABASE + "proxy: {}\n")
    rules = found.items("network/database-main.tf", "security_group_database_main", "ingress")
    assert set(rules) == {"bastion-main", "proxy-main"}
    assert "bastion" not in found.files["data/sql/main.sql"]


def test_it_is_patched_each_week_and_its_role_reads_no_parameter(tmp_path: Path) -> None:
    """AWS Systems Manager User Guide: SSM Command document for patching: AWS-RunPatchBaseline."""
    text = of(tmp_path).files["modules/bastion/main.tf"]
    patches = text.partition('resource "aws_ssm_association" "patches"')[2]
    assert re.findall(r'^  (?:name|schedule_expression) += "(.*)"', patches, re.MULTILINE) == [
        "AWS-RunPatchBaseline", "cron(0 18 ? * SUN *)",
    ]  # fmt: skip
    assert 'Operation    = "Install"' in patches
    assert "ssm:GetParameter" not in text
    assert "ssm:GetDeployablePatchSnapshotForInstance" in text


@pytest.mark.parametrize(("endpoints", "through"), [("", False), (", endpoints: [ssm, ssmmessages]", True)])
def test_its_patches_come_through_the_gateway_endpoint_where_it_has_no_way_out(
    tmp_path: Path, endpoints: str, through: bool
) -> None:
    files = {
        "bastions/main.yaml": f"{BASTION}allow: []\n",
        "databases/main.yaml": RDS,
        "services/web.yaml": SERVICE + "database: main\n",
        "dev.yaml": DEV.replace("10.0.0.0/16}", f"10.0.0.0/16, nat: single{endpoints}}}"),
    }
    assert ("endpoint_s3.prefix_list_id" in rendered(environment(tmp_path, files)).files[GROUP]) is through


def test_its_role_is_given_nothing_by_what_it_leads_to(tmp_path: Path) -> None:
    found = of(tmp_path)
    assert "polic" not in found.files[FILE]
    assert "rds" not in found.files["modules/bastion/main.tf"]


@pytest.mark.parametrize("settings", [KEYS, KEYS + DISKS])
def test_its_disk_has_the_key_of_disks_which_there_is_once(settings: str, tmp_path: Path) -> None:
    found = of(tmp_path, settings=settings)
    assert found.call(FILE, LABEL)["kms_key_arn"] == "local.network.key_disks_arn"
    assert sum(text.count('module "key_disks"') for text in found.files.values()) == 1


def test_without_customer_keys_aws_s_own_encrypts(tmp_path: Path) -> None:
    assert "kms_key_arn" not in of(tmp_path, settings=DISKS).call(FILE, LABEL)


@pytest.mark.parametrize(
    ("production", "said", "is_protected"),
    [
        ("", "", "false"),
        ("production: true\n", "", "true"),
        ("production: true\n", "deletion_protection: false\n", "false"),
    ],
)
def test_production_s_is_protected_unless_it_says_otherwise(
    production: str, said: str, is_protected: str, tmp_path: Path
) -> None:
    assert of(tmp_path, settings=production, more=said).call(FILE, LABEL)["is_protected"] == is_protected


def test_outside_the_working_hours_it_is_stopped_by_its_id_with_its_key(tmp_path: Path) -> None:
    found = of(tmp_path, settings=KEYS + HOURS)
    stopped = found.items("app/working-hours.tf", "working_hours", "stopped")["bastion-main"]
    assert stopped["stop"] == '"arn:aws:scheduler:::aws-sdk:ec2:stopInstances"'
    assert stopped["actions"] == '["ec2:StartInstances", "ec2:StopInstances"]'
    assert "InstanceIds = [local.edge.bastion_main_id]" in " ".join(stopped["lists"].split())
    assert stopped["kms_key_arn"] == "local.network.key_disks_arn"


def test_people_are_told_the_way_and_the_sql_with_the_database_s_own_name(tmp_path: Path) -> None:
    said = told(of(tmp_path))
    assert said["open a way to databases/main at 127.0.0.1:5432, in a shell of its own"] == (
        "aws ssm start-session --target id --region ap-northeast-1"
        " --document-name AWS-StartPortForwardingSessionToRemoteHost"
        " --parameters host=endpoint,portNumber=5432,localPortNumber=5432"
    )
    assert said["make the users of databases/main, through that way and as its master user"] == (
        'PGHOSTADDR=127.0.0.1 psql "host=endpoint port=5432 dbname=main user=administrator sslmode=verify-full'
        ' sslrootcert=global-bundle.pem" -v ON_ERROR_STOP=1 -f FILE'
    )


def test_passwords_are_put_into_the_sql_and_mysql_is_told_where_the_way_begins(tmp_path: Path) -> None:
    mysql = RDS.replace("postgresql", "mysql").replace('"17"', '"8.4"') + "login: password\n"
    command = told(of(tmp_path, database=mysql))[
        "make the users of databases/main, through that way and as its master user"
    ]
    assert command == (
        "envsubst '$APPLICATION_PASSWORD' < FILE | mysql --ssl-mode=VERIFY_CA --ssl-ca=global-bundle.pem"
        " -h 127.0.0.1 -P 3306 -u administrator -p"
    )


def test_people_are_told_how_a_document_database_gets_its_users(tmp_path: Path) -> None:
    files = {
        "bastions/main.yaml": BASTION.replace("databases/main", "document-databases/main") + "allow: []\n",
        "document-databases/main.yaml": 'name: main\ntitle: Main\nversion: "5.0"\nsize: db.t4g.medium\n',
        "services/web.yaml": SERVICE + "uses: {document-databases/main: {why: what happened}}\n",
        "dev.yaml": DEV.replace("10.0.0.0/16}", "10.0.0.0/16, nat: single}"),
    }
    found = rendered(environment(tmp_path, files))
    egress = found.items(GROUP, "security_group_bastion_main", "egress")
    assert {key: one["port"] for key, one in egress.items()} == {"document-database-main": "27017", "internet": "443"}
    assert told(found)["make the users of document-databases/main, through that way and as its master user"] == (
        "mongosh --tls --tlsCAFile global-bundle.pem --tlsAllowInvalidHostnames --host 127.0.0.1 --port 27017"
        " --retryWrites=false --username administrator --file FILE"
    )


def test_ssh_is_told_with_a_key_pair_or_with_a_key_for_a_minute(tmp_path: Path) -> None:
    assert told(of(tmp_path / "a", more="key_name: operations\n"))["sign in with SSH"] == "ssh ec2-user@public_ip"
    assert told(of(tmp_path / "b"))["sign in with SSH"].startswith("aws ec2-instance-connect ssh ")


IN_C = 'module "bastion_main" {\n  subnet_id = local.network.vpc_app_subnet_ids["ap-northeast-1c"]\n}\n'
BEFORE_IT_SAID = 'module "bastion_main" {\n  subnet_ids = local.network.vpc_app_subnet_list\n}\n'
NETWORK_IN_C = 'module "vpc" {\n  app_subnets = {\n    "ap-northeast-1c" = { cidr_block = "10.0.0.0/20" }\n  }\n}\n'


@pytest.mark.parametrize(
    ("written", "zone"),
    [
        ({}, "a"),
        ({"edge/bastion-main.tf": IN_C}, "c"),
        ({"edge/bastion-main.tf": IN_C.replace("1c", "1d")}, "a"),  # its zone is gone
        ({"edge/bastion-main.tf": BEFORE_IT_SAID, "network/network.tf": NETWORK_IN_C}, "c"),
        ({"edge/bastion-gate.tf": IN_C}, "c"),  # it was renamed
    ],
)
def test_it_stays_where_it_stands(tmp_path: Path, written: dict[str, str], zone: str) -> None:
    found = of(tmp_path, "[]", more="renamed_from: gate\n")
    there = rendered(replace(found.environment, written=written_in(written)))
    assert there.call(FILE, LABEL)["subnet_id"] == f'local.network.vpc_app_subnet_ids["ap-northeast-1{zone}"]'


def test_nobody_is_asked_to_make_users_in_a_copy_that_brings_them() -> None:
    project = Project(Path(__file__).parents[3])
    for name, makes in (("prod", True), ("dr", False)):
        found = resolve(project, load(project, "multicloud"), name).environment()
        ctx = BuildContext(found, in_force(found), "bastions/main")
        said = [one.what for one in build.outputs(found.entries["bastions"]["main"], ctx)]
        assert any(one.startswith("open a way to databases/main") for one in said)
        assert any(one.startswith("make the users of databases/main") for one in said) is makes
