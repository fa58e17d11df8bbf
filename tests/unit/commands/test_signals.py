"""`infragen signals`."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.conftest import Outcome


def test_the_command_takes_an_environment(infragen: Callable[..., Outcome], depot: Path) -> None:
    assert infragen("signals", "depot/prod", "-C", depot).out.startswith("depot/prod: ")
    refused = infragen("signals", "depot/prod/network", "-C", depot)
    assert (refused.code, "X016" in refused.err) == (1, True)
