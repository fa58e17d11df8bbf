"""A repository that somebody else wrote: its trees name no path outside, its configuration runs no program."""

from __future__ import annotations

import hashlib
import os
import shlex
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest
from tests.engine import small

from infragen.catalog import Project
from infragen.diagnostics import InfragenError
from infragen.terraform.git import Git
from infragen.workflow.trust import trusted_policies

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from tests.conftest import Outcome

    Infragen = Callable[..., Outcome]

AFFECTED = ("affected", "--base", "base")
FOLDERS = ("catalog", "generated")
PLAN = ("plan", "small/dev", "--offline", "--base", "base")


def git(folder: Path, *arguments: str, stdin: bytes = b"") -> str:
    line = ["git", "-c", "user.name=x", "-c", "user.email=x@x", "-c", "protocol.file.allow=always", *arguments]
    return subprocess.run(line, cwd=folder, check=True, capture_output=True, input=stdin).stdout.decode().strip()


def tree(folder: Path, *entries: tuple[str, str, str]) -> str:
    """Make a tree of modes, names and objects, as `git mktree` does not."""
    rows = (f"{mode.lstrip('0')} {name}\0".encode() + bytes.fromhex(found) for mode, name, found in entries)
    return git(folder, "hash-object", "-t", "tree", "-w", "--literally", "--stdin", stdin=b"".join(rows))


def blob(folder: Path, text: str) -> str:
    return git(folder, "hash-object", "-w", "--stdin", stdin=text.encode())


def base_with(folder: Path, path: Sequence[str], leaf: tuple[str, str]) -> None:
    """Have `base` be a commit below HEAD's, whose tree has something at a path that no work tree can have."""
    mode, found = leaf
    for name in reversed(path[1:]):
        found, mode = tree(folder, (mode, name, found)), "40000"
    commit = git(folder, "commit-tree", "-m", "base", tree(folder, (mode, path[0], found)))
    head = git(folder, "commit-tree", "-m", "head", "-p", commit, "HEAD^{tree}")
    git(folder, "branch", "-f", "base", commit)
    git(folder, "reset", "-q", "--soft", head)


@pytest.fixture(scope="module")
def committed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = small.rendered_project(tmp_path_factory.mktemp("repository"), aws=small.STACKS)
    shutil.rmtree(folder / ".infragen", ignore_errors=True)
    git(folder, "init", "-q", "-b", "main")
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "-m", "x")
    git(folder, "branch", "base")
    return folder


