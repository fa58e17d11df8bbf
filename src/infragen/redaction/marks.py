"""The trees beside a plan's values that say which parts are sensitive and which are unknown."""


def is_marked(mark: object) -> bool:
    """Whether a tree of marks marks anything; a mark of an unknown shape counts."""
    if isinstance(mark, dict):
        return any(map(is_marked, mark.values()))
    return any(map(is_marked, mark)) if isinstance(mark, list) else mark is not False and mark is not None


def mark_at(mark: object, value: object, key: object) -> object:
    """Take a mark whose shape is not that of its value for one of the whole value: better to hide too much."""
    if mark is False:
        return False
    if isinstance(value, dict) and isinstance(mark, dict):
        return mark.get(key, False)
    if isinstance(value, list) and isinstance(mark, list) and isinstance(key, int):
        return mark[key] if key < len(mark) else False
    return is_marked(mark)


def unknown_at(unknown: object, key: object) -> object:
    if unknown is False:
        return False
    if isinstance(unknown, dict):
        return unknown.get(key, False)
    if isinstance(unknown, list) and isinstance(key, int):
        return unknown[key] if key < len(unknown) else False
    return unknown is True


def is_whole(mark: object, value: object) -> bool:
    return is_marked(mark) and not (isinstance(mark, dict | list) and type(mark) is type(value))


def is_unknown(value: object, unknown: object) -> bool:
    return unknown is True or (value is None and is_marked(unknown))


def members_with_unknown(value: dict[str, object], unknown: object) -> list[tuple[str, object, object]]:
    """Return name, value and unknown parts of each member; one that is wholly unknown may be left out of the value."""
    parts = unknown.items() if isinstance(unknown, dict) else ()
    names = {*value, *(name for name, part in parts if is_marked(part))}
    return [(name, value.get(name), unknown_at(unknown, name)) for name in sorted(names)]
