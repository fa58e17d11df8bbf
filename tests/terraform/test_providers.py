"""Lock files of the real terraform, over a mirror that is made up: its providers are only ever hashed."""

from __future__ import annotations

import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

from infragen.terraform.providers import read_lock
from tests.engine.small import STACKS, TARGET, rendered_project, run

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.terraform

AWS = "registry.terraform.io/hashicorp/aws"
BOTH = ("--platform", "linux_amd64", "--platform", "darwin_arm64")


@pytest.fixture
def mirror(tmp_path: Path) -> Path:
    return mirror_of(tmp_path / "mirror", "5.100.0")


def mirror_of(root: Path, *versions: str) -> Path:
    for version in versions:
        for platform in ("linux_amd64", "darwin_arm64"):
            folder = root / AWS / version / platform
            folder.mkdir(parents=True)
            (folder / f"terraform-provider-aws_v{version}_x5").write_text(f"{version} {platform}")
    return root


@pytest.fixture(scope="module")
def committed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small system, rendered and committed."""
    project = rendered_project(tmp_path_factory.mktemp("committed"), aws=STACKS)
    (project / ".gitignore").write_text(".infragen/\n")
    git(project, "init", "-q")
    commit(project)
    return project


@pytest.fixture
def small(committed: Path, tmp_path: Path) -> Path:
    """A copy of its own."""
    return shutil.copytree(committed, tmp_path / "project")


def git(project: Path, *arguments: str) -> str:
    line = ["git", "-c", "user.name=test", "-c", "user.email=test@example.com", *arguments]
    return subprocess.run(line, cwd=project, check=True, capture_output=True, text=True).stdout


def commit(project: Path) -> None:
    git(project, "add", "-A")
    git(project, "commit", "-q", "--allow-empty", "-m", "all of it")


def locks(project: Path) -> dict[str, str]:
    root = project / "generated" / TARGET
    return {path.parent.name: path.read_text() for path in root.glob("*/.terraform.lock.hcl")}


def test_every_stack_has_a_lock_for_all_platforms(small: Path, mirror: Path) -> None:
    (small / "infragen.toml").write_text('[providers]\nplatforms = ["linux_amd64", "darwin_arm64"]\n')
    plugins = ("--plugin-dir", str(mirror))
    assert run(small, "providers", "lock", "--check", *plugins).returncode == 2

    done = run(small, "providers", "lock", *plugins)
    assert done.returncode == 0, done.stderr
    assert "5 of 5 lock files written, for darwin_arm64, linux_amd64" in done.stderr
    assert sorted(locks(small)) == sorted(STACKS)
    for text in locks(small).values():
        [(address, locked)] = read_lock(text).items()
        assert (address, locked.version, len(locked.hashes)) == (AWS, "5.100.0", 2)

    again = run(small, "providers", "lock", *plugins)
    assert "5 lock files are up to date" in again.stderr
    assert run(small, "providers", "lock", "--check", *plugins).returncode == 0


def test_terraform_takes_the_lock_as_it_is(small: Path, mirror: Path, tmp_path: Path) -> None:
    """Not even the constraints in it differ from those that `init` finds in the stack."""
    assert run(small, "providers", "lock", *BOTH, "--plugin-dir", str(mirror)).returncode == 0
    shutil.copytree(small / "generated" / TARGET, tmp_path / "copy")
    line = ["terraform", "init", "-backend=false", "-lockfile=readonly", f"-plugin-dir={mirror}"]
    for stack in STACKS:
        done = subprocess.run(line, cwd=tmp_path / "copy" / stack, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        assert (tmp_path / "copy" / stack / ".terraform.lock.hcl").read_text() == locks(small)[stack]


def test_render_keeps_lock_files(small: Path, mirror: Path) -> None:
    assert run(small, "providers", "lock", *BOTH, "--plugin-dir", str(mirror)).returncode == 0
    before = locks(small)
    assert run(small, "render").returncode == 0
    assert run(small, "render", "--check").returncode == 0
    assert locks(small) == before


def test_a_package_that_a_mirror_lacks_is_named(small: Path, mirror: Path) -> None:
    done = run(small, "providers", "lock", *BOTH, "--platform", "windows_amd64", "--plugin-dir", str(mirror))
    assert done.returncode == 1
    assert f"V011 the mirror {mirror} has no package of {AWS} for windows_amd64; it has darwin_arm64, linux_amd64" in (
        " ".join(done.stderr.split())
    )
    assert locks(small) == {}


def test_an_upgrade_is_a_change_of_its_own(small: Path, tmp_path: Path) -> None:
    old = ("--plugin-dir", str(mirror_of(tmp_path / "old", "5.100.0")))
    new = ("--plugin-dir", str(mirror_of(tmp_path / "new", "5.100.0", "5.101.0", "5.102.3")))
    assert run(small, "providers", "lock", *BOTH, *old).returncode == 0

    refused = run(small, "providers", "upgrade", "aws=5.101", *BOTH, *new)
    assert refused.returncode == 1
    assert "V012 not committed: " in refused.stderr
    commit(small)

    done = run(small, "providers", "upgrade", "aws=5.101", *BOTH, *new)
    assert done.returncode == 0, done.stderr
    assert "hashicorp/aws: 5.100.0 -> 5.102.3 (5 lock files)" in done.stderr
    assert '-      version = "~> 5.100"\n+      version = "~> 5.101"\n' in done.stdout
    assert done.stdout.count('+  version     = "5.102.3"') == 2, (
        "once for the stacks with modules, once for those without"
    )
    changed = git(small, "status", "--porcelain", "-uall").split("\n")
    assert {line.rpartition("/")[2] for line in changed if line} == {".terraform.lock.hcl", "versions.tf"}
    assert run(small, "render", "--check").returncode == 0, "the template says so too"

    commit(small)
    nothing = run(small, "providers", "upgrade", *BOTH, *new)
    assert "nothing to upgrade" in nothing.stderr


def test_without_a_version_the_newest_that_is_allowed_is_taken(small: Path, tmp_path: Path) -> None:
    assert (
        run(small, "providers", "lock", *BOTH, "--plugin-dir", str(mirror_of(tmp_path / "old", "5.100.0"))).returncode
        == 0
    )
    commit(small)
    new = mirror_of(tmp_path / "new", "5.100.0", "5.104.1", "6.2.0")
    done = run(small, "providers", "upgrade", *BOTH, "--plugin-dir", str(new))
    assert "5.100.0 -> 5.104.1" in done.stderr
    changed = git(small, "status", "--porcelain").split("\n")
    assert {line.rpartition("/")[2] for line in changed if line} == {".terraform.lock.hcl"}


def test_the_next_major_version_is_for_a_project_that_says_so(small: Path, tmp_path: Path) -> None:
    plugins = ("--plugin-dir", str(mirror_of(tmp_path / "mirror", "5.100.0", "6.25.0", "6.26.1", "7.0.0")))
    assert run(small, "providers", "lock", *BOTH, *plugins).returncode == 0
    assert {read_lock(text)[AWS].version for text in locks(small).values()} == {"5.100.0"}
    commit(small)
    refused = run(small, "providers", "upgrade", "aws=6.25", *BOTH, *plugins)
    assert refused.returncode == 1
    assert "V021 aws=6.25 is of AWS provider 6, and the stacks are for 5" in refused.stderr
    assert git(small, "status", "--porcelain") == ""

    (small / "infragen.toml").write_text('[terraform]\naws_provider = "6"\n')
    assert run(small, "render").returncode == 0
    assert {line[3:].rpartition("/")[2] for line in git(small, "status", "--porcelain").splitlines()} == {
        "infragen.toml", "versions.tf",
    }  # fmt: skip
    locked = run(small, "providers", "lock", *BOTH, *plugins)
    assert locked.returncode == 0, locked.stderr
    assert {read_lock(text)[AWS].version for text in locks(small).values()} == {"6.26.1"}
    commit(small)

    done = run(small, "providers", "upgrade", "aws=6.26", *BOTH, *plugins)
    assert done.returncode == 0, done.stderr
    assert '-      version = "~> 6.25"\n+      version = "~> 6.26"\n' in done.stdout
    assert run(small, "render", "--check").returncode == 0, "the template says so too"
    commit(small)
    assert 'version = "~> 5.100"' in (small / "templates" / "stacks" / "_shell" / "versions.tf").read_text()
    refused = run(small, "providers", "upgrade", "aws=5.101", *BOTH, *plugins)
    assert "V021 aws=5.101 is of AWS provider 5, and the stacks are for 6" in refused.stderr


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        ("aws=7.0", "V014 no version of registry.terraform.io/hashicorp/aws matches >= 5.100.0, ~> 7.0, < 7.0.0"),
        ("aws=newest", "V013 'aws=newest' is not a provider with a version"),
        ("azurerm=4.0", "V013 no stack requires the provider 'azurerm'"),
    ],
)
def test_an_upgrade_that_cannot_be_changes_nothing(small: Path, tmp_path: Path, wanted: str, said: str) -> None:
    plugins = mirror_of(tmp_path / "mirror", "5.100.0", "7.0.0")
    done = run(small, "providers", "upgrade", wanted, *BOTH, "--plugin-dir", str(plugins))
    assert done.returncode == 1
    assert said in " ".join(done.stderr.split())
    assert git(small, "status", "--porcelain") == ""


def test_an_upgrade_needs_git(small: Path, mirror: Path) -> None:
    shutil.rmtree(small / ".git")
    done = run(small, "providers", "upgrade", *BOTH, "--plugin-dir", str(mirror))
    assert done.returncode == 1
    assert "X020" in done.stderr
