"""What would be made under a name that another object has until it is destroyed."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import pytest
from msgspec.structs import replace
from tests.unit.plan.plans import plan, resource

from infragen.diagnostics import InfragenError
from infragen.plan import ChangeSet, Entry, read_plan
from infragen.workflow.planning import protections
from infragen.workflow.planning.notices import MovedAway
from infragen.workflow.planning.protections import refuse_same_names, same_name_notices

if TYPE_CHECKING:
    from pathlib import Path

    from infragen.workflow.rendering.composition import Composed

NAMES = {
    "aws_ecr_repository": {"name": "demo-prod-api"},
    "aws_sns_topic": {"name": "demo-prod-api"},
    "aws_security_group": {"name": "demo-prod-api"},
    "aws_db_instance": {"identifier": "demo-prod-api"},
}


def composed(identity: str = "api") -> Composed:
    entry = SimpleNamespace(identity=identity)
    every = lambda: (("services/api", entry), ("queues/backend", entry))  # noqa: E731
    environment = SimpleNamespace(every=every, source=lambda owner: f"catalog/demo/{owner}.yaml")
    return cast("Composed", SimpleNamespace(environment=environment))


@pytest.fixture(autouse=True)
def moved(monkeypatch: pytest.MonkeyPatch) -> list[MovedAway]:
    """What another stack of the catalogue has by now: nothing, if no test puts something into it."""
    found: list[MovedAway] = []
    monkeypatch.setattr(protections, "moved_away", lambda *_: found)
    return found


def renamed(folder: Path, kind: str, owner: str = "services/api", **made: Any) -> ChangeSet:
    """Return a plan that makes an object of an entry, and destroys one of services/backend that has its name."""
    own = NAMES[kind]
    report = plan(
        resource(f"module.api.{kind}.this", ["create"], None, {**own, **made}),
        resource(f"module.backend.{kind}.this", ["delete"], {**own, "id": "x"}, None),
        resource("module.backend.aws_sqs_queue.this", ["delete"], {"name": "of-its-own"}, None),
    )
    (folder / "plan.json").write_bytes(report)
    found = read_plan(folder / "plan.json")
    owners = {"module.api": owner, "module.backend": "services/backend"}
    return with_owners(found, owners)


def with_owners(found: ChangeSet, owners: dict[str, str]) -> ChangeSet:
    changes = tuple(
        replace(one, stack="app", entry=Entry(owners[one.address.partition(".aws_")[0]], "Title"))
        for one in found.changes
    )
    return replace(found, changes=changes)


@pytest.mark.parametrize("kind", NAMES)
def test_a_rename_that_was_taken_back_is_refused_and_told_with_the_lines_that_keep_it(
    tmp_path: Path, kind: str
) -> None:
    changes = renamed(tmp_path, kind)
    with pytest.raises(InfragenError) as refused:
        refuse_same_names(composed(), changes)
    (said,) = refused.value.diagnostics
    assert said.code == "M008"
    assert (
        said.message == f"services/api would get {kind} demo-prod-api, which services/backend has until it is destroyed"
    )
    lines = "`renamed_from: backend` and `physical_name: api` in catalog/demo/services/api.yaml"
    assert said.hint == (
        f"if services/api is the same one, write {lines}: nothing is destroyed; if not, apply without services/api, "
        "then add it again"
    )
    assert same_name_notices(composed(), changes) == (f"{said.message}; {said.hint}",)


def test_of_another_kind_or_under_the_former_name_other_lines_keep_it(tmp_path: Path) -> None:
    (said,) = same_name_notices(composed("backend"), renamed(tmp_path, "aws_sns_topic"))
    assert "write `renamed_from: backend` in catalog" in said
    (said,) = same_name_notices(composed(), renamed(tmp_path, "aws_sns_topic", owner="queues/backend"))
    assert said.endswith("until it is destroyed; apply without queues/backend, then add it again")


def test_an_entry_that_only_another_commit_knows_is_not_to_be_destroyed_by_a_hint(tmp_path: Path) -> None:
    changes = renamed(tmp_path, "aws_sns_topic")
    unknown = replace(
        changes,
        changes=tuple(
            replace(one, entry=None) if one.address.startswith("module.backend") else one for one in changes.changes
        ),
    )
    (said,) = same_name_notices(composed(), unknown)
    assert "which app has until it is destroyed; if another commit renamed it, take that commit; if not, " in said


def test_other_names_and_names_not_known_yet_are_nobodys(tmp_path: Path) -> None:
    assert same_name_notices(composed(), renamed(tmp_path, "aws_sns_topic", name="demo-prod-api-2")) == ()
    assert same_name_notices(composed(), renamed(tmp_path, "aws_ecr_repository", name=None)) == ()


def two(folder: Path, kind: str, *names: tuple[str, str], actions: list[str]) -> ChangeSet:
    """Return a plan in which an object each of services/api and services/backend goes from a name to another."""
    changes = [
        resource(f"module.{owner}.{kind}.this", actions, *({**NAMES[kind], _argument(kind): name} for name in pair))
        for owner, pair in zip(("api", "backend"), names, strict=True)
    ]
    (folder / "plan.json").write_bytes(plan(*changes))
    found = read_plan(folder / "plan.json")
    return with_owners(found, {f"module.{owner}": f"services/{owner}" for owner in ("api", "backend")})


def _argument(kind: str) -> str:
    return next(iter(NAMES[kind]))


@pytest.mark.parametrize("actions", [["delete", "create"], ["create", "delete"], ["update"]], ids=" ".join)
@pytest.mark.parametrize("kind", NAMES)
def test_two_that_swap_their_names_are_refused_and_so_is_one_that_follows_another(
    tmp_path: Path, kind: str, actions: list[str]
) -> None:
    """Whichever of them is done first: AWS has both names until then."""
    hint = "let services/{} have a name that nobody has, and apply that first; what is replaced loses its data"
    said = "services/{} would get {}, which services/{} has until it has another one; {}"
    one, other = f"{kind} a", f"{kind} b"
    found = same_name_notices(composed(), two(tmp_path, kind, ("a", "b"), ("b", "a"), actions=actions))
    assert found == (
        said.format("api", other, "backend", hint.format("backend")),
        said.format("backend", one, "api", hint.format("api")),
    )
    (follows,) = same_name_notices(composed(), two(tmp_path, kind, ("a", "b"), ("b", "c"), actions=actions))
    assert follows == found[0]
    assert same_name_notices(composed(), two(tmp_path, kind, ("a", "a"), ("b", "c"), actions=actions)) == ()


def test_a_name_of_what_is_removed_in_the_same_change_comes_after_the_removal(tmp_path: Path) -> None:
    one, other = ({"name": name} for name in ("a", "b"))
    changes = (
        resource("module.api.aws_sns_topic.this", ["delete", "create"], one, other),
        resource("module.backend.aws_sns_topic.this", ["delete"], other, None),
    )
    (tmp_path / "plan.json").write_bytes(plan(*changes))
    found = with_owners(
        read_plan(tmp_path / "plan.json"), {f"module.{owner}": f"services/{owner}" for owner in ("api", "backend")}
    )
    (said,) = same_name_notices(composed(), found)
    assert said.endswith("until it is destroyed; apply without services/backend, and with the names of before, first")


def test_a_bucket_s_name_is_one_for_all_stacks_as_a_copy_that_goes_to_another_region_has_it(tmp_path: Path) -> None:
    for kind, refused in (("aws_s3_bucket", True), ("aws_kms_alias", False)):
        name = {"bucket" if refused else "name": "demo-prod-files-replica"}
        changes = (
            resource(f"module.replica.{kind}.this", ["create"], None, name),
            resource(f"module.former.{kind}.this", ["delete"], name, None),
        )
        (tmp_path / "plan.json").write_bytes(plan(*changes))
        found = with_owners(
            read_plan(tmp_path / "plan.json"), dict.fromkeys(("module.replica", "module.former"), "buckets/files")
        )
        there = [replace(one, stack=place) for one, place in zip(found.changes, ("osaka", "seoul"), strict=True)]
        said = same_name_notices(composed(), replace(found, changes=tuple(there)))
        words = (
            "buckets/files would get aws_s3_bucket demo-prod-files-replica, which buckets/files has until it is "
            "destroyed; write buckets/files without what has this name, apply that, then write it again as it is now"
        )
        assert said == ((words,) if refused else ())


def test_of_what_a_move_of_its_state_keeps_only_the_move_is_told(tmp_path: Path, moved: list[MovedAway]) -> None:
    """To write the entry without it first would destroy a bucket with what is in it."""
    item = {"bucket": "demo-dev-files", "id": "demo-dev-files"}
    (tmp_path / "plan.json").write_bytes(
        plan(
            resource("module.to.aws_s3_bucket.this", ["create"], None, {"bucket": "demo-dev-files"}),
            resource("module.from.aws_s3_bucket.this", ["delete"], item, None),
        )
    )
    found = read_plan(tmp_path / "plan.json")
    stacks = {"create": "data-beta", "delete": "data-alpha"}
    changes = tuple(replace(one, stack=stacks[one.action.word], entry=Entry("buckets/files")) for one in found.changes)
    (said,) = same_name_notices(composed(), replace(found, changes=changes))
    assert "write buckets/files without what has this name" in said
    moved.append(MovedAway("data-alpha", "data-beta", "buckets/files", 7))
    assert same_name_notices(composed(), replace(found, changes=changes)) == ()
