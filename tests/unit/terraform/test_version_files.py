"""A version manager runs the version that a checkout names, and no program that it brings along."""

from __future__ import annotations

import os
from contextlib import nullcontext

import pytest

from infragen.diagnostics import InfragenError
from infragen.terraform.binary import find_binary
from infragen.terraform.version_files import refuse_between, version_variables

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
        (".tool-versions", "terraform path:/opt/mine", None),  # above the checkout it is the user's own
        (".terraform-version", "x" * 20_000, None),
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
        (".tool-versions", "terraform path:./evil\n" + "# ---\n" * 20_000),
        (".tool-versions", "terraform path:./evil # \udcff\n"),
        ("mise.local.toml", '[tools]\nopentofu = {version = "ref:main"}\n'),
        (".mise/config.toml", '[tools]\nterraform = ["1.11.4", "path:evil"]\n'),
        (".prototools", 'terraform = "1.11"\n[plugins]\nterraform = "file://./evil.wasm"\n'),
    ],
)
@pytest.mark.parametrize("place", ["project", "project/inner"])
def test_what_is_no_version_is_refused(write_program, tmp_path, name, text, place):
    write_program(SHIM, folder=tmp_path / "bin")
    (tmp_path / "project/inner/.git").mkdir(parents=True)
    if place == "project":
        (tmp_path / "project/inner/.git").rename(tmp_path / "project/.git")
    file = tmp_path / place / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, errors="surrogateescape")
    with pytest.raises(InfragenError) as refused:
        find_binary(path=str(tmp_path / "bin"), folder=tmp_path / "project/inner")
    (found,) = refused.value.diagnostics
    assert found.code == "T065"
    assert "evil" not in found.message + str(found.hint)
    assert not (tmp_path / "project/asked").exists()


def test_the_program_runs_with_them(write_program, tmp_path, monkeypatch):
    monkeypatch.delenv("ASDF_TERRAFORM_VERSION", raising=False)
    write_program("import os\n" + SHIM, folder=tmp_path / "bin")
    (tmp_path / ".tool-versions").write_text("terraform 1.12.1\n")
    found = find_binary(path=str(tmp_path / "bin"), folder=tmp_path)
    assert found.version == "1.12.1"
    assert found.variables["ASDF_TERRAFORM_VERSION"] == "1.12.1"
    assert (tmp_path / "asked").read_text() == os.fspath(tmp_path)


@pytest.mark.parametrize("name", [".terraform-version", ".prototools", "mise.local.toml", ".miserc.toml", ".config"])
@pytest.mark.parametrize("place", [".infragen", ".infragen/work/demo/dev/app", "."])
def test_none_lies_where_terraform_runs(tmp_path, place, name):
    """From there version managers look upwards; the project's own is told in variables."""
    folder = tmp_path / ".infragen/work/demo/dev/app"
    folder.mkdir(parents=True)
    refuse_between(tmp_path, folder)
    (tmp_path / place / name).write_text("1.11.4\n")
    with nullcontext() if place == "." else pytest.raises(InfragenError, match="T065"):
        refuse_between(tmp_path, folder)


def test_no_word_of_a_linked_file_is_shown(tmp_path):
    (tmp_path / "credentials").write_text("aws_secret_access_key = wJalrXUtn")
    (tmp_path / "project").mkdir()
    (tmp_path / "project/.terraform-version").symlink_to(tmp_path / "credentials")
    with pytest.raises(InfragenError) as refused:
        version_variables(tmp_path / "project", {})
    assert "wJalrXUtn" not in str(refused.value.diagnostics)
