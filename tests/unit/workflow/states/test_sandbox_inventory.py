"""What exists in the emulated AWS is its entry's, or what the environment stands on: no state is left unread."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

from infragen.terraform.sandbox import Existing
from infragen.workflow.states.sandbox_inventory import _by_entry

if TYPE_CHECKING:
    from infragen.terraform.sandbox import Sandbox
    from infragen.workflow.rendering.composition import Composed

STATES = {
    "demo/prod/data.tfstate": ("module.database_main", "aws_db_instance", "main"),
    "bootstrap/demo/prod.tfstate": ("module.state_bucket", "aws_s3_bucket", "states"),
}
EXISTING = {
    "ap-northeast-1": [("aws_db_instance", "main"), ("aws_sqs_queue", "by-hand")],
    "us-west-2": [("aws_s3_bucket", "states"), ("aws_s3_object", "demo/prod/data.tfstate")],
}
ARNS = {"states": "arn:aws:s3:::states", "demo/prod/data.tfstate": "arn:aws:s3:::states/demo/prod/data.tfstate"}


class FakeSandbox:
    """Some objects by region, and states with one object each."""

    def inventory(self, _account: str, region: str) -> tuple[Existing, ...]:
        return tuple(Existing("", kind, name, ARNS.get(name), {}) for kind, name in EXISTING[region])

    def read_object(self, _bucket: str, key: str, *_place: str) -> bytes | None:
        if key not in STATES:
            return None
        module, kind, name = STATES[key]
        one = {"module": module, "mode": "managed", "type": kind, "name": "this"}
        return json.dumps({"resources": [{**one, "instances": [{"attributes": {"id": name}}]}]}).encode()


def test_what_bootstrap_made_is_its_own_where_the_states_are() -> None:
    composed: Any = SimpleNamespace(
        environment=SimpleNamespace(
            target="demo/prod",
            settings=SimpleNamespace(account="111122223333", region="ap-northeast-1"),
            state_bucket="states",
            state_region="us-west-2",
        ),
        stacks=[SimpleNamespace(name=name, region="ap-northeast-1") for name in ("data", "app")],
        owners=lambda: {("data", "module.database_main"): "databases/main"},
    )
    assert _by_entry(cast("Sandbox", FakeSandbox()), cast("Composed", composed)) == {
        "(not in any state)": [{"type": "aws_sqs_queue", "id": "by-hand"}],
        "bootstrap": [{"type": "aws_s3_bucket", "id": "states"}],
        "databases/main": [{"type": "aws_db_instance", "id": "main"}],
    }
