"""Tables of infragen's own, such as what AWS calls something: TOML files beside the modules that read them."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any


def own_table(module: str, name: str) -> dict[str, Any]:
    """Return what a file says that lies beside a module, by the module's `__file__`."""
    return tomllib.loads(Path(module).with_name(name).read_text(encoding="utf-8"))
