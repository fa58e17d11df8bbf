"""The roles and users of an account that a policy names, and which of them there are."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from infragen_sandbox.gate.rule import emulated

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infragen_sandbox.gate.calls import Call


def missing_principal(call: Call, policy: str | bytes | None) -> str | None:
    """Return the first role or user of the call's own account that a policy names and nobody made.

    Those of other accounts may exist; service-linked roles AWS makes itself.
    """
    iam = emulated(call, "iam")
    for arn in sorted(set(_named(policy))):
        _, _, place = arn.partition(f":iam::{call.account}:")
        kind, _, path = place.partition("/")
        name = path.rpartition("/")[2]
        if kind == "role" and not path.startswith("aws-service-role/"):
            there = {role.name for role in iam.roles.values()}
        elif kind == "user":
            there = set(iam.users)
        else:
            continue
        if name not in there:
            return arn
    return None


def _named(policy: str | bytes | None) -> Iterator[str]:
    try:
        document = json.loads(policy or "{}")
    except ValueError:
        return  # which the emulator says
    statements = document.get("Statement", [])
    for statement in statements if isinstance(statements, list) else [statements]:
        principal: Any = statement.get("Principal", {})
        named = principal.get("AWS", []) if isinstance(principal, dict) else []
        yield from [named] if isinstance(named, str) else named