@pytest.fixture
def project(committed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TMPDIR", str(tmp_path / "tmp"))
    (tmp_path / "tmp").mkdir()
    monkeypatch.setattr("tempfile.tempdir", None)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    return shutil.copytree(committed, tmp_path / "project", symlinks=True)


NAMES = {
    "up": ("catalog", "..", "..", "evil"),
    "far up": ("catalog", *[".."] * 40, "tmp", "evil"),
    "one name with slashes": ("catalog", "../../evil"),
    "absolute": ("catalog", "/evil"),
    "dot": ("catalog", ".", "evil"),
    "empty": ("catalog", "", "evil"),
    "git's own": ("catalog", ".git", "config"),
    "git's own in capitals": ("catalog", ".GIT", "config"),
    "backslash": ("catalog", "..\\evil"),
    "a module": ("generated", "small", "dev", "modules", "..", "..", "..", "..", "..", "evil"),
    "generated": ("generated", "small", "dev", "..", "evil"),
}


@pytest.mark.parametrize(("what", "command"), [("up", AFFECTED), ("far up", PLAN), ("a module", AFFECTED)])
def test_a_name_in_a_base_that_no_checkout_can_have_is_refused_and_nothing_is_written(
    infragen: Infragen, project: Path, tmp_path: Path, what: str, command: tuple[str, ...]
) -> None:
    name = f"evil-{hashlib.sha256(str(tmp_path).encode()).hexdigest()[:12]}"
    path = [part.replace("evil", name) for part in NAMES[what]]
    base_with(project, path, ("100644", blob(project, "evil")))
    outcome = infragen(*command, "-C", project)
    assert not [*tmp_path.rglob(f"*{name}*"), *tmp_path.parent.glob(f"*{name}*"), *tmp_path.glob("tmp/config")]
    assert not any(os.path.lexists(f"{folder}/{name}") for folder in ("", "/tmp"))
    assert outcome.code == 1
    assert "X023 the commit " in outcome.err


@pytest.mark.parametrize("what", NAMES)
def test_no_such_name_is_given_to_anybody(tiny: Path, what: str) -> None:
    base_with(tiny, NAMES[what], ("100644", blob(tiny, "evil")))
    with pytest.raises(InfragenError, match="empty filename" if what == "empty" else "X023 the commit "):
        Git(tiny).files("base", FOLDERS)


@pytest.mark.parametrize("name", ["nul", "aux.yaml", "con", "CON.yaml", "a:b", "c:"])
def test_a_name_that_is_a_device_elsewhere_is_a_file_here(tiny: Path, name: str) -> None:
    base_with(tiny, ("catalog", name), ("100644", blob(tiny, "evil")))
    assert Git(tiny).files("base", FOLDERS) == {f"catalog/{name}": b"evil"}


def test_a_file_that_is_a_folder_too_is_refused(tiny: Path) -> None:
    file = blob(tiny, "evil")
    both = tree(tiny, ("100644", "a", file), ("40000", "a", tree(tiny, ("100644", "b", file))))
    base_with(tiny, ("catalog",), ("40000", both))
    with pytest.raises(InfragenError, match="X023 the commit "):
        Git(tiny).files("base", FOLDERS)


@pytest.mark.parametrize("target", ["/etc", "../../../../etc", "/dev/zero", ".git", "."])
def test_a_link_in_a_base_leads_nowhere_and_a_submodule_is_left_out(tiny: Path, target: str) -> None:
    base_with(tiny, ("catalog", "small"), ("120000", blob(tiny, target)))
    assert not Git(tiny).files("base", FOLDERS)
    base_with(tiny, ("catalog", "small"), ("160000", git(tiny, "rev-parse", "HEAD")))
    assert not Git(tiny).files("base", FOLDERS)


@pytest.mark.parametrize("leaf", ["120000", "40000"])
def test_links_in_a_base_that_multiply_are_refused(tiny: Path, leaf: str) -> None:
    file = blob(tiny, "x")
    entries = [("120000", "d00", file) if leaf == "120000" else ("40000", "d00", tree(tiny, ("100644", "x", file)))]
    for at in range(1, 30):
        links = [("120000", name, blob(tiny, f"../d{at - 1:02}")) for name in ("a", "b")]
        entries.append(("40000", f"d{at:02}", tree(tiny, *links)))
    base_with(tiny, ("catalog",), ("40000", tree(tiny, *entries)))
    with pytest.raises(InfragenError, match="X023 the commit "):
        Git(tiny).files("base", FOLDERS)


@pytest.fixture
def tiny(tmp_path: Path) -> Path:
    folder = tmp_path / "tiny"
    folder.mkdir()
    git(folder, "init", "-q", "-b", "main")
    git(folder, "commit", "-q", "--allow-empty", "-m", "x")
    git(folder, "branch", "base")
    return folder


@pytest.fixture
def program(tmp_path: Path) -> Path:
    """A program that the configuration of a repository names, and that leaves a trace."""
    file = tmp_path / "program"
    file.write_text(f"#!/bin/sh\necho ran >> {tmp_path}/trace\nexit 1\n")
    file.chmod(0o755)
    return file


SETTINGS = (
    "core.fsmonitor=PROGRAM",
    "core.sshCommand=PROGRAM",
    "core.pager=PROGRAM",
    "core.editor=PROGRAM",
    "core.gitProxy=PROGRAM",
    "core.askPass=PROGRAM",
    "core.alternateRefsCommand=PROGRAM",
    "core.hooksPath=HOOKS",
    "gpg.program=PROGRAM",
    "log.showSignature=true",
    "credential.helper=!PROGRAM",
    "diff.external=PROGRAM",
    "diff.evil.textconv=PROGRAM",
    "diff.evil.command=PROGRAM",
    "filter.evil.clean=PROGRAM",
    "filter.evil.smudge=PROGRAM",
    "filter.evil.process=PROGRAM",
    "filter.evil.required=true",
    "pager.status=PROGRAM",
    "pager.ls-tree=PROGRAM",
    *(f"alias.{name}=!PROGRAM" for name in ("ls-tree", "status", "cat-file", "rev-parse", "ls-files", "fetch")),
    "protocol.allow=always",
    "protocol.ext.allow=always",
    "protocol.file.allow=always",
    "uploadpack.packObjectsHook=PROGRAM",
    "remote.origin.promisor=true",
    "remote.origin.partialclonefilter=blob:none",
    "remote.origin.uploadpack=PROGRAM",
    "extensions.partialClone=origin",
    "core.repositoryformatversion=1",
)
REMOTES = ("ext::PROGRAM", "PROJECT", "ssh://x/y")


def configure(project: Path, program: Path, remote: str, *, into: str = ".git/config") -> None:
    def told(text: str) -> str:
        texts = {"PROGRAM": program, "PROJECT": project, "HOOKS": program.parent / "hooks"}
        for word, path in texts.items():
            text = text.replace(word, str(path))
        return text

    for setting in (*SETTINGS, f"remote.origin.url={remote}"):
        key, _, value = setting.partition("=")
        git(project, "config", "--file", into, "--add", key, told(value))
    (project / ".git/info").mkdir(exist_ok=True)
    (project / ".git/info/attributes").write_text("* filter=evil diff=evil\n")
    for folder in (program.parent / "hooks", project / ".git/hooks"):
        folder.mkdir(exist_ok=True)
        for hook in ("post-index-change", "fsmonitor-watchman", "reference-transaction", "pre-auto-gc"):
            shutil.copy(program, folder / hook)


def lose(project: Path, path: str) -> None:
    """Remove an object, as if this were a partial clone; all of them are loose."""
    name = git(project, "rev-parse", f"base:{path}")
    (project / ".git/objects" / name[:2] / name[2:]).unlink()


COMMANDS = {
    "affected": AFFECTED,
    "validate": ("validate", "small"),
    "providers lock": ("providers", "upgrade", "small"),
    "plan --base": PLAN,
    "what git remembers": ("cost", "other"),
}


@pytest.mark.parametrize("remote", REMOTES)
def test_no_program_of_a_repositorys_configuration_runs(
    infragen: Infragen, project: Path, program: Path, tmp_path: Path, remote: str
) -> None:
    (project / ".infragen").mkdir()
    base_with(project, ("catalog", "small", "system.yaml"), ("100644", blob(project, "evil")))
    (project / "README.md").write_text("touched")
    lose(project, "catalog/small/system.yaml")
    configure(project, program, remote)
    for name, command in COMMANDS.items():
        outcome = infragen(*command, "-C", project)
        assert not (tmp_path / "trace").exists(), name
        if "--base" in command:
            assert outcome.code == 1
            assert "X024 this clone lacks files of the commit" in outcome.err


def test_no_program_of_an_included_file_a_work_tree_or_a_submodule_runs(
    infragen: Infragen, project: Path, program: Path, tmp_path: Path
) -> None:
    module = project / "module"
    module.mkdir()
    git(module, "init", "-q")
    git(module, "commit", "-q", "--allow-empty", "-m", "x")
    git(project, "update-index", "--add", "--cacheinfo", f"160000,{git(module, 'rev-parse', 'HEAD')},module")
    (module / ".git/info").mkdir(exist_ok=True)
    configure(module, program, "x")
    git(project, "worktree", "add", "-q", str(tmp_path / "work"))
    work = tmp_path / "work"
    (work / ".infragen").mkdir()
    configure(project, program, "x", into=".git/worktrees/work/config.worktree")
    configure(project, program, "x", into=str(tmp_path / "included"))
    git(project, "config", "extensions.worktreeConfig", "true")
    git(project, "config", "include.path", str(tmp_path / "included"))
    for folder in (project, work):
        (folder / "README.md").write_text("touched")
        for name in ("affected", "providers lock", "what git remembers"):
            infragen(*COMMANDS[name], "-C", folder)
    assert not (tmp_path / "trace").exists()


def test_a_bare_repository_in_a_checkout_is_not_asked(
    infragen: Infragen, project: Path, program: Path, tmp_path: Path
) -> None:
    """Any commit can hold one: `HEAD`, `config`, `objects` and `refs` are ordinary names."""
    outer = tmp_path / "outer"
    folder = shutil.copytree(project, outer / "project", ignore=shutil.ignore_patterns(".git"))
    (folder / ".infragen").mkdir()
    (folder / ".infragen/x").write_text("[]")
    git(outer, "init", "-q")
    git(outer, "add", "-f", "project/.infragen/x")
    shutil.copytree(project / ".git", folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns("index"))
    git(project, "config", "--file", str(folder / "config"), "core.bare", "true")
    configure(project, program, "x", into=str(folder / "config"))
    for name, command in COMMANDS.items():
        outcome = infragen(*command, "-C", folder)
        assert outcome.code == 1
        assert "X020 git " in outcome.err or name == "what git remembers"
    assert not (tmp_path / "trace").exists()


def test_a_pipe_for_a_head_ends_the_wait(infragen: Infragen, project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("infragen.terraform.git._AT_ONCE", 0.5)
    (project / ".git/HEAD").unlink()
    os.mkfifo(project / ".git/HEAD")
    outcome = infragen(*AFFECTED, "-C", project)
    assert outcome.code == 1
    assert "error X020 git gave no answer in 0.5 s" in outcome.err


def test_a_repository_of_another_user_is_not_asked_until_its_user_trusts_it(
    infragen: Infragen, project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same in a container of CI that checks out as another user; `GIT_TEST_...` is how git tests its guard."""
    program = tmp_path / "bin/git"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nGIT_TEST_ASSUME_DIFFERENT_OWNER=1 exec {shutil.which("git")} "$@"\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}:{os.environ['PATH']}")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(tmp_path / "gitconfig"))
    assert infragen("validate", "small", "-C", project).code == 0, "git is not asked where infragen keeps nothing"
    (project / ".infragen").mkdir()
    for command in (AFFECTED, ("validate", "small")):
        outcome = infragen(*command, "-C", project)
        assert outcome.code == 1
        assert f"X030 git distrusts {project}: the repository belongs to another user" in outcome.err
    typed = outcome.err.split("`")[1]
    subprocess.run(typed, shell=True, check=True, env={**os.environ, "HOME": str(tmp_path)})
    assert infragen(*AFFECTED, "-C", project).code == 0
    assert infragen("validate", "small", "-C", project).code == 0


@pytest.mark.parametrize("revision", ["base", "FETCH_HEAD", "@{upstream}", "main@{0}", "HEAD~0"])
def test_revisions_are_those_of_the_repository(tiny: Path, revision: str) -> None:
    git(tiny, "config", "remote.origin.url", str(tiny))
    git(tiny, "config", "remote.origin.fetch", "+refs/heads/*:refs/remotes/origin/*")
    git(tiny, "fetch", "-q", "origin", "main")
    git(tiny, "branch", "-q", "--set-upstream-to", "origin/main")
    assert Git(tiny).commit(revision) == git(tiny, "rev-parse", "main")


def test_neither_replaced_objects_nor_grafts_decide_what_a_base_is(tiny: Path) -> None:
    before = Git(tiny).files("HEAD", ["catalog"])
    other = git(tiny, "commit-tree", "-m", "other", git(tiny, "mktree", stdin=b""))
    head = git(tiny, "rev-parse", "HEAD")
    git(tiny, "replace", head, other)
    (tiny / ".git/info/grafts").write_text(f"{head} {other}\n")
    assert Git(tiny).files("HEAD", ["catalog"]) == before
    with pytest.raises(InfragenError, match="no common ancestor"):
        Git(tiny).merge_base(other)


def test_a_partial_clone_is_completed_with_the_command_of_the_hint(tiny: Path, tmp_path: Path) -> None:
    (tiny / "catalog").mkdir()
    for text in ("old", "new"):
        (tiny / "catalog/x").write_text(text)
        git(tiny, "add", "-A")
        git(tiny, "commit", "-q", "-m", text)
    git(tiny, "config", "uploadpack.allowFilter", "true")
    clone = tmp_path / "clone"
    git(tmp_path, "clone", "-q", "--filter=blob:none", f"file://{tiny}", str(clone))
    with pytest.raises(InfragenError, match="X024 this clone lacks files of the commit") as raised:
        Git(clone).files("HEAD~1", FOLDERS)
    typed = str(raised.value.diagnostics[0].hint).split("`")[-2]
    git(clone, *shlex.split(typed)[1:])
    assert Git(clone).files("HEAD~1", FOLDERS) == {"catalog/x": b"old"}


def test_a_repository_with_other_objects_is_read(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q", "--object-format=sha256", "-b", "base")
    (tmp_path / "catalog").write_text("x")
    git(tmp_path, "add", "-A")
    git(tmp_path, "commit", "-q", "-m", "x")
    assert Git(tmp_path).files("base", FOLDERS) == {"catalog": b"x"}
    assert not Git(tmp_path).uncommitted()


def test_what_git_makes_of_lines_and_excludes_here_is_no_change(tiny: Path) -> None:
    git(tiny, "config", "core.autocrlf", "true")
    (tiny / "x").write_bytes(b"a\r\n")
    git(tiny, "add", "-A")
    git(tiny, "commit", "-q", "-m", "x")
    os.utime(tiny / "x", (1, 1))
    (tiny / ".git/info/exclude").write_text("y")
    (tiny / "y").write_text("y")
    assert not Git(tiny).uncommitted()
    (tiny / "x").write_bytes(b"b\r\n")
    assert Git(tiny).uncommitted() == ("x",)


EXTERNAL = 'data "external" "tools" {\n  program = ["sh", "-c", "id"]\n}\n'
EVIL = 'resource "dog_kennel" "x" {\n}\n'
ALLOWED = '[programs]\nallow = ["small/network/data.external.tools"]\n'
DOG = '[providers.required]\ndog = {{source = "{}/dog", version = "1"}}\n'


@pytest.mark.parametrize(
    ("extra", "trusted", "asked", "code"),
    [
        (EXTERNAL, "", ALLOWED, 1),
        (EXTERNAL, ALLOWED, ALLOWED, 0),
        (EXTERNAL, ALLOWED, "", 1),
        (EVIL, DOG.format("good"), DOG.format("evil"), 1),
        (EVIL, DOG.format("evil"), DOG.format("evil"), 0),
    ],
)
def test_a_pull_request_does_not_allow_itself_to_run_a_program(
    infragen: Infragen,
    project: Path,
    extra: str,
    trusted: str,
    asked: str,
    *,
    code: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    settings = project / "infragen.toml"
    settings.write_text(trusted)
    git(project, "add", "-A")
    git(project, "commit", "-q", "--allow-empty", "-m", "x")
    git(project, "branch", "-f", "trusted")
    settings.write_text(asked)
    (project / "catalog/small/extra/network").mkdir(parents=True)
    (project / "catalog/small/extra/network/x.tf").write_text(extra)
    monkeypatch.setenv("INFRAGEN_TRUSTED", "trusted")
    outcome = infragen("render", "small", "-C", project)
    assert outcome.code == code, outcome.err
    if code:
        assert "error G015" in outcome.err
        assert "merge that first: here, trusted decides what may run (INFRAGEN_TRUSTED)" in " ".join(
            outcome.err.split()
        )


def test_a_pull_request_takes_no_policy_away(
    infragen: Infragen, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = project / "infragen.toml"
    settings.write_text('[[policy]]\ntool = "checkov"\nrequired = true\n')
    git(project, "add", "-A")
    git(project, "commit", "-q", "-m", "x")
    settings.unlink()
    monkeypatch.setattr("infragen.workflow.planning.policies.find_tool", lambda _: None)
    monkeypatch.setenv("INFRAGEN_TRUSTED", "HEAD")
    outcome = infragen("plan", "small/dev", "--offline", "-C", project)
    assert (outcome.code, "error X028 checkov" in outcome.err) == (1, True), outcome.err


def test_a_commit_that_is_trusted_has_to_be_there(
    infragen: Infragen, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("INFRAGEN_TRUSTED", "origin/none")
    outcome = infragen("plan", "small/dev", "--offline", "-C", project)
    assert (outcome.code, "error X021 git has no revision 'origin/none'" in outcome.err) == (1, True), outcome.err


def test_a_policy_s_files_are_the_trusted_commit_s(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (project / "infragen.toml").write_text('[[policy]]\ntool = "conftest"\npaths = ["policy"]\n')
    (project / "policy").mkdir()
    (project / "policy/deny.rego").write_text("package main\ndeny[msg] { msg := input }\n")
    git(project, "add", "-A")
    git(project, "commit", "-q", "-m", "x")
    (project / "policy/deny.rego").write_text("package main\n")
    (project / "policy/more.rego").write_text("package main\n")
    (project / ".checkov.yaml").write_text("external-checks-dir: [evil]\n")
    monkeypatch.setenv("INFRAGEN_TRUSTED", "HEAD")
    place = tmp_path / "policies"
    place.mkdir()
    folder, policies = trusted_policies(Project(project), lambda: place)
    assert (folder, [one.paths for one in policies]) == (place, [("policy",)])
    found = {path.relative_to(folder).as_posix(): path.read_text() for path in folder.rglob("*") if path.is_file()}
    assert found == {"policy/deny.rego": "package main\ndeny[msg] { msg := input }\n"}


def test_a_tag_with_the_name_of_a_branch_is_not_taken_for_it(infragen: Infragen, project: Path) -> None:
    git(project, "update-ref", "refs/remotes/origin/main", "HEAD")
    git(project, "tag", "origin/main")
    refused = infragen("affected", "small", "--base", "origin/main", "-C", project)
    said = "X021 'origin/main' is the name of refs/tags/origin/main and refs/remotes/origin/main"
    assert (refused.code, said in " ".join(refused.err.split())) == (1, True), refused.err
    assert infragen("affected", "small", "--base", "refs/remotes/origin/main", "-C", project).code == 0


def test_a_submodule_names_no_commit_to_trust(
    infragen: Infragen, project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    around = tmp_path / "around"
    around.mkdir()
    git(around, "init", "-q", "-b", "main")
    git(around, "submodule", "--quiet", "add", str(project), "infra")
    (around / "infra/catalog/small/extra/network").mkdir(parents=True)
    (around / "infra/catalog/small/extra/network/x.tf").write_text(EXTERNAL)
    monkeypatch.setenv("INFRAGEN_TRUSTED", "HEAD")
    refused = infragen("validate", "small", "-C", around / "infra")
    assert (
        refused.code,
        "X021 INFRAGEN_TRUSTED names no commit to trust in a submodule" in refused.err + refused.out,
    ) == (
        1,
        True,
    )
