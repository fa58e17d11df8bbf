"""An entry whose domain changed: nothing is destroyed, created or lost, whatever interrupts.

Its objects have an id alone, by which terraform takes in its own: the steps, the marks and the locks are the same for
what is of AWS. That is moved in tests/docs/test_tour.py, and by a siege.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import sys
import tempfile
import time
from datetime import UTC, datetime
from textwrap import dedent
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

DATABASE = """\
    resource "terraform_data" "capacity" {
    }

    resource "terraform_data" "group" {
    }

    resource "terraform_data" "this" {
    }

    resource "terraform_data" "changed" {
      for_each = toset(concat(
        var.max_capacity > 8 ? ["larger"] : [],
        contains(["aurora-dev-sales-order", "aurora-dev-plant-parts"], var.cluster_identifier) ? [] : [local.name],
      ))

      input = each.key
    }

    locals {
      name = var.cluster_identifier
    }
    """
"""Three that are what they were under any address, and what there is more where the catalogue says something else."""

KILLER = """\
#!{python}
# Is terraform, but has infragen killed instead of running the {number}th `{command}`: it may send no signal itself.
import os, sys, time
count = {count!r}
if " ".join(sys.argv[1:]).startswith({command!r}):
    with open(count, "a") as file:
        file.write(".")
    if os.path.getsize(count) == {number}:
        infragen = os.getppid()
        open(count + ".reached", "w").close()
        while os.getppid() == infragen:
            time.sleep(0.01)
        sys.exit(1)
os.execv({terraform!r}, [{terraform!r}, *sys.argv[1:]])
"""


@pytest.fixture(scope="module")
def applied(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    project = small.small_project(tmp_path_factory.mktemp("moves"))
    module = project / "templates/modules/aurora_cluster_managed_password/main.tf"
    module.write_text(dedent(DATABASE), encoding="utf-8")
    small.render(project)
    try:
        done = small.run(project, "apply", small.TARGET, "--sandbox", "--yes")
        assert done.returncode == 0, done.stderr
        yield project
    finally:
        small.stop(project)


def test_a_stack_that_never_was_gives_nothing(applied: Path) -> None:
    refused = small.run(applied, *MOVES, "--from", "nope")
    assert (refused.returncode, "error P009" in refused.stderr, "'nope'" in refused.stderr) == (1, True, True)
    assert f"its stacks, including removed ones: {', '.join(small.STACKS[:2])}" in refused.stderr


def test_drift_names_the_move_and_not_the_destruction_of_what_is_to_be_moved(applied: Path) -> None:
    source, _ = to_other_domain(applied)
    try:
        said = small.run(applied, "drift", small.TARGET, "--sandbox", variables={"COLUMNS": "200"})
        words = " ".join(said.stdout.split())
        move = f"{source}: other stacks declare what is there; `infragen state moves {small.TARGET} --sandbox"
        assert move in words, said.stdout
        assert "infragen destroy" not in words
        assert "INCOMPLETE" not in words
    finally:
        to_other_domain(applied)


def killed_at(project: Path, command: str, number: int, *flags: str, by: signal.Signals = signal.SIGKILL) -> str:
    """Apply a move in which infragen is killed at one of its calls of terraform, and return what it said."""
    program, count, reached = (project / name for name in ("killer", "killer.count", "killer.count.reached"))
    count.unlink(missing_ok=True)
    reached.unlink(missing_ok=True)
    terraform = shutil.which("terraform")
    assert terraform is not None
    text = KILLER.format(python=sys.executable, count=str(count), command=command, number=number, terraform=terraform)
    program.write_text(text)
    program.chmod(0o755)
    variables = {"INFRAGEN_TERRAFORM": str(program)}
    with tempfile.TemporaryFile() as file:
        move = small.begin(project, *MOVES, "--apply", "--yes", *flags, said=file.fileno(), variables=variables)
        while move.poll() is None and not reached.exists():
            time.sleep(0.02)
        if move.returncode is None:
            os.kill(move.pid, by)
        code = move.wait()
        file.seek(0)
        said = file.read().decode()
    assert code == (-9 if by is signal.SIGKILL else 130), said
    return said


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
    """Check that each object that was in a state is in some state, and that nothing else was made."""
    assert small.recorded(project) == before
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
    assert f"`infragen state moves {small.TARGET} --sandbox -C {applied}`" in " ".join(plan.stdout.split())
    shown = small.run(applied, *MOVES)
    assert shown.returncode == 2, shown.stderr
    assert shown.stdout.count("databases/order: module.database_order.") == 3
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


def killed_half_way(project: Path, command: str, number: int, *flags: str) -> tuple[str, str]:
    """Have a move killed when everything is in two states; return the stack that loses, a former one, and the other."""
    before = small.recorded(project)
    source, target = to_other_domain(project)
    order = objects(project)[source]
    assert len(order) == 3
    said = killed_at(project, command, number, *flags)
    assert ("imports" in said) == (command == "apply")
    is_whole(project, before)
    assert objects(project)[target] == objects(project)[source] == order
    return source, target


def lock(project: Path, stack: str, who: str) -> None:
    """Leave a lock of a stack's state."""
    now = datetime.now(UTC).isoformat().replace("+00:00", "Z")
    place = f"{small.TARGET}/{stack}.tfstate"
    held = {"ID": "7e3c", "Operation": "OperationTypeApply", "Who": who, "Version": "1.11.4", "Created": now}
    small.put_object(project, f"{place}.tflock", json.dumps({**held, "Info": "", "Path": f"{small.BUCKET}/{place}"}))


