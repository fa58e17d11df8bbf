"""What leaves the catalogue is removed when nobody uses it any more, in the same apply that brings something new."""

from __future__ import annotations

from textwrap import dedent
from typing import TYPE_CHECKING

import pytest

from tests.engine import small
from tests.engine.faults import open_world

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.engine.faults import World

pytestmark = [pytest.mark.terraform, pytest.mark.sandbox]

PLANT = "catalog/small/databases/plant"
BINS = "name: bins\ntitle: Bins\ndomain: plant\ndata: 10 GB\ncapacity: {min: 0.5 ACU, max: 4 ACU}\n"
ALLOWED = """
[programs]
allow = [
  "small/modules/aurora_cluster_managed_password/terraform_data.this",
  "small/modules/database_alarms/terraform_data.this",
]
"""
TELLING = """
    resource "terraform_data" "this" {
      input = { name = "NAME", needs = NEEDS, file = "FILE" }

      provisioner "local-exec" {
        command = "echo make ${self.input.name} >> ${self.input.file}"
      }

      provisioner "local-exec" {
        when    = destroy
        command = "[ ! -e ${self.input.file}.stuck ] && echo remove ${self.input.name} >> ${self.input.file}"
      }
    }
    """
"""What writes into a file that it was made, and that it was removed; which fails where that is stuck."""


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """One applied environment for all tests here, which go on with it in their order."""
    with open_world(tmp_path_factory.mktemp("late")) as made:
        (made.project / PLANT / "bins.yaml").write_text(BINS, encoding="utf-8")
        with (made.project / "infragen.toml").open("a", encoding="utf-8") as file:
            file.write(ALLOWED)
        tell(made, "aurora_cluster_managed_password", "${var.cluster_identifier}", "var.subnet_group_name")
        tell(made, "database_alarms", "/small/alarms/${var.alarm_prefix}", "var.topic_arn")
        small.render(made.project)
        apply(made)
        yield made


def apply(world: World, code: int = 0) -> str:
    world.begin("apply", small.TARGET, "--sandbox", "--yes")
    ended = world.end()
    assert ended.code == code, ended.said
    return ended.said


def tell(world: World, module: str, name: str, needs: str) -> None:
    """Let what a module makes tell when it is made and removed."""
    file = world.project / f"templates/modules/{module}/main.tf"
    text = file.read_text(encoding="utf-8")
    others, found, _ = text.rpartition('resource "terraform_data" "this"')
    assert found
    told = dedent(TELLING).replace("NAME", name).replace("NEEDS", needs).replace("FILE", str(world.outside / "deeds"))
    file.write_text(others + told, encoding="utf-8")


def test_what_others_use_goes_when_they_are_done_and_what_they_need_comes_before(world: World) -> None:
    (world.project / PLANT / "parts.yaml").unlink()
    (world.project / PLANT / "boxes.yaml").write_text(BINS.replace("bins", "boxes"), encoding="utf-8")
    small.render(world.project)
    (world.outside / "deeds").unlink()
    said = apply(world)
    seen = (world.outside / "deeds").read_text(encoding="utf-8").splitlines()
    topic, alarm = "aurora-dev-plant-{}", "/small/alarms/aurora-dev-plant-{}"
    made = [f"make {topic.format('boxes')}", f"make {alarm.format('boxes')}"]
    gone = [f"remove {alarm.format('parts')}", f"remove {topic.format('parts')}"]
    assert [one for one in seen if one in made] == made
    assert [one for one in seen if one in gone] == gone
    assert seen.index(made[0]) < seen.index(gone[0]) < seen.index(gone[1])
    assert "3 of 3 stacks done" in said or "stacks done: 4 added, 0 changed, 4 destroyed" in said, said
    plan = small.run(world.project, "plan", small.TARGET, "--sandbox")
    assert "No changes" in plan.stdout or "0 to add, 0 to change, 0 to destroy" in plan.stdout, plan.stdout


@pytest.mark.long
def test_a_removal_that_fails_is_left_for_the_next_apply(world: World) -> None:
    (world.project / PLANT / "bins.yaml").unlink()
    small.render(world.project)
    stuck = world.outside / "deeds.stuck"
    stuck.touch()
    said = apply(world, 1)
    assert "local-exec provisioner error" in said
    stuck.unlink()
    apply(world)
    assert "remove aurora-dev-plant-bins" in (world.outside / "deeds").read_text(encoding="utf-8")
