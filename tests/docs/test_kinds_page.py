"""The kind of the page about kinds is a whole one: its blocks are the files that they name."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tomllib
from typing import TYPE_CHECKING

import pytest
from msgspec import Struct

from infragen.core.kind import Kind
from infragen.kinds import GROUP
from tests.unit.stacks.systems import write

from .pages import ROOT, blocks, prose

if TYPE_CHECKING:
    from pathlib import Path

PAGE = "docs/kinds.md"
NAMED = re.compile(r"# ((?:src|templates|catalog)/\S+)\n")


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the repository with the page's files in it, of which each is new, and a small system."""
    for part in ("src", "templates"):
        shutil.copytree(ROOT / part, tmp_path / part, ignore=shutil.ignore_patterns("__pycache__"))
    write(tmp_path, {})
    for block in blocks(PAGE):
        found = NAMED.match(block.text)
        if found is not None:
            path = tmp_path / found[1]
            assert not path.exists() or path.suffix == ".yaml"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(f"{block.text[found.end() :]}\n", encoding="utf-8")
    return tmp_path


def infragen(copy: Path, *words: str, code: int = 0) -> str:
    """Run the copy's own infragen."""
    command = [sys.executable, "-m", "infragen", *words, "-C", str(copy)]
    environment = {**os.environ, "PYTHONPATH": str(copy / "src"), "COLUMNS": "100"}
    ended = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert ended.returncode == code, ended.stdout + ended.stderr
    return ended.stdout + ended.stderr


def test_the_page_s_files_are_all_that_a_kind_takes(copy: Path) -> None:
    infragen(copy, "validate")
    infragen(copy, "render")
    made = copy / "generated/demo/dev"
    assert re.search(r"retries += 3", (made / "data/topic-orders.tf").read_text("utf-8"))
    service = (made / "app/service-web.tf").read_text("utf-8")
    assert re.search(r"ORDERS_ARN += local\.data\.topic_orders_arn", service)
    assert '"sns:Publish"' in service
    assert "sns:Subscribe" not in service
    assert "topic" in infragen(copy, "schema")
    assert "moved" not in (made / "data/topic-orders.tf").read_text("utf-8")


def test_so_they_are_in_a_layout_by_domain_with_alarms_and_customer_keys(copy: Path) -> None:
    more = {
        "catalog/demo/system.yaml": "layout: domains",
        "catalog/demo/domains/sales.yaml": "name: sales\ntitle: Sales",
        "catalog/demo/topics/orders.yaml": "domain: sales",
        "catalog/demo/services/web.yaml": "domain: sales",
        "environments/demo/dev.yaml": "alarms: true\ncustomer_keys: true",
    }
    for name, text in more.items():
        (copy / name).parent.mkdir(exist_ok=True)
        with (copy / name).open("a", encoding="utf-8") as file:
            file.write(f"{text}\n")
    infragen(copy, "render")
    made = copy / "generated/demo/dev"
    assert "local.security.key_messages_arn" in (made / "data-sales/topic-orders.tf").read_text("utf-8")
    service = (made / "services-sales/service-web.tf").read_text("utf-8")
    assert re.search(r"ORDERS_ARN += local\.data_sales\.topic_orders_arn", service)
    assert re.search(r'"UseKey\d*"\s+actions += \["kms:Decrypt", "kms:GenerateDataKey"\]', service)
    assert "demo-dev-orders-not-delivered" in (made / "observability/topic-orders.tf").read_text("utf-8")


def test_its_rule_is_kept_at_its_line(copy: Path) -> None:
    topic = copy / "catalog/demo/topics/orders.yaml"
    topic.write_text(topic.read_text("utf-8").replace("30 s", "30 min"), encoding="utf-8")
    assert "orders.yaml:2:8: error U101 3 retries, 1800 s apart" in infragen(copy, "validate", code=1)


@pytest.mark.terraform
@pytest.mark.usefixtures("kept_plans")
def test_it_is_planned_and_reported(copy: Path) -> None:
    infragen(copy, "render")
    said = infragen(copy, "plan", "demo/dev", "--offline")
    assert "SNS topic" in said
    assert "catalog/demo/topics/orders.yaml:1" in said


def test_every_field_of_a_kind_is_told_of() -> None:
    rows = re.findall(r"^\| `([\w.]+)` \|", prose(PAGE), re.MULTILINE)
    shown = re.findall(r"(\w+)=", next(block for block in blocks(PAGE) if block.language == "python").text)
    defaults = zip(reversed(Kind.__struct_fields__), reversed(Kind.__struct_defaults__), strict=False)
    facets = {name: default for name, default in defaults if isinstance(default, Struct)}
    every = {f"{name}.{field}" for name, facet in facets.items() for field in facet.__struct_fields__}
    every |= set(Kind.__struct_fields__) - facets.keys()
    assert every == set(rows) | ({"model", "title", "parts", "rules"} & set(shown))


def test_the_entry_point_s_group_is_the_one_that_is_looked_in() -> None:
    [block] = [block for block in blocks(PAGE) if block.language == "toml"]
    assert list(tomllib.loads(block.text)["project"]["entry-points"]) == [GROUP]
