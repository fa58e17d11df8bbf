"""Every correction has a test, and that test fails on moto as it is: a correction that is not needed any more shows.

That it fails is seen in `make lives`: another moto or another correction changes it, and nothing else.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from infragen_sandbox.corrections import CORRECTIONS
from tests.sandbox.conftest import LEAVE_OUT

HERE = Path(__file__).parent

# Without it every test would meet every other in one account, and fail for that.
ALWAYS = ("core_account_from_key",)


def _tests(correction: str) -> Path:
    return HERE / f"test_{correction}.py"


@pytest.mark.parametrize("correction", CORRECTIONS)
def test_a_correction_says_what_aws_does_and_where_that_stands(correction: str) -> None:
    source = HERE.parents[1] / "sandbox" / "infragen_sandbox" / "corrections" / f"{correction}.py"
    text = source.read_text("utf-8")

    assert "AWS: " in text
    assert any(word in text for word in ("Reference", "Guide"))
    assert _tests(correction).is_file()


@pytest.mark.long
def test_without_corrections_their_tests_fail() -> None:
    wanted = [name for name in CORRECTIONS if name not in ALWAYS]
    command = [sys.executable, "-m", "pytest", "-q", "--no-header", "--tb=no", "-p", "no:cacheprovider"]
    run = subprocess.run(
        [*command, *(str(_tests(name)) for name in wanted)],
        env={**os.environ, LEAVE_OUT: " ".join(wanted)},
        cwd=HERE.parents[1],
        capture_output=True,
        text=True,
        check=False,
    )

    failed = {
        line.split()[1].partition("::")[0] for line in run.stdout.splitlines() if line[:6] in ("FAILED", "ERROR ")
    }
    unneeded = [name for name in wanted if f"tests/sandbox/test_{name}.py" not in failed]
    assert not unneeded, run.stdout[-3000:]


def test_the_documentation_lists_every_correction() -> None:
    page = (HERE.parents[1] / "docs" / "sandbox.md").read_text("utf-8")

    assert [name for name in CORRECTIONS if f"| `{name}` |" not in page] == []
