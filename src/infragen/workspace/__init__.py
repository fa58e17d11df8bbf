"""The tree below `generated/`: compared with what was rendered, shown as a diff, written all or nothing."""

from infragen.workspace.tree import (
    FileDifference,
    TreeChanges,
    compare,
    differences,
    file_differences,
    foreign_files,
    shown_once,
    unified_diff,
    unusable,
)
from infragen.workspace.write import recover, write

__all__ = [
    "FileDifference", "TreeChanges", "compare", "differences", "file_differences", "foreign_files", "recover",
    "shown_once", "unified_diff", "unusable", "write",
]  # fmt: skip
