"""What lies beside the files of a project: left by an editor, by git's settings, or put there by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.engine.small import small_project
from tests.unit.commands.test_affected import commit, document, git

from infragen.storage import is_leftover
from infragen.terraform.workfolder import read_tree

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.conftest import Outcome

    Infragen = Callable[..., Outcome]

EXTRA = 'resource "terraform_data" "note" {\n  input = <<-EOT\n    two\n    lines\n  EOT\n}\n'
TREE = "generated/small/dev"


@pytest.fixture
def small(infragen: Infragen, tmp_path: Path) -> Path:
    """The small system with a hand-written file, rendered and committed."""
    folder = small_project(tmp_path / "small")
    (folder / "catalog/small/extra/network").mkdir(parents=True)
    (folder / "catalog/small/extra/network/note.tf").write_text(EXTRA)
    (folder / ".gitignore").write_text(".infragen/\n")
    assert infragen("render", "small", "-C", folder).code == 0
    git(folder, "init", "-q")
    commit(folder)
    return folder


PLACES = (
    "catalog", "catalog/small", "catalog/small/databases", "catalog/small/databases/sales", "catalog/small/domains",
    "catalog/small/extra", "catalog/small/extra/network", "environments", "environments/small",
    "templates/modules/database_alarms", "templates/kinds/databases", f"{TREE}/network", f"{TREE}/modules",
)  # fmt: skip
LEFT = (
    "._{0}", ".{0}.swp", ".{0}.un~", "{0}~", "#{0}#", "{0}.orig", "{0}.rej", "{0}.crswap", "{0}___jb_tmp___", "4913",
    ".DS_Store", "Thumbs.db", "desktop.ini", ".ipynb_checkpoints/x-checkpoint-{0}", "__MACOSX/._{0}",
    "x_BACKUP_123{0}", "x_REMOTE_123{0}",
)  # fmt: skip
"""What Emacs, Vim, Kate, JetBrains' and Microsoft's editors, Jupyter, macOS, Windows, patch and git leave of a file."""


@pytest.mark.parametrize("name", ["order.yaml", "main.tf"])
def test_what_an_editor_leaves_is_read_nowhere(infragen: Infragen, small: Path, name: str) -> None:
    commands = (("validate", "small"), ("render", "small", "--check"), ("render", "small"), ("graph", "small/dev"))
    before = [infragen(*command, "-C", small) for command in commands]
    tree = read_tree(small / TREE)
    for place in PLACES:
        (small / place).mkdir(parents=True, exist_ok=True)
        (small / place / f".#{name}").symlink_to("me@host.1234:5")
        is_read = name == "main.tf" and place in (f"{TREE}/network", f"{TREE}/modules")  # by terraform, too
        for left in (one for one in LEFT if not (is_read and one.startswith("x_"))):
            path = small / place / left.format(name if not left.endswith("123{0}") else name[name.index(".") :])
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(b"name: order\n\xff\0")
        if name == "main.tf" or place not in (f"{TREE}/network", f"{TREE}/modules"):  # there a file may be for anything
            (small / place / f".{name}").write_text("name: order\n")
    assert [infragen(*command, "-C", small) for command in commands] == before
    assert read_tree(small / TREE) == tree
    commit(small)
    assert document(infragen, small)["environments"][0]["stacks"] == []


def test_what_an_editor_kept_of_a_generated_file_is_not_stale(infragen: Infragen, small: Path) -> None:
    written = next((small / TREE / "network").glob("*.tf"))
    for name in (f"{written.name}~", f"{written.name}.orig", f"#{written.name}#"):
        (written.parent / name).write_text(written.read_text())
    assert infragen("render", "small", "--check", "-C", small).code == 0
    assert infragen("render", "small", "-C", small).code == 0
    assert (written.parent / f"{written.name}~").exists()


@pytest.mark.parametrize(
    "name", ["order.yaml", "main.tf", "4914", "notes.orig.md", "a~b", "#a", "order.yaml.bak", "x_BASE.tf", "_.tf"]
)
def test_a_name_that_somebody_gave_is_no_leftover(name: str) -> None:
    assert not is_leftover(name)


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("catalog/small/databases/sales/order.yaml.bak", "C011"),
        ("catalog/small/databases/sales/order (copy).yaml", "C005"),
        ("catalog/small/extra/network/note.tf.bak", "G019"),
        ("catalog/small/extra/network/note_override.tf", "G019"),
        ("catalog/small/extra/network/dev/override.tf", "G019"),
        ("catalog/small/order.yaml", "C010"),
    ],
)
def test_a_stray_file_that_no_editor_left_is_told(infragen: Infragen, small: Path, path: str, code: str) -> None:
    (small / path).parent.mkdir(exist_ok=True)
    (small / path).write_text("name: order\n")
    outcome = infragen("validate", "small", "-C", small)
    assert f"{code} " in outcome.out + outcome.err


LEVEL = 'variable "level" {\n  default = "one"\n}\n'


@pytest.mark.parametrize(
    "name",
    [
        "zz.auto.tfvars", "zz.auto.tfvars.json", "terraform.tfvars", "terraform.tfvars.json", "override.tf",
        "backend_override.tf", "override.tf.json", "x_override.tofu", "backend.tofu",
    ],
)  # fmt: skip
def test_what_a_stack_alone_would_read_is_refused_before_a_plan(infragen: Infragen, small: Path, name: str) -> None:
    (small / TREE / "network/x.tf").write_text(LEVEL)
    (small / TREE / "network" / name).write_text('level = "two"\n')
    for command in (("render", "small", "--check"), ("render", "small"), ("plan", "small/dev", "--offline")):
        outcome = infragen(*command, "-C", small)
        assert (outcome.code, f"{TREE}/network/{name}" in outcome.err) == (1, True), command
        assert "error W006 terraform reads this file when it applies the stack" in outcome.err


@pytest.mark.parametrize(
    "path", ["network/x.tf", "network/prod.tfvars", "network/x.tofu", "modules/x/zz.auto.tfvars", "zz.auto.tfvars"]
)
def test_what_both_read_alike_or_nobody_reads_stays(infragen: Infragen, small: Path, path: str) -> None:
    (small / TREE / path).parent.mkdir(exist_ok=True)
    (small / TREE / path).write_text("")
    outcome = infragen("render", "small", "--check", "-C", small)
    assert outcome.code == 0
    assert ("not infragen's" in outcome.err) is path.endswith((".tf", ".tofu"))


def test_a_checkout_that_ends_lines_otherwise_is_the_same(infragen: Infragen, small: Path, tmp_path: Path) -> None:
    (small / TREE / "network/.terraform.lock.hcl").write_text('provider "x" {\n  version = "1"\n}\n')
    commit(small)
    tree = read_tree(small / TREE)
    git(tmp_path, "clone", "-q", "-c", "core.autocrlf=true", f"file://{small}", "clone")
    clone = tmp_path / "clone"
    for path in ("environments/small/dev.yaml", "catalog/small/extra/network/note.tf", f"{TREE}/network/main.tf"):
        assert b"\r\n" in next((clone / path).parent.glob("*.*")).read_bytes()
    assert read_tree(clone / TREE) == tree
    for command in (("render", "small", "--check"), ("render", "small", "--check", "--diff"), ("validate", "small")):
        outcome = infragen(*command, "-C", clone)
        assert outcome == infragen(*command, "-C", small)
        assert outcome.code == 0
    written = {path: path.stat().st_mtime_ns for path in (clone / TREE).rglob("*.tf")}
    assert infragen("render", "small", "-C", clone).code == 0
    assert {path: path.stat().st_mtime_ns for path in (clone / TREE).rglob("*.tf")} == written
    assert document(infragen, clone)["environments"][0]["stacks"] == []


@pytest.mark.parametrize("pattern", ["catalog/**/*", "templates/**/*", "generated/**/*", "environments/**/*"])
def test_line_ends_that_are_committed_are_no_difference_either(infragen: Infragen, small: Path, pattern: str) -> None:
    before = git(small, "rev-parse", "HEAD").strip()
    for path in small.glob(pattern):
        if path.is_file():
            path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert infragen("render", "small", "--check", "-C", small).code == 0
    commit(small)
    for base in (before, "HEAD"):
        assert document(infragen, small, "--base", base)["environments"][0]["stacks"] == []
