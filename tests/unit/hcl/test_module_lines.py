from __future__ import annotations

import pytest

from infragen.diagnostics import Location
from infragen.hcl.module_lines import Variable, module_lines
from tests.waiting import ending

MAIN = """\
locals {
  full_name = "${var.prefix}-${local.suffix}"
  suffix    = var.suffix
}

# resource "aws_x" "commented" { }
resource "aws_x" "y" {
  for_each = var.things

  name = local.full_name /* } */
  text = <<EOT
port = 1 } ${var.text}
EOT
  port   = var.health.port
  size   = each.value.size
  number = var.numbers[count.index]
  policy = jsonencode({
    name = "{", items = [for rule in var.rules : rule.port]
  })
  role = "${var.account}-${aws_iam_role.this.arn}"

  network {
    subnet = var.subnet
    public { address = "none" }
  }
  dynamic "ingress" {
    for_each = var.rules
    content {
      port = ingress.value
    }
  }
  rule { port = 1 }
  rule { port = 2 }
}

data "aws_z" "y" {}

module "inner" {
  source = "./inner"
  port   = var.port
}
"""


def line_of(text: str) -> int:
    return next(number for number, line in enumerate(MAIN.splitlines(), 1) if text in line)


def test_blocks_and_arguments_have_their_lines() -> None:
    blocks = module_lines({"main.tf": MAIN}).blocks
    assert set(blocks) == {"aws_x.y", "data.aws_z.y", "module.inner"}
    assert blocks["aws_x.y"].location == Location("main.tf", line_of('resource "aws_x" "y"'), 1)
    assert blocks["module.inner"].source == "./inner"
    found = {name: argument.location.line for name, argument in blocks["aws_x.y"].arguments.items()}
    assert found == {
        "for_each": line_of("for_each = var.things"),
        "name": line_of("name = local"),
        "text": line_of("text ="),
        "port": line_of("port   = var.health"),
        "size": line_of("size "),
        "number": line_of("number "),
        "policy": line_of("policy"),
        "role": line_of("role"),
        "network": line_of("network {"),
        "network.subnet": line_of("subnet ="),
        "network.public": line_of("public {"),
        "network.public.address": line_of("address"),
        "ingress": line_of("dynamic"),
        "rule": line_of("rule { port = 1 }"),
    }


@pytest.mark.parametrize(
    ("argument", "variables"),
    [
        ("name", {Variable("prefix"), Variable("suffix")}),
        ("text", {Variable("text")}),
        ("port", {Variable("health", "port")}),
        ("size", {Variable("things", by_key=True)}),
        ("number", {Variable("numbers")}),
        ("policy", {Variable("rules")}),
        ("ingress", {Variable("rules")}),
        ("network", {Variable("subnet")}),
        ("rule", set()),
    ],
)
def test_an_argument_knows_the_variables_it_is_made_of(argument: str, variables: set[Variable]) -> None:
    found = module_lines({"main.tf": MAIN}).blocks["aws_x.y"].arguments[argument]
    assert found.reads.variables == variables
    assert not found.reads.objects


def test_an_argument_says_that_other_objects_have_a_say() -> None:
    assert module_lines({"main.tf": MAIN}).blocks["aws_x.y"].arguments["role"].reads.objects


def test_a_file_that_does_not_parse_is_a_notice_and_the_others_are_read() -> None:
    lines = module_lines({"bad.tf": 'a = 1\nresource "x" {', "good.tf": '\ufeffdata "a" "b" {}\r\n', "none.tf": ""})
    assert list(lines.blocks) == ["data.a.b"]
    assert lines.notices == ("bad.tf:2: cannot be read as HCL, so lines of this file are not shown",)


def test_an_override_file_changes_single_arguments() -> None:
    files = {
        "a_override.tf": 'resource "aws_x" "y" {\n\n  port = 2\n}\n',
        "main.tf": 'resource "aws_x" "y" {\n  name = "a"\n  port = 1\n}\n',
    }
    block = module_lines(files).blocks["aws_x.y"]
    assert block.location == Location("main.tf", 1, 1)
    assert block.arguments["name"].location == Location("main.tf", 2, 3)
    assert block.arguments["port"].location == Location("a_override.tf", 3, 3)


def test_locals_made_of_themselves_or_of_each_other_end() -> None:
    doubled = "".join(f"  a{number} = [local.a{number + 1}, local.a{number + 1}]\n" for number in range(60))
    text = (
        f'locals {{\n{doubled}  a60 = local.a0\n  b = var.b\n}}\nresource "x" "y" {{\n  a = [local.a0, local.b]\n}}\n'
    )
    with ending():
        assert module_lines({"main.tf": text}).blocks["x.y"].arguments["a"].reads.variables == {Variable("b")}
