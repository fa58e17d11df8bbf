"""An entry whose domain changed, on the emulated AWS: nothing is destroyed, created or lost, whatever interrupts."""

from __future__ import annotations

import json
import shutil
import sys
from typing import TYPE_CHECKING, Any

import pytest

from infragen.terraform.locks import this_user

from . import small

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = [pytest.mark.terraform, pytest.mark.sandbox]

ORDER = "catalog/small/databases/sales/order.yaml"
MOVES = ("state", "moves", small.TARGET, "--sandbox")

KILLER = """\
#!{python}
# Is terraform, but kills infragen instead of running the {number}th `{command}`.
import os, signal, sys
count = {count!r}
if " ".join(sys.argv[1:]).startswith({command!r}):
    with open(count, "a") as file:
        file.write(".")
    if os.path.getsize(count) == {number}:
        os.kill(os.getppid(), signal.SIGKILL)
        sys.exit(1)
os.execv({terraform!r}, [{terraform!r}, *sys.argv[1:]])
"""


@pytest.fixture(scope="module")
def applied(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    project = small.rendered_project(tmp_path_factory.mktemp("moves"))
    try:
        done = small.run(project, "apply", small.TARGET, "--sandbox", "--yes")
        assert done.returncode == 0, done.stderr
        yield project
    finally:
        small.stop(project)


def killer(project: Path, command: str, number: int) -> dict[str, str]:
    """Return the variables with which infragen dies at one of its calls of terraform."""
    program = project / "killer"
    count = project / "killer.count"
    count.unlink(missing_ok=True)
    terraform = shutil.which("terraform")
    assert terraform is not None
    text = KILLER.format(python=sys.executable, count=str(count), command=command, number=number, terraform=terraform)
    program.write_text(text)
    program.chmod(0o755)
    return {"INFRAGEN_TERRAFORM": str(program)}


def second_checkout(project: Path) -> Path:
    """Return another checkout of the project as it is now, which knows the emulated AWS and nothing else."""
    other = project.with_name("second")
    shutil.rmtree(other, ignore_errors=True)
    shutil.copytree(project, other, ignore=shutil.ignore_patterns(".infragen", "killer*"))
    (other / ".infragen/sandbox").mkdir(parents=True, mode=0o700)
    shutil.copy(project / ".infragen/sandbox/state.json", other / ".infragen/sandbox/state.json")
    return other


def to_other_domain(project: Path) -> tuple[str, str]:
    """Change the entry's domain, its names kept, and return the stack that its resources are in and the other one."""
    if "moved_from" in (project / ORDER).read_text(encoding="utf-8"):
        small.edit(project, ORDER, "domain: plant\nmoved_from: sales\n", "domain: sales\n")
        stacks = "data-plant", "data-sales"
    else:
        small.edit(project, ORDER, "domain: sales\n", "domain: plant\nmoved_from: sales\n")
        stacks = "data-sales", "data-plant"
    small.render(project)
    return stacks


def objects(project: Path) -> dict[str, set[tuple[str, str]]]:
    """Return the type and id of what each stack's state holds of the entry."""
    found = {}
    for stack, state in small.states(project).items():
        resources: Any = state["resources"]
        found[stack] = {
            (one["type"], instance["attributes"]["id"])
            for one in resources
            if one["mode"] == "managed" and "order" in one.get("module", "") and stack.startswith("data-")
            for instance in one["instances"]
        }
    return found


def is_whole(project: Path, before: set[tuple[str, str]]) -> None:
    """Check that what existed exists, that each is in some state, and that nothing else was made."""
    assert small.recorded(project) == before
    assert small.orphans(project) == {}
    assert small.locks(project) == {}


def test_a_changed_name_is_shown_and_nothing_is_moved(applied: Path) -> None:
    before = small.states(applied)
    small.edit(applied, ORDER, "domain: sales", "domain: plant")
    small.render(applied)
    refused = small.run(applied, *MOVES, "--apply", "--yes")
    assert refused.returncode == 1
    assert "M001" in refused.stderr
    assert "`moved_from: DOMAIN`" in refused.stderr
    assert "aurora-dev-plant-order" in refused.stdout
    assert small.states(applied) == before
    small.edit(applied, ORDER, "domain: plant", "domain: sales")
    small.render(applied)
    assert small.run(applied, *MOVES).returncode == 0


def test_it_is_proved_first_and_then_moved_by_imports(applied: Path) -> None:
    before, states = small.recorded(applied), small.states(applied)
    source, target = to_other_domain(applied)
    order = objects(applied)[source]
    assert len(order) == 3
    plan = small.run(applied, "plan", small.TARGET, "--sandbox", variables={"COLUMNS": "300"})
    assert f"`infragen state moves {small.TARGET}`" in " ".join(plan.stdout.split())
    shown = small.run(applied, *MOVES)
    assert shown.returncode == 2, shown.stderr
    assert shown.stdout.count("databases/order: module.cluster_order.") == 3
    assert "change no resource" in shown.stderr
    assert "one stack imports, the other forgets" in shown.stderr
    assert small.states(applied) == states

    done = small.run(applied, *MOVES, "--apply", "--yes")
    assert done.returncode == 0, done.stderr
    assert {stack: held for stack, held in objects(applied).items() if held} == {target: order}
    is_whole(applied, before)
    plan = small.run(applied, "plan", small.TARGET, "--sandbox", "--detailed-exitcode")
    assert plan.returncode == 0, plan.stdout
    assert small.run(applied, *MOVES).returncode == 0
    assert not list((applied / "generated").rglob("imports.tf")), "the blocks were for this once"


@pytest.mark.parametrize(
    ("command", "number", "flags", "way"),
    [
        ("state push", 4, ("--push",), "stored anew"),  # after two marks and what one stack gains
        ("apply", 2, (), "imports"),
    ],
    ids=["between-the-pushes", "between-import-and-forget"],
)
def test_killed_in_the_middle_the_next_command_says_so_and_this_one_finishes(
    applied: Path, command: str, number: int, flags: tuple[str, ...], way: str
) -> None:
    before = small.recorded(applied)
    source, target = to_other_domain(applied)
    order = objects(applied)[source]
    assert len(order) == 3
    killed = small.run(applied, *MOVES, "--apply", "--yes", *flags, variables=killer(applied, command, number))
    assert killed.returncode == -9
    assert way in killed.stderr
    is_whole(applied, before)
    assert objects(applied)[target] == objects(applied)[source] == order

    refused = small.run(applied, "apply", small.TARGET, "--sandbox", "--yes")
    assert refused.returncode == 1
    assert "M002" in refused.stderr
    assert f"infragen state moves {small.TARGET} --apply --sandbox" in " ".join(refused.stderr.split())
    backup = next((applied / ".infragen").rglob(f"{source}.before.tfstate"))
    assert backup.stat().st_mode & 0o777 == 0o600

    other = second_checkout(applied)
    destroying = small.run(other, "apply", small.TARGET, "--sandbox", "--yes")
    assert destroying.returncode == 1
    said = " ".join(destroying.stderr.split())
    assert f"error M002 a state move of data-plant, data-sales is not finished: begun by {this_user()} on " in said
    assert str(backup.parent) in said
    assert f"`infragen state moves {small.TARGET} --apply --sandbox`" in said
    is_whole(applied, before)

    finished = small.run(other, *MOVES, "--apply", "--yes")
    assert finished.returncode == 0, finished.stderr
    assert "this finishes it" in finished.stderr
    assert small.run(other, "plan", small.TARGET, "--sandbox").returncode == 0
    assert "M002" in small.run(applied, "plan", small.TARGET, "--sandbox").stderr, "its journal has no end yet"
    assert small.run(applied, *MOVES).returncode == 0
    assert not any("infragen_move" in state["outputs"] for state in small.states(applied).values())  # type: ignore[operator]
    assert {stack: held for stack, held in objects(applied).items() if held} == {target: order}
    is_whole(applied, before)
    plan = small.run(applied, "plan", small.TARGET, "--sandbox", "--format", "json")
    assert json.loads(plan.stdout)["summary"]["destroy"] == 0
