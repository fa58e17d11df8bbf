"""What AWS would refuse to make is refused before anything is: the name of a secret that can be restored."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import pytest
from botocore.exceptions import ClientError
from msgspec.structs import replace
from tests.unit.plan.plans import plan, resource

from infragen.diagnostics import Diagnostic, InfragenError
from infragen.plan import ChangeSet, Entry, parse_plan, read_plan
from infragen.workflow.planning import kept

if TYPE_CHECKING:
    from pathlib import Path

    from infragen.workflow.session import Session

SESSION = cast(
    "Session",
    SimpleNamespace(
        runner=SimpleNamespace(environment={}),
        environment=SimpleNamespace(target="demo/dev", settings=SimpleNamespace(region="ap-northeast-1")),
        target="demo/dev",
        on_sandbox=False,
    ),
)


def secret(folder: Path, actions: list[str]) -> ChangeSet:
    before, after = ({"name": "maps"} if word in actions else None for word in ("update", "create"))
    report = plan(resource("module.app.aws_secretsmanager_secret.this", actions, before, after or before))
    (folder / "plan.json").write_bytes(report)
    found = read_plan(folder / "plan.json")
    changes = tuple(replace(one, stack="app", entry=Entry("secrets/maps", "Maps")) for one in found.changes)
    return replace(found, changes=changes)


@pytest.mark.parametrize(("actions", "asked"), [(["create"], True), (["update"], False)])
def test_a_secret_whose_name_is_taken_by_one_that_can_be_restored(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, actions: list[str], asked: bool
) -> None:
    def remembered(_aws: Any, kind: str, name: str, region: str) -> tuple[str, str]:
        assert (kind, name, region) == ("aws_secretsmanager_secret", "maps", "ap-northeast-1")
        return "it is taken", "`restore it`"

    monkeypatch.setattr(kept, "remembered", remembered)
    changes = secret(tmp_path, actions)
    if not asked:
        kept.refuse_kept(SESSION, changes, "apply")
        return
    with pytest.raises(InfragenError) as refused:
        kept.refuse_kept(SESSION, changes, "apply")
    (said,) = refused.value.diagnostics
    address = "aws_secretsmanager_secret.this"
    assert (said.code, said.message) == ("P008", f"AWS refuses to create {address} of app: it is taken")
    assert said.hint is not None
    assert said.hint.startswith("nothing was applied; `restore it`, then `infragen import demo/dev secrets/maps ")
    assert said.hint.endswith("=ARN` (its ARN is in the answer), then `infragen apply demo/dev`")


KEY = "arn:aws:kms:ap-northeast-1:111122223333:key/dab"


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        ({"KeyMetadata": {"DeletionDate": date(2026, 12, 7)}}, "P008"),
        ({"KeyMetadata": {"Enabled": True}}, None),
        ({}, None),
    ],
)
def test_no_key_is_made_in_the_place_of_one_that_can_be_kept(
    monkeypatch: pytest.MonkeyPatch, answer: dict[str, Any], code: str | None
) -> None:
    def describe_key(KeyId: str) -> dict[str, Any]:  # noqa: N803 -- boto3's name
        assert KeyId == KEY
        if not answer:
            raise ClientError({"Error": {"Code": "NotFoundException"}}, "DescribeKey")
        return answer

    client = SimpleNamespace(describe_key=describe_key)
    monkeypatch.setattr(kept, "Aws", lambda _environment: SimpleNamespace(client=lambda *_: client))
    address = "module.key.aws_kms_key.this"
    gone = resource(address, ["delete"], {"arn": KEY, "deletion_window_in_days": 30}, None)
    found = parse_plan(plan(resource(address, ["create"], None, {}), resource_drift=[gone]))
    (risk, *_) = found.drift[0].risks
    assert "aws kms cancel-key-deletion" in risk.reason
    assert "30" not in risk.reason
    if code is None:
        kept.refuse_kept(SESSION, found, "apply")
        return
    with pytest.raises(InfragenError) as refused:
        kept.refuse_kept(SESSION, found, "apply")
    (said,) = refused.value.diagnostics
    assert (said.code, "scheduled for deletion on 2026-12-07" in said.message) == (code, True)
    assert "`aws kms cancel-key-deletion --key-id dab --region ap-northeast-1`" in (said.hint or "")


@pytest.mark.parametrize("answer", ["deleted", "none", "denied"])
def test_a_plan_names_the_secrets_that_aws_would_not_make(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, answer: str
) -> None:
    def deleted(_aws: Any, names: list[str], _region: str) -> tuple[str, ...]:
        if answer == "denied":
            raise InfragenError(Diagnostic("P008", "AccessDenied"))
        return tuple(names) if answer == "deleted" else ()

    monkeypatch.setattr(kept, "deleted_secrets", deleted)
    said = "a secret of this name was deleted, and AWS makes no other while it can be restored: maps; "
    found = (*kept.kept_notices(SESSION, secret(tmp_path, ["create"])),)
    assert found == ((f"{said}`apply` says how to have it again",) if answer == "deleted" else ())
    assert (*kept.kept_notices(SESSION, secret(tmp_path, ["update"])),) == ()


@pytest.mark.parametrize(("names", "is_refused"), [(("f", "f"), True), (("f", "g"), False)])
def test_two_databases_with_one_name_for_their_final_snapshots_are_not_begun(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, names: tuple[str, str], is_refused: bool
) -> None:
    monkeypatch.setattr(kept, "in_the_way", lambda *_arguments: None)
    gone = [
        resource(
            f"aws_db_instance.{one}", ["delete"], {"final_snapshot_identifier": name, "skip_final_snapshot": False}
        )
        for one, name in zip("ab", names, strict=True)
    ]
    (tmp_path / "plan.json").write_bytes(plan(*gone))
    found = read_plan(tmp_path / "plan.json")
    found = replace(found, changes=tuple(replace(one, stack="data") for one in found.changes))
    if not is_refused:
        kept.refuse_kept(SESSION, found, "destroy")
        return
    with pytest.raises(InfragenError) as refused:
        kept.refuse_kept(SESSION, found, "destroy")
    (said,) = refused.value.diagnostics
    same = "its final snapshot f would have the name of that of aws_db_instance.a of data"
    assert (said.code, said.message) == ("P008", f"AWS refuses to delete aws_db_instance.b of data: {same}")
    assert said.hint is not None
    assert said.hint.startswith("nothing was destroyed; give one of them another final snapshot's name")


def test_only_objects_of_a_bucket_that_go_with_it_are_not_in_its_way(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another bucket is asked about as a whole: an object that goes empties only its own."""
    asked: dict[str, set[str]] = {}

    def in_the_way(_aws: Any, kind: str, name: str, _region: str, _of: str, but: Any) -> tuple[str, str] | None:
        if kind == "aws_s3_bucket":
            asked[name] = set(but)
        return ("it is not empty", "`empty it`") if (kind, name) == ("aws_s3_bucket", "uploads") else None

    monkeypatch.setattr(kept, "in_the_way", in_the_way)
    gone = [resource(f"aws_s3_bucket.{one}", ["delete"], {"bucket": one}) for one in ("trust", "uploads")]
    gone += [
        resource(f"aws_s3_object.{key}", [action], {"bucket": bucket, "key": key}, after)
        for key, bucket, action, after in (
            ("a", "trust", "delete", None),
            ("b", "trust", "delete", None),
            ("c", "uploads", "no-op", {"bucket": "uploads", "key": "c"}),
        )
    ]
    (tmp_path / "plan.json").write_bytes(plan(*gone))
    found = read_plan(tmp_path / "plan.json")
    found = replace(found, changes=tuple(replace(one, stack="data") for one in found.changes))
    with pytest.raises(InfragenError) as refused:
        kept.refuse_kept(SESSION, found, "destroy")
    said = [one.message for one in refused.value.diagnostics]
    assert said == ["AWS refuses to delete aws_s3_bucket.uploads of data: it is not empty"]
    assert asked == {"trust": {"a", "b"}, "uploads": set()}
    assert list(kept.kept_notices(SESSION, found)) == [], "an object leaves no snapshot"
