"""The pages about an environment that stands, typed one after the other on the small system and the emulated AWS.

What a page takes as given (somebody's lock, something changed by hand) is done before the command that meets it, and
`technova/prod` is the small system's environment; all else is typed as it stands. Of AWS is the last stack alone, in
which something drifts and is adopted; the page about providers is typed where all stacks are, and nothing is planned.
"""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.engine import small
from tests.engine.test_drift import client
from tests.engine.test_faults import hold_lock_of
from tests.terraform.test_providers import commit, git, mirror_of
from tests.waiting import PATIENCE

from .pages import TOUR, blocks

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

pytestmark = [pytest.mark.terraform, pytest.mark.sandbox]

OTHER_NAMES = {
    "technova/prod": small.TARGET,
    "services/planning aws_ecr_repository.this=technova-prod-planning": (
        "databases/order aws_ssm_parameter.this=/small/alarms/aurora-dev-sales-order"
    ),
}
"""What the pages call by TechNova's names."""

EMULATED = ("plan", "apply", "outputs", "drift", "import", "unlock", "state", "bootstrap")
"""Commands that get `--sandbox`, where a page means an account."""

ASKING = ("apply", "unlock", "--apply")
"""Words after which infragen asks; the answer is `--yes`."""

CODES = {
    "infragen drift technova/prod": 2,
    "infragen state moves technova/prod": 2,
}
"""Where the text promises something else than 0."""

OF_AWS = "observability"
ORDER = "catalog/small/databases/sales/order.yaml"


class Traveller:
    """Somebody who types what the pages say."""

    def __init__(self, project: Path) -> None:
        self.project = self.folder = project
        self.plugins: dict[str, str] = {}
        self._before: dict[str, Callable[[], object]] = {
            "infragen bootstrap technova/prod": self._name_the_repository,
            "infragen plan technova/prod --out prod.plan": lambda: self._change("max: 8 ACU", "max: 16 ACU"),
            "infragen unlock technova/prod/network": lambda: hold_lock_of(project, "network"),
            "infragen drift technova/prod": self._change_by_hand,
            "infragen import technova/prod services/planning aws_ecr_repository.this=technova-prod-planning": (
                self._make_by_hand
            ),
            "infragen render technova/prod": lambda: self._change("domain: sales", "domain: plant\nmoved_from: sales"),
            "infragen affected technova/prod --base origin/main": self._work_on_a_branch,
            "infragen providers lock": self._use_all_of_aws,
            "infragen providers upgrade": lambda: self._use_mirror("5.100.0", "5.100.7", "5.101.2"),
            "infragen providers upgrade aws=5.101": lambda: commit(self.folder),
        }

    def type(self, shown: str) -> subprocess.CompletedProcess[str]:
        """Bring about what a command is shown for, and type it."""
        self._before.pop(shown, lambda: None)()
        return self._run(shown)

    @property
    def waits_for(self) -> frozenset[str]:
        """Commands that were expected and not typed yet."""
        return frozenset(self._before)

    def _run(self, shown: str) -> subprocess.CompletedProcess[str]:
        for ours, theirs in OTHER_NAMES.items():
            shown = shown.replace(ours, theirs)
        words = shlex.split(shown.replace(" ID", f" {self._latest_run()}"))
        verb = words[1]
        if verb in EMULATED and "--sandbox" not in words and words[1:] != ["bootstrap", small.TARGET]:
            words.append("--sandbox")
        if set(words) & set(ASKING) and "--yes" not in words:
            words.append("--yes")
        environment = {
            **small.environment(self.plugins),
            "PATH": os.pathsep.join((str(Path(sys.executable).parent), os.environ.get("PATH", ""))),
            "COLUMNS": "100",
            "NO_COLOR": "1",
        }
        return subprocess.run(
            words, cwd=self.folder, env=environment, capture_output=True, text=True, timeout=PATIENCE, check=False
        )

    def _latest_run(self) -> str:
        runs = sorted(path.name for path in self.project.glob(".infragen/runs/[0-9]*"))
        return runs[-1] if runs else "ID"

    def _change(self, old: str, new: str) -> None:
        small.edit(self.project, ORDER, old, new)
        small.render(self.project)

    def _name_the_repository(self) -> None:
        (self.folder / "infragen.toml").write_text(
            '[github]\nrepository = "small/infrastructure"\n\n'
            '[providers]\nplatforms = ["linux_amd64", "darwin_arm64"]\n\n'
            f'[ci]\ninstall = "git+https://git.example.com/infragen@{"a" * 40}"\n',
            encoding="utf-8",
        )

    def _change_by_hand(self) -> None:
        name = "/small/alarms/aurora-dev-sales-order"
        client(self.project, "ssm").put_parameter(Name=name, Value="by hand", Type="String", Overwrite=True)

    def _make_by_hand(self) -> None:
        assert self._run("infragen apply technova/prod").returncode == 0
        state = small.states(self.project)[OF_AWS]
        kept = [one for one in state["resources"] if one.get("module") != "module.alarms_database_order"]  # type: ignore[attr-defined]
        text = json.dumps({**state, "serial": int(str(state["serial"])) + 1, "resources": kept})
        small.put_object(self.project, f"{small.TARGET}/{OF_AWS}.tfstate", text)

    def _work_on_a_branch(self) -> None:
        (self.project / ".gitignore").write_text(".infragen/\n", encoding="utf-8")
        git(self.project, "init", "-q")
        commit(self.project)
        git(self.project, "update-ref", "refs/remotes/origin/main", "HEAD")
        self._change("max: 16 ACU", "max: 24 ACU")

    def _use_all_of_aws(self) -> None:
        self.folder = small.rendered_project(self.project.with_name("providers"), aws=small.STACKS)
        self._name_the_repository()
        (self.folder / ".gitignore").write_text(".infragen/\n", encoding="utf-8")
        git(self.folder, "init", "-q")
        self._use_mirror("5.100.0")

    def _use_mirror(self, *versions: str) -> None:
        folder = self.folder / ".infragen" / f"mirror-{versions[-1]}"
        self.plugins = {"INFRAGEN_PLUGIN_DIR": str(mirror_of(folder, *versions))}
        commit(self.folder)


@pytest.fixture
def traveller(tmp_path: Path) -> Iterator[Traveller]:
    project = small.rendered_project(tmp_path / "small", aws=(OF_AWS,))
    try:
        yield Traveller(project)
    finally:
        small.stop(project)


def test_what_the_pages_say_is_what_happens(traveller: Traveller) -> None:
    for page in TOUR:
        for block in blocks(page):
            for shown in block.commands if block.language == "console" else ():
                done = traveller.type(shown)
                said = f"{block.name}: {shown}\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}"
                assert done.returncode == CODES.get(shown, 0), f"exit code {done.returncode}: {said}"
                assert "Traceback" not in done.stderr, said
    assert traveller.waits_for == frozenset(), "prepared, and not shown any more"
    assert "missing" not in small.orphans(traveller.project)


def test_every_promised_exit_code_is_of_a_command_that_is_shown() -> None:
    shown = {command for page in TOUR for block in blocks(page) for command in block.commands}
    assert CODES.keys() <= shown
