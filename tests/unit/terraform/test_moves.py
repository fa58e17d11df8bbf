"""Resources that belong to another stack: found from states and configurations, moved in copies, pushed in order."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from infragen.diagnostics import InfragenError
from infragen.terraform.move_journal import open_journal, refuse_unfinished, unfinished
from infragen.terraform.moves import (
    Configured,
    StackMove,
    find_moves,
    moved_states,
    push_moves,
)
from infragen.terraform.workfolder import WorkFolders

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

PROVIDER = 'provider["registry.terraform.io/hashicorp/aws"]'


def resource(address: str, *ids: str, keys: tuple[str, ...] = (), dependencies: tuple[str, ...] = ()) -> dict[str, Any]:
    """Return a resource of a state with an instance for each id."""
    *module, kind, name = address.split(".")
    mode = "managed"
    if module and module[-1] == "data":
        mode = module.pop()
    instances: list[dict[str, Any]] = [
        {"schema_version": 0, "attributes": {"id": one, "exact": 1}, "dependencies": list(dependencies)} for one in ids
    ]
    for instance, key in zip(instances, keys, strict=False):
        instance["index_key"] = key
    found = {"mode": mode, "type": kind, "name": name, "provider": PROVIDER, "instances": instances}
    return {"module": ".".join(module), **found} if module else found


def state(*resources: dict[str, Any], serial: int = 4, lineage: str = "one") -> bytes:
    text = json.dumps(
        {
            "version": 4,
            "terraform_version": "1.11.4",
            "serial": serial,
            "lineage": lineage,
            "outputs": {"kept": {"value": "1.50", "type": "string"}},
            "resources": list(resources),
            "check_results": None,
        }
    )
    return text.replace('"exact": 1', '"exact": 1.5000000000000000000001').encode()


def configured(*movable: str, own: tuple[str, ...] = (), renames: tuple[tuple[str, str], ...] = ()) -> Configured:
    return Configured(frozenset((*movable, *own)), frozenset(movable), renames)


def addresses(content: bytes) -> list[str]:
    return [f"{one.get('module', '')}.{one['type']}.{one['name']}" for one in json.loads(content)["resources"]]


ORDER = "module.order.aws_rds_cluster.this"
SALES = state(
    resource(ORDER, "aurora-order"),
    resource("module.order.aws_rds_cluster_instance.this", "w", "r", keys=("writer", "reader"), dependencies=(ORDER,)),
    resource("module.order.data.aws_iam_policy_document.this", "1"),
    resource("module.customer.aws_rds_cluster.this", "aurora-customer", dependencies=(ORDER,)),
)
INSTANCE = "module.order.aws_rds_cluster_instance.this"
CUSTOMER = "module.customer.aws_rds_cluster.this"
CONFIGURED = {"data-sales": configured(CUSTOMER), "data-plant": configured(ORDER, INSTANCE)}
STATES = {"data-sales": SALES, "data-plant": b""}


def test_what_another_stack_has_in_its_configuration_moves() -> None:
    assert find_moves(STATES, CONFIGURED) == (
        StackMove("data-sales", "data-plant", ORDER, ORDER),
        StackMove("data-sales", "data-plant", INSTANCE, INSTANCE),
    )


def test_what_its_own_stack_still_has_stays() -> None:
    everywhere = {"data-sales": configured(CUSTOMER, ORDER, INSTANCE), "data-plant": configured(ORDER, INSTANCE)}
    assert find_moves(STATES, everywhere) == ()


def test_what_its_own_stack_renames_stays() -> None:
    renamed = configured(CUSTOMER, "module.sale.aws_rds_cluster.this", renames=(("module.order", "module.sale"),))
    found = find_moves(STATES, {"data-sales": renamed, "data-plant": configured(ORDER, INSTANCE)})
    assert [move.address for move in found] == [INSTANCE]


def test_an_entry_may_be_renamed_on_its_way() -> None:
    target = configured("module.sale.aws_rds_cluster.this", renames=(("module.order", "module.sale"),))
    (move,) = find_moves(STATES, {"data-sales": configured(CUSTOMER), "data-plant": target})
    assert (move.address, move.to) == (ORDER, "module.sale.aws_rds_cluster.this")
    after = moved_states(STATES, [move])
    assert addresses(after["data-plant"]) == ["module.sale.aws_rds_cluster.this"]


def test_what_no_entry_owns_does_not_move_by_its_address_alone() -> None:
    target = configured(own=(ORDER, INSTANCE))
    assert find_moves(STATES, {"data-sales": configured(CUSTOMER), "data-plant": target}) == ()


def test_nothing_moves_on_a_guess() -> None:
    two = {"data-sales": configured(CUSTOMER), "data-plant": configured(ORDER), "data-iot": configured(ORDER)}
    assert find_moves({**STATES, "data-iot": b""}, two) == ()


def test_an_address_that_is_taken_by_another_object_is_no_place_to_move_to() -> None:
    states = {**STATES, "data-plant": state(resource(ORDER, "another"))}
    assert [move.address for move in find_moves(states, CONFIGURED)] == [INSTANCE]


def test_a_stack_that_is_gone_can_still_be_moved_from() -> None:
    found = find_moves(STATES, {"data-plant": configured(ORDER, INSTANCE, CUSTOMER)})
    assert len(found) == 3
    assert addresses(moved_states(STATES, found)["data-sales"]) == []


def test_copies_hold_every_resource_once_and_every_digit() -> None:
    after = moved_states(STATES, find_moves(STATES, CONFIGURED))
    assert addresses(after["data-sales"]) == [CUSTOMER]
    assert addresses(after["data-plant"]) == [ORDER, INSTANCE]
    assert b"1.5000000000000000000001" in after["data-plant"]
    plant, sales = json.loads(after["data-plant"]), json.loads(after["data-sales"])
    assert plant["serial"] == 1
    assert plant["lineage"] != "one"
    assert (sales["serial"], sales["lineage"], sales["outputs"]) == (5, "one", json.loads(SALES)["outputs"])
    assert plant["resources"][1]["instances"][0]["dependencies"] == [ORDER]
    assert sales["resources"][0]["instances"][0]["dependencies"] == []


def test_every_module_instance_of_a_resource_moves() -> None:
    both = state(resource('module.a["x"].aws_sns_topic.this', "1"), resource('module.a["y"].aws_sns_topic.this', "2"))
    states = {"one": both, "two": b""}
    (move,) = find_moves(states, {"two": configured("module.a.aws_sns_topic.this")})
    after = moved_states(states, [move])
    assert addresses(after["two"]) == ['module.a["x"].aws_sns_topic.this', 'module.a["y"].aws_sns_topic.this']
    assert addresses(after["one"]) == []


class Stored:
    """States of stacks that somebody stores; stops after some pushes, as a killed program does."""

    def __init__(self, states: Mapping[str, bytes], stop_after: int = 99) -> None:
        self.states = dict(states)
        self.order: list[str] = []
        self.stop_after = stop_after

    def push(self, stack: str, content: bytes) -> None:
        if len(self.order) == self.stop_after:
            raise KeyboardInterrupt
        old, new = self.states[stack], json.loads(content)
        if old:
            assert new["serial"] > json.loads(old)["serial"]
            assert new["lineage"] == json.loads(old)["lineage"]
        self.states[stack] = content
        self.order.append(stack)

    def everything(self) -> set[str]:
        return {
            instance["attributes"]["id"]
            for content in self.states.values()
            if content
            for one in json.loads(content)["resources"]
            if one["mode"] == "managed"
            for instance in one["instances"]
        }


@pytest.fixture
def folders(tmp_path: Path) -> WorkFolders:
    return WorkFolders(tmp_path / ".infragen" / "work" / "technova" / "dev", "generated/technova/dev")


def test_gain_is_stored_before_loss(folders: WorkFolders) -> None:
    stored = Stored(STATES)
    moves = find_moves(STATES, CONFIGURED)
    push_moves(moves, STATES, stored.push, open_journal(folders, STATES, moves))
    assert stored.order == ["data-plant", "data-sales"]
    assert unfinished(folders) == ()


@pytest.mark.parametrize("pushes", [0, 1])
def test_an_interrupted_move_is_told_and_finished_by_the_next(folders: WorkFolders, pushes: int) -> None:
    stored = Stored(STATES, stop_after=pushes)
    before = stored.everything()
    moves = find_moves(STATES, CONFIGURED)
    with pytest.raises(KeyboardInterrupt):
        push_moves(moves, STATES, stored.push, open_journal(folders, STATES, moves))
    assert stored.everything() == before
    with pytest.raises(InfragenError) as refused:
        refuse_unfinished(folders, "technova/dev", sandbox=False)
    (said,) = refused.value.diagnostics
    assert said.code == "M002"
    assert ("pushed so far: data-plant" in said.message) == bool(pushes)
    assert "data-sales.before.tfstate" in said.message
    assert said.hint == "finish it first: `infragen state moves technova/dev --apply`"

    (journal,) = unfinished(folders)
    assert journal.backup("data-sales").read_bytes() == SALES
    assert journal.backup("data-sales").stat().st_mode & 0o777 == 0o600
    again = find_moves(stored.states, CONFIGURED)
    assert [move.halfway for move in again] == [bool(pushes)] * 2
    rest = Stored(stored.states)
    push_moves(again, stored.states, rest.push, journal)
    assert rest.order == ["data-plant", "data-sales"][pushes:]
    assert rest.everything() == before
    assert find_moves(rest.states, CONFIGURED) == ()
    assert unfinished(folders) == ()


def test_a_move_that_is_not_wanted_after_all_is_undone_by_the_catalogue(folders: WorkFolders) -> None:
    stored = Stored(STATES, stop_after=1)
    moves = find_moves(STATES, CONFIGURED)
    with pytest.raises(KeyboardInterrupt):
        push_moves(moves, STATES, stored.push, open_journal(folders, STATES, moves))
    back = {"data-sales": configured(CUSTOMER, ORDER, INSTANCE), "data-plant": configured()}
    again = find_moves(stored.states, back)
    assert {(move.source, move.target, move.halfway) for move in again} == {("data-plant", "data-sales", True)}
    after = moved_states(stored.states, again)
    assert addresses(after["data-plant"]) == []
    assert after["data-sales"] == SALES


def test_stacks_that_change_places_lose_nothing_at_any_point(folders: WorkFolders) -> None:
    states = {
        "one": state(resource("module.a.aws_sns_topic.this", "1")),
        "two": state(resource("module.b.aws_sns_topic.this", "2"), lineage="two"),
    }
    wanted = {"one": configured("module.b.aws_sns_topic.this"), "two": configured("module.a.aws_sns_topic.this")}
    moves = find_moves(states, wanted)
    for pushes in range(5):
        stored = Stored(states, stop_after=pushes)
        try:
            push_moves(moves, states, stored.push, open_journal(folders, states, moves))
        except KeyboardInterrupt:
            assert pushes < 4
        assert stored.everything() == {"1", "2"}
        rest = Stored(stored.states)
        left = find_moves(stored.states, wanted)
        push_moves(left, stored.states, rest.push, open_journal(folders, stored.states, left))
        assert addresses(rest.states["one"]) == ["module.b.aws_sns_topic.this"]
        assert addresses(rest.states["two"]) == ["module.a.aws_sns_topic.this"]


def test_a_torn_last_line_of_the_journal_is_as_if_it_was_never_written(folders: WorkFolders) -> None:
    journal = open_journal(folders, STATES, find_moves(STATES, CONFIGURED))
    with journal.file.open("a") as file:
        file.write('{"event": "ended", "ti')
    assert unfinished(folders) == (journal,)
    assert journal.pushed == ()


def test_a_state_of_another_format_is_refused() -> None:
    with pytest.raises(InfragenError, match="M004"):
        find_moves({"data-sales": b'{"version": 3, "modules": []}'}, CONFIGURED)
