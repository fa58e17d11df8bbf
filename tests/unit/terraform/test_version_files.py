"""A version manager runs the version that a checkout names, and no program that it brings along."""

from __future__ import annotations

import os

import pytest

from infragen.diagnostics import InfragenError
from infragen.terraform.binary import find_binary
from infragen.terraform.version_files import version_variables

SHIM = (
    "print(json.dumps({'terraform_version': os.environ.get('ASDF_TERRAFORM_VERSION', '1.99.0')}))"
    "; open('asked', 'w').write(os.environ['MISE_CEILING_PATHS'])"
)


@pytest.mark.parametrize(
    ("name", "text", "version"),
    [
        (".terraform-version", "1.12.1\n", "1.12.1"),
        (".tool-versions", "nodejs 20\nterraform 1.12.1 1.11.4 # both\n", "1.12.1"),
        ("mise.toml", '[tools]\nterraform = "1.12.1"\n', "1.12.1"),
        (".config/mise/config.toml", '[tools]\nterraform = ["1.12.1", "latest"]\n', "1.12.1"),
        (".mise.toml", '[tools]\nterraform = {version = "1.12"}\n', "1.12"),
        (".terraform-version", "latest:^1.12\n", None),
        (".tool-versions", "terraform system\n", None),
        (".tool-versions", "nodejs ref:main\n", None),
        ("mise.toml", "no TOML", None),
    ],
)
def test_a_version_is_told_in_variables(tmp_path, name, text, version):
    folder = tmp_path / "company" / "project"
    folder.mkdir(parents=True)
    file = folder.parent / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)
    told = version_variables(folder, {"TFENV_TERRAFORM_VERSION": "mine"})
    assert told.pop("MISE_CEILING_PATHS") == str(folder)
    pins = {"ASDF_TERRAFORM_VERSION": version, "MISE_TERRAFORM_VERSION": version}
    assert told == (pins if version else {})


@pytest.mark.parametrize(
    ("name", "text"),
    [
        (".terraform-version", "../../../evil"),
        (".tool-versions", "terraform path:./evil"),
        (".tool-versions", "terraform 1.11.4 ref:main"),
        (".tool-versions", "opentofu path:evil"),
        (".tool-versions", "conftest path:evil"),  # a policy's program
        ("mise.toml", '[tools]\n"aqua:open-policy-agent/opa" = "path:./evil"\n'),
        ("mise.toml", '[tools]\nterraform = "path:./evil"\n'),
        ("mise.local.toml", '[tools]\nopentofu = {version = "ref:main"}\n'),
        (".mise/config.toml", '[tools]\nterraform = ["1.11.4", "path:evil"]\n'),
    ],
)
def test_what_is_no_version_is_refused(write_program, tmp_path, name, text):
    write_program(SHIM, folder=tmp_path / "bin")
    file = tmp_path / "project" / name
    file.parent.mkdir(parents=True)
    file.write_text(text)
    with pytest.raises(InfragenError) as refused:
        find_binary(path=str(tmp_path / "bin"), folder=tmp_path / "project")
    assert refused.value.diagnostics[0].code == "T065"
    assert not (tmp_path / "project/asked").exists()


def test_the_program_runs_with_them(write_program, tmp_path, monkeypatch):
    monkeypatch.delenv("ASDF_TERRAFORM_VERSION", raising=False)
    write_program("import os\n" + SHIM, folder=tmp_path / "bin")
    (tmp_path / ".tool-versions").write_text("terraform 1.12.1\n")
    found = find_binary(path=str(tmp_path / "bin"), folder=tmp_path)
    assert found.version == "1.12.1"
    assert found.variables["ASDF_TERRAFORM_VERSION"] == "1.12.1"
    assert (tmp_path / "asked").read_text() == os.fspath(tmp_path)
