"""Terraform that a stranger wrote reads no file but those of its own module, and uses no provider that nobody named."""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING

import pytest
from tests.engine.small import STACKS, small_project

from infragen.hcl.grammar import syntax_error
from infragen.render.external_programs import programs
from infragen.settings import load_settings

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from tests.conftest import Outcome

    Infragen = Callable[..., Outcome]

EXPRESSIONS = [
    'file("/etc/hostname")',
    "nonsensitive(data.aws_ssm_parameter.a.value)",
    "upper(core::nonsensitive(local.secret))",
    'core::file("/etc/hostname")',
    'core :: file ("/etc/hostname")',
    'strrev(file("/proc/self/environ"))',
    'base64encode(upper(file("/proc/${1}/environ")))',
    'filebase64("/etc/hostname")',
    'filebase64sha256("/etc/hostname")',
    'filebase64sha512("/etc/hostname")',
    'filemd5("/etc/hostname")',
    'filesha1("/etc/hostname")',
    'filesha256("/etc/hostname")',
    'filesha512("/etc/hostname")',
    'fileexists("/root/.aws/credentials")',
    'fileset("/", "*")',
    'fileset(path.module, "../../**")',
    'fileset(path.module, "/etc/*")',
    'fileset(path.module, local.x)',
    'templatefile("/etc/hostname", {})',
    'templatestring(local.x, {})',
    'timestamp() == "x" ? 1 : 2',
    "uuid()",
    'bcrypt("x", 4)',
    'pathexpand("~/.aws/credentials")',
    'abspath(path.root)',
    'file("~/.aws/credentials")',
    'file("${path.module}/../../../etc/hostname")',
    'file("${path.module}/x/../../secret")',
    'file("${path.module}/.terraform/terraform.tfstate")',
    'file("${path.module}/not-rendered.txt")',
    'file("${path.root}/more.sql")',
    'file("${path.cwd}/more.sql")',
    'file(format("%s/more.sql", path.module))',
    'file("${path.module}/${"more.sql"}")',
    'file("${path.module}\\u002f..\\u002fx")',
    'file(true ? "/etc/hostname" : "")',
    'file(["/etc/hostname"][0])',
    'file(local.x...)',
    'file(<<EOT\n/etc/hostname\nEOT\n)',
    '"${file("/etc/hostname")}"',
    '"a $${b} ${upper("${file("/etc/hostname")}")}"',
    '"%{ if file("/etc/hostname") != "" }a%{ endif }"',
    '"%{ for a in fileset("/", "*") ~}${a}%{ endfor }"',
    '<<-EOT\n  ${file("/etc/hostname")}\n  EOT\n',
    '[for one in ["/etc/hostname"] : file(one)]',
    '{ for one in ["/etc/hostname"] : one => file(one) }',
    '{ (file("/etc/hostname")) = 1 }',
    'var.x[file("/etc/hostname")]',
    'try(file("/etc/hostname"), "")',
    'can(regex("a", file("/etc/hostname")))',
    'fi\\u006ce("/etc/hostname")',
    'file /* x */ ("/etc/hostname")',
    'file(\n  # x\n  "/etc/hostname"\n)',
    'provider::local::direxists("/root/.aws")',
    'provider::evil::file("/etc/hostname")',
    'templatefile("${path.module}/reading.tpl", {})',
    'filenew("/etc/hostname")',
]  # fmt: skip
PLACES = {
    "local": "locals {\n  a = EXPRESSION\n}\n",
    "output": 'output "a" {\n  value = EXPRESSION\n}\n',
    "precondition": 'output "a" {\n  value = 1\n  precondition {\n    condition = EXPRESSION\n  }\n}\n',
    "validation": 'variable "a" {\n  validation {\n    error_message = EXPRESSION\n  }\n}\n',
    "provider": 'provider "aws" {\n  alias  = "x"\n  region = EXPRESSION\n}\n',
    "check": 'check "a" {\n  assert {\n    error_message = EXPRESSION\n  }\n}\n',
    "check's data": 'check "a" {\n  data "aws_eip" "a" {\n    id = EXPRESSION\n  }\n}\n',
    "module": 'module "a" {\n  source = "../modules/vpc"\n  name = EXPRESSION\n}\n',
    "module's for_each": 'module "a" {\n  source = "../modules/vpc"\n  for_each = EXPRESSION\n}\n',
    "resource": 'resource "aws_eip" "a" {\n  tags = EXPRESSION\n}\n',
    "lifecycle": 'resource "aws_eip" "a" {\n  lifecycle {\n    replace_triggered_by = EXPRESSION\n  }\n}\n',
    "dynamic": 'resource "aws_eip" "a" {\n  dynamic "x" {\n    for_each = EXPRESSION\n    content {\n    }\n  }\n}\n',
    "content": 'resource "aws_eip" "a" {\n  dynamic "x" {\n    content {\n      a = EXPRESSION\n    }\n  }\n}\n',
    "data": 'data "aws_eip" "a" {\n  id = EXPRESSION\n}\n',
    "ephemeral": 'ephemeral "aws_secretsmanager_random_password" "a" {\n  id = EXPRESSION\n}\n',
    "removed": "removed {\n  from = EXPRESSION\n}\n",
}
TREE = {
    "network/more.sql": "select 1;",
    "network/reading.tpl": '${file("/etc/hostname")}',
    "network/plain.tpl": "%{ for one in list }${upper(one)}%{ endfor }",
    "modules/x/x.zip": "zip",
}


