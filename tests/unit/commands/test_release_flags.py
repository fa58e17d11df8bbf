"""Flags of `infragen release` that say something of a release, where there is none."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.unit.stacks.systems import write
from tests.unit.workflow.release.test_release import DELIVERED, FILES

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.conftest import Outcome

    Infragen = Callable[..., Outcome]


@pytest.mark.parametrize(
    ("flags", "named"),
    [
        (("--back", "--tag", "v7"), "X083 `--back` releases nothing here, and `--tag` would do nothing"),
        (("--back", "--end-last"), "X083 `--back` releases nothing here, and `--end-last` would do nothing"),
        (
            ("--end-last", "--no-backup", "--despite-alarms"),
            "X083 `--end-last` releases nothing here, and `--no-backup` and `--despite-alarms` would do nothing",
        ),
        ((), "X082 the tag is empty"),
    ],
)
def test_a_flag_that_would_do_nothing_is_refused(
    infragen: Infragen, tmp_path: Path, flags: tuple[str, ...], named: str
) -> None:
    write(tmp_path, {**FILES, **DELIVERED})
    outcome = infragen("release", "demo/dev", *flags, "-C", tmp_path)
    assert outcome.code == 1
    assert f"error {named}" in " ".join((outcome.out + outcome.err).split())
