"""Both emulators, strict, so that time passes in them."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from infragen.terraform.sandbox import Sandbox
from tests.sandbox.gate.conftest import LENIENT, aws

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["aws", "server"]


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    """One for all tests of this folder."""
    folder = tmp_path_factory.mktemp("lifecycles")
    sandbox = Sandbox.start(folder, services=("elasticache",), strict=LENIENT not in os.environ)
    yield sandbox
    sandbox.stop()
