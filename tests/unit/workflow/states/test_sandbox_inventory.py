"""What exists in the emulated AWS is its entry's, or what the environment stands on: no state is left unread."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import pytest

from infragen.diagnostics import InfragenError
from infragen.terraform.sandbox import Existing
from infragen.workflow.states.sandbox_inventory import _by_entry

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from infragen.terraform.sandbox import Sandbox
    from infragen.workflow.rendering.composition import Composed

STATES = {
    "demo/prod/data.tfstate": ("module.database_main", "aws_db_instance", "main"),
    "bootstrap/demo/prod.tfstate": ("module.state_bucket", "aws_s3_bucket", "states"),
}
EXISTING = {
    "ap-northeast-1": [("aws_db_instance", "main"), ("aws_sqs_queue", "by-hand")],
    "eu-west-1": [("aws_sqs_queue", "jobs")],
    "us-west-2": [("aws_s3_bucket", "states"), ("aws_s3_object", "demo/prod/data.tfstate")],
}
QUEUE = "arn:aws:sqs:eu-west-1:111122223333:jobs"
ARNS = {
    "jobs": QUEUE,
    "states": "arn:aws:s3:::states",
    "demo/prod/data.tfstate": "arn:aws:s3:::states/demo/prod/data.tfstate",
}


def _state(module: str, kind: str, name: str) -> bytes:
    attributes = {"id": name} | ({"arn": ARNS[name]} if name in ARNS else {})
    one = {"module": module, "mode": "managed", "type": kind, "name": "this", "provider": 'provider["aws"]'}
    return json.dumps({"version": 4, "resources": [{**one, "instances": [{"attributes": attributes}]}]}).encode()


class FakeSandbox:
    """Some objects by region, and states with one object each."""

    def __init__(self, **states: bytes | None) -> None:
        self._states = {key: _state(*said) for key, said in STATES.items()}
        self._states |= {f"demo/prod/{name}.tfstate": text for name, text in states.items() if text is not None}

    def keys(self, _bucket: str, prefix: str, *_place: str) -> Iterator[str]:
        yield from (key for key in [*self._states, "demo/prod/data.tfstate.tflock"] if key.startswith(prefix))

    def without_bootstrap(self) -> FakeSandbox:
        del self._states["bootstrap/demo/prod.tfstate"]
        return self

    def inventory(self, _account: str, region: str) -> tuple[Existing, ...]:
        return tuple(Existing("", kind, name, ARNS.get(name), {}) for kind, name in EXISTING.get(region, ()))

    def read_object(self, _bucket: str, key: str, *_place: str) -> bytes | None:
        return self._states.get(key)


def _found(
    sandbox: FakeSandbox, scratch: Path = Path("none"), others: Collection[tuple[str, str]] = ()
) -> dict[str, list[dict[str, str]]]:
    composed: Any = SimpleNamespace(
        environment=SimpleNamespace(
            target="demo/prod",
            settings=SimpleNamespace(account="111122223333", region="ap-northeast-1"),
            state_bucket="states",
            state_region="us-west-2",
        ),
        stacks=[
            SimpleNamespace(name=name, region=region)
            for name, region in (("data", ""), ("app", "ap-northeast-1"), ("copies", "ap-northeast-3"))
        ],
        owners=lambda: {("data", "module.database_main"): "databases/main"},
    )
    return _by_entry(cast("Sandbox", sandbox), cast("Composed", composed), scratch, lambda: others)


def test_what_bootstrap_made_is_its_own_where_the_states_are() -> None:
    assert _found(FakeSandbox()) == {
        "(in no environment's state)": [{"type": "aws_sqs_queue", "id": "by-hand"}],
        "bootstrap": [{"type": "aws_s3_bucket", "id": "states"}],
        "databases/main": [{"type": "aws_db_instance", "id": "main"}],
    }


def test_what_another_environment_has_is_not_told_as_nobodys() -> None:
    """Roles are listed in every region, and an account has them once."""
    assert "(in no environment's state)" not in _found(FakeSandbox(), others={("aws_sqs_queue", "by-hand")})


def test_what_shares_a_plain_id_is_told_apart_by_its_arn(monkeypatch: pytest.MonkeyPatch) -> None:
    """A scaling policy's id is its name, which those of all services have."""
    kind, arn = "aws_appautoscaling_policy", "arn:aws:autoscaling:ap-northeast-1:111122223333:scalingPolicy:{}"
    two = tuple(Existing("", kind, "cpu", arn.format(one), {}) for one in ("web", "pay"))
    monkeypatch.setattr(FakeSandbox, "inventory", lambda _self, _account, region: two if region[:2] == "ap" else ())
    monkeypatch.setitem(ARNS, "cpu", arn.format("pay"))
    found = _found(FakeSandbox(app=_state("module.service_pay", kind, "cpu")))
    assert found["stack app"] == found["(in no environment's state)"] == [{"type": kind, "id": "cpu"}]


