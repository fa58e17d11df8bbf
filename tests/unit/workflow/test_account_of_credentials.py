"""What a session makes of terraform's errors."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.fixtures import SMALL

from infragen.catalog import Project, load
from infragen.diagnostics import Diagnostic, InfragenError
from infragen.environment import resolve
from infragen.terraform.child_process import Stopper
from infragen.terraform.findings import finding
from infragen.workflow.session import open_runners

if TYPE_CHECKING:
    from collections.abc import Sequence


def raised(*problems: Diagnostic) -> Sequence[Diagnostic]:
    """Return what comes out of a session in which terraform has these problems."""
    project = Project(SMALL)
    environment = resolve(project, load(project, "shop"), "prod").environment()
    with (
        pytest.raises(InfragenError) as caught,
        open_runners(project, environment, Stopper(), sandbox=False, plugin_dir=None),
    ):
        raise InfragenError(*problems)
    return caught.value.diagnostics


def not_allowed(stack: str) -> Diagnostic:
    return finding(
        {"summary": "AWS account ID not allowed: 999900009999", "detail": ""}, f"generated/shop/prod/{stack}"
    )


def test_credentials_of_another_account_name_both_accounts_once() -> None:
    (found,) = raised(not_allowed("network"), not_allowed("data"))
    assert str(found) == (
        "environments/shop/prod.yaml:3:10: error T029 these credentials belong to the account 999900009999, but "
        "shop/prod is in 444455556666"
    )
    assert found.hint == (
        'log in to 444455556666; if 999900009999 is the right one, write `account: "999900009999"` here, and render'
    )


def test_other_errors_stay_as_they_are() -> None:
    other = Diagnostic("T020", "something about 999900009999")
    assert raised(other) == (other,)
    assert raised(other, not_allowed("network"))[0] == other
