"""Addresses of resources as reports show them: inside their stack, and with stars for what differs between places."""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

from infragen.hcl.addresses import KEY
from infragen.plan import Change, Entry

_MODULE = re.compile(r"\bmodule\.([^.\[]+)")


def shape_of(change: Change) -> str:
    inside = relative_address(change)
    if change.entry is None:
        return starred(inside)
    return _without_name(KEY.sub("[*]", inside) if "[" in inside else inside, change.entry.id)


def starred(address: str) -> str:
    address = KEY.sub("[*]", address) if "[" in address else address
    return _MODULE.sub("module.*", address) if "module." in address else address


def relative_address(change: Change) -> str:
    """Return the address as it reads inside its stack: without the module that a combined root puts around it."""
    if change.stack is None:
        return change.address
    for label in (change.stack, change.stack.replace("-", "_")):
        inside = change.address.removeprefix(f"module.{label}.")
        if inside != change.address:
            return inside
    return change.address


def _without_name(address: str, entry_id: str) -> str:
    """Return the address with a star for the entry's name: `module.*_scaling.aws_appautoscaling_target.this`."""
    name = entry_id.rpartition("/")[2]
    head, dot, rest = address.partition(".")
    label, rest_dot, rest = rest.partition(".")
    written = next((written for written in (name, name.replace("-", "_")) if written in label), None)
    label = label.replace(written, "*", 1) if written else label
    return head + dot + label + rest_dot + rest


@lru_cache(maxsize=4096)
def address_parts(address: str) -> tuple[tuple[str, str], ...]:
    """Return the labels of an address, each with its key: (`module`, ``), (`a`, `["x.y"]`), ..."""
    parts: list[tuple[str, str]] = []
    position = 0
    for match in KEY.finditer(address):
        parts += [(label, "") for label in address[position : match.start()].split(".") if label]
        if parts:
            parts[-1] = (parts[-1][0], parts[-1][1] + match[0])
        position = match.end()
    parts += [(label, "") for label in address[position:].split(".") if label]
    return tuple(parts)


def common_address(addresses: Sequence[str], entry: Entry | None) -> str:
    """Put a star where addresses differ; where not all are as deep in modules, only the type is left."""
    split = [address_parts(address) for address in addresses]
    if len({len(parts) for parts in split}) > 1:
        return ".".join(label for label, _ in split[0][-2:-1]) + ".*"
    text = ""
    for place in zip(*split, strict=True):
        labels, keys = {label for label, _ in place}, {key for _, key in place}
        starred_label = _without_name(f"module.{place[0][0]}", entry.id).removeprefix("module.") if entry else "*"
        label = place[0][0] if len(labels) == 1 else starred_label
        text += f".{label}{place[0][1] if len(keys) == 1 else '[*]'}"
    return text[1:]


def names_of(change: Change) -> tuple[str, ...]:
    """Return the longest first, without escaped ones: they may be formatted differently in a value."""
    inside = relative_address(change)
    names = {match[0][1:-1].strip('"') for match in KEY.finditer(inside)} if "[" in inside else set[str]()
    if change.entry is not None:
        name = change.entry.id.rpartition("/")[2]
        names |= {name, name.replace("-", "_")}
    elif "module." in inside:
        names |= set(_MODULE.findall(inside))
    return tuple(sorted((name for name in names if name and "\\" not in name), key=lambda name: (-len(name), name)))


def without_names(text: str, names: Iterable[str], instead: str) -> str:
    """Return a text with something else for each name; a short name counts as a word of its own only."""
    for name in names:
        if name in text:
            text = text.replace(name, instead) if len(name) >= 3 else _word(name).sub(instead, text)
    return text


@lru_cache(maxsize=1024)
def _word(name: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![A-Za-z0-9]){re.escape(name)}(?![A-Za-z0-9])")