def found(text: str, tree: Mapping[str, str] = TREE) -> list[str]:
    return [one.said for one in programs([("network/network.tf", text)], tree)]


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_an_expression_reads_no_file_outside_of_its_module(expression: str) -> None:
    assert found(PLACES["local"].replace("EXPRESSION", expression))


@pytest.mark.parametrize("place", PLACES)
def test_expressions_are_looked_at_wherever_they_are(place: str) -> None:
    text = PLACES[place]
    assert found(text.replace("EXPRESSION", "1")) == []
    assert found(text.replace("EXPRESSION", '"${file("/etc/hostname")}"'))


@pytest.mark.parametrize(
    "expression",
    [
        'file("${path.module}/more.sql")',
        'filesha256("${ path.module }/more.sql")',
        'fileset(path.module, "**/*.sql")',
        'templatefile("${path.module}/plain.tpl", { list = ["a"] })',
        'jsonencode({ a = cidrsubnet("10.0.0.0/8", 4, 1) })',
        "provider::aws::arn_parse(local.arn)",
        "sensitive(uuid())",
    ],
)
def test_a_file_of_the_module_can_be_read(expression: str) -> None:
    assert found(PLACES["local"].replace("EXPRESSION", expression)) == []


@pytest.mark.parametrize(
    ("text", "is_refused"),
    [
        ('resource "aws_s3_object" "a" {\n  source = "/etc/hostname"\n}\n', True),
        ('resource "aws_s3_object" "a" {\n  source = local.a\n}\n', True),
        ('resource "aws_lambda_function" "a" {\n  filename = "../../../../secret.zip"\n}\n', True),
        ('resource "aws_lambda_layer_version" "a" {\n  filename = "../modules/x/../../secret.zip"\n}\n', True),
        ('resource "aws_synthetics_canary" "a" {\n  zip_file = "/root/x.zip"\n}\n', True),
        ('resource "aws_lambda_function" "a" {\n  filename = "../modules/x/x.zip"\n}\n', False),
        ('resource "aws_s3_object" "a" {\n  source = "${path.module}/more.sql"\n}\n', False),
        ('resource "aws_x" "a" {\n  code {\n    filename = "/etc/hostname"\n  }\n}\n', True),
        ('resource "google_apigee_api" "a" {\n  config_bundle = "/etc/hostname"\n}\n', True),
        ('data "aws_s3_object" "a" {\n  key = "shop/dev/network.tfstate"\n}\n', True),
        ('data "aws_lambda_invocation" "a" {\n}\n', True),
        ('ephemeral "aws_lambda_invocation" "a" {\n}\n', True),
        ('data "aws_ecs_task_execution" "a" {\n}\n', True),
        ('data "aws_ecs_container_definition" "a" {\n}\n', True),
        ('ephemeral "aws_ssm_parameter" "a" {\n}\n', True),
        ('ephemeral "google_secret_manager_secret_version" "a" {\n}\n', True),
        ('ephemeral "aws_secretsmanager_random_password" "a" {\n}\n', False),
        ('module "a" {\n  source = "../modules/custom_header_replica"\n}\n', True),
        ('terraform {\n  backend "s3" {\n    bucket = "another"\n    key    = "x"\n  }\n}\n', True),
        ('module "a" {\n  source = "../modules/sns_topic"\n}\n', False),
        ('resource "aws_s3_object_copy" "a" {\n  source = "bucket/key"\n}\n', False),
    ],
)
def test_only_files_of_modules_are_uploaded_and_no_content_is_read(text: str, *, is_refused: bool) -> None:
    assert bool(found(text)) == is_refused


