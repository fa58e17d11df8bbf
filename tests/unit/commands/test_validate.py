"""What validation sees besides the rules of one system: other systems, and where the layout puts things."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.unit.stacks.systems import DEV, GATEWAY, SYSTEM, write

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.conftest import Outcome

OPEN = GATEWAY + "firewall: {managed: [core]}\nclients: {portal: who}\n"


def two_systems(root: Path, second: str) -> Path:
    """Write two systems with a gateway each, in one account."""
    write(root, {"gateways/public.yaml": OPEN})
    for path in [*root.glob("*/demo/**/*.yaml")]:
        other = root / str(path.relative_to(root)).replace("demo", "other")
        other.parent.mkdir(parents=True, exist_ok=True)
        other.write_text(path.read_text().replace("name: demo", "name: other"), encoding="utf-8")
    (root / "environments/other/dev.yaml").write_text(DEV + second, encoding="utf-8")
    return root


def test_two_systems_do_not_own_the_settings_of_one_account(infragen: Callable[..., Outcome], tmp_path: Path) -> None:
    project = two_systems(tmp_path, "")
    found = infragen("validate", "-C", project)
    assert found.code == 1
    assert "environments/other/dev.yaml:2:10: error A107 other/dev and demo/dev would both own the account" in found.out
    assert "hint: write `owns_account_settings: false` in environments/other/dev.yaml" in found.out
    assert infragen("validate", "other", "-C", project).code == 0


def test_the_hint_leaves_one_owner_that_makes_them(infragen: Callable[..., Outcome], tmp_path: Path) -> None:
    project = two_systems(tmp_path, "owns_account_settings: false\n")
    assert infragen("validate", "-C", project).code == 0
    assert infragen("render", "-C", project).code == 0
    having = [
        path.parts[-4] for path in project.glob("generated/*/dev/edge/*.tf") if "gateway_logging" in path.read_text()
    ]
    assert sorted(set(having)) == ["demo"]


def test_what_a_layout_cannot_place_is_said_before_it_is_rendered(
    infragen: Callable[..., Outcome], tmp_path: Path
) -> None:
    project = write(tmp_path, {"system.yaml": SYSTEM + "layout: domains\n"})
    found = infragen("validate", "-C", project)
    assert found.code == 1
    assert "catalog/demo/services/web.yaml:1:7: error L201 services/web has no `domain`" in found.out
