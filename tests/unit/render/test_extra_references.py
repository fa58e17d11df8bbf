"""What hand-written files read is looked up before terraform runs, and so is what waits for itself."""

from __future__ import annotations

import pytest

from infragen.render.extra_files import ExtraFile
from infragen.render.extra_references import Graph, Known, check_references

QUEUE = """
variable "name" {
}

variable "role" {
}

locals {
  name = "${var.name}-x"
}

resource "aws_sqs_queue" "this" {
  name = local.name
}

resource "aws_sqs_queue_policy" "this" {
  queue_url = aws_sqs_queue.this.url
  policy    = var.role
}

output "url" {
  value = aws_sqs_queue.this.url
}

output "policy" {
  value = aws_sqs_queue_policy.this.id
}
"""
MODULES = {"queue": (QUEUE,)}
STACK = """
module "jobs" {
  source = "../modules/queue"
  name   = "jobs"
  role   = aws_iam_role.jobs.arn
}
module "elsewhere" {
  source = "git::https://example.com/x"
  any    = aws_iam_role.jobs.arn
}
"""


def found(text: str) -> list[tuple[str, int, str]]:
    """Return code, line and message of what is said about a file beside STACK."""
    extra = ExtraFile("app", "own", "own.tf", text)
    published = {"network": frozenset({"vpc_id"}), "data": frozenset[str]()}
    known = Known("app", "app", (STACK, text), published, lambda name: MODULES.get(name, ()), {})
    problems = check_references([extra], known)
    return [(one.code, one.location.line, one.message) for one in problems if one.location]


ROLE = 'resource "aws_iam_role" "jobs" {\n  name = "jobs"\n}\n'


@pytest.mark.parametrize(
    "text",
    [
        "locals {\n  a = local.network.vpc_id\n  b = local.a\n  c = [local.environment, local.tags.System]\n}\n",
        'locals {\n  a = [for one in local.network.vpc_id : one.id if one.name != ""]\n}\n',
        'locals {\n  a = module.elsewhere.anything\n  b = module.jobs["x"].url\n  c = module.jobs.*.url\n}\n',
        'variable "a" {\n  type    = object({ b = string })\n  default = null\n}\nlocals {\n  c = var.a.b\n}\n',
        'data "aws_region" "here" {\n}\nlocals {\n  a = data.aws_region.here.name\n}\n',
        'resource "aws_eip" "a" {\n  provider = aws.osaka\n  lifecycle {\n    ignore_changes = [tags["x"]]\n  }\n}\n',
        'check "a" {\n  data "aws_vpcs" "b" {\n  }\n  assert {\n    condition = data.aws_vpcs.b.ids != []\n  }\n}\n',
        "moved {\n  from = aws_eip.old\n  to   = aws_eip.new\n}\n",
        'resource "aws_eip" "a" {\n  count = 2\n  tags  = { Name = "${path.module}-${count.index}" }\n}\n',
        'resource "x_y" "a" {\n  dynamic "b" {\n    for_each = [1]\n    content {\n      c = b.value\n    }\n  }\n}\n',
        'module "b" {\n  source = "../modules/queue"\n}\nlocals {\n  a = module.b.url\n}\n',
    ],
)
def test_what_is_there_is_fine(text: str) -> None:
    assert found(text + ROLE) == []


@pytest.mark.parametrize(
    ("read", "message"),
    [
        ("local.nothing", "local.nothing is declared nowhere in the stack app"),
        ("local.network.nothing", "the stack that local.network is publishes no nothing"),
        ("local.network", "local.network is a whole stack"),
        ("local.app.x", "local.app is this stack itself"),
        ("module.nothing.url", "module.nothing is declared nowhere in the stack app"),
        ("module.jobs.nothing", "module.jobs has no output nothing"),
        ("var.nothing", "var.nothing is declared nowhere"),
        ("aws_eip.nothing.id", "aws_eip.nothing is declared nowhere in the stack app"),
        ("data.aws_region.nothing.id", "data.aws_region.nothing is declared nowhere in the stack app"),
    ],
)
def test_what_is_not_there_is_said_at_its_line(read: str, message: str) -> None:
    assert found(f'{ROLE}locals {{\n  a = "${{{read}}}"\n}}\n') == [("G020", 5, message)]


def test_an_object_that_another_needs_does_not_wait_for_itself_through_what_the_other_does_not_read() -> None:
    role = 'resource "aws_iam_role" "jobs" {\n  name = module.jobs.url\n}\n'
    assert found(role) == []


def test_an_object_that_waits_for_itself_through_a_module_is_said() -> None:
    role = 'resource "aws_iam_role" "jobs" {\n  name = module.jobs.policy\n}\n'
    assert found(role) == [
        (
            "G021",
            1,
            "this depends on itself: aws_iam_role.jobs reads module.jobs.policy, which reads aws_iam_role.jobs",
        )
    ]


def test_a_circle_of_local_values_is_said_once() -> None:
    text = "locals {\n  a = local.b\n  b = local.c\n  c = local.a\n}\n"
    assert found(text + ROLE) == [
        ("G021", 2, "this depends on itself: local.a reads local.b, which reads local.c, which reads local.a")
    ]


def test_what_is_at_the_end_of_a_circle_is_said_at_the_file_that_leads_there() -> None:
    graph = Graph(("locals {\n  a = local.b\n  b = local.b2\n  b2 = local.b\n}\n",), lambda _: ())
    assert graph.circle("local.a") == ["local.b", "local.b2"]
