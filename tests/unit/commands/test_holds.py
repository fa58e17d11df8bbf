"""Modules that an environment holds: it takes a template's change later than the others."""

from __future__ import annotations

import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest
from tests.unit.stacks.systems import DATABASE, DEV, SERVICE, write
from tests.waiting import calls

from infragen.render.shipped import shipped_templates

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.conftest import Outcome

    Infragen = Callable[..., Outcome]

HOLD = "holds:\n  ecs_cluster: {until: 2090-01-15, why: prod takes it after a week in dev}\n"
PROD = "environments/demo/prod.yaml"
MODULE = "modules/ecs_cluster"
PLACE = f"{PROD}:6:3: error"
RELEASE = "  hint: remove `holds.ecs_cluster`: the calls changed together with the module, and each fits only the other"


@pytest.fixture
def project(tmp_path: Path, infragen: Infragen) -> Path:
    """A service with a database in dev and prod, rendered."""
    prod = DEV.replace(": dev", ": prod").replace("10.0.0.0", "10.1.0.0").replace("111122223333", "444455556666")
    web = SERVICE.replace("max: 2", "max: 1") + "database: main\n"
    write(tmp_path, {"services/web.yaml": web, "databases/main.yaml": DATABASE, "prod.yaml": prod})
    assert infragen("render", "-C", tmp_path).code == 0
    return tmp_path


def hold(project: Path, text: str = HOLD) -> None:
    with (project / PROD).open("a", encoding="utf-8") as file:
        file.write(text)


def release(project: Path) -> None:
    file = project / PROD
    file.write_text(file.read_text(encoding="utf-8").partition("holds:")[0], encoding="utf-8")


def change(project: Path, name: str, old: str, new: str) -> None:
    """Change a template of the project, which begins as infragen's own."""
    file = project / "templates" / name
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(shipped_templates() / name, file)
    text = file.read_text(encoding="utf-8")
    assert text.count(old) == 1
    file.write_text(text.replace(old, new), encoding="utf-8")


def mend(project: Path) -> None:
    """Change one line of the module."""
    change(project, f"{MODULE}/main.tf", 'capacity_provider = "FARGATE"', 'capacity_provider = "FARGATE_SPOT"')


def tree(project: Path, environment: str) -> dict[str, bytes]:
    root = project / "generated/demo" / environment
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def test_dev_takes_a_template_s_change_and_prod_later(project: Path, infragen: Infragen) -> None:
    dev, prod = tree(project, "dev"), tree(project, "prod")
    mend(project)
    hold(project)

    outcome = infragen("render", "-C", project)

    says = (
        "generated/demo/prod holds ecs_cluster until 2090-01-15, and holds back 2 lines (+1 -1): "
        "prod takes it after a week in dev\n"
    )
    assert outcome.code == 0
    assert says in outcome.err
    assert tree(project, "prod") == prod
    changed = {path for path, text in tree(project, "dev").items() if text != dev.get(path)}
    assert changed == {f"{MODULE}/main.tf"}

    checked = infragen("render", "--check", "-C", project)
    assert (checked.code, checked.out, says in checked.err) == (0, "", True)
    assert infragen("validate", "--quiet", "-C", project).out == ""
    explained = infragen("explain", "demo/prod", "-C", project)
    assert f"{PROD}:6:3: ecs_cluster is held until 2090-01-15: prod takes it after a week in dev" in explained.out
    assert "is held" not in infragen("explain", "demo/dev", "-C", project).out

    release(project)
    late = infragen("render", "--check", "-C", project)
    assert (late.code, late.out) == (2, f"differs: generated/demo/prod/{MODULE}/main.tf\n")
    taken = infragen("render", "-C", project)
    assert (taken.code, "holds" in taken.err) == (0, False)
    assert tree(project, "prod")[f"{MODULE}/main.tf"] == tree(project, "dev")[f"{MODULE}/main.tf"]
    assert {path for path, text in tree(project, "prod").items() if text != prod[path]} == {f"{MODULE}/main.tf"}


def test_a_call_that_has_changed_with_the_module_is_refused_and_nothing_is_written(
    project: Path, infragen: Infragen
) -> None:
    before = tree(project, "dev"), tree(project, "prod")
    hold(project)
    variable = 'variable "level" {\n  type        = string\n  description = "More or less."\n}\n\nvariable "name" {'
    change(project, f"{MODULE}/variables.tf", 'variable "name" {', variable)
    change(project, "kinds/clusters/main.tf", '  name               = "@{own.name}"\n',
           '  name               = "@{own.name}"\n  level = "more"\n')  # fmt: skip

    outcome = infragen("render", "-C", project)

    assert outcome.code == 1
    message = "G028 ecs_cluster is held, and module.cluster in app does not fit it: it takes no argument `level`"
    assert f"{PLACE} {message}" in outcome.err
    assert RELEASE.strip() in outcome.err
    assert (tree(project, "dev"), tree(project, "prod")) == before
    assert message in infragen("validate", "--quiet", "-C", project).out

    release(project)
    assert infragen("render", "-C", project).code == 0


