"""What CONTRIBUTING says to run after a change of one thing is there: the paths, and the words."""

from __future__ import annotations

import re
import shlex

from infragen.cli.commands import COMMANDS
from infragen.commands.formats import FORMATS
from infragen.kinds import kinds
from infragen.rules import all_rules
from tests.conftest import ROOT

_ROW = re.compile(
    r"^\| (?P<changed>[^|]+) \| `(?:FIELD=(?P<field>\S+) )?pytest (?P<arguments>[^`]+)` \|$", re.MULTILINE
)


def test_what_is_to_be_run_is_there() -> None:
    found = {one["changed"]: one for one in _ROW.finditer((ROOT / "CONTRIBUTING.md").read_text("utf-8"))}
    words = {}
    for changed, row in found.items():
        paths, _, word = row["arguments"].partition(" -k ")
        assert all((ROOT / path).exists() for path in shlex.split(paths)), changed
        words[changed] = word or row["field"]
    assert words.keys() == {"a rule", "a field", "a kind", "a report format", "a command"}
    assert words["a rule"] in {rule.code for rule in all_rules()}
    kind, _, field = words["a field"].partition(".")
    assert field in kinds()[kind].model.model_fields
    assert words["a kind"] in kinds()
    assert words["a report format"] in FORMATS
    assert words["a command"] in COMMANDS
