"""Resources that belong to another stack: found from states and configurations, moved in copies, pushed in order."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from infragen.diagnostics import InfragenError
from infragen.terraform.move_journal import open_journal, refuse_unfinished, unfinished
from infragen.terraform.moves import Configured, StackMove, find_moves, import_blocks, moved_states
from infragen.terraform.workfolder import WorkFolders

if TYPE_CHECKING:
    from pathlib import Path

PROVIDER = 'provider["registry.terraform.io/hashicorp/aws"]'


def resource(address: str, *ids: str, keys: tuple[str, ...] = (), dependencies: tuple[str, ...] = ()) -> dict[str, Any]:
    """Return a resource of a state with an instance for each id."""
    *module, kind, name = address.split(".")
    mode = "managed"
    if module and module[-1] == "data":
        mode = module.pop()
    instances: list[dict[str, Any]] = [
        {
            "schema_version": 0,
            "attributes": {"id": one, "arn": f"arn:{one}", "exact": 1},
            "dependencies": list(dependencies),
        }
        for one in ids
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


def test_what_is_in_another_region_than_a_stack_is_another_object() -> None:
    """A replica whose region changes has the address of the one before in a stack of its own."""
    here = json.loads(SALES)
    for one in (instance for each in here["resources"] for instance in each["instances"]):
        one["attributes"]["arn"] = "arn:aws:rds:eu-west-1:111122223333:cluster:x"
    states = {**STATES, "data-sales": json.dumps(here).encode()}
    for region, moves in (("eu-west-1", 2), ("eu-west-3", 0)):
        plant = Configured(frozenset({ORDER, INSTANCE}), frozenset({ORDER, INSTANCE}), region=region)
        assert len(find_moves(states, {**CONFIGURED, "data-plant": plant})) == moves


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


@pytest.mark.parametrize("left", [b"", state()], ids=["never applied", "emptied"])
def test_all_of_a_stack_moves_that_has_another_name_now(left: bytes) -> None:
    """What no entry owns, too: a cluster that services run in cannot be made a second time."""
    cluster, data = "module.cluster.aws_ecs_cluster.this", state(resource(CUSTOMER, "c"))
    states = {"app": state(resource(ORDER, "o"), resource(cluster, "one")), "compute": left, "data": data}
    named = {"compute": configured(ORDER, own=(cluster,)), "data": configured(CUSTOMER)}
    both = (StackMove("app", "compute", cluster, cluster), StackMove("app", "compute", ORDER, ORDER))
    assert find_moves(states, named) == both

    begun = [move.moved for move in both]
    half = states | {"app": state(resource(cluster, "one")), "compute": state(resource(ORDER, "o"))}
    assert find_moves(half, named, begun) == both[:1]
    assert find_moves(half, {"app": named["compute"], "data": named["data"]}, begun) == (
        StackMove("compute", "app", ORDER, ORDER),
    )


def test_what_no_entry_owns_does_not_move_to_where_it_may_be_another() -> None:
    cluster = "module.cluster.aws_ecs_cluster.this"
    states = {"app": state(resource(ORDER, "o"), resource(cluster, "one")), "compute": b"", "iot": b""}
    has_all, stands = configured(ORDER, own=(cluster,)), state(resource("module.own.aws_sns_topic.this", "t"))
    for configuration, compute in (
        ({"app": configured(), "compute": has_all}, b""),  # its own stack is still there
        ({"compute": configured(ORDER)}, b""),  # the other one has not all of it
        ({"compute": has_all}, stands),  # or is no new one
    ):
        found = find_moves(states | {"compute": compute}, configuration)
        assert [move.to for move in found] == [ORDER]
    assert find_moves(states, {"compute": has_all, "iot": has_all}) == ()


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


def test_a_stack_that_was_never_applied_gets_what_its_resources_were_made_from() -> None:
    """It may leave the catalogue before it is applied: then its state alone says what it stands on."""
    read = [resource(f"data.terraform_remote_state.{name}", name) for name in ("network", "security")]
    states = {"data-sales": state(resource(ORDER, "o"), *read), "data-plant": b""}
    for some in (states, {"app": b"", **dict(reversed(states.items()))}):  # the first stack may be a new one
        after = moved_states(some, find_moves(some, CONFIGURED))
        assert addresses(after["data-plant"]) == [ORDER, *addresses(state(*read))]
        assert addresses(after["data-sales"]) == addresses(state(*read))

    own = resource("data.terraform_remote_state.network", "own")
    states["data-plant"] = state(own)
    after = moved_states(states, find_moves(states, CONFIGURED))
    assert addresses(after["data-plant"]) == [*addresses(state(own)), ORDER]


def test_every_module_instance_of_a_resource_moves() -> None:
    both = state(resource('module.a["x"].aws_sns_topic.this', "1"), resource('module.a["y"].aws_sns_topic.this', "2"))
    states = {"one": both, "two": b""}
    (move,) = find_moves(states, {"two": configured("module.a.aws_sns_topic.this")})
    after = moved_states(states, [move])
    assert addresses(after["two"]) == ['module.a["x"].aws_sns_topic.this', 'module.a["y"].aws_sns_topic.this']
    assert addresses(after["one"]) == []


@pytest.fixture
def folders(tmp_path: Path) -> WorkFolders:
    return WorkFolders(tmp_path / ".infragen" / "work" / "technova" / "dev", "generated/technova/dev")


def test_a_part_of_a_resource_that_has_moved_is_completed() -> None:
    both = resource(ORDER, "w", "r", keys=("writer", "reader"))
    states = {"data-sales": state(both), "data-plant": state(resource(ORDER, "w", keys=("writer",)))}
    (move,) = find_moves(states, CONFIGURED)
    assert not move.halfway
    assert import_blocks([move], states, "data-plant") == f'import {{\n  to = {ORDER}["reader"]\n  id = "r"\n}}\n'
    after = moved_states(states, [move])
    (moved,) = json.loads(after["data-plant"])["resources"]
    assert [one["attributes"]["id"] for one in moved["instances"]] == ["w", "r"]
    assert addresses(after["data-sales"]) == []


def test_what_an_import_gave_another_id_is_the_same_object_while_its_move_is_marked() -> None:
    states = {"data-sales": state(resource(ORDER, "created")), "data-plant": state(resource(ORDER, "imported"))}
    assert find_moves(states, CONFIGURED) == ()
    (move,) = find_moves(states, CONFIGURED, [("data-sales", "data-plant", ORDER, ORDER)])
    assert move.halfway
    (back,) = find_moves(states, {"data-sales": configured(ORDER)}, [("data-sales", "data-plant", ORDER, ORDER)])
    assert (back.source, back.target, back.halfway) == ("data-plant", "data-sales", True)


def test_an_interrupted_move_is_told_with_the_states_as_they_were(folders: WorkFolders) -> None:
    journal = open_journal(folders, STATES, find_moves(STATES, CONFIGURED))
    journal.write("pushed", stack="data-plant")
    with pytest.raises(InfragenError) as refused:
        refuse_unfinished(folders, "technova/dev", sandbox=False)
    (said,) = refused.value.diagnostics
    assert said.code == "M002"
    assert "confirmed as stored: data-plant" in said.message
    assert "data-sales.before.tfstate" in said.message
    assert said.hint == "finish it first: `infragen state moves technova/dev --apply`"
    assert journal.backup("data-sales").read_bytes() == SALES
    assert journal.backup("data-sales").stat().st_mode & 0o777 == 0o600
    assert set(journal.stacks) == {"data-sales", "data-plant"}
    journal.end()
    assert unfinished(folders) == ()


def test_a_move_that_ended_stops_nobody_once_the_project_lies_elsewhere(tmp_path: Path) -> None:
    here, there = (tmp_path / name / ".infragen/work/technova/dev" for name in ("here", "there"))
    (tmp_path / "here").mkdir()
    open_journal(WorkFolders(here, ""), STATES, ()).end()
    by_an_older_infragen = open_journal(WorkFolders(here, ""), STATES, ())
    by_an_older_infragen.write("ended")
    (tmp_path / "here").rename(tmp_path / "there")
    refuse_unfinished(WorkFolders(there, ""), "technova/dev", sandbox=False)
    assert len(list((tmp_path / "there").rglob("done/*/data-sales.before.tfstate"))) == 1


def test_a_move_that_did_not_end_is_not_believed_elsewhere_and_its_backups_are_kept(tmp_path: Path) -> None:
    here, there = (tmp_path / name / ".infragen/work/technova/dev" for name in ("here", "there"))
    (tmp_path / "here").mkdir()
    open_journal(WorkFolders(here, ""), STATES, ())
    (tmp_path / "here").rename(tmp_path / "there")
    with pytest.raises(InfragenError, match="M009") as refused:
        refuse_unfinished(WorkFolders(there, ""), "technova/dev", sandbox=False)
    assert "it contains the previous states" in str(refused.value.diagnostics[0].hint)


def test_a_torn_last_line_of_the_journal_is_as_if_it_was_never_written(folders: WorkFolders) -> None:
    journal = open_journal(folders, STATES, find_moves(STATES, CONFIGURED))
    with journal.file.open("a") as file:
        file.write('{"event": "ended", "ti')
    assert unfinished(folders) == (journal,)
    assert journal.pushed == ()


def test_a_state_of_another_format_is_refused() -> None:
    with pytest.raises(InfragenError, match="M004"):
        find_moves({"data-sales": b'{"version": 3, "modules": []}'}, CONFIGURED)
