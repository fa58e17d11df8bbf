"""What the provider imports a resource by, from its state: the id for most types, a text of attributes for some.

A wrong one is harmless: whoever uses it plans first, and the provider refuses, or finds another object.
"""

import re
from collections.abc import Mapping
from functools import cache
from itertools import chain
from typing import Any, Final

from infragen.kinds import kinds
from infragen.tables import own_table

_FIELD: Final = re.compile(r"\{(\w+)(!name)?\}")


@cache
def _composed() -> Mapping[str, str]:
    own = own_table(__file__)
    return dict(chain(own.items(), *(kind.operations.import_ids.items() for kind in kinds().values())))


@cache
def fields() -> frozenset[str]:
    return frozenset(name for template in _composed().values() for name, _ in _FIELD.findall(template))


def is_composed(kind: str) -> bool:
    return kind in _composed()


def import_id(kind: str, attributes: Mapping[str, Any]) -> str | None:
    template = _composed().get(kind, "{id}")
    values: dict[str, Any] = {field: attributes.get(field) for field, _ in _FIELD.findall(template)}
    if not template or not all(isinstance(value, str) and value for value in values.values()):
        return None
    names = {field: value.rpartition("/")[2] for field, value in values.items()}  # what an ARN ends in
    return _FIELD.sub(lambda match: (names if match[2] else values)[match[1]], template)
