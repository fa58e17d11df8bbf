"""Rules about secrets in what everybody may read."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from infragen.core.rule import Finding, Findings, rule
from infragen.core.secret_forms import secrets_in
from infragen.diagnostics import Location

if TYPE_CHECKING:
    from infragen.core.resolved_system import ResolvedSystem


@rule("B146")
def _in_a_file(resolved: ResolvedSystem) -> Findings:
    texts = {layer.document.file: layer.document.text for one in resolved.origins.values() for layer in one.layers}
    hint = (
        "revoke it, as git keeps it; `infragen new secret NAME`, then `uses: {secrets/NAME: {}}` of what needs it, has"
        " the new one in Secrets Manager"
    )
    for file, text in texts.items():
        for line, column, what in _found(text):
            yield Finding(f"{what} is in plain text here", Location(file, line, column), hint, is_secret=True)


@lru_cache(maxsize=1024)
def _found(text: str) -> tuple[tuple[int, int, str], ...]:
    """Return line, column and what stands there; the catalogue and its environments are made of the same files."""
    return tuple(
        (text.count("\n", 0, start) + 1, start - text.rfind("\n", 0, start), what) for start, what in secrets_in(text)
    )
