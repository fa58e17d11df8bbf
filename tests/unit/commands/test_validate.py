"""What validation sees besides the rules of one system: other systems, and where the layout puts things."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest
from tests.conftest import ROOT
from tests.unit.catalog.rules.harness import CASES, counted, findings, good, read
from tests.unit.stacks.systems import DEV, GATEWAY, SYSTEM, write

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.conftest import Outcome

OPEN = GATEWAY + "firewall: {managed: [core]}\nclients: {portal: who}\nroutes: {shop: web}\n"


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
    alone = infragen("validate", "other", "-C", project)
    assert alone.code == 1
    assert "A107" in alone.out
    assert infragen("validate", "demo", "-C", project).code == 1


def test_nothing_is_said_of_a_system_that_nobody_asked_about(infragen: Callable[..., Outcome], tmp_path: Path) -> None:
    project = two_systems(tmp_path, "owns_account_settings: false\n")
    (project / "catalog/other/services/notes.txt").write_text("x", encoding="utf-8")
    service = next(project.glob("catalog/other/services/*.yaml"))
    service.write_text(service.read_text().replace("tasks:", "taskz:"), encoding="utf-8")
    assert "taskz" in infragen("validate", "-C", project).out
    found = infragen("validate", "demo", "--quiet", "-C", project)
    assert found.code == 0
    assert "other" not in found.out


def test_files_of_either_suffix_are_read(infragen: Callable[..., Outcome], tmp_path: Path) -> None:
    project = write(tmp_path, {})
    assert infragen("render", "-C", project).code == 0
    for path in (*project.glob("catalog/**/*.yaml"), *project.glob("environments/**/*.yaml")):
        path.rename(path.with_suffix(".yml"))
    assert infragen("validate", "-C", project).code == 0
    checked = infragen("render", "--diff", "--check", "-C", project)
    assert checked.code == 2
    changed = [line for line in checked.out.splitlines() if line[:1] in "+-" and not line.startswith(("+++", "---"))]
    assert changed
    assert all(line.startswith(("+#", "-#", "+<!--", "-<!--")) for line in changed)  # the headers, which name the file


def test_an_environment_that_is_gone_is_named_when_others_are_rendered(
    infragen: Callable[..., Outcome], tmp_path: Path
) -> None:
    project = write(tmp_path, {})
    (project / "environments/demo/old.yaml").write_text(DEV.replace("dev", "old").replace("10.", "11."))
    assert infragen("render", "-C", project).code == 0
    (project / "environments/demo/old.yaml").unlink()
    rendered = infragen("render", "-C", project)
    assert rendered.code == 0
    assert "generated/demo/old/ belongs to no environment: environments/demo/old.yaml is gone" in rendered.err
    assert "`rm -r generated/demo/old`" in rendered.err


def test_a_system_whose_environments_are_gone_is_not_rendered_in_silence(
    infragen: Callable[..., Outcome], tmp_path: Path
) -> None:
    project = write(tmp_path, {})
    (project / "environments/demo").rename(project / "environments/demos")
    one = [["validate", "demo/dev"], ["explain", "demo/dev"], ["plan", "demo/dev", "--offline"]]
    for verb in (["render"], ["render", "demo"], ["render", "demo", "--check"], ["validate"], *one):
        found = infragen(*verb, "-C", project)
        assert found.code == 1, verb
        assert "demo has no environment" in found.out + found.err
        assert "rename environments/demos/ to environments/demo/" in found.out + found.err


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


@pytest.mark.parametrize(
    ("case", "value"),
    [
        ("F114-secret-in-plain", "abc123"),
        ("O107-in-clear", "2b7e151628aed2a6"),
        ("C003-secret-values", "s3cr3t"),
        ("B146-known-keys", "k2-9fQ"),
    ],
)
def test_a_line_with_a_secret_is_named_and_not_shown(
    infragen: Callable[..., Outcome], tmp_path: Path, case: str, value: str
) -> None:
    bad = read(CASES / f"{case}.toml")
    root = good(tmp_path, on_compose=bad.on_compose)
    for edit in bad.bad:
        edit.apply(root)
    found = infragen("validate", "-C", root)
    assert bad.expected.splitlines()[0] in found.out
    assert value not in found.out + found.err


def test_nobody_is_missed_where_nothing_is_watched(tmp_path: Path) -> None:
    root = good(tmp_path)
    prod = root / "environments/shop/prod.yaml"
    unwatched = prod.read_text(encoding="utf-8") + "alarm_email: null\n"
    prod.write_text(unwatched, encoding="utf-8")
    assert [one.code for one in findings(root)] == ["A103"]
    prod.write_text(unwatched + "alarms: false\n", encoding="utf-8")
    assert [one.code for one in findings(root)] == ["B151"], "a disk that nothing watches"


def test_a_secondary_whose_primary_cannot_be_read_is_not_said_to_have_none(tmp_path: Path) -> None:
    pair = read(CASES / "H150-no-pair.toml")
    root = counted(tmp_path)
    for edit in (*pair.bad, *pair.fixed):
        edit.apply(root)
    assert findings(root) == ()
    prod = root / "environments/shop/prod.yaml"
    sound = prod.read_text(encoding="utf-8")
    for old, new in (("role: primary", "role: first"), ("444455556666", "4444")):
        assert sound.count(old) == 1
        prod.write_text(sound.replace(old, new), encoding="utf-8")
        assert {one.code for one in findings(root)} == {"C003"}


def test_one_environment_is_seen_beside_the_others_of_its_system(
    infragen: Callable[..., Outcome], tmp_path: Path
) -> None:
    pair, overlap = (read(CASES / f"{name}.toml") for name in ("H150-no-pair", "W105-environments-overlap"))
    root = counted(tmp_path)
    for edit in (*pair.bad, *pair.fixed):
        edit.apply(root)
    for name in ("prod", "west"):
        found = infragen("validate", f"shop/{name}", "-C", root)
        assert found.code == 0
        assert "H150" not in found.out
    for edit in overlap.bad:
        edit.apply(root)
    assert "W105" not in infragen("validate", "shop/west", "-C", root).out
    for name, other in (("prod", "test"), ("test", "prod")):
        found = infragen("validate", f"shop/{name}", "-C", root)
        assert f"{name}.yaml" in found.out
        assert f"warning W105 shop/{name} and shop/{other} use the same addresses" in found.out


def test_copies_of_databases_bring_their_users(infragen: Callable[..., Outcome], tmp_path: Path) -> None:
    for folder in ("catalog", "environments"):
        shutil.copytree(ROOT / folder / "shop", tmp_path / folder / "shop")
    text = (ROOT / "environments/shop/prod.yaml").read_text(encoding="utf-8")
    text = f"follows: prod\n{text}".replace("ap-northeast-1", "us-west-2")
    (tmp_path / "environments/shop/dr.yaml").write_text(text, encoding="utf-8")
    (tmp_path / "catalog/shop/bastions/main.yaml").unlink()
    dev = tmp_path / "environments/shop/dev.yaml"
    dev.write_text(dev.read_text("utf-8").replace("bastions: {main: null}\n", ""), encoding="utf-8")
    found = [line for line in infragen("validate", "-C", tmp_path).out.splitlines() if "warning D157" in line]
    assert ["orders" in line for line in found] == [True, False]
    assert found[0].endswith("(in shop/prod)")
    assert found[1].endswith("(in shop/dr, shop/prod)")

    dr = tmp_path / "environments/shop/dr.yaml"
    dr.write_text(dr.read_text("utf-8") + "jobs: {migrate: null}\n", encoding="utf-8")
    said = infragen("validate", "-C", tmp_path).out
    assert "D157 no one can log in to databases/orders once shop/dr has taken over" in said


def test_what_ci_would_be_made_of_is_checked_with_a_sound_catalogue(
    infragen: Callable[..., Outcome], tmp_path: Path
) -> None:
    project = write(tmp_path, {})
    settings = project / "infragen.toml"
    code = '[release.demo]\nbranches = {staging = "main"}\nbuilds = {"services/web" = "web"}\n'
    settings.write_text(f'{code}[ci]\ninstall = "./none.whl"\n', encoding="utf-8")
    found = infragen("validate", "-C", project)
    assert found.code == 1
    assert "infragen.toml:5:11: error C003 `ci.install`" in found.out
    settings.write_text(code, encoding="utf-8")
    assert "infragen.toml:2:13: error C003" in infragen("validate", "-C", project).out
    settings.unlink()
    assert infragen("validate", "-C", project).code == 0
