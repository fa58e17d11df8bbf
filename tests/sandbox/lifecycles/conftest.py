"""Both emulators, strict, so that time passes in them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.sandbox.gate.conftest import aws

if TYPE_CHECKING:
    from infragen.terraform.sandbox import Sandbox

__all__ = ["aws", "server"]


@pytest.fixture(scope="session")
def server(both: Sandbox) -> Sandbox:
    """One for all tests of this folder."""
    return both
