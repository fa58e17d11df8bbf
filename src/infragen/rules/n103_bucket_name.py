"""N103: a name that no bucket can have."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from infragen.core.rule import Finding, Rule, Scope, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infragen.core.landscape import Environment

__all__ = ["RULE"]


_FORM: Final = r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]"
_ADDRESS: Final = r"[0-9]+(\.[0-9]+){3}"
_PREFIXES: Final = ("xn--", "sthree-", "amzn-s3-demo-")
_SUFFIXES: Final = ("-s3alias", "--ol-s3", ".mrap", "--x-s3", "--table-s3")


def _check(environment: Environment) -> Iterator[Finding]:
    bucket = environment.state_bucket
    found = _problem(bucket)
    if found:
        hint = f"such as `{environment.system.name}-{environment.name}-terraform-state`"
        yield Finding(
            f"S3 does not accept the bucket name `{bucket}`: {found}",
            environment.at("environment", "state", "bucket"),
            hint,
        )


def _problem(bucket: str) -> str | None:
    if not re.fullmatch(_FORM, bucket):
        return "3 to 63 lower-case letters, digits, hyphens and dots, a letter or digit at both ends"
    if ".." in bucket or re.fullmatch(_ADDRESS, bucket):
        return "it looks like an address or has two dots in a row"
    for part in (*_PREFIXES, *_SUFFIXES):
        if bucket.startswith(part) or (part in _SUFFIXES and bucket.endswith(part)):
            return f"`{part}` is reserved"
    return None


RULE = Rule(
    "N103",
    "the state bucket's name is not valid in S3",
    Severity.ERROR,
    Scope.ENVIRONMENT,
    _check,
    "Amazon S3 User Guide: General purpose bucket naming rules",
)
