"""Where things lie: the folder that holds `catalog/`."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from msgspec import Struct

from infragen.diagnostics import Diagnostic, InfragenError
from infragen.storage import entries, may_exist

SUFFIXES: Final = (".yaml", ".yml")
"""What the names of YAML files end in."""


class Project(Struct, frozen=True):
    """A folder with `catalog/`, `environments/` and `generated/`."""

    root: Path

    @classmethod
    def find(cls, start: Path) -> Project:
        """Return the project that `start` lies in; InfragenError P001 when no folder above has a catalogue."""
        for folder in (start, *start.parents):
            if (folder / "catalog").is_dir():
                return cls(folder)
        raise InfragenError(
            Diagnostic(
                "P001",
                f"no catalogue: neither {start} nor a folder above it has a folder `catalog/`",
                hint="go to your project, name it with `--project FOLDER`, or start one with `infragen init`",
            )
        )

    def systems(self) -> tuple[str, ...]:
        """Return the names of all systems: the folders of `catalog/` with a `system.yaml` or `system.yml`."""
        found = entries(self.root / "catalog", "catalog")
        return tuple(
            entry.name for entry in found if any(may_exist(Path(entry.path, f"system{suffix}")) for suffix in SUFFIXES)
        )

    def environment_folders(self) -> tuple[str, ...]:
        """Return the folders of `environments/`, of whichever system."""
        found = entries(self.root / "environments", "environments")
        return tuple(entry.name for entry in found if entry.is_dir() and not entry.name.startswith("."))

    def relative(self, path: Path) -> str:
        """Return a path as diagnostics and headers show it."""
        return path.relative_to(self.root).as_posix()
