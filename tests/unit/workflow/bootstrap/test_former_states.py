"""Of two bootstraps at once, one was first; what the other one made and nobody took in is named."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from infragen.workflow.bootstrap.session import _in_former_states

if TYPE_CHECKING:
    from pathlib import Path


def state(**ids: str) -> bytes:
    resources = [
        {
            "mode": "managed", "type": kind, "name": "this", "module": "module.state_bucket", "provider": "x",
            "instances": [{"attributes": {"id": one}}],
        }
        for kind, one in ids.items()
    ]  # fmt: skip
    return json.dumps(
        {
            "version": 4,
            "terraform_version": "1.11.4",
            "serial": 1,
            "lineage": "l",
            "outputs": {},
            "resources": resources,
        }
    ).encode()


def test_what_a_local_state_alone_knows_is_named(tmp_path: Path) -> None:
    kept = tmp_path / "former-mine.tfstate"
    kept.write_bytes(state(aws_s3_bucket="b", aws_kms_key="k-mine"))
    session: Any = SimpleNamespace(
        runner=SimpleNamespace(state_pull=lambda _: state(aws_s3_bucket="b", aws_kms_key="k"))
    )
    root: Any = SimpleNamespace(folder=None, former=lambda: [kept])
    [told] = _in_former_states(session, root)
    assert told.endswith("what it alone knows: module.state_bucket.aws_kms_key.this (k-mine)")

    session.runner.state_pull = lambda _: kept.read_bytes()
    [told] = _in_former_states(session, root)
    assert told.endswith("what it alone knows: nothing")