SHOWING = [
    "aws_alb_listener_rule", "aws_api_gateway_sdk", "aws_cloudcontrolapi_resource",
    "aws_codeartifact_authorization_token", "aws_dms_endpoint", "aws_ecs_task_definition",
    "aws_glue_connection", "aws_imagebuilder_image_recipe", "aws_ip_ranges", "aws_ivs_stream_key",
    "aws_lambda_function", "aws_lb_listener_rule", "aws_msk_configuration", "aws_mskconnect_worker_configuration",
    "aws_newer_than_the_list", "aws_secretsmanager_secret_version", "aws_ssm_parameter", "google_client_config",
    "google_secret_manager_secret_version", "google_storage_bucket_object_content",
]  # fmt: skip
NAMING = [
    "aws_acm_certificate", "aws_ami", "aws_arn", "aws_availability_zones", "aws_caller_identity",
    "aws_canonical_user_id", "aws_cloudfront_cache_policy", "aws_cloudfront_origin_request_policy",
    "aws_db_instance", "aws_dynamodb_table", "aws_ec2_managed_prefix_list", "aws_ecr_image",
    "aws_ecr_repository", "aws_ecs_cluster", "aws_eks_cluster", "aws_iam_policy", "aws_iam_policy_document",
    "aws_iam_role", "aws_kms_key", "aws_lb", "aws_lb_listener", "aws_lb_target_group",
    "aws_partition", "aws_prefix_list", "aws_rds_cluster", "aws_region", "aws_route53_zone", "aws_s3_bucket",
    "aws_secretsmanager_secret", "aws_security_group", "aws_sns_topic", "aws_sqs_queue", "aws_subnets",
    "aws_vpc", "google_project",
]  # fmt: skip


def test_data_sources_are_those_of_names_and_settings() -> None:
    """A `count` shows of what is marked as sensitive one bit at a time, so that marks make no exception."""
    text = 'data "KIND" "a" {\n}\n\nresource "terraform_data" "a" {\n  count = length(data.KIND.a.id)\n}\n'
    assert [kind for kind in (*SHOWING, *NAMING) if found(text.replace("KIND", kind))] == SHOWING
    nested = 'check "a" {\n  data "aws_ssm_parameter" "a" {\n  }\n}\n'
    assert found(nested)


def test_a_refused_data_source_is_named_with_what_to_do(infragen: Infragen, tmp_path: Path) -> None:
    project = small_project(tmp_path, aws=STACKS)
    extra = project / "catalog/small/extra/network/own.tf"
    extra.parent.mkdir(parents=True)
    extra.write_text(
        'data "aws_ecs_task_definition" "x" {\n  task_definition = "billing"\n}\n\n'
        'output "environment" {\n'
        "  value = jsondecode(data.aws_ecs_task_definition.x.container_definitions)[0].environment\n}\n"
    )
    outcome = infragen("validate", "-C", project)
    address = "data.aws_ecs_task_definition.x"
    assert f"extra/network/own.tf:1:1: error G015 {address} is not among the data sources" in outcome.out
    assert "use one of those, write the id, or allow it in infragen.toml: `[programs]`" in outcome.out
    (project / "infragen.toml").write_text(f'[programs]\nallow = ["small/network/{address}"]\n')
    assert infragen("validate", "-C", project).code == 0


SEED = """\
resource "terraform_data" "seed" {
  input = strrev(file("/etc/hostname"))

  provisioner "local-exec" {
    command = "id"
  }
}
"""
READING = 'locals {\n  seed = file("/etc/hostname")\n}\n'
SHADOW = 'resource "local" "seed" {\n  provisioner "local-exec" {\n    command = "id"\n  }\n}\n'
CONTENT = 'data "aws_instance" "seed" {\n  instance_id = file("/etc/hostname")\n}\n'


