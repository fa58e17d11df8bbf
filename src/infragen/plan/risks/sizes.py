"""How large an instance class or type is: `db.r6g.2xlarge`.

Sources: EC2 User Guide "Amazon EC2 instance type naming conventions": each size has twice the capacity of the one
before; Amazon EC2 Instance Types: GiB for each vCPU of families for compute, general purpose, memory, and burstable.
"""

import re
from fractions import Fraction
from typing import NamedTuple

_SIZES = ("nano", "micro", "small", "medium", "large", "xlarge")
_CLASS = re.compile(
    r"(?:(?:db|cache|kafka|mq|ml|dms|dax)\.)?([a-z])[a-z0-9-]*\.(\d{0,3})(nano|micro|small|medium|large|xlarge)"
    r"(?:\.(?:search|elasticsearch))?"
)
_MEMORY = {"c": 2, "m": 4, "r": 8, "t": 4}


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
