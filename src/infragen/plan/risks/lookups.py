"""What judges ask of safe values: never a wrong shape is an error, it is only no answer."""

import re
from collections.abc import Callable, Mapping
from fractions import Fraction
from math import isfinite
from typing import NamedTuple

from infragen.plan.display import literal
from infragen.plan.view import View
from infragen.redaction.values import Number, Value
from infragen.text import shorten_pair

_LONGEST = 60
ICMP = frozenset({"icmp", "icmpv6"})
"""The protocols whose ports are a type and a code."""
_PROTOCOLS = {"-1": "all", "*": "all", "1": "icmp", "6": "tcp", "17": "udp", "58": "icmpv6"}
# EC2 User Guide "Amazon EC2 instance type naming conventions": each size has twice the capacity of the one before;
# Amazon EC2 Instance Types: GiB for each vCPU of families for compute, general purpose, memory, and burstable.
_SIZES = ("nano", "micro", "small", "medium", "large", "xlarge")
_CLASS = re.compile(
    r"(?:(?:db|cache|kafka|mq|ml|dms|dax)\.)?([a-z])[a-z0-9-]*\.(\d{0,3})(nano|micro|small|medium|large|xlarge)"
    r"(?:\.(?:search|elasticsearch))?"
)
_MEMORY = {"c": 2, "m": 4, "r": 8, "t": 4}


def word(value: Value) -> str | None:
    return value if isinstance(value, str) and value else None


def region_in(arn: Value) -> str:
    return arn.split(":")[3] if isinstance(arn, str) and arn.count(":") > 4 else ""


def texts(value: Value) -> tuple[str, ...]:
    """Return the texts of a list, or the one text that stands in its place; what is hidden or unknown is left out."""
    if isinstance(value, str):
        return (value,)
    return tuple(item for item in value if isinstance(item, str)) if isinstance(value, list) else ()


def number(value: Value) -> float | None:
    """Return a number as a float, which is exact enough to compare sizes with; None of one that no float can be."""
    if not isinstance(value, Number):
        return None
    try:
        found = float(value.text)
    except ValueError:
        return None
    return found if isfinite(found) else None


def sides(view: View, path: str) -> tuple[Value, Value]:
    """Return an attribute before and after; in its path it stands behind the nested blocks that it is in."""
    return at(view.before, path), at(view.after, path)


def at(side: Callable[[str], Value], path: str) -> Value:
    outer, *inner = path.split(".")
    value = side(outer)
    for part in inner:
        value = block(value).get(part)
    return value


def numbers(view: View, path: str) -> tuple[float, float] | None:
    before, after = map(number, sides(view, path))
    return None if before is None or after is None else (before, after)


def protocol_of(value: Value, unsaid: str = "all") -> str:
    """`TCP` and `6` are both `tcp`: EC2 API Reference "IpPermission"; IANA "Protocol Numbers"."""
    name = (word(value) or unsaid).lower()
    return _PROTOCOLS.get(name, name)


def fallen(view: View, path: str) -> tuple[float, float] | None:
    change = numbers(view, path)
    return change if change and change[1] < change[0] else None


def service(view: View) -> str:
    """Return what a rule of a security group lets through, as it will be or as it was: `tcp 443`."""
    protocol = protocol_of(view.current("ip_protocol") or view.current("protocol"))
    first, last = (number(view.current(name)) for name in ("from_port", "to_port"))
    if protocol in {"all", *ICMP} or first is None or last is None:
        return "everything" if protocol == "all" else protocol
    return f"{protocol} {ports(first, last)}"


def ports(first: float, last: float) -> str:
    return f"{first:g}" if first == last else f"{first:g}-{last:g}"


def blocks(value: Value) -> tuple[Mapping[str, Value], ...]:
    """Return the nested blocks of a type; one that stands there without its list counts too."""
    if isinstance(value, dict):
        return (value,)
    return tuple(item for item in value if isinstance(item, dict)) if isinstance(value, list) else ()


def block(value: Value) -> Mapping[str, Value]:
    found = blocks(value)
    return found[0] if found else {}


def texts_at(side: Callable[[str], Value], path: str) -> list[str]:
    """Return the texts at a path, of all nested blocks on the way."""
    outer, *inner = path.split(".")
    found = [side(outer)]
    for name in inner:
        found = [one.get(name) for value in found for one in blocks(value)]
    return [text for value in found for text in texts(value)]


def switched_on(view: View, path: str) -> bool:
    before, after = sides(view, path)
    return after is True and before is not True


def switched_off(view: View, path: str) -> bool:
    before, after = sides(view, path)
    return before is True and after is False


def emptied(view: View, name: str) -> bool:
    before, after = sides(view, name)
    return bool(word(before) and not after and not view.action.destroys)


def shown(value: Value) -> str:
    text = literal(value)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def became(before: Value, after: Value) -> str:
    return " -> ".join(shorten_pair(literal(before), literal(after), 2 * _LONGEST))


def counted(figure: float, unit: str) -> str:
    return f"{figure:g} {unit}" if figure == 1 else f"{figure:g} {unit}s"


def parameters(view: View) -> tuple[Mapping[str, str], Mapping[str, str]]:
    """Names are in small letters; they are in blocks, in a text (MSK), or each in an object of its own (Azure)."""
    return _parameters(view.before), _parameters(view.after)


def _parameters(side: Callable[[str], Value]) -> Mapping[str, str]:
    said = side("server_properties")
    lines = [line.partition("=") for line in said.splitlines()] if isinstance(said, str) else []
    found = {name.strip(): value for name, _, value in lines if value and not name.lstrip().startswith("#")}
    own = {"name": side("name"), "value": side("value")} if side("value") else {}
    for one in (*blocks(side("parameter")), own):
        found[word(one.get("name")) or ""] = word(one.get("value")) or ""
    return {name: value.strip().lower() for name, value in found.items() if name}


def source_before(view: View) -> tuple[str, str] | None:
    # RDS User Guide "Working with DB instance read replicas"; Aurora User Guide "Replicating Amazon Aurora MySQL DB
    # clusters across AWS Regions". The provider takes both from what RDS says: a promoted copy has none.
    names = ("replicate_source_db", "replication_source_identifier")
    return next(((name, source) for name in names if (source := word(view.before(name)))), None)


class Size(NamedTuple):
    """The size of a class, where a `large` is 1, and the memory of its family: GiB for each vCPU."""

    units: Fraction
    memory: Fraction


def size_of(name: object) -> Size | None:
    match = _CLASS.fullmatch(name) if isinstance(name, str) else None
    if not match:
        return None
    family, times, size = match.groups()
    units = Fraction(2) ** (_SIZES.index(size) - _SIZES.index("large")) * (int(times or 1) if size == "xlarge" else 1)
    return Size(units, Fraction(_MEMORY.get(family, 1)))
