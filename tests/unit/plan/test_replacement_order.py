"""A combined plan's replacements in the order of the stacks' own plans."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from infragen.plan.replacement_order import put_destroy_first, replaced_create_first

if TYPE_CHECKING:
    from pathlib import Path

NUMBER = "0.10000000000000000000000000000001"


def item(address: str, *actions: str, **more: str) -> dict[str, object]:
    """Return an item of `resource_changes`."""
    return {"address": address, "change": {"actions": list(actions), "after": {"n": "N"}, "before": None}, **more}


def written(path: Path, *items: dict[str, object]) -> Path:
    """Write a plan with a number that no float can hold."""
    path.write_text(json.dumps({"format_version": "1.2", "resource_changes": list(items)}).replace('"N"', NUMBER))
    path.chmod(0o600)
    return path


def test_only_what_is_created_first_is_asked_about(tmp_path: Path) -> None:
    plan = written(
        tmp_path / "plan.json",
        item("module.a.x.y", "create", "delete"),
        item("module.a.x.new", "create", "delete", previous_address="module.a.x.old"),
        item("module.a.x.z", "delete", "create"),
        item("module.a.x.u", "update"),
    )
    assert replaced_create_first(plan) == {"module.a.x.y", "module.a.x.old"}
    plan.write_text("{}")
    assert replaced_create_first(plan) == frozenset()


def test_the_order_changes_and_nothing_else(tmp_path: Path) -> None:
    items = [item("a", "create", "delete"), item("b", "create", "delete", previous_address="c"), item("d", "update")]
    plan = written(tmp_path / "plan.json", *items, item("a", "delete", deposed="k"))
    put_destroy_first(plan, {"a", "c", "d"})
    text = plan.read_text()
    found = json.loads(text)
    assert [one["change"]["actions"] for one in found["resource_changes"]] == [
        ["delete", "create"],
        ["delete", "create"],
        ["update"],
        ["delete"],
    ]
    assert text.count(NUMBER) == 4
    assert found["format_version"] == "1.2"
    assert plan.stat().st_mode & 0o077 == 0
