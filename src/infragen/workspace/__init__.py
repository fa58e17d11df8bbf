"""The tree below `generated/`: compared with what was rendered, shown as a diff, written all or nothing."""

from infragen.workspace.tree import TreeChanges, compare, unified_diff, unusable
from infragen.workspace.write import recover, write

__all__ = ["TreeChanges", "compare", "recover", "unified_diff", "unusable", "write"]
