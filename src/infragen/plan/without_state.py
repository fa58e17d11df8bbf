"""Plans that were made from nothing: their JSON says so, and holds the files that were planned."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.json import encode

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


def mark_without_state(plan: Path, files: Mapping[str, str]) -> None:
    """Let a plan's JSON say that it was made without a state, of which files by path; not a byte else is changed."""
    content = plan.read_bytes().rstrip()
    member = encode({"planned_without_state": {"files": files}})
    plan.write_bytes(content.removesuffix(b"}") + b"," + member.removeprefix(b"{"))
