"""The trees beside a plan's values that say which parts are sensitive and which are unknown."""

from __future__ import annotations


def is_marked(mark: object) -> bool:
    """Whether a tree of marks marks anything; a mark of an unknown shape counts."""
    if isinstance(mark, dict):
        return any(map(is_marked, mark.values()))
    if isinstance(mark, list):
        return any(map(is_marked, mark))
    return mark is not False and mark is not None


def mark_at(mark: object, value: object, key: object) -> object:
    """Return the mark of one member of a value.

    A mark whose shape is not that of its value marks the whole value: better to hide too much.
    """
    if mark is False:
        return False
    if isinstance(value, dict) and isinstance(mark, dict):
        return mark.get(key, False)
    if isinstance(value, list) and isinstance(mark, list) and isinstance(key, int):
        return mark[key] if key < len(mark) else False
    return is_marked(mark)


def unknown_at(unknown: object, key: object) -> object:
    """Return which parts of a member are unknown, from the tree of its parent."""
    if unknown is False:
        return False
    if isinstance(unknown, dict):
        return unknown.get(key, False)
    if isinstance(unknown, list) and isinstance(key, int):
        return unknown[key] if key < len(unknown) else False
    return unknown is True
