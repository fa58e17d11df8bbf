"""`infragen promises`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.conftest import Outcome


def test_the_command_takes_an_environment_and_says_where_each_promise_is_written(
    infragen: Callable[..., Outcome], depot: Path
) -> None:
    assert infragen("promises", "depot/prod", "-C", depot).out.startswith("depot/prod: ")
    found = json.loads(infragen("promises", "depot/prod", "-C", depot, "--format", "json").out)["promises"]
    assert found
    for one in found:
        file, line, _ = one["at"].split(":")
        assert (depot / file).read_text("utf-8").splitlines()[int(line) - 1]
    refused = infragen("promises", "depot/prod/network", "-C", depot)
    assert (refused.code, "X016" in refused.err) == (1, True)
