"""Versions of an API: which are served beside each other, until when, and what answers of an old one say of that."""

from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Annotated, ClassVar, Final

from infragen.core.entry import Form, Model
from infragen.core.system import Day

_NUMBER: Final = "(0|[1-9][0-9]{0,5})"
SemanticVersion = Annotated[str, Form(rf"{_NUMBER}\.{_NUMBER}\.{_NUMBER}", "`1.4.0`: MAJOR.MINOR.PATCH", 20)]
"""Semantic Versioning 2.0.0, section 2."""


class Version(Model):
    """A version of an API, whose contract is `contracts/<name>/v<version>.yaml` in OpenAPI."""

    INSTEAD: ClassVar = dict.fromkeys(("validated", "validate", "validation"), "write `request_validation: true`")

    deprecated: Day | None = None
    """From when on nobody should begin to use it any more; its answers say so (`Deprecation`, RFC 9745)."""
    removed: Day | None = None
    """When it ends, six months after that or later; its answers say so (`Sunset`, RFC 8594)."""
    request_validation: bool = False
    """Gateways pass on only what its contract has: its paths and methods, with required parameters and valid JSON."""

    @property
    def headers(self) -> dict[str, str]:
        found = {}
        if self.deprecated is not None:
            found["Deprecation"] = f"@{int(_midnight(self.deprecated).timestamp())}"
        if self.removed is not None:
            found["Sunset"] = format_datetime(_midnight(self.removed), usegmt=True)
        return found


def _midnight(day: str) -> datetime:
    return datetime.fromisoformat(day).replace(tzinfo=UTC)


def by_number(version: str) -> tuple[int, ...]:
    """1.10.0 comes after 1.9.0."""
    return tuple(map(int, version.split(".")))


def major(version: str) -> str:
    """`v1`."""
    return f"v{by_number(version)[0]}"


def served(versions: Mapping[str, Version]) -> dict[str, str]:
    """Callers of an older one get the newest of its major."""
    return {major(version): version for version in sorted(versions, key=by_number)}


def paths(path: str, entry: object) -> tuple[str, ...]:
    return tuple(f"{path}/{segment}" for segment in served(getattr(entry, "versions", {}))) or (path,)


def variables(versions: Mapping[str, Version]) -> dict[str, str]:
    found = {"API_VERSIONS": " ".join(served(versions))} if versions else {}
    for segment, version in served(versions).items():
        for header, value in versions[version].headers.items():
            found[f"API_{segment.upper()}_{header.upper()}"] = value
    return found
