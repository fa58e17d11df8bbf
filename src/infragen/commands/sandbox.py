"""`infragen sandbox`: the emulated AWS on this machine."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infragen.commands.show import out, to_stderr
from infragen.commands.target import open_project, resolve_one
from infragen.terraform.sandbox import Sandbox

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["env", "ls", "reset", "start", "status", "stop"]
