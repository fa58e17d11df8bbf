"""Tables of infragen's own, such as what AWS calls something: TOML files beside the modules that read them."""

import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any


def own_table(module: str, name: str | None = None, *, parse_float: Callable[[str], Any] = float) -> dict[str, Any]:
    """Return what a file says that lies beside a module, by the module's `__file__`; without a name its namesake."""
    path = Path(module)
    text = (path.with_name(name) if name else path.with_suffix(".toml")).read_text(encoding="utf-8")
    return tomllib.loads(text, parse_float=parse_float)