@pytest.mark.parametrize(
    ("text", "settings", "refused"),
    [
        (SEED, 'allow = ["small/network/terraform_data.seed"]', ["calls"]),
        (SEED, 'reads = ["small/network/terraform_data.seed"]', ["runs"]),
        (SEED, 'allow = ["small/network/terraform_data.seed"]\nreads = ["small/network/terraform_data.seed"]', []),
        (CONTENT, 'allow = ["small/network/data.aws_instance.seed"]', ["calls"]),
        (READING, 'allow = ["small/network/local.seed"]', []),
        (READING, 'reads = ["small/network/local.seed"]', []),
        (SHADOW, 'allow = ["small/network/local.seed"]', ["runs"]),
    ],
)
def test_what_may_run_may_not_read_while_planning(
    infragen: Infragen, tmp_path: Path, text: str, settings: str, refused: list[str]
) -> None:
    project = small_project(tmp_path, aws=STACKS)
    extra = project / "catalog/small/extra/network/own.tf"
    extra.parent.mkdir(parents=True)
    extra.write_text(text)
    (project / "infragen.toml").write_text(f"[programs]\n{settings}\n")
    outcome = infragen("validate", "-C", project)
    assert re.findall(r"error G015 \S+ (\w+)", outcome.out + outcome.err) == refused
    if "calls" in refused:
        assert '`[programs]`, `reads = ["small/network/' in outcome.out + outcome.err


def test_reads_are_allowed_by_the_trusted_commit_alone(tmp_path: Path) -> None:
    (tmp_path / "infragen.toml").write_text('[programs]\nreads = ["small/network/local.a", "small/network/local.b"]\n')
    settings = load_settings(tmp_path, '[programs]\nreads = ["small/network/local.b"]\n')
    assert settings.programs.reads == ("small/network/local.b",)


def test_no_module_of_one_s_own_shows_what_is_sensitive() -> None:
    """Nor does a held one, without an allowance: its text lies in the checkout like any other."""
    text = "locals {\n  a = nonsensitive(EXPRESSION)\n}\n"
    for expression in ("var.header.name", "keys(var.a)", "var.header.value"):
        assert [*programs([("modules/x/main.tf", text.replace("EXPRESSION", expression))])] != []


@pytest.mark.parametrize(
    ("text", "is_refused"),
    [
        ('resource "aws_eip" "a" {\n}\n', False),
        ('resource "terraform_data" "a" {\n}\n', False),
        *((f'data "{kind}" "a" {{\n}}\n', True) for kind in ("archive_file", "dns_a_record_set", "tls_certificate")),
        *((f'resource "{kind}" "a" {{\n}}\n', True) for kind in ("helm_release", "vault_token", "random_id")),
        ('ephemeral "vault_kv_secret_v2" "a" {\n}\n', True),
        ('check "a" {\n  data "http" "a" {\n  }\n}\n', True),
        ('resource "aws_eip" "a" {\n  provider = external.x\n}\n', True),
        ('terraform {\n  required_providers {\n    aws = { source = "hashicorp/external" }\n  }\n}\n', True),
        ('terraform {\n  required_providers {\n    http = { version = "3" }\n  }\n}\n', True),
        ('terraform {\n  required_providers {\n    http = "3"\n  }\n}\n', True),
        ('removed {\n  from = aws_eip.a\n  provisioner "local-exec" {\n    command = "id"\n  }\n}\n', True),
    ],
)
def test_only_providers_that_are_listed_are_used(text: str, *, is_refused: bool) -> None:
    assert bool(found(text)) == is_refused


@pytest.mark.parametrize("name", ["x.tftest.hcl", "tests/x.tfmock.hcl", "x.tofutest.hcl", "x.tf.json", "x.tfquery.hcl"])
def test_files_that_terraform_reads_for_their_names_are_refused(name: str) -> None:
    assert list(programs([(f"network/{name}", "")], TREE))


