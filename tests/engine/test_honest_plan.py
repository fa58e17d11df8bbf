"""The honest plan: one combined root on what is really applied, and the same changes that the stacks then make.

One story of the small system on the emulated AWS is lived once; each test looks at one part of it. That no value is
invented is also shown for every body of one of four systems, by turns.
"""

from __future__ import annotations

import json
import os
import re
import stat
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from infragen.plan import read_plan
from infragen.terraform.adapter import TerraformRunner
from infragen.terraform.binary import find_binary
from infragen.terraform.combined import combined_root
from infragen.terraform.environment_variables import child_environment
from infragen.terraform.offline import offline_environment
from infragen.terraform.provider_mirror import find_mirror
from infragen.terraform.runner import PlanOptions
from infragen.terraform.workfolder import Basis, open_work_folders
from infragen.workflow.attribution.change_sets import attribute_to_catalogue
from infragen.workflow.planning.plans import plan_environment
from infragen.workflow.rendering.composition import compose, templates_of
from infragen.workflow.session import open_session
from infragen.workflow.target import open_project, resolve_one
from tests.by_commit import in_turn

from .small import STACKS, TARGET, edit, render, rendered_project, start, states, stop

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from infragen.plan import ChangeSet
    from infragen.workflow.planning.plans import Planned
    from infragen.workflow.rendering.composition import Composed
    from infragen.workflow.session import Session

pytestmark = [pytest.mark.terraform, pytest.mark.sandbox]

Told = set[tuple[str | None, str, str]]
"""Stack, address within the stack, and action of each change."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A combined plan: what it says, its JSON, and what lay on disk while that was read."""

    planned: Planned
    document: dict[str, Any] = field(repr=False)
    modes: Mapping[str, int]

    @property
    def told(self) -> Told:
        return told(self.planned.change_set)

    @property
    def modules(self) -> set[str]:
        """The stacks' modules that terraform had in its state, hence refreshed."""
        values = self.document.get("prior_state", {}).get("values", {})
        return {module["address"] for module in values.get("root_module", {}).get("child_modules", [])}


@dataclass(slots=True)
class Story:
    """What was planned and what was then done."""

    project: Path
    shown: dict[str, Shown] = field(default_factory=dict)
    made: dict[str, Told] = field(default_factory=dict)
    created: Told = field(default_factory=set)
    left: list[str] = field(default_factory=list)
    topics: list[str] = field(default_factory=list)
    """What the network published: once when it was made, once when all was applied."""

    def plan(self, name: str, target: str = TARGET) -> None:
        """Plan a target, and look at what lies around meanwhile and afterwards."""
        seen: list[tuple[dict[str, Any], dict[str, int]]] = []
        with open_session(self.project, target, sandbox=True) as session:
            folder = session.folders.combined.path

            def look(path: Path) -> None:
                seen.append((json.loads(path.read_bytes()), secrets(folder)))

            planned = plan_environment(session, on_plan=look)
            self.shown[name] = Shown(planned, *seen[0])
            self.left += secrets(folder)

    def apply(self, *stacks: str) -> None:
        """Plan and apply stacks on their own, one after another, as plain terraform would."""
        with open_session(self.project, TARGET, sandbox=True) as session:
            for name in stacks:
                self.made[name] = apply_alone(session, name)
        self.topics.append(published(self.project)["network__topic_arn"])


def secrets(folder: Path) -> dict[str, int]:
    """Return what of a folder is no configuration, with its permissions."""
    paths = [path for path in folder.iterdir() if path.is_file() and path.suffix != ".tf"]
    return {path.name: stat.S_IMODE(path.stat().st_mode) for path in paths if path.name != ".terraform.lock.hcl"}


def told(change_set: ChangeSet) -> Told:
    """Return the changes of a plan, whether combined or a stack's own."""
    prefix = re.compile(r"module\.(network|security|data_plant|data_sales|observability)\.")
    return {(one.stack, prefix.sub("", one.address, count=1), one.action.value) for one in change_set.changes}


def apply_alone(session: Session, name: str) -> Told:
    """Plan a stack in its own folder on its upstreams' applied states, and apply that; nobody records it."""
    folder = session.prepare_stacks()[name]
    out = session.folders.plan_file(name)
    session.runner.plan(folder, out, PlanOptions(parallelism=session.parallelism))
    shown = session.runner.show_json(folder, out, out.with_suffix(".json"))
    made = told(attribute_to_catalogue(session.composed).apply(read_plan(shown), name))
    session.runner.apply(folder, out, parallelism=session.parallelism)
    return made


