"""What a plan may leave out: nothing that anything could have changed."""

from __future__ import annotations

import json

import pytest

from infragen.hcl.folders import Folders
from infragen.stacks.model import Stack
from infragen.terraform.apply_records import Applied, stack_digest, unchanged_stacks, unpublished_upstreams
from infragen.terraform.states import parse_state

NETWORK, DATA, EDGE = STACKS = (
    Stack("network", (), (), ("vpc",)),
    Stack("data-sales", (), ("network",), ()),
    Stack("edge", (), ("data-sales",), ()),
)
TREE = {
    "modules/vpc/main.tf": "# vpc\n",
    "network/main.tf": 'module "vpc" {\n  source = "../modules/vpc"\n}\n',
    "network/backend.tf": "# here\n",
    "data-sales/main.tf": "x = local.network.vpc_id\n",
    "edge/main.tf": "x = keys(local.data_sales)\n",
}
PUBLISHED = {"vpc_id": "vpc-1", "unread": 1.10}


def state(serial=1, outputs=None, read=None):
    remote = {
        "mode": "data", "type": "terraform_remote_state", "provider": "x",
        "instances": [{"attributes": {"outputs": {"value": outputs_read}}} for outputs_read in (read or {}).values()],
    }  # fmt: skip
    resources = [remote | {"name": name} for name in read or {}]
    values = {name: {"value": value, "type": "string"} for name, value in (outputs or {}).items()}
    document = {"version": 4, "serial": serial, "lineage": "x", "outputs": values, "resources": resources}
    return parse_state(json.dumps(document).encode(), "x")


def states(**more):
    found = {
        "network": state(outputs=PUBLISHED),
        "data-sales": state(outputs={"port": 1}, read={"network": PUBLISHED}),
        "edge": state(read={"data_sales": {"port": 1}}),
    }
    return found | {name.replace("_", "-"): value for name, value in more.items()}


def records(tree=TREE, serial=1):
    return {stack.name: Applied(stack_digest(Folders(tree), stack), "x", serial) for stack in STACKS}


def test_what_was_applied_from_these_files_stays_out():
    assert unchanged_stacks(TREE, STACKS, states(), records()) == {"network", "data-sales", "edge"}


@pytest.mark.parametrize(
    ("path", "left"),
    [
        ("edge/main.tf", {"network", "data-sales"}),
        ("edge/imports.tf", {"network", "data-sales"}),
        ("data-sales/.terraform.lock.hcl", {"network"}),
        ("network/backend.tf", set()),
        ("modules/vpc/main.tf", set()),
        ("modules/other/main.tf", {"network", "data-sales", "edge"}),
    ],
)
def test_what_a_changed_file_affects_is_planned_and_all_that_reads_it(path, left):
    assert unchanged_stacks(TREE | {path: "# changed\n"}, STACKS, states(), records()) == left


@pytest.mark.parametrize("what", ["record", "serial", "lineage", "state"])
def test_without_a_record_of_the_very_state_a_stack_is_planned(what):
    found, known = states(), records()
    if what == "record":
        del known["data-sales"]
    elif what == "state":
        del found["data-sales"]
    else:
        other = {"serial": 2} if what == "serial" else {"lineage": "y"}
        digest = known["data-sales"].digest
        known["data-sales"] = Applied(**{"digest": digest, "lineage": "x", "serial": 1, **other})
    assert unchanged_stacks(TREE, STACKS, found, known) == {"network"}


def test_an_upstream_that_publishes_something_else_by_now_is_planned_with_those_that_read_it():
    """It was applied on its own, and recorded; what reads it was not applied since."""
    network = state(serial=1, outputs=PUBLISHED | {"vpc_id": "vpc-2"})
    assert unchanged_stacks(TREE, STACKS, states(network=network), records()) == {"network"}


def test_what_nobody_reads_of_an_upstream_may_change():
    network = state(outputs=PUBLISHED | {"unread": 2, "new": 3})
    assert unchanged_stacks(TREE, STACKS, states(network=network), records()) == {"network", "data-sales", "edge"}


def test_a_stack_that_reads_everything_minds_every_output():
    data = state(outputs={"port": 1, "new": 2}, read={"network": PUBLISHED})
    assert unchanged_stacks(TREE, STACKS, states(data_sales=data), records()) == {"network", "data-sales"}


def test_a_stack_that_read_nothing_of_an_upstream_when_it_was_applied_is_planned():
    assert unchanged_stacks(TREE, STACKS, states(edge=state()), records()) == {"network", "data-sales"}


@pytest.mark.parametrize(
    ("network", "missing"),
    [(None, ("network",)), (state(), ("network",)), (state(outputs={"vpc_id": "vpc-1"}), ())],
)
def test_upstreams_that_do_not_publish_what_is_read(network, missing):
    found = {} if network is None else {"network": network}
    assert unpublished_upstreams(DATA, {"main.tf": TREE["data-sales/main.tf"]}, found) == missing
