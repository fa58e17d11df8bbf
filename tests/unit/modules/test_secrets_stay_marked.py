"""No module takes the mark from a secret: beside it, a key, a name and whether it is there may be shown."""

from __future__ import annotations

import re

from tests.conftest import ROOT

CALL = re.compile(r"nonsensitive\(((?:[^()]|\([^()]*\))*)\)")
OF_NO_SECRET = re.compile(r"keys\(.*\)|.* == null|.*\.name")


def test_what_is_shown_of_a_sensitive_variable_is_no_secret() -> None:
    found = {
        shown
        for path in sorted((ROOT / "templates").rglob("*.tf"))
        for shown in CALL.findall(path.read_text(encoding="utf-8"))
    }
    assert found, "the modules of the secret header show its name"
    assert not [shown for shown in found if not OF_NO_SECRET.fullmatch(shown)]
