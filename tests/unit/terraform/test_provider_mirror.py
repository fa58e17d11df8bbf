"""Where providers come from, first to last."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from infragen.diagnostics import InfragenError
from infragen.terraform.provider_mirror import Mirror, find_mirror

if TYPE_CHECKING:
    from pathlib import Path


def a_mirror(path: Path) -> Path:
    (path / "registry.terraform.io" / "hashicorp" / "aws").mkdir(parents=True)
    return path


@pytest.fixture
def home(tmp_path):
    path = tmp_path / "home"
    path.mkdir()
    return path


@pytest.fixture
def nothing(tmp_path):
    """Return an environment in which terraform looks into no folder of this machine."""
    return {"XDG_DATA_HOME": str(tmp_path / "none"), "XDG_DATA_DIRS": str(tmp_path / "none")}


def test_the_flag_wins_over_everything(tmp_path, home, nothing):
    named, variable = a_mirror(tmp_path / "a"), a_mirror(tmp_path / "b")
    environment = nothing | {"INFRAGEN_PLUGIN_DIR": str(variable)}
    assert find_mirror(named, environment, home, []) == Mirror(named, "--plugin-dir", flag=True)


def test_then_the_variable(tmp_path, home, nothing):
    variable, below = a_mirror(tmp_path / "b"), a_mirror(tmp_path / "opt" / "plugins")
    environment = nothing | {"INFRAGEN_PLUGIN_DIR": str(variable)}
    assert find_mirror(None, environment, home, [below.parent]) == Mirror(variable, "INFRAGEN_PLUGIN_DIR", flag=True)


@pytest.mark.parametrize("by", ["flag", "variable"])
def test_a_named_folder_without_providers_is_refused(tmp_path, home, nothing, by):
    named = tmp_path if by == "flag" else None
    environment = nothing if by == "flag" else nothing | {"INFRAGEN_PLUGIN_DIR": str(tmp_path)}
    with pytest.raises(InfragenError, match="T011") as caught:
        find_mirror(named, environment, home, [])
    assert "terraform providers mirror" in caught.value.diagnostics[0].hint


@pytest.mark.parametrize("by", ["TF_CLI_CONFIG_FILE", "home"])
def test_then_terraforms_own_configuration_which_terraform_reads_itself(tmp_path, home, nothing, by):
    mirror, below = a_mirror(tmp_path / "m"), a_mirror(tmp_path / "opt" / "plugins")
    file = tmp_path / "config.tfrc" if by == "TF_CLI_CONFIG_FILE" else home / ".terraformrc"
    file.write_text(f'provider_installation {{\n  filesystem_mirror {{\n    path = "{mirror}"\n  }}\n  direct {{}}\n}}')
    environment = nothing | ({by: str(file)} if by != "home" else {})
    assert find_mirror(None, environment, home, [below.parent]) == Mirror(mirror, f"filesystem_mirror in {file}")


def test_a_configuration_with_another_way_of_installing_is_left_to_terraform(tmp_path, home, nothing):
    below = a_mirror(tmp_path / "opt" / "plugins")
    (home / ".terraformrc").write_text('provider_installation {\n  network_mirror {\n    url = "https://x/"\n  }\n}\n')
    found = find_mirror(None, nothing, home, [below.parent])
    assert found == Mirror(None, f"provider_installation in {home / '.terraformrc'}")


@pytest.mark.parametrize("text", [None, "disable_checkpoint = true\n"])
def test_a_missing_configuration_or_one_of_other_things_does_not_matter(tmp_path, home, nothing, text):
    below = a_mirror(tmp_path / "opt" / "plugins")
    file = tmp_path / "config.tfrc"
    if text is not None:
        file.write_text(text)
    found = find_mirror(None, nothing | {"TF_CLI_CONFIG_FILE": str(file)}, home, [below.parent])
    assert found == Mirror(below, f"found below {below.parent}", flag=True)


def test_a_broken_configuration_is_reported_at_its_line(tmp_path, home, nothing):
    file = tmp_path / "config.tfrc"
    file.write_text("provider_installation {\n  direct = = 1\n}\n")
    with pytest.raises(InfragenError, match="T012") as caught:
        find_mirror(None, nothing | {"TF_CLI_CONFIG_FILE": str(file)}, home, [])
    assert caught.value.diagnostics[0].location.line == 2


def test_then_the_folders_terraform_looks_into_by_itself(tmp_path, home, nothing):
    mirror, below = a_mirror(home / ".terraform.d" / "plugins"), a_mirror(tmp_path / "opt" / "plugins")
    found = find_mirror(None, nothing, home, [below.parent])
    assert (found.path, found.flag) == (mirror, False)


def test_then_one_level_below_the_well_known_roots(tmp_path, home, nothing):
    (tmp_path / "opt" / "a-tool").mkdir(parents=True)
    below = a_mirror(tmp_path / "opt" / "plugins")
    found = find_mirror(None, nothing, home, [tmp_path / "missing", tmp_path / "opt"])
    assert (found.path, found.flag) == (below, True)


def test_otherwise_terraform_downloads(tmp_path, home, nothing):
    found = find_mirror(None, nothing, home, [tmp_path / "missing"])
    assert found.path is None
    assert "downloads" in found.why
