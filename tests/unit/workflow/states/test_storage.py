"""Which stacks there may be, besides those of the catalogue."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from infragen.diagnostics import InfragenError
from infragen.terraform.states import State, parse_state
from infragen.workflow.states import storage

if TYPE_CHECKING:
    from pathlib import Path


def test_a_bucket_that_was_listed_is_not_listed_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    listed: list[Any] = []

    def stored_names(session: Any, _environment: Any) -> frozenset[str]:
        listed.append(session)
        return frozenset({"from-the-bucket"})

    monkeypatch.setattr(storage, "stored_names", stored_names)
    monkeypatch.setattr(storage, "open_runs", lambda _: ())
    monkeypatch.setattr(storage, "unfinished", lambda _: ())
    monkeypatch.setattr(storage, "applied_records", lambda _: SimpleNamespace(all=dict))
    monkeypatch.setattr(storage, "shells", lambda _, names: tuple(sorted(names)))
    known: dict[str, Any] = {
        "environment": SimpleNamespace(target="small/dev", all=lambda _: ()),
        "on_sandbox": False, "project": SimpleNamespace(root=tmp_path), "folders": SimpleNamespace(root=tmp_path),
    }  # fmt: skip
    session: Any = SimpleNamespace(**known, stored=None)
    assert storage.find_removed_stacks(session) == ("from-the-bucket",)
    again: Any = SimpleNamespace(**known, stored=frozenset({"listed-before"}))
    assert storage.find_removed_stacks(again) == ("listed-before",)
    assert len(listed) == 1


def state_in(region: str) -> State:
    """Return a state with a log group in a region, and a role, which has none."""
    arns = (f"arn:aws:logs:{region}:111122223333:log-group:x", "arn:aws:iam::111122223333:role/x")
    provider = 'provider["registry.terraform.io/hashicorp/aws"]'
    resources = [
        {
            "mode": "managed",
            "type": "aws_x",
            "name": f"n{at}",
            "provider": provider,
            "instances": [{"attributes": {"arn": arn}}],
        }
        for at, arn in enumerate(arns)
    ]
    found = parse_state(json.dumps({"version": 4, "resources": resources}).encode(), "app")
    assert found
    return found


def test_what_stands_in_another_region_is_neither_planned_nor_destroyed() -> None:
    """Terraform would find nothing of it, make it anew, and no state would have what is there."""
    session: Any = SimpleNamespace(
        environment=SimpleNamespace(target="small/dev", settings=SimpleNamespace(region="eu-west-1")),
        composed=SimpleNamespace(
            stacks=[
                SimpleNamespace(name=name, region=region) for name, region in (("app", None), ("edge", "us-east-1"))
            ]
        ),
        removed=(),
    )
    storage.refuse_elsewhere(session, {"app": state_in("eu-west-1"), "edge": state_in("us-east-1")})
    with pytest.raises(InfragenError) as refused:
        storage.refuse_elsewhere(session, {"app": state_in("ap-northeast-1"), "edge": state_in("us-east-1")})
    (said,) = refused.value.diagnostics
    assert (said.code, said.message) == (
        "T066",
        "small/dev was applied in ap-northeast-1, and its files are for eu-west-1: app",
    )
    session.removed = ("app",)
    storage.refuse_elsewhere(session, {"app": state_in("ap-northeast-1")})
