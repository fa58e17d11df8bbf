"""Commands are built when they are called, and nobody notices."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.conftest import Outcome

    Infragen = Callable[..., Outcome]

COMMANDS = (
    "validate",
    "render",
    "explain",
    "affected",
    "plan",
    "show",
    "apply",
    "destroy",
    "runs",
    "resume",
    "unlock",
    "drift",
    "import",
    "bootstrap",
    "report",
    "schema",
    "doctor",
    "state",
    "ci",
    "sandbox",
    "new",
    "providers",
)


def test_help_has_a_line_for_every_command_in_the_order_of_use(infragen: Infragen) -> None:
    listed = infragen("--help").out.split("Commands:")[1].splitlines()
    assert [line.split()[0] for line in listed if line.startswith("  ") and line[2] != " "] == [*COMMANDS]


@pytest.mark.parametrize("command", [("render",), ("sandbox", "ls"), ("new", "service")])
def test_a_command_says_its_own_flags(infragen: Infragen, command: tuple[str, ...]) -> None:
    outcome = infragen(*command, "-h")
    assert outcome.code == 0
    assert f"Usage: infragen {' '.join(command)} " in outcome.out
    assert "--project" in outcome.out


def test_help_imports_nothing_that_only_commands_need() -> None:
    script = (
        "import sys; from infragen.cli.app import run; run(['--help']); "
        "print(*sorted({name.split('.')[0] for name in sys.modules}), file=sys.stderr)"
    )
    loaded = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stderr.split()
    assert not {"rich", "pydantic", "jinja2", "yaml", "hcl2", "moto", "python_terraform"} & set(loaded)
