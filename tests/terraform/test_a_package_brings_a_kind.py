"""A kind that a package brings by an entry point is as good as infragen's own, from the schema to the plan."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.conftest import ROOT
from tests.unit.stacks.systems import SERVICE, write

if TYPE_CHECKING:
    from pathlib import Path

PACKAGE = ROOT / "tests/packages/topics"
ORDERS = "name: orders\ntitle: Orders\ndelay: 30 s\n"
USING = SERVICE + "uses: {topics/orders: {access: publish, why: orders are taken}}\n"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return write(tmp_path, {"topics/orders.yaml": ORDERS, "services/web.yaml": USING})


def infragen(project: Path, *words: str, code: int = 0) -> str:
    """Run infragen where the package is installed."""
    ended = subprocess.run(
        [sys.executable, "-m", "infragen", *words, "-C", str(project)],
        env={**os.environ, "PYTHONPATH": str(PACKAGE), "COLUMNS": "100"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == code, ended.stdout + ended.stderr
    return ended.stdout + ended.stderr


def test_its_entries_are_validated_and_rendered(project: Path) -> None:
    infragen(project, "validate")
    infragen(project, "render")
    topic = (project / "generated/demo/dev/data/topic-orders.tf").read_text(encoding="utf-8")
    service = (project / "generated/demo/dev/app/service-web.tf").read_text(encoding="utf-8")
    assert 'module "topic_orders" {' in topic
    assert "delay_seconds = 30" in topic
    assert "ORDERS_ARN  = local.data.topic_orders_arn" in service
    assert 'actions   = ["sns:Publish"]' in service
    assert "topic" in infragen(project, "schema")


def test_wrong_fields_are_errors_at_their_lines(project: Path) -> None:
    (project / "catalog/demo/topics/orders.yaml").write_text(ORDERS + "retires: 5\n", encoding="utf-8")
    said = infragen(project, "validate", code=1)
    assert "catalog/demo/topics/orders.yaml:4:1: error C001 unknown key `retires`" in said
    assert "did you mean `retries`?" in said


@pytest.mark.parametrize(
    ("use", "place", "said", "hint"),
    [
        ("topic/orders: {}", "6:8: error R114", "there is no kind `topic`", "did you mean `topics/orders`?"),
        ("topcs/orders: {}", "6:8: error R114", "there is no kind `topcs`", "did you mean `topics/orders`?"),
        ("topics/ordrs: {}", "6:8: error R114", "topics/ordrs, which does not exist", "did you mean `topics/orders`?"),
        (
            "topics/orders: {access: publsih}",
            "6:32: error R116",
            "'publsih' is not something that",
            "did you mean `publish`?",
        ),
        (
            "topics/orders: {access: purge}",
            "6:32: error R116",
            "'purge'",
            "write `access: publish`, `access: subscribe`",
        ),
    ],
)
def test_a_wrong_use_is_an_error_at_its_line(project: Path, use: str, place: str, said: str, hint: str) -> None:
    (project / "catalog/demo/services/web.yaml").write_text(SERVICE + f"uses: {{{use}}}\n", encoding="utf-8")
    shown = infragen(project, "validate", code=1)
    assert f"catalog/demo/services/web.yaml:{place} " in shown
    assert said in shown
    assert f"hint: {hint}" in shown


OSAKA = "ap-northeast-3"


@pytest.mark.terraform
@pytest.mark.usefixtures("kept_plans")
def test_it_is_planned_and_reported_in_the_catalogues_words_also_in_another_region(project: Path) -> None:
    alerts = project / "catalog/demo/topics/alerts.yaml"
    alerts.write_text(ORDERS.replace("orders", "alerts") + f"region: {OSAKA}\n", encoding="utf-8")
    infragen(project, "render")
    report = project / "plan.json"
    said = infragen(project, "plan", "demo/dev", "--offline", "--report", str(report))
    assert "topic orders" in said
    assert "SNS topic" in said
    assert "catalog/demo/topics/orders.yaml:1" in said
    changes = json.loads(report.read_text("utf-8"))["changes"]
    topics = {(one["entry"]["id"], one["stack"]) for one in changes if one["type"] == "aws_sns_topic"}
    assert topics == {("topics/orders", "data"), ("topics/alerts", f"data-{OSAKA}")}


def test_what_is_used_from_another_region_is_an_error_at_its_line(project: Path) -> None:
    (project / "catalog/demo/topics/orders.yaml").write_text(ORDERS + f"region: {OSAKA}\n", encoding="utf-8")
    said = infragen(project, "validate", code=1)
    assert "catalog/demo/services/web.yaml:6:8: error R120" in said
    assert f"services/web stands in ap-northeast-1, and topics/orders that it uses in {OSAKA}" in said
    assert "see `region` in catalog/demo/topics/orders.yaml" in said


@pytest.mark.terraform
@pytest.mark.sandbox
@pytest.mark.long
def test_what_stands_in_another_region_is_applied_there_and_destroyed_from_there(project: Path) -> None:
    """That a stack which left the catalogue is told and destroyed: tests/engine/test_left_the_catalogue.py."""
    write(project, {"topics/orders.yaml": ORDERS + f"region: {OSAKA}\n", "services/web.yaml": SERVICE})
    infragen(project, "render")
    try:
        assert f"data-{OSAKA}: applied, 2/2" in infragen(project, "apply", "demo/dev", "--sandbox", "--yes")
        assert "topics/orders                   2  sns_topic, sns_topic_policy" in infragen(project, "sandbox", "ls")
        (project / "catalog/demo/topics/orders.yaml").unlink()
        infragen(project, "render")
        said = infragen(project, "plan", "demo/dev", "--sandbox")
        assert "no longer in the catalogue, so all of it is destroyed" in said.replace("\n  | ", " ")
        said = infragen(project, "destroy", f"demo/dev/data-{OSAKA}", "--sandbox", "--yes")
        assert "2 destroyed" in said
    finally:
        infragen(project, "sandbox", "stop")


def test_a_topic_alone_builds_no_vpc(project: Path) -> None:
    (project / "catalog/demo/services/web.yaml").unlink()
    infragen(project, "render")
    assert sorted(path.name for path in (project / "generated/demo/dev").iterdir()) == ["README.md", "data", "modules"]
    assert "0 capabilities in force" in infragen(project, "explain", "demo/dev")


def test_no_hint_names_a_field_that_a_kind_does_not_have(project: Path) -> None:
    (project / "catalog/demo/system.yaml").write_text(
        "schema: 1\nname: demo\ntitle: Demo\nlayout: domains\n", encoding="utf-8"
    )
    said = infragen(project, "validate", code=1)
    assert "error L201 topics/orders has no `domain`" in said
    hints = re.findall(r"error L201 .*?hint: ([^\n]*)", said, re.DOTALL)
    assert ["add `domain: ...`" in hint for hint in hints] == [True, False]
