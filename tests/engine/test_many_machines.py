"""One reviewed plan of an environment, applied stack by stack on machines that know nothing of each other."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING

import pytest

from tests.engine.small import STACKS, TARGET, edit, render, rendered_project, run, start, states, stop

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = [pytest.mark.terraform, pytest.mark.sandbox]


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Path]:
    folder = rendered_project(tmp_path / "small")
    start(folder)
    yield folder
    stop(folder)


def on_another_machine(project: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a command where nothing is known but the files and the states."""
    for name in ("runs", "sandbox/work", "sandbox/applied", "sandbox/reviewed"):
        shutil.rmtree(project / ".infragen" / name, ignore_errors=True)
    return run(project, *arguments, "--sandbox")


def test_each_stack_of_a_reviewed_plan_on_a_machine_of_its_own(project: Path) -> None:
    kept = str(project.parent / "reviewed.plan")
    planned = run(project, "plan", TARGET, "--sandbox", "--out", kept)
    assert planned.returncode == 0, planned.stderr

    early = on_another_machine(project, "apply", f"{TARGET}/security", "--plan", kept, "--yes")
    assert (early.returncode, "K011" in early.stderr) == (1, True), early.stderr
    assert "network changes in this plan" in early.stderr

    for name in STACKS:
        done = on_another_machine(project, "apply", f"{TARGET}/{name}", "--plan", kept, "--yes")
        assert done.returncode == 0, done.stderr
    assert set(states(project)) == set(STACKS)

    twice = on_another_machine(project, "apply", f"{TARGET}/network", "--plan", kept, "--yes")
    assert (twice.returncode, "K012" in twice.stderr) == (1, True), twice.stderr
    other = on_another_machine(project, "apply", "small/other/network", "--plan", kept, "--yes")
    assert other.returncode == 1

    edit(project, "catalog/small/databases/sales/order.yaml", "max: 8 ACU", "max: 16 ACU")
    render(project)
    assert run(project, "plan", TARGET, "--sandbox", "--out", kept).returncode == 0
    before = states(project)
    for name in ("security", "data-sales"):  # a matrix has all stacks, also those that do not change
        done = on_another_machine(project, "apply", f"{TARGET}/{name}", "--plan", kept, "--yes")
        assert done.returncode == 0, done.stderr
    assert [name for name, state in states(project).items() if state != before[name]] == ["data-sales"]


def test_a_policy_refuses_a_plan_and_nothing_is_kept(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the real terraform: the report is written, the policy's finding stands at its line, exit code 1.

    A plan that was kept elsewhere, without the policy, is not applied either.
    """
    (project / "policy").mkdir()
    elsewhere = project.parent / "elsewhere.plan"
    with monkeypatch.context() as another:
        another.setenv("INFRAGEN_STATE_DIR", str(project.parent))
        made = run(project, "plan", TARGET, "--sandbox", "--out", str(elsewhere))
        assert made.returncode == 0, made.stderr
    program = project.parent / "bin/opa"
    program.parent.mkdir()
    program.write_text(
        '#!/bin/sh\necho \'{"result":[{"expressions":[{"text":"data.x.deny","value":['
        '"module.data_sales.module.database_order.terraform_data.capacity is too large"]}]}]}\'\n'
    )
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}{os.pathsep}{os.environ['PATH']}")
    (project / "infragen.toml").write_text('[[policy]]\ntool = "opa"\npaths = ["policy"]\nquery = "data.x.deny"\n')
    unreviewed = run(project, "apply", TARGET, "--plan", str(elsewhere), "--sandbox", "--yes")
    assert unreviewed.returncode == 1
    assert "X027" in unreviewed.stderr
    assert f"K023 a policy refuses what {elsewhere} does: nothing was changed" in unreviewed.stderr
    assert states(project) == {}
    edit(project, "catalog/small/databases/sales/order.yaml", "max: 8 ACU", "max: 16 ACU")
    render(project)
    report, kept = project.parent / "plan.md", project.parent / "kept.plan"
    refused = run(project, "plan", TARGET, "--sandbox", "--out", str(kept), "--report", str(report))
    assert refused.returncode == 1
    assert "catalog/small/databases/sales/order.yaml:1" in refused.stderr
    assert "X027" in refused.stderr
    assert report.read_text().strip()
    assert not kept.exists()
    offline = run(project, "plan", TARGET, "--offline")
    assert (offline.returncode, "X027" in offline.stderr) == (1, True)
    applied = run(project, "apply", TARGET, "--sandbox", "--yes")
    assert (applied.returncode, "X027" in applied.stderr) == (1, True)
    assert states(project) == {}
