"""What exists on the emulated AWS and is in no state is adopted, not made again."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from . import small
from .test_drift import client

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = [pytest.mark.terraform, pytest.mark.sandbox]

IMPORT = ("import", small.TARGET, "databases/order")
ARN = f"arn:aws:sns:{small.REGION}:{small.ACCOUNT}:aurora-dev-sales-order"
WIDE = {"COLUMNS": "300"}
LINES = "catalog/small/imports/dev.yaml"


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    project = small.rendered_project(tmp_path_factory.mktemp("imports"), aws=("data-plant", "data-sales"))
    try:
        applied = small.run(project, "apply", small.TARGET, "--sandbox", "--yes")
        assert applied.returncode == 0, applied.stderr
        yield project
    finally:
        small.stop(project)


def forget_order(project: Path, *types: str) -> None:
    """Take resources of an entry out of their state, as if somebody had made them by hand."""
    state = small.states(project)["data-sales"]
    kept = [one for one in state["resources"] if one["type"] not in types]  # type: ignore[attr-defined]
    text = json.dumps({**state, "serial": int(str(state["serial"])) + 1, "resources": kept})
    key = f"{small.TARGET}/data-sales.tfstate"
    client(project, "s3").put_object(Bucket=small.BUCKET, Key=key, Body=text.encode())


def test_by_hand_made_becomes_terraforms(project: Path) -> None:
    before = small.recorded(project)
    forget_order(project, "aws_sns_topic", "aws_cloudwatch_log_group")
    assert len(small.orphans(project)["unknown"]) == 2

    wrong = small.run(project, *IMPORT, f"aws_sns_topic.this={ARN}s", "--sandbox")
    assert wrong.returncode == 1
    assert "Cannot import non-existent remote object" in wrong.stderr
    assert "the catalogue is unchanged" in wrong.stderr
    assert not (project / LINES).exists()
    assert not list((project / "generated").rglob("imports.tf"))

    group = "module.database_order.aws_cloudwatch_log_group.this=/small/aurora-dev-sales-order"
    shown = small.run(project, *IMPORT, f"aws_sns_topic.this={ARN}", group, "--sandbox")
    assert shown.returncode == 0, shown.stderr
    assert "2 to import, 0 to add, 0 to change, 0 to destroy" in shown.stdout
    assert f'aws_sns_topic.this: "{ARN}"' in (project / LINES).read_text(encoding="utf-8")

    done = small.run(project, "apply", small.TARGET, "--sandbox", "--yes")
    assert done.returncode == 0, done.stderr
    assert small.recorded(project) == before
    assert small.orphans(project) == {}

    after = small.run(project, "plan", small.TARGET, "--sandbox", "--detailed-exitcode", variables=WIDE)
    assert after.returncode == 0, after.stdout
    assert f"its line can be removed: {LINES}:3:3" in after.stdout
    (project / LINES).unlink()
    small.render(project)
    assert small.run(project, "plan", small.TARGET, "--sandbox", "--detailed-exitcode").returncode == 0


def test_what_a_state_has_already_is_not_imported_again(project: Path) -> None:
    small.run(project, "render", "small")
    before = small.states(project)

    nowhere = refused(project, "databases/order", "aws_sns_topic.this=arn:nobody:has:this", "I010")
    assert f"is already in the state of data-sales, as {ARN}" in nowhere

    neighbour = refused(project, "databases/parts", f"aws_sns_topic.this={ARN}", "I010")
    assert "is already in the state of data-plant" in neighbour

    forget_order(project, "aws_sns_topic")
    parts = ARN.replace("sales-order", "plant-parts")
    owned = refused(project, "databases/order", f"aws_sns_topic.this={parts}", "I009")
    assert "module.database_parts.aws_sns_topic.this of data-plant (databases/parts) has it" in owned

    (project / "environments/small/test.yaml").write_text(
        (project / "environments/small/dev.yaml").read_text().replace("dev", "test").replace("10.0.", "10.9.")
    )
    small.render(project)
    missing = refused(project, "databases/order", f"aws_sns_topic.this={ARN}-none", None)
    assert "Cannot import non-existent remote object" in missing

    small.put_object(project, f"{small.TARGET}/data-sales.tfstate", json.dumps(raised(before["data-sales"])))
    assert small.run(project, "plan", small.TARGET, "--sandbox", "--detailed-exitcode").returncode == 0


def test_an_object_that_would_be_replaced_is_not_imported(project: Path) -> None:
    before = small.states(project)
    client(project, "sns").create_topic(Name="made-by-hand")
    forget_order(project, "aws_sns_topic")
    other = f"{ARN.rpartition(':')[0]}:made-by-hand"
    said = " ".join(refused(project, "databases/order", f"aws_sns_topic.this={other}", "I011").split())
    assert "would not stay after its import" in said
    assert 'because `name` is "made-by-hand"' in said
    assert "infragen apply" not in said
    small.put_object(project, f"{small.TARGET}/data-sales.tfstate", json.dumps(raised(before["data-sales"])))


def refused(project: Path, owner: str, pair: str, code: str | None) -> str:
    """Return what an import says that is refused and writes nothing."""
    ended = small.run(project, "import", small.TARGET, owner, pair, "--sandbox")
    assert ended.returncode == 1, ended.stdout + ended.stderr
    assert code is None or f"error {code} " in ended.stderr, ended.stderr
    assert "nothing was written: the catalogue is unchanged" in ended.stderr
    assert not (project / LINES).exists()
    assert not list((project / "generated").rglob("imports.tf"))
    return ended.stderr


def raised(state: dict[str, object]) -> dict[str, object]:
    """Return a state as the next one after what `forget_order` stored."""
    return {**state, "serial": int(str(state["serial"])) + 2}