def test_an_argument_that_calls_do_not_give_any_more_is_refused(project: Path, infragen: Infragen) -> None:
    hold(project)
    change(project, "kinds/clusters/main.tf", '  container_insights = "@{own.container_insights}"\n', "")
    outcome = infragen("render", "-C", project)
    message = "does not fit it: it needs the argument `container_insights`, which is not given"
    assert (outcome.code, message in outcome.err) == (1, True)


@pytest.mark.parametrize(
    ("module", "output", "who"),
    [("ecs_cluster", "arn", "module.cluster in app"), ("vpc", "id", "module.vpc in network")],
)
def test_an_output_that_is_read_and_not_there_is_refused(
    project: Path, infragen: Infragen, module: str, output: str, who: str
) -> None:
    file = project / f"generated/demo/prod/modules/{module}/outputs.tf"
    file.write_text(file.read_text(encoding="utf-8").replace(f'output "{output}"', 'output "former"'), encoding="utf-8")
    hold(project, HOLD.replace("ecs_cluster", module))
    outcome = infragen("render", "-C", project)
    assert outcome.code == 1
    assert f"G028 {module} is held, and {who} does not fit it: it has no output `{output}`" in outcome.err
    assert "G016" not in outcome.err


def test_a_hold_of_what_the_templates_give_is_a_warning(project: Path, infragen: Infragen) -> None:
    hold(project)
    said = infragen("validate", "--quiet", "-C", project)
    assert said.code == 0
    assert f"{PROD}:6:3: warning G029 ecs_cluster is held, but does not differ from the templates\n" in said.out
    assert "and holds back nothing: prod takes it" in infragen("render", "-C", project).err


def test_a_person_s_file_beside_a_held_module_is_no_part_of_it(project: Path, infragen: Infragen) -> None:
    folder = project / f"generated/demo/prod/{MODULE}"
    (folder / "own.tf").write_text("locals {\n  own = 1\n}\n", encoding="utf-8")
    hold(project)
    outcome = infragen("render", "-C", project)
    assert "holds back nothing" in outcome.err
    assert f"not infragen's: generated/demo/prod/{MODULE}/own.tf" in outcome.err
    shutil.rmtree(folder)
    folder.mkdir()
    (folder / "own.tf").write_text("locals {\n  own = 1\n}\n", encoding="utf-8")
    assert "G027 there is nothing of ecs_cluster to hold" in infragen("render", "-C", project).err


def test_a_held_module_may_run_no_more_than_a_template(project: Path, infragen: Infragen) -> None:
    file = project / f"generated/demo/prod/{MODULE}/main.tf"
    with file.open("a", encoding="utf-8") as text:
        text.write(
            '\nresource "terraform_data" "x" {\n  provisioner "local-exec" {\n    command = "date"\n  }\n}\n'
        )  # fmt: skip
    hold(project)
    outcome = infragen("render", "-C", project)
    assert outcome.code == 1
    assert f"generated/demo/prod/{MODULE}/main.tf:60:" in outcome.err
    assert "G015" in outcome.err


def test_a_held_module_and_one_that_it_calls(project: Path, infragen: Infragen) -> None:
    """The inner module changes: what the held one gives it fits no more, until that is held as well."""
    inner = project / "templates/modules/inner/main.tf"
    inner.parent.mkdir(parents=True)
    inner.write_text('variable "size" {\n  type = number\n}\n', encoding="utf-8")
    call = 'module "inner" {\n  source = "../inner"\n\n  size = 1\n}\n\nresource "aws_ecs_cluster" "this" {'
    change(project, f"{MODULE}/main.tf", 'resource "aws_ecs_cluster" "this" {', call)
    assert infragen("render", "-C", project).code == 0
    hold(project)
    inner.write_text('variable "sizes" {\n  type = list(number)\n}\n', encoding="utf-8")
    change(project, f"{MODULE}/main.tf", "  size = 1\n", "  sizes = [1]\n")

    outcome = infragen("render", "-C", project)

    message = "ecs_cluster is held, and module.inner in modules/ecs_cluster does not fit inner of the templates: it "
    assert outcome.code == 1
    assert f"{PLACE} G028 {message}takes no argument `size`" in outcome.err
    assert f"{PLACE} G028 {message}needs the argument `sizes`, which is not given" in outcome.err
    assert "hint: hold inner too, or remove `holds.ecs_cluster`\n" in outcome.err
    hold(project, "  inner: {until: 2090-01-15, why: ecs_cluster calls it}\n")
    assert infragen("render", "-C", project).code == 0

    release(project)
    hold(project)
    shutil.rmtree(inner.parent)
    shutil.rmtree(project / f"templates/{MODULE}")
    gone = infragen("render", "-C", project)
    assert (gone.code, "calls the module inner, which the templates no longer have" in gone.err) == (1, True)
    assert "hold inner too, or remove `holds.ecs_cluster`" in gone.err


