"""The table of commands: each is a module, built when it is called; its help and its flags are in the field's words."""

from __future__ import annotations

import re
import subprocess
import sys
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from tests.plain_words import ODD

import infragen.commands
from infragen.cli.commands import COMMANDS, command_of
from infragen.commands.formats import FINDINGS_FORMATS, FORMATS, Options

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.conftest import Outcome

    from infragen.plan import ChangeSet

    Infragen = Callable[..., Outcome]

PATHS = [(name, *more) for name, verbs in COMMANDS.items() for more in ([(verb,) for verb in verbs] or [()])]
SHARED = {"completion", "console", "flags", "formats"}
"""Modules beside the commands' own, which those share."""

OF_ITS_OWN = "tests/unit/commands/test_{}.py"
"""Where a command's test is, or a group's: what it takes, what it says, and its exit code."""
ELSEWHERE = {
    "apply": "tests/engine/test_runs.py",
    "doctor": "tests/unit/commands/test_strange_terraform.py",
    "graph": "tests/browser/test_graph.py",
    "outputs": "tests/unit/stacks/test_outputs.py",
    "parity": "tests/unit/environment/test_parity.py",
    "paths": "tests/unit/commands/test_bad_input.py",
    "permissions": "tests/terraform/test_permissions.py",
    "plan": "tests/engine/test_honest_plan.py",
    "release": "tests/unit/workflow/release/test_release.py",
    "render": "tests/unit/commands/test_holds.py",
    "resume": "tests/engine/test_resuming.py",
    "runs": "tests/engine/test_runs.py",
    "sandbox": "tests/terraform/test_runbook.py",
    "schema": "tests/unit/cli/test_streams.py",
    "show": "tests/unit/workflow/review/test_bundle.py",
    "sql": "tests/unit/aws/test_data_api.py",
    "state": "tests/engine/test_moves.py",
    "unlock": "tests/engine/test_faults.py",
}
"""Where that of older ones is: a new command has a file of its own name."""

IMPERATIVE = re.compile(
    r"(?!(?:An?|The|Th[ai]t|This|What|Which|Who|How|All|Every|Each)\b)[A-Z][a-z]+(?<![^s]s|ed)(?<!ing)\b(?! of\b)"
)
"""The form of a command's first word, `Show`: no article, no `Shows`, `Showing` or `List of`; which words is open."""


def test_help_has_a_line_for_every_command_in_the_order_of_use(infragen: Infragen) -> None:
    listed = infragen("--help").out.split("Commands:")[1].splitlines()
    assert [line.split()[0] for line in listed if line.startswith("  ") and line[2] != " "] == [*COMMANDS]


@pytest.mark.parametrize("command", PATHS, ids=" ".join)
def test_a_command_shows_its_own_flags(infragen: Infragen, command: tuple[str, ...]) -> None:
    outcome = infragen(*command, "-h")
    assert outcome.code == 0
    assert f"Usage: infragen {' '.join(command)} " in outcome.out
    assert "--project" in outcome.out or command in (("show",), ("sql",), ("zip",))


def test_help_imports_nothing_that_only_commands_need() -> None:
    script = (
        "import sys; from infragen.cli.app import run; run(['--help']); "
        "print(*sorted({name.split('.')[0] for name in sys.modules}), file=sys.stderr)"
    )
    loaded = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stderr.split()
    assert not {"rich", "pydantic", "jinja2", "yaml", "hcl2", "moto", "python_terraform"} & set(loaded)


def test_every_module_of_the_package_is_in_the_table() -> None:
    folder = Path(str(infragen.commands.__file__)).parent
    files = {path.relative_to(folder).with_suffix("") for path in folder.rglob("*.py") if path.name != "__init__.py"}
    found = {tuple(part.removesuffix("_") for part in file.parts) for file in files}
    assert found - {(name,) for name in SHARED} == set(PATHS)


@pytest.fixture(scope="module")
def pages(repository: Path) -> str:
    """The README and all pages."""
    return "\n".join(path.read_text("utf-8") for path in (repository / "README.md", *repository.glob("docs/*.md")))


@pytest.fixture(scope="module")
def called(repository: Path) -> str:
    """Every line of a test's."""
    return "\n".join(path.read_text("utf-8") for path in repository.glob("tests/**/test_*.py"))


