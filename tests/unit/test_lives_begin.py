"""What lives of many minutes would say at their end: the line that each changes stands in its file once."""

from __future__ import annotations

import pytest

from tests.conftest import ROOT
from tests.terraform.test_lives import EDITS


@pytest.mark.parametrize("target", EDITS)
def test_the_line_that_a_life_changes_is_there(target: str) -> None:
    edit = EDITS[target]
    assert (ROOT / edit.file).read_text(encoding="utf-8").count(edit.old) == 1