@pytest.mark.parametrize(
    ("body", "line", "said"),
    [
        ("  a = 1\n  a = 2\n", 3, "`a` is set twice in this block"),
        ("  a = { b = 1 c = 2 }\n", 2, "`c` is not expected here"),
        ('  a = "%{ if x == \\"y\\" }b%{ endif }"\n', 2, "this text has no closing quote on its line"),
        ('  a = "%{ if true }b"\n', 2, "`%{ if }` has no end in this text"),
        ("  a = [1 2]\n", 2, "`2` is not expected here"),
        ('  a = "\\q"\n', 2, "there is no such escape sequence"),
        ("  a = [for one in [] : one => 1]\n", 2, "`]` is not expected here"),
        ("  a = 1 b = 2\n", 2, "`b` is not expected here"),
        ("  \N{NO-BREAK SPACE}a = 1\n", 2, "is not expected here"),
        ("  a = 1 # \r b\n", 2, "a control character (U+000D) is not allowed here"),
        ("}\nlocal {\n", 3, "Terraform has no block `local`"),
        ("}\nresource aws_eip {\n", 3, "a `resource` block has 2 labels, not 1"),
        ("} locals {\n", 2, "`locals` is not expected here"),
    ],
)
def test_what_terraform_refuses_is_said_at_its_line(
    infragen: Infragen, tmp_path: Path, body: str, line: int, said: str
) -> None:
    project = small_project(tmp_path, aws=STACKS)
    extra = project / "catalog/small/extra/network/own.tf"
    extra.parent.mkdir(parents=True)
    extra.write_text(f"locals {{\n{body}}}\n", newline="")
    outcome = infragen("validate", "-C", project)
    [(file, at, code, words)] = re.findall(
        r"^(\S+?):(\d+):\d+: error (\w+) (.*)$", outcome.out + outcome.err, re.MULTILINE
    )
    assert (file, at, code) == ("catalog/small/extra/network/own.tf", str(line), "G010")
    assert words.endswith(said)


def test_names_are_written_in_any_language(infragen: Infragen, tmp_path: Path) -> None:
    project = small_project(tmp_path, aws=STACKS)
    extra = project / "catalog/small/extra/network/own.tf"
    extra.parent.mkdir(parents=True)
    extra.write_text("locals {\n  été = 1\n}\n")
    assert infragen("validate", "-C", project).code == 0


def test_reading_a_file_is_refused_at_its_line_and_a_named_provider_is_not(infragen: Infragen, tmp_path: Path) -> None:
    project = small_project(tmp_path, aws=STACKS)
    extra = project / "catalog/small/extra/network/own.tf"
    extra.parent.mkdir(parents=True)
    extra.write_text('locals {\n  a = "${file("/etc/hostname")}"\n}\n\nresource "random_id" "a" {\n}\n')
    outcome = infragen("validate", "-C", project)
    assert "extra/network/own.tf:2:10: error G015 local.a calls `file`, not with the literal path" in outcome.out
    assert "extra/network/own.tf:5:1: error G015 random_id.a uses the provider random" in outcome.out
    assert '`random = {source = "...", version = "..."}`' in outcome.out
    (project / "infragen.toml").write_text(
        '[providers.required]\nrandom = {source = "hashicorp/random", version = "~> 3.7"}\n'
    )
    outcome = infragen("validate", "-C", project)
    assert re.findall(r"error (\w+) (\S+)", outcome.out) == [("G015", "local.a")]


@pytest.mark.parametrize(
    "value",
    [
        "[" * 10_000 + "]" * 10_000,
        '"${' * 10_000 + '}"' * 10_000,
        "(" * 10_000,
        "!" * 10_000 + "x",
        "x ? x : " * 10_000 + "x",
        "x" + "[*]" * 10_000,
        "x" + "[x" * 10_000 + "]" * 10_000,
        "[" + "1," * 450_000 + "]",
    ],
)
def test_deep_and_long_expressions_are_refused_at_their_line(value: str) -> None:
    said, line, _ = syntax_error(f"locals {{\n  a = {value}\n}}\n") or ("", 0, 0)
    assert ("nested deeper than 50" in said or "more than 150,000 tokens" in said, line) == (True, 2)


def test_a_file_of_too_many_arguments_is_refused_at_a_line() -> None:
    text = "locals {\n" + "".join(f"  a{number} = local.b{number}\n" for number in range(45_000)) + "}\n"
    assert syntax_error(text) == ("up to here, this is too long to be read: more than 150,000 tokens", 10_001, 11)


def test_deep_blocks_are_refused_whatever_the_stack_holds() -> None:
    text = 'resource "aws_eip" "a" {\n' + "x {\n" * sys.getrecursionlimit() + "}\n" * sys.getrecursionlimit() + "}\n"
    assert syntax_error(text) == ("this is nested deeper than 50 levels", 51, 3)


