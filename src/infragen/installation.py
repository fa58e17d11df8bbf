"""Where this infragen was installed from: what is missing is never fetched by a name that a stranger may own."""

from __future__ import annotations

import json
import shlex
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from importlib.metadata import Distribution

DISTRIBUTION: Final = "infragen-catalogue"
"""What the distribution is called; the command and the package are `infragen`, a name that others own on PyPI."""


def origin(extra: str = "") -> str | None:
    """Return the requirement with which pip installs the same again (PEP 610); None for an index: it is not kept."""
    extras = f"[{extra}]" if extra else ""
    found = _direct_url()
    if commit := repository():
        return f"{DISTRIBUTION}{extras} @ {commit}"
    if "archive_info" in found:
        digest = found["archive_info"].get("hashes", {}).get("sha256")
        return f"{DISTRIBUTION}{extras} @ {found['url']}" + (f"#sha256={digest}" if digest else "")
    if folder := _checkout():
        return f"{folder}{extras}"
    return f"{DISTRIBUTION}{extras} @ {found['url']}" if "dir_info" in found else None


def repository() -> str | None:
    found = _direct_url()
    info = found.get("vcs_info")
    return f"{info['vcs']}+{found['url']}@{info['commit_id']}" if info else None


def install_command(extra: str) -> str:
    """If the source of this installation is unknown, name the packages of the extra."""
    found = origin(extra)
    wanted = _packages(extra) if found is None else (["--editable", found] if _checkout() else [found])
    program = [sys.executable, "-P", "-m", "pip", "install"]  # -P: not the pip of the folder that one stands in
    if find_spec("pip") is None:
        program = ["uv", "pip", "install", "--python", sys.executable]
    return shlex.join([*program, *wanted])


def _distribution() -> Distribution | None:
    from importlib.metadata import PackageNotFoundError, distribution

    try:
        return distribution(DISTRIBUTION)
    except PackageNotFoundError:
        return None


def _direct_url() -> dict[str, Any]:
    found = _distribution()
    try:
        known = json.loads((found and found.read_text("direct_url.json")) or "{}")
    except ValueError:
        return {}
    return known if isinstance(known, dict) else {}


def _checkout() -> Path | None:
    root = Path(__file__).resolve().parents[2]
    return root if (root / "pyproject.toml").is_file() else None


def _packages(extra: str) -> list[str]:
    found = _distribution()
    marker = f'extra == "{extra}"'
    wanted = [] if found is None else found.requires or []
    return [line.partition(";")[0].strip() for line in wanted if marker in line.replace("'", '"')]
