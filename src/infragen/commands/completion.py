"""What the shell offers: targets, from file names, and entries, from the line of each file that names them.

Nothing is loaded for it, so that the answer comes at once.
"""

import re
from contextlib import suppress
from pathlib import Path
from typing import Final

_NAME: Final = re.compile(r"""^name: *["']?([a-z][a-z0-9-]*)""", re.MULTILINE)


def _root() -> Path | None:
    here = Path.cwd()
    return next((folder for folder in (here, *here.parents) if (folder / "catalog").is_dir()), None)


def _yaml(root: Path, pattern: str) -> list[Path]:
    return [path for suffix in (".yaml", ".yml") for path in root.glob(f"{pattern}{suffix}")]


def systems(incomplete: str) -> list[str]:
    root = _root()
    found = sorted({path.parent.name for path in _yaml(root, "catalog/*/system")}) if root else []
    return [name for name in found if name.startswith(incomplete)]


def environments(incomplete: str) -> list[str]:
    root = _root()
    found = sorted(f"{path.parent.name}/{path.stem}" for path in _yaml(root, "environments/*/*")) if root else []
    return [name for name in found if name.startswith(incomplete)]


def targets(incomplete: str) -> list[str]:
    """Return systems, environments and, once an environment is named, its stacks."""
    root = _root()
    stacks = []
    if root and incomplete.count("/") == 2:
        stacks = sorted("/".join(path.parts[-4:-1]) for path in root.glob("generated/*/*/*/backend.tf"))
    return [name for name in (*systems(incomplete), *environments(incomplete), *stacks) if name.startswith(incomplete)]


def paths(incomplete: str) -> list[str]:
    """Return `services.planning` and the like."""
    return [name for name in _entries() if name.startswith(incomplete)]


def domains(incomplete: str) -> list[str]:
    return [name for one in _entries("domains") if (name := one.partition(".")[2]).startswith(incomplete)]


def _entries(kind: str = "*") -> list[str]:
    """Return every entry as `services.planning`: by the name in its file, which the file's own need not be."""
    root = _root()
    found: set[str] = set()
    for path in _yaml(root, f"catalog/*/{kind}/**/*") if root else ():
        with suppress(OSError, UnicodeDecodeError):
            name = _NAME.search(path.read_text(encoding="utf-8"))
            found.add(f"{path.relative_to(root or path).parts[2]}.{name[1] if name else path.stem}")
    return sorted(found)


def entries(incomplete: str) -> list[str]:
    """Return `services/planning` and the like."""
    return [path.replace(".", "/", 1) for path in paths(incomplete.replace("/", ".", 1))]


def schemas(incomplete: str) -> list[str]:
    from infragen.catalog.schema import schemas as known

    return sorted(kind for kind in {*known(), "project"} if kind.startswith(incomplete))


def templates(incomplete: str) -> list[str]:
    from infragen.workflow.new.system import templates as known

    return [name for name in known() if name.startswith(incomplete)]


def kinds(incomplete: str) -> list[str]:
    """Return what has a file of its own: an entry of each kind, by what it is called, and an environment."""
    from infragen.kinds import kinds as known

    named = (*(kind.model.SINGULAR for kind in known().values()), "environment")
    return [name for name in named if name.startswith(incomplete)]


def example() -> str:
    """Return an environment of the project as help shows it: the first one there is, else `demo/dev`."""
    return next(iter(environments("")), "demo/dev")
