"""No production on AWS itself is made of examples, not even of a document's own; on the sandbox it may be."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, cast

import pytest
from tests.conftest import ROOT

from infragen.catalog import Project
from infragen.diagnostics import InfragenError
from infragen.workflow.planning.protections import note_placeholders, refuse_placeholders
from infragen.workflow.target import resolve_one

if TYPE_CHECKING:
    from infragen.workflow.session import Session


def session(target: str, *, on_sandbox: bool = False) -> Session:
    _, environment = resolve_one(Project(ROOT), target)
    return cast("Session", SimpleNamespace(environment=environment, on_sandbox=on_sandbox))


def test_each_example_of_production_is_named_with_its_line() -> None:
    with pytest.raises(InfragenError) as refused:
        refuse_placeholders(session("shop/prod"))
    file, mail = "environments/shop/prod.yaml", "an address at a domain reserved for examples"
    bastion = "catalog/shop/bastions/main.yaml"
    uploads, zone = "catalog/shop/buckets/uploads.yaml", "catalog/shop/zones/main.yaml"
    assert [str(one) for one in refused.value.diagnostics] == [
        f"{file}:4:10: error T062 `111122223333` is an example account ID: nothing was applied",
        f"{file}:6:14: error T062 `shop.example.com` is a domain reserved for examples: nothing was applied",
        f"{file}:9:14: error T062 `operations@example.com` is {mail}: nothing was applied",
        f"{bastion}:3:6: error T062 `ami-0123456789abcdef0` is an example AMI ID: nothing was applied",
        f"{uploads}:5:18: error T062 `shop.example.com` is a domain reserved for examples: nothing was applied",
        f"{zone}:5:14: error T062 `mail.example.net` is a domain reserved for examples: nothing was applied",
    ]
    assert refused.value.diagnostics[1].hint == "write a domain that you own, and remove its reason from `assumptions`"


def test_a_plan_tells_what_apply_would_refuse(capsys: pytest.CaptureFixture[str]) -> None:
    note_placeholders(session("shop/prod"))
    said = " ".join(capsys.readouterr().err.split())
    assert said.startswith("apply will refuse 6 example values in production: `111122223333` (environments/shop/prod.")


@pytest.mark.parametrize(("target", "on_sandbox"), [("shop/dev", False), ("shop/prod", True)])
def test_what_is_no_production_on_aws_may_have_examples(
    target: str, on_sandbox: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    found = session(target, on_sandbox=on_sandbox)
    refuse_placeholders(found)
    note_placeholders(found)
    assert capsys.readouterr().err == ""