TAKEN = "aws_ecs_task_definition.taken"
OF_AN_IMPORT = {
    f'output "x" {{\n  value = {TAKEN}.container_definitions\n}}\n': "output.x",
    f'output "x" {{\n  value = {TAKEN}\n}}\n': "output.x",
    f"locals {{\n  x = [for one in [{TAKEN}] : one]\n}}\n": "local.x",
    f'locals {{\n  x = strrev("${{{TAKEN}["container_definitions"]}}")\n}}\n': "local.x",
    f'resource "terraform_data" "x" {{\n  count = length({TAKEN}.tags)\n}}\n': "terraform_data.x",
    f"locals {{\n  x = [[for {TAKEN[:-6]} in [1] : 1][0], {TAKEN}.container_definitions][1]\n}}\n": "local.x",
    f"locals {{\n  provider = {TAKEN}.container_definitions\n}}\n": "local.provider",
    f'check "x" {{\n  assert {{\n    condition     = false\n    error_message = {TAKEN}.family\n  }}\n}}\n': "check.x",
}
OF_ITSELF = "postcondition {\n      condition     = false\n      error_message = self.container_definitions\n    }"
NAMED_ALONE = f"""
output "x" {{
  value = [{TAKEN}.arn, {TAKEN}.id, {TAKEN}.arn_without_revision == null]
}}
resource "terraform_data" "x" {{
  depends_on = [{TAKEN}]
}}
"""


def taking(folder: Path, more: str, inside: str = "") -> Path:
    """Return a project that imports an object, and text that makes something of it."""
    project = small_project(folder, aws=STACKS)
    extra = project / "catalog/small/extra/network"
    extra.mkdir(parents=True)
    (extra / "taken.tf").write_text(
        'resource "aws_ecs_task_definition" "taken" {\n  family                = "billing"\n'
        f'  container_definitions = "[]"\n\n  lifecycle {{\n    ignore_changes = all\n    {inside}\n  }}\n}}\n{more}'
    )
    (project / "catalog/small/imports").mkdir()
    (project / "catalog/small/imports/dev.yaml").write_text(f"stacks/network:\n  {TAKEN}: billing\n")
    return project


@pytest.mark.parametrize("text", OF_AN_IMPORT)
def test_content_of_what_is_to_be_imported_is_not_read(infragen: Infragen, tmp_path: Path, text: str) -> None:
    project = taking(tmp_path, text)
    for command in (("render", "small"), ("plan", "small/dev", "--offline")):
        said = infragen(*command, "-C", project)
        assert said.code == 1, command
        assert f"G015 {OF_AN_IMPORT[text]} reads content of {TAKEN}, which is yet to be imported" in said.out + said.err
    (project / "infragen.toml").write_text(f'[programs]\nreads = ["small/network/{OF_AN_IMPORT[text]}"]\n')
    assert infragen("render", "small", "-C", project).code == 0
    (project / "infragen.toml").unlink()
    (project / "catalog/small/imports/dev.yaml").unlink()
    assert infragen("render", "small", "-C", project).code == 0


def test_not_even_in_a_file_that_lies_in_a_stack_s_folder(infragen: Infragen, tmp_path: Path) -> None:
    """Terraform reads it, whoever wrote it; nor does an `import` block there stay unseen."""
    project = taking(tmp_path, "")
    assert infragen("render", "small", "-C", project).code == 0
    hand = project / "generated/small/dev/network/hand.tf"
    for text, told in (
        (next(iter(OF_AN_IMPORT)), "output.x reads content of"),
        ('import {\n  to = aws_eip.a\n  id = "eipalloc-1"\n}\n', "import imports an object, beside those that"),
    ):
        hand.write_text(text)
        for command in (("render", "small", "--check"), ("plan", "small/dev", "--offline")):
            said = infragen(*command, "-C", project)
            assert said.code == 1, command
            assert f"hand.tf:{2 if told.startswith('output') else 1}:" in said.out + said.err
            assert f"G015 {told}" in said.out + said.err


def test_not_even_by_itself(infragen: Infragen, tmp_path: Path) -> None:
    said = infragen("render", "small", "-C", taking(tmp_path, "", OF_ITSELF))
    assert (said.code, f"G015 {TAKEN} reads content of {TAKEN}" in said.err) == (1, True)


def test_what_is_to_be_imported_may_be_named(infragen: Infragen, tmp_path: Path) -> None:
    project = taking(tmp_path, NAMED_ALONE.replace(f", {TAKEN}.arn_without_revision == null", ""))
    said = infragen("render", "small", "-C", project)
    assert said.code == 0, said.err
