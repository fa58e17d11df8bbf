"""What a run deleted that was cut off before it stored its state is no drift, and what somebody else deleted is."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.engine import proxy, small
from tests.engine.faults import TARGET, open_world
from tests.engine.test_drift import client
from tests.waiting import until

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.engine.faults import World

pytestmark = [pytest.mark.terraform, pytest.mark.sandbox]

EXTRA = "catalog/small/extra/network/more.tf"
_PARAMETER = (
    'resource "aws_ssm_parameter" "{name}" {{\n  name = "/small/{name}"\n  type = "String"\n  value = "{value}"\n}}\n'
)


def extra(project: Path, **values: str) -> None:
    (project / EXTRA).parent.mkdir(parents=True, exist_ok=True)
    text = "\n".join(_PARAMETER.format(name=name, value=value) for name, value in values.items())
    (project / EXTRA).write_text(text, encoding="utf-8")
    small.render(project)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with open_world(tmp_path, aws=("network",)) as made:
        extra(made.project, gone="a", kept="a", stays="a")
        done = made.run("apply", TARGET, "--sandbox", "--yes")
        assert done.code == 0, done.said
        yield made


def cut_off_before_the_state_is_stored(world: World) -> None:
    """Change one parameter and delete another, of which the state is not told."""
    extra(world.project, kept="b", stays="a")

    def strike() -> None:
        until(lambda: '"kind": "done", "address": "aws_ssm_parameter.kept"' in journal(world), "nothing was changed")
        until(lambda: '"kind": "done", "address": "aws_ssm_parameter.gone"' in journal(world), "nothing was deleted")
        world.kill_both()

    world.proxy.on(proxy.state_is_written("network"), act=strike, answer=proxy.DROP)
    assert world.run("apply", TARGET, "--sandbox", "--yes").code == -9
    world.proxy.settle()
    world.proxy.forget()


def test_a_run_s_own_deletions_are_told_apart_and_what_is_taken_back_is_planned(world: World) -> None:
    """In the end the files are what they were at the last good apply, and so is the state: AWS is not."""
    (record,) = (world.project / ".infragen").glob("sandbox/applied/*/*.json")
    before = record.read_bytes()
    cut_off_before_the_state_is_stored(world)
    assert record.read_bytes() != before
    for command in ("plan", "drift"):
        said = " ".join(world.run(command, TARGET, "--sandbox").said.replace("|", "").split())
        assert re.search(
            r"deleted by infragen itself \(run \S+ was cut off before it stored that\), so no drift; .*state: ", said
        ), said
        assert "aws_ssm_parameter.gone of network" in said, said
        assert "data loss" not in said, said
    assert "changed by infragen itself" in said
    assert "aws_ssm_parameter.kept of network" in said
    client(world.project, "ssm").delete_parameter(Name="/small/stays")
    ended = world.run("drift", TARGET, "--sandbox")
    assert ended.code == 2
    assert "HIGH (data loss): stack network: aws_ssm_parameter.stays" in ended.said
    assert "aws_ssm_parameter.gone of network" in ended.said

    client(world.project, "ssm").put_parameter(Name="/small/stays", Value="a", Type="String")
    extra(world.project, gone="a", kept="a", stays="a")
    said = world.run("resume").said
    assert "out of the state now, 1 object that the run deleted: aws_ssm_parameter.gone" in said
    assert "1 object (deleted, and out of the state now)" in said
    record.write_bytes(before)  # another machine's is what it was
    planned = world.run("plan", TARGET, "--sandbox").said
    assert "not planned" not in planned
    assert "+ create aws_ssm_parameter.gone" in planned, planned  # a person wrote it: no rule judged it
    assert "~ update aws_ssm_parameter.kept" in planned, planned
    done = world.run("apply", TARGET, "--sandbox", "--yes")
    assert done.code == 0, done.said
    assert small.orphans(world.project) == {}


def journal(world: World) -> str:
    return "".join(path.read_text(encoding="utf-8") for path in world.project.glob(".infragen/runs/*/journal.jsonl"))
