"""infragen.toml: strict, with the line and column of everything that is wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from infragen.diagnostics import InfragenError
from infragen.settings import ProjectSettings, load_settings

if TYPE_CHECKING:
    from pathlib import Path


def problems(root: Path, text: str) -> list[str]:
    (root / "infragen.toml").write_text(text, encoding="utf-8")
    with pytest.raises(InfragenError) as caught:
        load_settings(root)
    return [str(diagnostic) for diagnostic in caught.value.diagnostics]


def test_without_a_file_everything_has_its_default(tmp_path: Path) -> None:
    assert load_settings(tmp_path) == ProjectSettings()
    assert load_settings(tmp_path).github.branch == "main"


def test_a_whole_file(tmp_path: Path) -> None:
    (tmp_path / "infragen.toml").write_text(
        """
        [github]
        repository = "technova/infrastructure"
        branch = "trunk"

        [providers]
        platforms = ["darwin_arm64", "linux_amd64"]

        [[policy]]
        tool = "opa"
        query = "data.terraform.deny"
        paths = ["policy"]

        [[policy]]
        tool = "checkov"
        paths = ["policy/checkov"]
        arguments = ["--soft-fail"]
        enforce = false
        """
    )
    settings = load_settings(tmp_path)
    assert settings.github.repository == "technova/infrastructure"
    assert settings.providers.platforms == ("darwin_arm64", "linux_amd64")
    assert [(policy.tool, policy.query, policy.enforce) for policy in settings.policy] == [
        ("opa", "data.terraform.deny", True),
        ("checkov", None, False),
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('[github]\nrepositry = "a/b"', "infragen.toml:2:1: error C001 unknown key `github.repositry`"),
        ("\n  [gitub]", "infragen.toml:2:4: error C001 unknown key `gitub`"),
        ('providers.platforms = [\n  "linux"]', "infragen.toml:2:3: error C003 `providers.platforms.0`: 'linux' has"),
        ('[[policy]]\ntool="opa"\npaths=["a"]', "infragen.toml:1:1: error C003 `policy.0`: a map is not understood"),
        ('[[policy]]\npaths=["a"]', "infragen.toml:1:1: error C002 `policy.0.tool` is missing"),
        ('policy = [{tool="conftest", paths=["/a"]}]', "infragen.toml:1:36: error C003 `policy.0.paths.0`: "),
        ('[github]\nbranch = "release/*"', "infragen.toml:2:10: error C003 `github.branch`: 'release/*' is not"),
        ('[providers]\nplatforms=["a_b","a_b"]', "infragen.toml:2:11: error C003 `providers.platforms`: a list is not"),
        ("[github\n", "infragen.toml:1:8: error S008 broken TOML: expected ']'"),
        ('a = 1\na = 2\n', "infragen.toml:2:6: error S008 broken TOML: cannot overwrite a value"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_where_it_stands(tmp_path: Path, text: str, expected: str) -> None:
    assert [found for found in problems(tmp_path, text) if found.startswith(expected)]


def test_all_problems_are_said_at_once(tmp_path: Path) -> None:
    text = '[github]\nrepository = "none"\nbranc = ""\n[[policy]]\ntool = "conftes"\npaths = ["p"]\n'
    assert [found.split(": ")[0] for found in problems(tmp_path, text)] == [
        "infragen.toml:2:14",
        "infragen.toml:3:1",
        "infragen.toml:5:8",
    ]


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "infragen.toml").write_bytes(b"a = '\xff'")
    with pytest.raises(InfragenError, match="S005"):
        load_settings(tmp_path)
