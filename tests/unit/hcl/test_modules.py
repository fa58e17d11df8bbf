"""Modules are called as Terraform calls them: their variables, locals, outputs and instances."""

from __future__ import annotations

import pytest

from infragen.hcl.later import Known, UnevaluatedError, marked
from infragen.hcl.modules import Module

FILES = {
    "main.tf": """
module "net" {
  source = "./net"
}
module "queue" {
  source   = "./modules/queue"
  for_each = { orders = "5", mails = "6" }
  name     = each.key
  keep     = each.value
  key_arn  = module.net.key_arn
}
resource "aws_iam_role" "user" {
  count = length(keys({ a = 1, b = 2 }))
  name  = "user-${count.index}-${module.queue["orders"].name}"
}
""",
    "net/main.tf": """
resource "aws_kms_key" "this" {}
output "key_arn" {
  value = local.key
}
locals {
  key = aws_kms_key.this.arn
}
""",
    "modules/queue/main.tf": """
variable "name" { type = string }
variable "keep" { type = number }
variable "key_arn" {
  type    = string
  default = null
}
variable "more" {
  type    = object({ delay = optional(number, 3), tags = optional(map(string), {}) })
  default = {}
}
resource "aws_sqs_queue" "this" {
  name              = var.name
  kms_master_key_id = var.key_arn
  delay_seconds     = var.more.delay
  retention         = var.keep

  dynamic "rule" {
    for_each = { first = 1, second = 2 }

    content {
      name  = "${rule.key}-${var.name}"
      level = rule.value

      inner {
        on = true
      }
    }
  }
}
output "name" {
  value = aws_sqs_queue.this.name
}
""",
}


@pytest.fixture
def root() -> Module:
    return Module.root(FILES)


def test_arguments_come_through_calls_and_types(root: Module) -> None:
    queue = root.called("queue", "orders").instance("aws_sqs_queue.this")
    assert queue.address == 'module.queue["orders"].aws_sqs_queue.this'
    assert [queue.value(name) for name in ("name", "retention", "delay_seconds")] == ["orders", 5, 3]
    assert list(marked(str(queue.value("kms_master_key_id")))) == [Known("module.net.aws_kms_key.this", "arn")]


def test_what_no_argument_sets_is_known_later(root: Module) -> None:
    queue = root.called("queue", "mails").instance("aws_sqs_queue.this")
    assert list(marked(str(queue.value("arn")))) == [Known('module.queue["mails"].aws_sqs_queue.this', "arn")]


def test_blocks_are_lists_and_dynamic_ones_too(root: Module) -> None:
    rules = root.called("queue", "orders").instance("aws_sqs_queue.this").value("rule")
    assert rules == [
        {"name": "first-orders", "level": 1, "inner": [{"on": True}]},
        {"name": "second-orders", "level": 2, "inner": [{"on": True}]},
    ]


def test_instances_have_their_own_count(root: Module) -> None:
    assert root.instance("aws_iam_role.user", 1).value("name") == "user-1-orders"


@pytest.mark.parametrize("label", ["nobody", "queue"])
def test_a_module_that_is_not_there_is_not_told(label: str) -> None:
    files = {"main.tf": 'module "queue" {\n  source = "registry/queue/aws"\n}\n'}
    with pytest.raises(UnevaluatedError):
        Module.root(files).called(label)


@pytest.mark.parametrize(
    ("step", "last", "asked"),
    [
        ("try(local.aNEXT, local.aNEXT)", "local.nothing", "local.a0"),
        ('"${local.aNEXT}${local.aNEXT}"', '"0123456789"', "local.a0"),
        ("[local.aNEXT, local.aNEXT]", "1", "jsonencode(local.a0)"),
        ("concat(local.aNEXT, local.aNEXT)", "[1]", "length(local.a0)"),
        ("local.aNEXT", "range(100000000)", "local.a0"),
        ("local.aNEXT", 'regex("(a+)+$", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab")', "local.a0"),
    ],
)
@pytest.mark.timeout(60)
def test_what_doubles_at_each_step_is_not_worked_out(step: str, last: str, asked: str) -> None:
    steps = [f"  a{number} = {step.replace('NEXT', str(number + 1))}\n" for number in range(40)]
    with pytest.raises(UnevaluatedError):
        Module.root({"main.tf": f"locals {{\n{''.join(steps)}  a40 = {last}\n}}\n"}).value(asked)