def rename_topic(project: Path) -> None:
    """Change the network so that an output that others read gets a new value.

    What reads it creates before it destroys, which passes to everything in one root that it depends on; the network's
    own plan, which must be told, knows nothing of that.
    """
    display = 'display_name = "after ${var.subnet_group_name}" }'
    lifecycle = f"{display}\n  lifecycle {{\n    create_before_destroy = true\n  }}"
    edit(project, "templates/modules/aurora_cluster_managed_password/main.tf", display, lifecycle)
    name = 'triggers_replace = "@{own.name}"'
    edit(project, "templates/kinds/network/main.tf", name, name.replace("@{own.name}", "renamed"))
    render(project)


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    """Nothing, half, all, all but one line: planned at each point, applied by plain terraform in between."""
    story = Story(rendered_project(tmp_path_factory.mktemp("honest")))
    start(story.project)
    try:
        story.plan("nothing")
        story.plan("nothing of sales", f"{TARGET}/data-sales")
        story.apply("network", "security")
        rename_topic(story.project)
        story.plan("half")
        story.apply(*STACKS)
        story.created = {
            (stack, address, "create") for stack, state in states(story.project).items() for address in managed(state)
        }
        story.plan("all")
        edit(story.project, "catalog/small/databases/sales/order.yaml", "max: 8 ACU", "max: 16 ACU")
        render(story.project)
        story.plan("one line")
        story.plan("another stack", f"{TARGET}/security")
        yield story
    finally:
        stop(story.project)


def published(project: Path) -> dict[str, Any]:
    """Return the outputs of all states, by their names in the combined root."""
    return {
        f"{stack.replace('-', '_')}__{name}": output["value"]
        for stack, state in states(project).items()
        for name, output in state["outputs"].items()  # type: ignore[attr-defined]
    }


def managed(state: Mapping[str, Any]) -> Iterator[str]:
    """Return the addresses of a state's resources; the small system has neither count nor for_each."""
    for one in state["resources"]:
        if one["mode"] == "managed":
            yield ".".join(part for part in (one.get("module"), one["type"], one["name"]) if part)


def test_a_first_plan_has_exactly_the_resources_that_the_separate_applies_create(story: Story) -> None:
    first = story.shown["nothing"]
    assert first.told == story.created
    assert len(first.told) == 14


def test_in_a_first_plan_what_crosses_a_border_is_unknown_or_was_written_by_its_owner(story: Story) -> None:
    document = story.shown["nothing"].document
    assert_wired(document["configuration"]["root_module"]["module_calls"])
    outputs = document["output_changes"]
    known = {name: one["after"] for name, one in outputs.items() if one["after_unknown"] is False}
    assert known == {"network__cidr": "10.0.0.0/16"}, "the catalogue says so"
    assert {name for name, one in outputs.items() if one["after_unknown"] is True} == {
        "network__topic_arn",
        "security__role_arn",
        "security__topic_name",
        "data_plant__database_parts_arn",
        "data_sales__database_order_arn",
    }


def test_in_a_first_plan_every_stack_waits_for_those_it_reads(story: Story) -> None:
    stacks = story.shown["nothing"].planned.stacks
    assert {name: stack.state for name, stack in stacks.items()} == dict.fromkeys(STACKS)
    assert stacks["network"].waits_for == ()
    assert stacks["security"].waits_for == ("network",)
    assert all(stack.changes for stack in stacks.values())


def test_one_stack_of_what_was_never_applied_is_planned_alone_and_says_what_comes_first(story: Story) -> None:
    shown = story.shown["nothing of sales"]
    assert shown.told == {one for one in story.created if one[0] == "data-sales"}
    assert shown.planned.needs == ("network", "security")
    (notice,) = (one for one in shown.planned.change_set.notices if "outputs that do not exist yet" in one)
    place = f"--sandbox -C {story.project}"
    assert notice.endswith(f"`infragen apply small/dev/network {place}`, `infragen apply small/dev/security {place}`")
    assert shown.planned.change_set.summary.add == 3


def test_half_applied_with_a_changed_upstream_the_plan_is_what_the_stacks_then_do(story: Story) -> None:
    half = story.shown["half"]
    assert half.told == set().union(*story.made.values())
    assert ("network", "terraform_data.base", "replace (delete first)") in half.told
    assert ("security", "terraform_data.topic", "update") in half.told
    assert ("data-sales", "module.database_order.terraform_data.this", "create") in half.told


def test_half_applied_the_pending_value_is_unknown_and_the_applied_one_is_real(story: Story) -> None:
    half = story.shown["half"]
    changes = {one["address"]: one["change"] for one in half.document["resource_changes"]}
    topic = changes["module.security.terraform_data.topic"]
    assert topic["after_unknown"]["input"]["value"] is True
    assert topic["before"]["input"]["value"] == story.topics[0]
    capacity = changes["module.data_sales.module.database_order.terraform_data.capacity"]
    assert capacity["after"]["input"] == "0.5 to 8 of small-reader"
    stacks = half.planned.stacks
    assert stacks["security"].waits_for == ("network",)
    assert stacks["network"].state is not None
    assert stacks["data-sales"].state is None


def test_applied_the_plan_is_empty(story: Story) -> None:
    everything = story.shown["all"]
    assert everything.told == set()
    assert everything.planned.change_set.outputs == ()
    assert everything.modules == {f"module.{name.replace('-', '_')}" for name in STACKS}, (
        "so nothing was taken on trust"
    )
    assert not any(stack.changes or stack.waits_for for stack in everything.planned.stacks.values())


