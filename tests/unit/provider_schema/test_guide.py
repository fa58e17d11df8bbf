"""Each change of the upgrade guide is found where it is written, and nowhere else."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

import pytest

from infragen.hcl.index import Index
from infragen.provider_schema import CHANGES, checked, known

if TYPE_CHECKING:
    from infragen.provider_schema.guide import Change

VALUES = ("1", '"off"', '"verify"', '"legacy"', "true", "false", '"Redis"', "var.x")
"""One that each form of a value matches, and others that it does not match."""
ARE_WRITTEN = [one for one in CHANGES if not one.stays and one.gone != ("*",)]


def sample(change: Change) -> str:
    """Return a resource that the change is about."""
    name = change.types[0]
    if change.reads:
        return f"locals {{\n  x = {name}.x.{change.reads}\n}}\n"
    arguments = {key: next(one for one in VALUES if form.fullmatch(one)) for key, form in change.writes}
    arguments |= dict.fromkeys(change.either[:1], "var.x")
    *path, last = [*change.at, ""] if not change.gone else change.gone[0].split(".")
    arguments |= {last: "var.x"} if change.gone else {}
    return resource(name, path, arguments)


def resource(name: str, path: list[str], arguments: dict[str, str]) -> str:
    """Return a resource, a data source or a provider with arguments in a nested block."""
    kind, _, label = name.rpartition(".")
    head = 'provider "aws"' if name == "provider" else f'{kind or "resource"} "{label}" "x"'
    body = "".join(f"{key} = {value}\n" for key, value in arguments.items())
    for block in reversed(path):
        body = f"{block} {{\n{body}}}\n"
    return f"{head} {{\n{body}}}\n"


@pytest.mark.parametrize("change", ARE_WRITTEN, ids=[f"{one.types[0]}: {one.what}" for one in ARE_WRITTEN])
def test_a_change_is_found_where_it_is_written(change: Change) -> None:
    found = checked("main.tf", sample(change))
    assert found.changes[change] == 1
    assert [one for one in found.findings if one.code in {"V015", "V019"}]


@pytest.mark.parametrize("change", [one for one in ARE_WRITTEN if one.lacks], ids=lambda one: one.what)
def test_a_change_is_not_found_where_what_it_wants_is_written(change: Change) -> None:
    (block,) = Index(sample(change)).blocks
    inner = list(block.walk())[-1]
    arguments = {key: one.value for key, one in inner.arguments.items()} | {change.lacks[0]: "var.x"}
    assert not checked("main.tf", resource(change.types[0], list(change.at), arguments)).changes[change]


@pytest.mark.parametrize("change", [one for one in ARE_WRITTEN if one.writes], ids=lambda one: one.what)
def test_a_change_is_not_found_for_another_value(change: Change) -> None:
    forms = [form for _, form in change.writes if form.pattern != ".*"]
    for key, form in change.writes if forms else ():
        others = [one for one in VALUES if not form.fullmatch(one)]
        arguments = {key: others[0]} | dict.fromkeys(change.either[:1], "var.x")
        assert not checked("main.tf", resource(change.types[0], list(change.at), arguments)).changes[change]


def test_the_types_that_the_guide_says_are_gone_are_those_that_the_schema_lacks() -> None:
    gone = chain.from_iterable(one.types for one in CHANGES if one.gone == ("*",))
    assert {*gone} == known("aws").gone - {"aws_redshift_service_account"}