def test_those_of_one_name_in_three_regions_are_three(monkeypatch: pytest.MonkeyPatch) -> None:
    """A KMS alias has no ARN in the inventory."""
    alias = (Existing("", "aws_kms_alias", "alias/by-hand", None, {}),)
    monkeypatch.setattr(FakeSandbox, "inventory", lambda *_: alias)
    found = _found(FakeSandbox())
    assert found["(in no environment's state)"] == [{"type": "aws_kms_alias", "id": "alias/by-hand"}] * 3


def test_a_copy_in_another_region_has_the_name_of_what_it_is_a_copy_of(monkeypatch: pytest.MonkeyPatch) -> None:
    """The lifecycle policy of an image repository has no ARN in a state: its id is the repository's name."""
    kind, arn = "aws_ecr_lifecycle_policy", "arn:aws:ecr:{}:111122223333:repository/web"
    there = {"ap-northeast-1", "ap-northeast-3"}

    def inventory(_self: object, _account: str, region: str) -> tuple[Existing, ...]:
        return (Existing("", kind, "web", arn.format(region), {}),) if region in there else ()

    monkeypatch.setattr(FakeSandbox, "inventory", inventory)
    states = {one: _state("module.repository_web", kind, "web") for one in ("app", "copies")}
    found = _found(FakeSandbox(**states))
    assert found["stack app"] == found["stack copies"] == [{"type": kind, "id": "web"}]
    assert {"type": kind, "id": "web"} not in found["(in a state, but gone)"]

    there.remove("ap-northeast-1")
    found = _found(FakeSandbox(**states))
    assert found["stack copies"] == [{"type": kind, "id": "web"}]
    assert {"type": kind, "id": "web"} in found["(in a state, but gone)"]


def test_what_a_stack_made_that_left_the_catalogue_is_that_stacks_in_its_region() -> None:
    gone = _state("module.queue_jobs", "aws_sqs_queue", "jobs")
    assert _found(FakeSandbox(gone=gone))["stack gone"] == [{"type": "aws_sqs_queue", "id": "jobs"}]


def test_a_bootstrap_that_was_cut_off_has_its_state_in_its_scratch_folder(tmp_path: Path) -> None:
    scratch = tmp_path / ".infragen/sandbox-work/demo/prod/bootstrap"
    scratch.mkdir(parents=True)
    (scratch / "moving.tfstate").write_bytes(_state("module.state_bucket", "aws_sqs_queue", "by-hand"))
    found = _found(FakeSandbox().without_bootstrap(), scratch)
    assert found["bootstrap"] == [{"type": "aws_sqs_queue", "id": "by-hand"}]


def test_every_state_that_cannot_be_read_is_named() -> None:
    with pytest.raises(InfragenError) as refused:
        _found(FakeSandbox(app=b"{", gone=b'{"version": 4, "resources": [7]}'))
    assert [one.code for one in refused.value.diagnostics] == ["T041", "T041"]
    assert "the state of app cannot be read: it is not JSON" in refused.value.diagnostics[0].message
