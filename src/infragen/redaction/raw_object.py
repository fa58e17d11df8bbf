"""One side of an object, opened member by member: most members of what changes do not change themselves."""

from collections.abc import Mapping

import msgspec
from msgspec import Raw

from infragen.redaction.document import Lazy, distinct_members
from infragen.redaction.exact_json import decode_value
from infragen.redaction.values import Number

_STRING = msgspec.json.Decoder(str)
_CONSTANTS: Mapping[bytes, object] = {b"null": None, b"true": True, b"false": False}
_NULL = Raw(b"null")
_NULL_START, _OBJECT_START, _STRING_START = b'n{"'
_NUMBER_STARTS = frozenset(b"-0123456789")
_NOTHING: Mapping[str, Raw] = {}


class RawObject:
    """An object before or after: its members are bytes until someone asks. It holds secrets.

    `exists` is False for null: the object is created or goes. What is no object has no members.
    """

    __slots__ = ("_content", "_members", "_opened", "exists", "is_object")

    def __init__(self, member: Lazy) -> None:
        self._content = member if isinstance(member, Raw) else _NULL
        first = memoryview(self._content)[0]
        self.exists = first != _NULL_START
        self.is_object = first == _OBJECT_START
        self._members: Mapping[str, Raw] | None = None if self.is_object else _NOTHING
        self._opened: dict[str, object] = {}

    @property
    def members(self) -> Mapping[str, Raw]:
        if self._members is None:
            self._members = distinct_members(self._content)
        return self._members

    def get(self, name: str) -> object:
        found = self._opened.get(name)
        if found is None and (content := self.members.get(name)) is not None:
            found = self._opened[name] = _open(bytes(content))
        return found


def _open(content: bytes) -> object:
    first = content[0]
    if first == _STRING_START:
        return _STRING.decode(content)
    if first in _NUMBER_STARTS:
        return Number(content.decode())
    return _CONSTANTS[content] if content in _CONSTANTS else decode_value(content)