@pytest.mark.parametrize("command", PATHS, ids=" ".join)
def test_a_command_has_a_page_that_shows_it_and_a_test_that_calls_it(
    command: tuple[str, ...], pages: str, called: str
) -> None:
    assert re.search(rf"infragen {' '.join(command)}\b", pages), "no page shows it"
    words = r"\W+".join(command)
    assert re.search(rf'(?:["(\[{{]|infragen ){words}\b', called), "no test calls it"


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_or_a_group_has_a_file_of_tests_that_calls_it(command: str, repository: Path) -> None:
    own = repository / OF_ITS_OWN.format(command)
    assert own.exists() != (command in ELSEWHERE), own.name
    text = (repository / ELSEWHERE.get(command, own)).read_text("utf-8")
    verbs = "|".join(COMMANDS[command])
    assert re.search(rf'["(\[{{ ]{command}' + (rf"\W+({verbs})\b" if verbs else r"\b"), text)


def test_no_file_of_tests_is_told_for_a_command_that_is_gone() -> None:
    assert ELSEWHERE.keys() - COMMANDS.keys() == set()


@pytest.fixture(scope="module")
def helps() -> dict[tuple[str, ...], list[str]]:
    """The help of every command, and of each of its arguments and options."""
    return {path: [one.help, *(part.help for part in one.params)] for path in PATHS if (one := command_of(*path))}


def test_help_begins_with_a_verb(helps: dict[tuple[str, ...], list[str]], infragen: Infragen) -> None:
    listed = infragen("--help").out.split("Commands:")[1].splitlines()
    lines = [line.split(maxsplit=2)[1] for line in listed if line.startswith("  ") and line[2] != " "]
    texts = [*lines, *(found[0] for found in helps.values())]
    assert [text for text in texts if not IMPERATIVE.match(text)] == []


def test_help_is_in_plain_words(helps: dict[tuple[str, ...], list[str]]) -> None:
    odd = {(*path, found[0]) for path, texts in helps.items() for text in texts if (found := ODD.search(text))}
    assert odd == set()


def test_a_flag_has_one_meaning_in_all_commands() -> None:
    meanings: dict[str, set[str]] = defaultdict(set)
    for path in PATHS:
        for option in command_of(*path).params:
            if option.param_type_name == "option":
                meanings[option.opts[0]].add(option.help)
    assert {flag: texts for flag, texts in meanings.items() if len(texts) > 1} == {}


@pytest.mark.parametrize(
    ("command", "instead"),
    [
        (("report", "plan.json"), "--report FILE"),
        (("ci", "github"), "--file FILE"),
        (("ci", "atlantis"), "--file FILE"),
    ],
)
def test_out_is_the_saved_plan_only(infragen: Infragen, command: tuple[str, ...], instead: str) -> None:
    outcome = infragen(*command, "--out", "x")
    assert (outcome.code, "error X014" in outcome.err, f"`{instead}`" in outcome.err) == (1, True, True), outcome.err


@pytest.mark.parametrize("command", ["apply", "destroy"])
def test_what_changes_aws_has_no_offline(infragen: Infragen, command: str) -> None:
    outcome = infragen(command, "shop/dev", "--offline")
    assert (outcome.code, "error X014" in outcome.err, "`infragen plan --offline`" in outcome.err) == (1, True, True)


def _with_format(table: Any) -> list[tuple[str, ...]]:
    """Return the commands whose `--format` is one of a table."""
    known = f"[{'|'.join(table)}]"
    return [
        path
        for path in PATHS
        if any("--format" in one.opts and one.metavar == known for one in command_of(*path).params)
    ]


def test_a_new_format_is_accepted_wherever_formats_are(
    infragen: Infragen, monkeypatch: pytest.MonkeyPatch, repository: Path
) -> None:
    def lines(change_set: ChangeSet, title: str, _options: Options) -> str:
        return f"{title},{len(change_set.changes)}"

    commands = _with_format(FORMATS)
    assert commands
    plan = repository / "tests/plans/001-create/plan.json"
    new = "format-of-this-test"
    assert f"'{new}' is not one of" in infragen("report", plan, "--format", new).err
    monkeypatch.setitem(FORMATS, new, lines)  # type: ignore[arg-type]
    assert infragen("report", plan, "--format", new).out == "plan.json,3\n"
    for path in commands:
        needed = {"import": ("services/a", "aws_vpc.a=b"), "show": ()}.get(path[0], ())
        outcome = infragen(
            *path, "no/such", *needed, "--format", new, *(("-C", repository) if path != ("show",) else ())
        )
        assert outcome.code == 1
        assert "Usage" not in outcome.err, path


def test_so_is_a_new_format_of_findings(infragen: Infragen, monkeypatch: pytest.MonkeyPatch, repository: Path) -> None:
    commands = _with_format(FINDINGS_FORMATS)
    assert commands == [("validate",), ("providers", "check")]
    monkeypatch.setitem(FINDINGS_FORMATS, "count", lambda found, _root: str(len(found)))  # type: ignore[arg-type]
    for path in commands:
        assert infragen(*path, "technova", "--format", "count", "-C", repository).out.strip().isdecimal(), path
