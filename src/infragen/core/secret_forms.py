"""What the keys and tokens of well-known services look like: who sees one in a text knows that it is real."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

_KEYS: Final = (
    ("AKIA", r"(?<![A-Z0-9])AKIA[A-Z2-7]{16}(?![A-Z0-9])", "an access key of AWS"),
    ("ASIA", r"(?<![A-Z0-9])ASIA[A-Z2-7]{16}(?![A-Z0-9])", "a temporary access key of AWS"),
    ("AIza", r"\bAIza[\w-]{35}(?![\w-])", "an API key of Google"),
    ("gh", r"gh[pousr]_[0-9A-Za-z]{36,}", "a token of GitHub"),
    ("github_pat_", r"\bgithub_pat_[0-9A-Za-z_]{60,}", "a token of GitHub"),
    ("glpat-", r"\bglpat-[\w-]{20,}", "a token of GitLab"),
    ("npm_", r"\bnpm_[0-9A-Za-z]{36}\b", "a token of npm"),
    ("k_live_", r"\b[sr]k_live_[0-9A-Za-z]{20,}", "a live key of Stripe"),
    ("xox", r"\bxox[abeprs]-[0-9A-Za-z-]{20,}", "a token of Slack"),
    ("xapp-", r"\bxapp-\d-[0-9A-Za-z-]{20,}", "a token of Slack"),
    ("hooks.slack.com", r"\bhooks\.slack\.com/services/T\w{6,}/B\w{6,}/\w{16,}", "a webhook of Slack"),
    ("SG.", r"\bSG\.[\w-]{16,}\.[\w-]{16,}", "an API key of SendGrid"),
    ("PRIVATE KEY", r"-----BEGIN [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----(?:\s|\\n)+[A-Za-z0-9+/]{4}", "a private key"),
    ("eyJ", r"\beyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]{20,}", "a JSON web token"),
)
"""What stands in each, its form, and what it is: GitHub Docs, Supported secret scanning patterns; AWS STS API,
GetAccessKeyInfo; RFC 7468, Textual Encodings of PKIX; RFC 7519, JSON Web Token; else each vendor's own form."""
_BESIDE: Final = (
    ("AKIA", (r"(?<![A-Z0-9])AKIA[A-Z2-7]{16}(?![A-Z0-9])[^\n]*\n?[^\n]*?"
              r"(?<![\w/+=-])(?=[a-z0-9/+]*[A-Z])([A-Za-z0-9/+]{40})(?![\w/+=-])"), "a secret access key of AWS"),
    ("://", r"://[^\s/:@{}$<%*\"']*:([^\s/:@{}$<%*\"']{4,})@(?!127\.)[\w-]+\.[\w.-]+", "a password in an address"),
)  # fmt: skip
"""What is a secret beside something else alone, which is its group."""
_PLACEHOLDER: Final = re.compile(
    r"EXAMPLE|(.)\1{5}|^(your|change|replace)|^(pass(word|wd)?|secret|token)$", re.IGNORECASE
)
"""What documentation writes: AWS's own end in `EXAMPLE`."""


def keys_in(text: str) -> Iterator[tuple[int, str]]:
    """Yield where a key or token begins in a text, and what it is; what stands for one is none."""
    for mark, form, what in _KEYS:
        if mark in text:
            for found in re.finditer(form, text):
                if not _PLACEHOLDER.search(found[0]):
                    yield found.start(), what


def secrets_in(text: str) -> Iterator[tuple[int, str]]:
    """Yield the same, and what is a secret by what stands beside it."""
    yield from keys_in(text)
    for mark, form, what in _BESIDE:
        if mark in text:
            for found in re.finditer(form, text):
                if not _PLACEHOLDER.search(found[1]):
                    yield found.start(1), what
