"""A stack is one region and one set of providers: what stands elsewhere has a stack of its own there."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from msgspec.structs import replace

from infragen.core.part import Part, Provider
from infragen.diagnostics import InfragenError
from infragen.hcl.index import Index
from infragen.kinds import kinds
from infragen.stacks import build
from infragen.stacks.layout import region_of
from tests.unit.stacks.systems import DATABASE, DEV, SERVICE, SYSTEM, call_of, environment, rendered

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from infragen.core.build_context import BuildContext

WITH_DATABASE = {"services/web.yaml": SERVICE + "database: main\n", "databases/main.yaml": DATABASE}
OSAKA = "ap-northeast-3"
LOGS = Provider("logs", "example/logs", "~> 2.1", {"site": "example.org", "retries": 3})


def _changed(monkeypatch: pytest.MonkeyPatch, kind: str, change: Callable[[Part], Part]) -> None:
    """Let a kind's parts be something else than they are."""
    every = dict(kinds())
    usual = every[kind].parts

    def parts(entry: Any, ctx: BuildContext) -> Iterator[Part]:
        return (change(part) for part in usual(entry, ctx))

    every[kind] = replace(every[kind], parts=parts)
    monkeypatch.setattr("infragen.kinds.kinds", lambda: every)


def test_what_stands_in_another_region_has_a_stack_there(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    _changed(monkeypatch, "databases", lambda part: replace(part, region=OSAKA))
    found = rendered(environment(tmp_path, WITH_DATABASE))
    there = found.stack(f"data-{OSAKA}")
    assert there.region == OSAKA
    assert {stack.name: stack.region for stack in found.stacks if stack is not there} == {
        "app": "ap-northeast-1",
        "network": "ap-northeast-1",
    }
    assert f'region              = "{OSAKA}"' in found.files[f"data-{OSAKA}/providers.tf"]
    backend = found.files[f"data-{OSAKA}/backend.tf"]
    assert f'"demo/dev/data-{OSAKA}.tfstate"' in backend
    assert 'region              = "ap-northeast-1"' in backend
    assert "local.data_ap_northeast_3.database_main_" in found.files["app/service-web.tf"]


def test_each_stack_gives_the_tags_of_the_environment_beside_infragen_s_own(tmp_path: Path) -> None:
    tags = "defaults: {environments: {tags: {CostCenter: retail, Team: web}}}\n"
    mine = {"dev.yaml": DEV + "tags: {Team: shop}\n", "system.yaml": SYSTEM + tags}
    found = rendered(environment(tmp_path, WITH_DATABASE | mine))
    given = {name: text for name, text in found.files.items() if name.endswith("/providers.tf")}
    assert len(given) == len(found.stacks) > 1
    for text in given.values():
        assert re.findall(r"(?m)^      (\w+) += \"(.*)\"$", text) == [
            ("CostCenter", "retail"), ("Environment", "dev"), ("ManagedBy", "infragen"), ("System", "demo"),
            ("Team", "shop"),
        ]  # fmt: skip


def test_what_aws_bills_of_an_entry_has_tags_of_its_own_and_modules_are_as_before_without_any(tmp_path: Path) -> None:
    before = rendered(environment(tmp_path / "before", WITH_DATABASE))
    assert not [path for path, text in before.files.items() if "var.tags" in text or 'variable "tags"' in text]
    tags = "entry_tags: {services/*: {Team: web, Tier: one}, services/web: {Team: shop}}\n"
    found = rendered(environment(tmp_path / "after", WITH_DATABASE | {"dev.yaml": DEV + tags}))
    given = call_of(found.files["app/service-web.tf"], "service_web")["tags"].items
    assert given is not None
    assert {key: one.plain for key, one in given.items()} == {"Team": "shop", "Tier": "one"}
    [module] = [path for path in found.files if path.startswith("modules/ecs_service") and path.endswith("main.tf")]
    blocks = Index(found.files[module]).blocks
    tagged = {block.address for block in blocks if "tags" in block.arguments}
    assert tagged == {"aws_ecs_task_definition.this", "aws_ecs_service.this"}
    assert "tags" not in call_of(found.files["data/database-main.tf"], "database_main")


def test_a_stack_has_the_providers_of_its_parts(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    _changed(monkeypatch, "services", lambda part: replace(part, providers=(LOGS,) if part.role == "compute" else ()))
    found = rendered(environment(tmp_path))
    assert 'logs = {\n      source  = "example/logs"\n      version = "~> 2.1"\n    }' in found.files["app/versions.tf"]
    written = found.files["app/providers.tf"]
    assert 'provider "logs" {\n  retries = 3\n  site    = "example.org"\n}\n' in written
    assert "logs" not in found.files["network/versions.tf"] + found.files["network/providers.tf"]


def test_one_provider_of_a_stack_is_one_version(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def change(part: Part) -> Part:
        return replace(part, providers=(LOGS if part.path.endswith(".sql") else replace(LOGS, version="1"),))

    _changed(monkeypatch, "databases", change)
    with pytest.raises(InfragenError) as raised:
        build.draft(environment(tmp_path, WITH_DATABASE))
    [problem] = raised.value.diagnostics
    assert problem.code == "L207"
    assert "databases/main's data are in the stack data, but need a different provider logs" in problem.message


def test_a_stack_of_the_layout_that_is_called_like_another_region_s(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """`layout: {compute: data-ap-northeast-3}` while the databases stand there."""
    _changed(monkeypatch, "databases", lambda part: replace(part, region=OSAKA))
    layout = f"layout: {{compute: data-{OSAKA}}}\n"
    with pytest.raises(InfragenError) as raised:
        build.draft(environment(tmp_path, {**WITH_DATABASE, "system.yaml": SYSTEM + layout}))
    [problem] = raised.value.diagnostics
    assert problem.code == "L206"
    assert "databases/main's data and services/web's compute" in problem.message


@pytest.mark.parametrize(
    ("stack", "region"),
    [
        ("edge-us-east-1", "us-east-1"),
        (f"data-sales-{OSAKA}", OSAKA),
        ("data-us-gov-west-1", "us-gov-west-1"),
        ("services-no-region-1", "ap-northeast-1"),
        ("data", "ap-northeast-1"),
    ],
)
def test_a_stack_that_is_gone_has_the_region_of_its_name(tmp_path: Path, stack: str, region: str) -> None:
    assert region_of(environment(tmp_path), stack) == region