def test_applied_but_for_one_line_only_what_it_affects_is_planned(story: Story) -> None:
    one = story.shown["one line"]
    assert one.told == {("data-sales", "module.database_order.terraform_data.capacity", "update")}
    stacks = one.planned.stacks
    assert {name for name, stack in stacks.items() if stack.is_planned} == {"data-sales", "observability"}
    assert one.modules == {"module.data_sales", "module.observability"}
    assert {change["address"].split(".")[1] for change in one.document["resource_changes"]} == {
        "data_sales",
        "observability",
    }
    assert stacks["network"].state is not None
    assert stacks["data-sales"].waits_for == ()
    assert stacks["observability"].waits_for == ("data-sales",)
    assert "network, security, data-plant" in " ".join(one.planned.change_set.notices)


def test_what_stays_out_is_read_from_its_state(story: Story) -> None:
    variables = story.shown["one line"].document["variables"]
    read = {name: one["value"] for name, one in variables.items()}
    assert set(read) == {
        "network__topic_arn",
        "security__role_arn",
        "security__topic_name",
        "data_plant__database_parts_arn",
    }
    assert read.items() <= published(story.project).items()
    assert read["network__topic_arn"] == story.topics[1] != story.topics[0]


def test_one_applied_stack_is_planned_on_what_its_upstreams_publish(story: Story) -> None:
    alone = story.shown["another stack"]
    assert alone.told == set()
    assert alone.modules == {"module.security"}
    assert alone.planned.needs == ()


def test_secrets_are_the_owners_while_a_plan_is_made_and_gone_afterwards(story: Story) -> None:
    for shown in story.shown.values():
        assert set(shown.modes.values()) == {0o600}, shown.modes
    assert set(story.shown["one line"].modes) == {
        "terraform.tfstate",
        "infragen.auto.tfvars.json",
        "infragen.tfplan",
        "infragen.json",
    }
    assert story.left == []


def assert_wired(calls: Mapping[str, Any]) -> int:
    """Assert that every input of every stack is the output of another's module, and return how many there are."""
    count = 0
    for call in calls.values():
        for variable, expression in call.get("expressions", {}).items():
            upstream, output = variable.split("__")
            assert expression == {"references": [f"module.{upstream}.{output}", f"module.{upstream}"]}
            assert output in calls[upstream]["module"]["outputs"]
            count += 1
    return count


@pytest.mark.parametrize(
    "target", [*in_turn(("technova/dev", "shop/prod", "delivery-tracking/stg", "dandori-portal/dev"), 4)]
)
def test_no_body_is_planned_with_an_invented_value(repository: Path, tmp_path: Path, target: str) -> None:
    """Every body at once, nothing applied: what crosses a border is an output, unknown or a constant of its owner."""
    project = open_project(repository)
    composed = compose(project, resolve_one(project, target)[1], templates_of(project))
    document = plan_from_nothing(composed, tmp_path)
    assert assert_wired(document["configuration"]["root_module"]["module_calls"]) > 20
    assert "variables" not in document
    outputs = document["output_changes"]
    known = {name: one["after"] for name, one in outputs.items() if one["after_unknown"] is False}
    assert len(outputs) - len(known) > 30
    assert not [name for name in known if re.search(r"_(arn|id|ids|endpoint)$", name)], "AWS makes these"
    for name, value in known.items():
        stack = name.split("__")[0].replace("_", "-")
        owned = "".join(text for path, text in composed.files.items() if path.startswith(f"{stack}/"))
        assert all(leaf in owned or leaf.rpartition("-")[0] in owned for leaf in leaves(value)), f"{name}: {value}"


def leaves(value: object) -> Iterator[str]:
    """Return the plain values within a value, as text."""
    if isinstance(value, dict | list):
        for one in value.values() if isinstance(value, dict) else value:
            yield from leaves(one)
    else:
        yield str(value)


def plan_from_nothing(composed: Composed, scratch: Path) -> dict[str, Any]:
    """Return the combined plan of an environment without a state and without an account, all outputs published."""
    outputs = combined_root(composed.files, composed.stacks).files["outputs.tf"]
    binary, mirror = find_binary(os.environ.get("INFRAGEN_TERRAFORM")), find_mirror(None, os.environ, Path.home())
    opener = TerraformRunner(binary, mirror, child_environment(os.environ))
    with offline_environment(os.environ) as closed, open_work_folders(scratch, "technova", "dev") as work:
        runner, folder, out = opener.with_environment(closed), work.combined, work.plan_file("combined")
        with work.open_combined(composed.files, composed.stacks, opener, basis=Basis(offline=True)):
            (folder.path / "outputs.tf").write_text(outputs)
            runner.plan(folder, out, PlanOptions(refresh=False))
            document: dict[str, Any] = json.loads(runner.show_json(folder, out, scratch / "plan.json").read_bytes())
            return document
