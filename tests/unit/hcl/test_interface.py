"""What of a call does not fit a module."""

from __future__ import annotations

import pytest

from infragen.hcl.index import Index
from infragen.render.holds import Interface

MODULE = Interface(
    Index(
        """
variable "name" {
  type = string
}

variable "size" {
  type    = number
  default = 1
}

variable "anything" {
  default = null
}

variable "target" {
  type    = object({ port = number, path = optional(string, "/") })
  default = null
}

variable "rules" {
  type    = map(object({ ports = list(object({ from = number })) }))
  default = {}
}

output "arn" {
  value = var.name
}
"""
    ).blocks
)


def misfits(arguments: str, *read: str) -> list[str]:
    (call,) = Index(f'module "x" {{\n  source = "../modules/x"\n{arguments}\n}}\n').blocks
    return list(MODULE.misfits(call, read))


@pytest.mark.parametrize(
    "arguments",
    [
        'name = "a"',
        'name = "a"\nsize = 2\nanything = { b = [1] }\ncount = 1\nproviders = {}\ndepends_on = []',
        'name = local.x\ntarget = { port = 80 }',
        'name = "a"\ntarget = null',
        'name = "a"\ntarget = local.target',
        'name = "a"\ntarget = merge(local.target, { path = "/" })',
        'name = "a"\nrules = { a = { ports = [{ from = local.port }] } }',
        'name = "a"\nrules = { for name in local.names : name => { ports = [] } }',
    ],
)  # fmt: skip
def test_what_fits(arguments: str) -> None:
    assert misfits(arguments, "arn") == []


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ("", "needs the argument `name`, which is not given"),
        ('name = "a"\nother = 1', "takes no argument `other`"),
        ('name = "a"\ntarget = { path = "/" }', "needs the attribute `target.port`, which is not given"),
        ('name = "a"\ntarget = { port = 80, host = "b" }', "takes no attribute `target.host`"),
        (
            'name = "a"\nrules = { a = { ports = [{ from = 1, to = 2 }] } }',
            "takes no attribute `rules[*].ports[*].to`",
        ),
        ('name = "a"\nrules = { a = {} }', "needs the attribute `rules[*].ports`, which is not given"),
    ],
)
def test_what_does_not_fit(arguments: str, says: str) -> None:
    assert misfits(arguments) == [says]


def test_an_output_that_is_read_and_not_there() -> None:
    assert misfits('name = "a"', "arn", "id", "name") == ["has no output `id`", "has no output `name`"]


def test_elements_that_lack_the_same_are_said_once() -> None:
    assert len(misfits('name = "a"\nrules = { a = {}, b = {} }')) == 1
