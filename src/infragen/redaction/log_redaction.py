"""Sensitive values of plans kept out of texts that may quote one: the log of a run, what a policy program prints."""

import threading
from collections.abc import Collection, Iterable, Sequence

from infragen.redaction.decode import Guard, OpenPlan
from infragen.redaction.plain_secrets import PlainSecrets
from infragen.redaction.provider_schemas import ProviderSchemas
from infragen.redaction.redactor import Redactor
from infragen.redaction.sensitive_values import find_sensitive_values


class _Memory:
    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._values: frozenset[str] = frozenset()
        self._redactor = Redactor(())

    def remember(self, values: Collection[str]) -> None:
        with self._lock:
            if not self._values.issuperset(values):
                self._values |= frozenset(values)
                self._redactor = Redactor(self._values)

    def redacted(self, text: str) -> str:
        return self._redactor.redact(text)


_MEMORY = _Memory()
"""Of this process: whatever it does with a plan, what it logs afterwards may speak of the same values."""


def remember(values: Collection[str]) -> None:
    _MEMORY.remember(values)


def redacted(text: str) -> str:
    return _MEMORY.redacted(text)


def redactor_of(plans: Sequence[OpenPlan], known: Sequence[ProviderSchemas], more: Iterable[str] = ()) -> Redactor:
    """Also keeps the log free of these secrets from now on; `more` are texts to keep out besides."""
    documents = [plan.document for plan in plans]
    plain = PlainSecrets(documents, [plan.files for plan in plans])
    values = find_sensitive_values(list(zip(documents, known, strict=True)), plain).union(more)
    remember(values)
    return Redactor(values, plain)


def remember_plan(plan: OpenPlan) -> Redactor:
    with Guard(plan.name, "a value is nested too deeply to be read"):
        return redactor_of([plan], [plan.schemas])


def redacted_texts(plan: OpenPlan, texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(map(remember_plan(plan).redact, texts))
