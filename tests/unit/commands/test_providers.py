"""`infragen providers lock --check`: one line for each thing that is wrong, and what to run."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from tests.engine.small import STACKS, TARGET, rendered_project

from infragen.commands.render import render
from infragen.terraform.child_process import Stopper
from infragen.terraform.providers import read_lock
from infragen.workflow.rendering.provider_locks import lock_files

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from infragen.terraform.providers import Requirements

BOTH = ("darwin_arm64", "linux_amd64")
AWS = "registry.terraform.io/hashicorp/aws"


def written(*platforms: str, version: str = "5.100.0") -> str:
    hashes = "".join(f'    "h1:{name}",\n' for name in sorted(platforms))
    return f'provider "{AWS}" {{\n  version = "{version}"\n  hashes = [\n{hashes}  ]\n}}\n'


def poses_as_terraform(
    wanted: Iterable[Requirements], _runner: object, _scratch: Path, platforms: Sequence[str]
) -> dict[Requirements, str]:
    """Keep the checksums that are there, as terraform does, as long as the version stays."""
    texts = {}
    for one in wanted:
        locked = read_lock(one.before or "").get(AWS)
        kept = [text[3:] for text in locked.hashes] if locked and locked.version == "5.100.0" else []
        texts[one] = written(*{*kept, *platforms})
    return texts


@pytest.fixture(scope="module")
def rendered(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return rendered_project(tmp_path_factory.mktemp("providers") / "project", aws=STACKS)


@pytest.fixture
def project(rendered: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr("infragen.terraform.providers.lock", poses_as_terraform)
    monkeypatch.setattr(
        "infragen.workflow.rendering.provider_locks._runner",
        lambda _project, _folder: SimpleNamespace(stopper=Stopper(), mirror=None),
    )
    for path in (rendered / "generated").rglob(".terraform.lock.hcl"):
        path.unlink()
    return rendered


def check(project: Path, capsys: Any, target: str | None = None, platforms: tuple[str, ...] = BOTH) -> tuple[Any, ...]:
    capsys.readouterr()
    code = lock_files(project, target, platforms=platforms, check=True, plugin_dir=None)
    told = capsys.readouterr()
    return code, told.out, told.err


def place(project: Path, stack: str) -> Path:
    return project / "generated" / TARGET / stack / ".terraform.lock.hcl"


def test_missing_files_are_one_line(project: Path, capsys: Any) -> None:
    first = ", ".join(f"generated/{TARGET}/{stack}" for stack in sorted(STACKS)[:3])
    code, said, then = check(project, capsys, TARGET)
    assert (code, said) == (2, f"5 lock files are missing: {first} and 2 more\n")
    flags = "--platform darwin_arm64 --platform linux_amd64"
    assert then == f"run `infragen providers lock {TARGET} {flags}`, and commit what it writes\n"
    assert not place(project, STACKS[0]).exists()
    lock_files(project, None, platforms=(), check=True, plugin_dir=Path("a mirror"))
    assert "run `infragen providers lock --plugin-dir 'a mirror'`" in capsys.readouterr().err


def test_each_reason_is_a_line(project: Path, capsys: Any) -> None:
    missing, lacking, old, odd, whole = sorted(STACKS)
    place(project, lacking).write_text(written("linux_amd64"))
    place(project, old).write_text(written(*BOTH, version="5.99.0"))
    place(project, odd).write_text("\n" + written(*BOTH))
    place(project, whole).write_text(written(*BOTH))
    code, said, _ = check(project, capsys)
    assert code == 2
    assert said.splitlines()[0] == f"1 lock file is missing: generated/{TARGET}/{missing}"
    assert sorted(said.splitlines()[1:]) == [
        f"1 lock file is not for the providers and versions that the stacks require: generated/{TARGET}/{old}",
        f"1 lock file is not formatted as terraform does: generated/{TARGET}/{odd}",
        f"1 lock file lacks checksums for darwin_arm64: generated/{TARGET}/{lacking}",
    ]


def test_what_is_up_to_date_is_said_to_be(project: Path, capsys: Any) -> None:
    assert lock_files(project, None, platforms=BOTH, check=False, plugin_dir=None) == 0
    assert check(project, capsys) == (0, "", f"5 lock files are up to date, for {', '.join(BOTH)}\n")
    code, said, then = check(project, capsys, platforms=(*BOTH, "windows_amd64"))
    assert code == 2
    assert said.startswith("5 lock files lack checksums for windows_amd64: generated/")
    assert "--platform windows_amd64`" in then


def test_a_lock_file_whose_stack_is_gone_goes(project: Path, capsys: Any) -> None:
    lock_files(project, None, platforms=BOTH, check=False, plugin_dir=None)
    gone = place(project, "was-here")
    gone.parent.mkdir()
    gone.write_text(written(*BOTH))
    code, said, _ = check(project, capsys)
    assert (code, said) == (2, f"1 lock file belongs to no stack: generated/{TARGET}/was-here\n")
    lock_files(project, None, platforms=BOTH, check=False, plugin_dir=None)
    assert capsys.readouterr().err.endswith(f"1 removed, of stacks that are gone: generated/{TARGET}/was-here\n")
    assert not gone.exists()
    assert check(project, capsys)[0] == 0
    gone.parent.rmdir()


def test_render_names_the_stacks_without_a_lock_file_where_others_have_one(project: Path, capsys: Any) -> None:
    first, *others = sorted(STACKS)
    render(TARGET, folder=project)
    assert "lock file" not in capsys.readouterr().err
    place(project, first).write_text(written(*BOTH))
    render(TARGET, folder=project)
    said = f"generated/{TARGET} has no lock file for {', '.join(others)}: run `infragen providers lock {TARGET}`"
    assert said in capsys.readouterr().err
    lock_files(project, None, platforms=BOTH, check=False, plugin_dir=None)
    render(TARGET, folder=project)
    assert "lock file for" not in capsys.readouterr().err


def test_what_one_lock_file_knows_of_a_version_all_others_have(project: Path, capsys: Any) -> None:
    """A mirror has packages of this machine; the checksums of other platforms came from a registry."""
    lock_files(project, None, platforms=("linux_amd64",), check=False, plugin_dir=None)
    whole, other, *_ = (place(project, stack) for stack in sorted(STACKS))
    whole.write_text(written(*BOTH))
    code, said, _ = check(project, capsys, platforms=("linux_amd64",))
    assert code == 2
    assert said.startswith("4 lock files lack checksums that other lock files have of the same version: generated/")
    lock_files(project, None, platforms=("linux_amd64",), check=False, plugin_dir=None)
    assert other.read_text() == whole.read_text()
    assert read_lock(other.read_text())[AWS].hashes == ("h1:darwin_arm64", "h1:linux_amd64")
    assert check(project, capsys, platforms=("linux_amd64",))[0] == 0


def test_checksums_of_another_version_are_not_taken_over(project: Path) -> None:
    lock_files(project, None, platforms=("linux_amd64",), check=False, plugin_dir=None)
    one, *others = (place(project, stack) for stack in sorted(STACKS))
    one.write_text(written(*BOTH, version="5.99.0"))
    lock_files(project, None, platforms=("linux_amd64",), check=False, plugin_dir=None)
    assert [read_lock(path.read_text())[AWS].hashes for path in others] == [("h1:linux_amd64",)] * len(others)
