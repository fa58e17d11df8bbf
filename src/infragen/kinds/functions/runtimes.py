"""Runtimes of AWS Lambda, and when AWS ends each."""

from __future__ import annotations

from datetime import date
from typing import Any, Final, Literal

Runtime = Literal[
    "dotnet8",
    "java11",
    "java17",
    "java21",
    "java8.al2",
    "nodejs18.x",
    "nodejs20.x",
    "nodejs22.x",
    "provided.al2",
    "provided.al2023",
    "python3.10",
    "python3.11",
    "python3.12",
    "python3.13",
    "python3.9",
    "ruby3.2",
    "ruby3.3",
    "ruby3.4",
]
"""Those that AWS's provider for Terraform knows, which knows none newer in its version 5."""

ENDS: Final[dict[Runtime, date]] = {
    "dotnet8": date(2026, 11, 10),
    "java11": date(2027, 6, 30),
    "java17": date(2027, 6, 30),
    "java21": date(2029, 6, 30),
    "java8.al2": date(2027, 6, 30),
    "nodejs18.x": date(2025, 9, 1),
    "nodejs20.x": date(2026, 4, 30),
    "nodejs22.x": date(2027, 4, 30),
    "provided.al2": date(2026, 7, 31),
    "provided.al2023": date(2029, 6, 30),
    "python3.10": date(2026, 10, 31),
    "python3.11": date(2027, 6, 30),
    "python3.12": date(2028, 10, 31),
    "python3.13": date(2029, 6, 30),
    "python3.9": date(2025, 12, 15),
    "ruby3.2": date(2026, 3, 31),
    "ruby3.3": date(2027, 3, 31),
    "ruby3.4": date(2028, 3, 31),
}
"""From this day on AWS mends nothing of a runtime, and later makes no new function of it.

Source: AWS Lambda Developer Guide, Lambda runtimes, "Deprecation date", as the installed cfn-lint has it
(`LmbdRuntimeLifecycle.json`); `tests/unit/test_availability.py` compares the two.
"""


def longest(runtime: Runtime) -> Runtime:
    """Return the runtime of the same language that AWS supports longest: `python3.13` for `python3.9`."""
    own = _language(runtime)
    return max((known for known in ENDS if _language(known) == own), key=lambda known: (ENDS[known], known))


def known(given: Any) -> Any:
    """Return a runtime as it is; ValueError with the best of its language for one that is not known."""
    own = [one for one in ENDS if isinstance(given, str) and _language(one) == _language(given)]
    if own and given not in ENDS:
        raise ValueError(f"write `{longest(own[0])}`, which AWS supports longest of that language")
    return given


def _language(runtime: str) -> str:
    return runtime.rstrip("0123456789.x") if not runtime.startswith(("java8", "provided")) else runtime[:4]
