"""Nothing is ever installed by the name that a stranger has on an index."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import tomllib
from typing import TYPE_CHECKING

import pytest

from infragen import installation
from tests.conftest import ROOT

if TYPE_CHECKING:
    from pathlib import Path

_BY_NAME = re.compile(
    r"(?:pip|pipx|uv)\b[^\n]*\binstall\b[^\n]*?(?<![\w./@+:-])"
    r"infragen(?:-catalogue)?(?:\[\w+\])?(?=$|[\s'\"`;,=<>~!)])(?! @ )"
)
_SHIPPED = (
    "src",
    "sandbox",
    "templates",
    "docs",
    ".github",
    "README.md",
    "CONTRIBUTING.md",
    "Makefile",
    ".ci",
    "generated",
)
COMMIT = "0f3b1f2c9a5d4e6b7c8d9e0f1a2b3c4d5e6f7a8b"


@pytest.mark.parametrize(
    ("line", "by_name"),
    [
        ("pip install infragen", True),
        ("python -m pip install 'infragen==0.1.0'", True),
        ("pip install 'infragen[sandbox]'", True),
        ("uv tool install infragen-catalogue", True),
        ("pip install .", False),
        (f"pip install git+https://example.com/infragen@{COMMIT}", False),
        (f"pip install 'infragen-catalogue[sandbox] @ git+https://example.com/infragen@{COMMIT}'", False),
    ],
)
def test_what_counts_as_an_install_by_name(line: str, *, by_name: bool) -> None:
    assert bool(_installs(line)) is by_name


def test_no_shipped_text_installs_infragen_by_its_name() -> None:
    listed = subprocess.run(
        ["git", "ls-files", "-z", *_SHIPPED], cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout
    found = {}
    for name in filter(None, listed.split("\0")):
        text = (ROOT / name).read_text(encoding="utf-8", errors="replace") if (ROOT / name).is_file() else ""
        if lines := [line for line in text.splitlines() if _installs(line)]:
            found[name] = lines
    assert found == {}


def test_the_distribution_is_called_what_the_project_says() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert project["name"] == installation.DISTRIBUTION != "infragen"
    assert list(project["scripts"]) == ["infragen"]


@pytest.mark.parametrize(
    ("record", "wanted"),
    [
        (
            {"url": "https://example.com/i", "vcs_info": {"vcs": "git", "commit_id": COMMIT}},
            [f"infragen-catalogue[sandbox] @ git+https://example.com/i@{COMMIT}"],
        ),
        (
            {"url": "https://example.com/i.whl", "archive_info": {"hashes": {"sha256": "ab" * 32}}},
            [f"infragen-catalogue[sandbox] @ https://example.com/i.whl#sha256={'ab' * 32}"],
        ),
        ({"url": "file:///a b/i", "dir_info": {}}, ["infragen-catalogue[sandbox] @ file:///a b/i"]),
        (None, ["moto[server]==1.0"]),
    ],
)
def test_what_is_missing_comes_from_where_infragen_came_from(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, record: object, wanted: list[str]
) -> None:
    _installed(tmp_path, record)
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setattr(installation, "_checkout", lambda: None)
    words = shlex.split(installation.install_command("sandbox"))
    assert words[words.index("install") + 1 :] == wanted


def test_a_checkout_installs_itself(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    _installed(tmp_path, None)
    monkeypatch.syspath_prepend(str(tmp_path))
    assert shlex.split(installation.install_command("sandbox"))[-2:] == ["--editable", f"{ROOT}[sandbox]"]


def _installed(folder: Path, record: object) -> None:
    """Write what an installer leaves behind."""
    known = folder / "infragen_catalogue-0.1.0.dist-info"
    known.mkdir()
    (known / "METADATA").write_text(
        "Metadata-Version: 2.4\nName: infragen-catalogue\nVersion: 0.1.0\n"
        "Requires-Dist: rich>=13\nRequires-Dist: moto[server]==1.0; extra == 'sandbox'\n"
    )
    if record is not None:
        (known / "direct_url.json").write_text(json.dumps(record))


def _installs(line: str) -> bool:
    return bool(_BY_NAME.search(line))