def test_the_day_of_a_hold_is_one_of_the_calendar(project: Path, infragen: Infragen) -> None:
    hold(project, HOLD.replace("2090-01-15", "2090-02-30"))
    outcome = infragen("validate", "--quiet", "-C", project)
    assert outcome.code == 1
    assert "write a day of the calendar: `2027-01-15`" in outcome.out


def git(folder: Path, *arguments: str) -> None:
    identity = ["-c", "user.name=a", "-c", "user.email=a@example.invalid", "-c", "init.defaultBranch=main"]
    subprocess.run(["git", *identity, *arguments], cwd=folder, capture_output=True, text=True, check=True)


def test_affected_knows_who_holds_and_why_a_stack_changes_that_holds_no_more(project: Path, infragen: Infragen) -> None:
    git(project, "init", "-q")
    git(project, "add", "-A")
    git(project, "commit", "-q", "-m", "x")
    mend(project)
    hold(project)
    assert infragen("render", "-C", project).code == 0
    found = infragen("affected", "--base", "HEAD", "--diff", "-C", project)
    assert "demo/dev: 1 of" in found.out
    assert "demo/prod: 0 of" in found.out
    assert found.out.count("+++ b/") == 1
    git(project, "add", "-A")
    git(project, "commit", "-q", "-m", "y")

    release(project)

    found = infragen("affected", "--base", "HEAD", "--diff", "-C", project)
    assert "demo/dev: 0 of" in found.out
    assert "holds.ecs_cluster: {until: 2090-01-15" in found.out
    assert "-> nothing" in found.out
    assert f"\n--- a/generated/demo/prod/{MODULE}/main.tf\n" in found.out


def test_a_held_file_that_somebody_edits_is_a_reason_and_is_shown(project: Path, infragen: Infragen) -> None:
    hold(project)
    git(project, "init", "-q")
    git(project, "add", "-A")
    git(project, "commit", "-q", "-m", "x")
    name = f"generated/demo/prod/{MODULE}/main.tf"
    file = project / name
    file.write_text(file.read_text().replace('capacity_provider = "FARGATE"', 'capacity_provider = "OWN"'))
    found = infragen("affected", "demo/prod", "--base", "HEAD", "--diff", "-C", project)
    assert f"  app: changed\n    {name}, of a held module, differs from what was committed\n" in found.out
    assert f"  hand-written: {name}\n" in found.out
    assert '+    capacity_provider = "OWN"\n' in found.out


def test_what_changes_alike_everywhere_is_read_once(project: Path, infragen: Infragen) -> None:
    git(project, "init", "-q")
    git(project, "add", "-A")
    git(project, "commit", "-q", "-m", "x")
    mend(project)
    shown = infragen("render", "--diff", "-C", project).out
    assert f"# the same in generated/demo/prod/{MODULE}/main.tf\n" in shown
    assert shown.count("+    capacity_provider") == 1
    assert shown.endswith("# 4 changed lines in 2 files, of which 2 are different ones: these\n")
    assert infragen("affected", "--base", "HEAD", "--diff", "-C", project).out.endswith(f"\n\n{shown}")
    refused = infragen("affected", "--base", "HEAD", "--diff", "--format", "json", "-C", project)
    assert (refused.code, "X007" in refused.err) == (1, True)


def test_what_a_long_module_holds_back_is_counted_in_time(project: Path, infragen: Infragen) -> None:
    hold(project)
    held = project / "generated/demo/prod" / MODULE / "main.tf"
    text = held.read_text(encoding="utf-8")
    change(project, f"{MODULE}/main.tf", 'capacity_provider = "FARGATE"', 'capacity_provider = "FARGATE_SPOT"')

    def spent(number: int) -> int:
        held.write_text(text + "".join(f"# {at % 100}\n" for at in range(number)), encoding="utf-8")
        template = project / "templates" / MODULE / "main.tf"
        shutil.copy(shipped_templates() / MODULE / "main.tf", template)
        with template.open("a", encoding="utf-8") as file:
            file.write("".join(f"# {(at * 7) % 100}\n" for at in range(number)))
        return calls(lambda: infragen("validate", "-C", project))

    assert spent(8000) < 5 * spent(4000)