def is_moved(project: Path, before: set[tuple[str, str]], target: str) -> None:
    """Check that all is in the one stack, that no mark is left, and that a plan says nothing of what moved."""
    is_whole(project, before)
    assert [stack for stack, held in objects(project).items() if held] == [target]
    assert not any("infragen_move" in state["outputs"] for state in small.states(project).values())  # type: ignore[operator]
    plan = small.run(project, "plan", small.TARGET, "--sandbox", "--format", "json")
    assert json.loads(plan.stdout)["summary"]["destroy"] == 0
    assert "infragen_move" not in plan.stdout


def test_killed_between_import_and_forget_no_machine_destroys_anything_and_another_one_finishes(applied: Path) -> None:
    before = small.recorded(applied)
    source, target = killed_half_way(applied, "apply", 2)
    here = small.run(applied, "apply", small.TARGET, "--sandbox", "--yes")
    assert (here.returncode, "M002" in here.stderr) == (1, True)

    other = second_checkout(applied)
    destroying = small.run(other, "apply", small.TARGET, "--sandbox", "--yes")
    assert destroying.returncode == 1
    said = " ".join(destroying.stderr.split())
    assert f"error M002 a state move of data-plant, data-sales is not finished: begun by {this_user()} on " in said
    backup = max(  # of the latest move
        (applied / ".infragen").rglob(f"{source}.before.tfstate"), key=lambda path: path.parent.name
    )
    assert backup.stat().st_mode & 0o777 == 0o600
    assert str(backup.parent) in said
    assert f"`infragen state moves {small.TARGET} --apply --sandbox -C {other}`" in said
    is_whole(applied, before)

    finished = small.run(other, *MOVES, "--apply", "--yes")
    assert finished.returncode == 0, finished.stderr
    assert "this finishes it" in finished.stderr
    is_moved(other, before, target)
    assert "M002" in small.run(applied, "plan", small.TARGET, "--sandbox").stderr, "its journal has no end yet"
    assert small.run(applied, *MOVES).returncode == 2, "it only looks"
    assert small.run(applied, *MOVES, "--apply").returncode == 0
    assert small.run(applied, "unlock", small.TARGET, "--sandbox").returncode == 0


def test_interrupted_between_import_and_forget_it_says_how_to_go_on(applied: Path) -> None:
    before = small.recorded(applied)
    _, target = to_other_domain(applied)
    said = killed_at(applied, "apply", 2, by=signal.SIGINT)
    again = f"infragen state moves {small.TARGET} --apply --sandbox -C {applied}"
    assert f"the move may be half done; to continue: {again}" in " ".join(said.split())
    finished = small.run(applied, *MOVES, "--apply", "--yes")
    assert finished.returncode == 0, finished.stderr
    is_moved(applied, before, target)


@pytest.mark.long
def test_killed_before_its_first_mark_it_is_finished_with_the_catalogue_of_then(applied: Path) -> None:
    before = small.recorded(applied)
    _, target = to_other_domain(applied)
    killed_at(applied, "state push", 1, "--push")
    small.edit(applied, ORDER, "max: 8 ACU", "max: 16 ACU")
    small.render(applied)
    refused = small.run(applied, *MOVES, "--apply", "--yes")
    assert (refused.returncode, "M001" in refused.stderr) == (1, True)
    assert "hint: restore the catalogue to what it was when the move began, and this finishes it" in refused.stderr
    small.edit(applied, ORDER, "max: 16 ACU", "max: 8 ACU")
    small.render(applied)
    finished = small.run(applied, *MOVES, "--apply", "--yes")
    assert finished.returncode == 0, finished.stderr
    is_moved(applied, before, target)


@pytest.mark.long
def test_killed_while_it_stores_the_emptied_stack_the_locks_stand_in_nobodys_way(applied: Path) -> None:
    before = small.recorded(applied)
    source, target = killed_half_way(applied, "state push", 4, "--push")  # after two marks and what the other gains
    lock(applied, source, "bob@elsewhere")
    refused = small.run(applied, *MOVES, "--apply", "--yes")
    assert (refused.returncode, "T022" in refused.stderr) == (1, True)
    assert "bob@elsewhere since" in " ".join(refused.stderr.split())
    assert f"`infragen unlock {small.TARGET}/{source} --sandbox -C {applied}`" in " ".join(refused.stderr.split())
    unlocked = small.run(applied, "unlock", f"{small.TARGET}/{source}", "--sandbox", "--yes")
    assert (unlocked.returncode, small.locks(applied)) == (0, {}), unlocked.stderr

    lock(applied, source, this_user())
    finished = small.run(applied, *MOVES, "--apply", "--yes")
    assert finished.returncode == 0, finished.stderr
    assert f"{source}: released" in finished.stderr
    is_moved(applied, before, target)
