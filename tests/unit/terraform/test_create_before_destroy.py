"""Which objects a stack's own plan replaces by creating first."""

from __future__ import annotations

import json

import pytest

from infragen.stacks.model import Stack
from infragen.terraform.combined import created_first
from infragen.terraform.states import parse_state

STACKS = (Stack("network", (), (), ("vpc",)), Stack("data-sales", (), ("network",), ()))
CREATE_FIRST = 'resource "aws_x" "this" {\n  lifecycle {\n    create_before_destroy = true\n  }\n}\n'
TREE = {
    "modules/vpc/main.tf": CREATE_FIRST + '\nresource "aws_y" "this" {\n}\n',
    "modules/other/main.tf": CREATE_FIRST.replace("aws_x", "aws_z"),
    "network/main.tf": 'module "vpc" {\n  source = "../modules/vpc"\n}\n',
    "data-sales/main.tf": 'resource "aws_x" "this" {\n}\n',
}


def state(kind, **instance):
    resource = {
        "mode": "managed", "type": kind, "name": "this", "provider": "x", "module": "module.vpc",
        "instances": [instance],
    }  # fmt: skip
    return parse_state(json.dumps({"version": 4, "lineage": "x", "resources": [resource]}).encode(), "network")


@pytest.mark.parametrize(
    ("address", "is_first"),
    [
        ("module.network.module.vpc.aws_x.this", True),
        ('module.network.module.vpc["a.b"].aws_x.this["c.d[0]"]', True),
        ("module.network.module.vpc.aws_x.this[3]", True),
        ("module.network.module.vpc.aws_y.this", False),
        ("module.network.module.other.aws_z.this", False),
        ("module.data_sales.aws_x.this", False),
        ("module.gone.aws_x.this", False),
    ],
)
def test_what_says_so_itself_is_created_first(address, is_first):
    assert created_first([address], TREE, STACKS, {}) == ({address} if is_first else set())


def test_what_something_of_the_same_stack_depends_on_is_created_first():
    address = "module.network.module.vpc.aws_y.this"
    states = {"network": state("aws_y", create_before_destroy=True)}
    assert created_first([address], TREE, STACKS, states) == {address}
    assert created_first([address], TREE, STACKS, {"network": state("aws_y")}) == set()


def test_what_was_created_first_once_is_not_when_nothing_says_so_any_more():
    states = {"network": state("aws_y", create_before_destroy=True)}
    tree = {path: text.replace("true", "false") for path, text in TREE.items()}
    assert created_first(["module.network.module.vpc.aws_y.this"], tree, STACKS, states) == set()
