"""A catalogue that loses the last entry of a stack: the stack goes before what it stands on, in the same apply."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING, Any

import pytest

from tests.engine import proxy, small
from tests.engine.faults import open_world
from tests.engine.test_late_removals import apply, changes_of_states

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.engine.faults import World

pytestmark = [pytest.mark.terraform, pytest.mark.sandbox]

CATALOGUE = "catalog/small"
SALES = ("domains/sales.yaml", "databases/sales")


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """One applied environment for all tests here, which go on with it in their order."""
    with open_world(tmp_path_factory.mktemp("shrinks")) as made:
        small.render(made.project)
        apply(made)
        yield made


def forget(world: World) -> None:
    """Forget all that a checkout knows of what was applied, as a fresh clone does not know it."""
    for folder in ("runs", "sandbox/applied", "sandbox/work"):
        shutil.rmtree(world.project / ".infragen" / folder)


def with_sales(world: World, *, stands: bool) -> None:
    """Have the domain sales in the catalogue, or not; whether it was before depends on which tests are run."""
    for path in SALES:
        inside, outside = world.project / CATALOGUE / path, world.outside / path.replace("/", "-")
        if inside.exists() != stands:
            (outside if stands else inside).rename(inside if stands else outside)
    small.render(world.project)


def test_a_clone_that_never_applied_it_plans_what_left_the_catalogue(world: World) -> None:
    with_sales(world, stands=False)
    forget(world)
    plan = small.run(world.project, "plan", small.TARGET, "--sandbox")
    assert "so all of it is destroyed, before what it stands on: data-sales" in " ".join(
        plan.stdout.replace("|", "").split()
    )
    assert "module.database_order" in plan.stdout
    alone = small.run(world.project, "plan", f"{small.TARGET}/data-sales", "--sandbox")
    assert alone.returncode == 0, alone.stderr
    assert "module.database_order" in alone.stdout


def test_it_goes_when_nobody_reads_it_any_more(world: World) -> None:
    seen = changes_of_states(world)
    said = apply(world)
    gone = ["observability lost module.alarms_database_order.this", "data-sales lost module.database_order.this"]
    assert [one for one in seen if one in gone] == gone
    assert "error" not in said
    again = small.run(world.project, "plan", small.TARGET, "--sandbox", "--detailed-exitcode")
    assert again.returncode == 0, again.stdout


@pytest.mark.long
def test_it_comes_back_and_goes_by_a_saved_plan(world: World) -> None:
    with_sales(world, stands=True)
    apply(world)
    with_sales(world, stands=False)
    file = str(world.outside / "reviewed.plan")
    saved = small.run(world.project, "plan", small.TARGET, "--sandbox", "--out", file)
    assert saved.returncode == 0, saved.stderr
    forget(world)
    done = small.run(world.project, "apply", file, "--sandbox", "--yes")
    assert done.returncode == 0, done.stderr
    assert not small.states(world.project)["data-sales"]["resources"]
    again = small.run(world.project, "apply", file, "--sandbox", "--yes")
    assert "error K021" in again.stderr, again.stderr  # it is known as done, though nothing of the stack is left
    assert "was applied already" in again.stderr, again.stderr


@pytest.mark.long
def test_what_it_stood_on_stays_when_another_machine_makes_it_again(world: World) -> None:
    with_sales(world, stands=True)
    apply(world)
    stood = small.states(world.project)["data-sales"]
    stood["serial"] = 1_000
    small.edit(world.project, f"{CATALOGUE}/system.yaml", "{flow_log_retention: 30 days}", "{}")
    with_sales(world, stands=False)

    def again() -> None:
        small.put_object(world.project, f"{small.TARGET}/data-sales.tfstate", json.dumps(stood))

    world.proxy.on(proxy.state_is_written("data-sales"), then=again)
    assert "error K014 network: nothing of it is removed, because data-sales" in apply(world, 1)
    resources: Any = small.states(world.project)["network"]["resources"]
    assert "flow" in {one["name"] for one in resources}
    apply(world)
    assert not small.states(world.project)["data-sales"]["resources"]
    resources = small.states(world.project)["network"]["resources"]
    assert "flow" not in {one["name"] for one in resources}


def test_what_was_rendered_and_never_applied_stands_in_no_destruction_s_way(world: World) -> None:
    small.edit(world.project, f"{CATALOGUE}/databases/plant/parts.yaml", "name: parts", "name: bins")
    with_sales(world, stands=True)
    (world.project / "generated/small/dev/network/network.tf").write_text("what is this?\n", encoding="utf-8")
    world.begin("destroy", small.TARGET, "--sandbox", "--yes")
    ended = world.end()
    assert ended.code == 0, ended.said
    assert not any(state["resources"] for state in small.states(world.project).values())
