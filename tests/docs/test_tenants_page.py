"""The page on portals of many tenants: its samples are one system, and a line of it changes what the page says."""

from __future__ import annotations

import json
import re
from difflib import ndiff
from typing import TYPE_CHECKING

import pytest

from .pages import blocks, prose

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.conftest import Outcome

PAGE = "docs/tenants.md"
API = "catalog/demo/gateways/api.yaml"
DEV = 'account: "111122223333"\nregion: ap-northeast-1\nnetwork: {cidr: 10.0.0.0/16}\n'


class Portal:
    """The page's system in a folder."""

    def __init__(self, root: Path, infragen: Callable[..., Outcome]) -> None:
        self.root, self.infragen = root, infragen
        self.write("catalog/demo/system.yaml", "schema: 1\ntitle: Demo\n")
        self.write("environments/demo/dev.yaml", DEV)
        for block in blocks(PAGE):
            if block.language == "yaml":
                self.write(block.text.splitlines()[0].removeprefix("# "), f"{block.text}\n")

    def write(self, name: str, text: str) -> None:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def edit(self, name: str, old: str, new: str) -> None:
        text = (self.root / name).read_text("utf-8")
        assert text.count(old) == 1
        self.write(name, text.replace(old, new))

    def said(self) -> set[tuple[str, str]]:
        found = json.loads(self.infragen("validate", "-C", self.root, "--format", "json").out)["diagnostics"]
        return {(one["code"], one["severity"]) for one in found}

    def rendered(self) -> dict[str, list[str]]:
        assert self.infragen("render", "-C", self.root).code == 0
        folder = self.root / "generated/demo/dev"
        return {
            str(path.relative_to(folder)): path.read_text("utf-8").splitlines()
            for path in folder.rglob("*")
            if path.is_file()
        }


@pytest.fixture
def portal(tmp_path: Path, infragen: Callable[..., Outcome]) -> Portal:
    return Portal(tmp_path, infragen)


def changed(before: dict[str, list[str]], after: dict[str, list[str]]) -> dict[str, list[str]]:
    """The lines that came and went, by file."""
    found = {
        name: [line for line in ndiff(before.get(name, []), after.get(name, [])) if line[0] in "+-"]
        for name in {*before, *after}
    }
    return {name: [re.sub(r"\s+", " ", line) for line in lines] for name, lines in found.items() if lines}


def test_there_is_nothing_to_be_mended_in_the_samples(portal: Portal) -> None:
    assert {severity for _, severity in portal.said()} == {"notice"}


def test_a_new_tenant_is_a_key_a_schema_and_a_word_for_the_migrations(portal: Portal) -> None:
    before = portal.rendered()
    portal.edit(API, "  legato: trial\n", "  legato: trial\n  vivace: plus\n")
    found = changed(before, portal.rendered())
    assert sorted(found.pop("edge/gateway-api.tf")) == [
        '+ description = "tenant vivace"',
        '+ name = "demo-dev-api-tenant-vivace"',
        "+ tenant-vivace = module.usage_plan_api__plus.id",
        "+ tenant-vivace = {",
        "+ }",
    ]
    assert not any("tenant-vivace" in name for name in found)
    migrated = next(lines for name, lines in found.items() if name.endswith("job-migrate.tf"))
    assert migrated[-1] == '+ MAIN_SCHEMAS = "tenant_allegro,tenant_andante,tenant_legato,tenant_vivace"'
    assert {name.split("/")[0] for name in found} == {"app", "data", "edge"}
    assert "MAIN_SCHEMAS" in prose(PAGE)


def test_another_plan_is_one_line_and_no_other_key(portal: Portal) -> None:
    before = portal.rendered()
    portal.edit(API, "legato: trial", "legato: plus")
    assert changed(before, portal.rendered()) == {
        "edge/gateway-api.tf": [
            "- tenant-legato = module.usage_plan_api__trial.id",
            "+ tenant-legato = module.usage_plan_api__plus.id",
        ]
    }


@pytest.mark.parametrize(
    ("written", "left"),
    [("[allegro]", set()), ("{allegro: default}", {"legato"}), ("{legato: null}", {"allegro"})],
)
def test_an_environment_replaces_the_tenants_by_a_list_and_changes_one_by_a_map(
    portal: Portal, written: str, left: set[str]
) -> None:
    portal.write("environments/demo/dev.yaml", f"{DEV}gateways: {{api: {{tenants: {written}}}}}\n")
    text = "\n".join(portal.rendered()["edge/gateway-api.tf"])
    assert set(re.findall(r"tenant-(\w+) += module\.usage_plan_api__", text)) == left


@pytest.mark.parametrize(
    ("name", "old", "new", "code"),
    [
        (API, "allegro: plus", "allegro: plsu", "G141"),
        ("catalog/demo/databases/main.yaml", "tenants_of: api", "tenants: [allegro, andante]", "D206"),
        ("catalog/demo/databases/main.yaml", "tenants_of: api", "tenants: [allegro, andante, legato, x]", "D206"),
        ("catalog/demo/databases/main.yaml", "tenants_of: api", "tenants_of: [api, partners]", "D197"),
        ("catalog/demo/load-tests/lessons.yaml", "target: gateways/api", "target: gateways/api\ntenants: [x]", "E122"),
        (
            "catalog/demo/load-tests/lessons.yaml",
            "target: gateways/api",
            "target: gateways/api\ntenants: [x]\nlimit: 60 req/min",
            "E145",
        ),
    ],
)
def test_lists_that_differ_are_told(portal: Portal, name: str, old: str, new: str, code: str) -> None:
    portal.edit(name, old, new)
    assert code in {one for one, _ in portal.said()}
    assert code in prose(PAGE)
