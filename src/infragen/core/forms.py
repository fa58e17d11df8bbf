"""Forms of texts: a pattern for editors and a check, and words for people."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from annotated_types import GroupedMetadata
from pydantic import AfterValidator, StringConstraints, WithJsonSchema

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True, slots=True)
class Form(GroupedMetadata):
    """The form of a text, which a hint says in words, and an editor knows as a pattern."""

    pattern: str
    says: str
    most: int = 2048
    begins: str = ""
    """How each of them begins, which people leave out: `cache.`."""

    @property
    def examples(self) -> list[str]:
        """The first of the words in backticks."""
        return [self.says.partition("`")[2].partition("`")[0].strip('"')]

    def __iter__(self) -> Iterator[object]:
        """Yield what checks it, and what the schema says."""
        yield StringConstraints(max_length=self.most)
        yield AfterValidator(self._checked)
        schema = {"type": "string", "pattern": f"^{self.pattern}$", "maxLength": self.most, "examples": self.examples}
        yield WithJsonSchema(schema)

    def _checked(self, text: str) -> str:
        if re.fullmatch(self.pattern, text) is None:
            is_begun = self.begins and re.fullmatch(self.pattern, f"{self.begins}{text}")
            raise ValueError(f"write `{self.begins}{text}`" if is_begun else f"write {self.says}")
        return text
