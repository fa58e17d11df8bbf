"""Runtimes of AWS Lambda, and when AWS ends each."""

from datetime import date
from typing import Any, Final, Literal

from infragen.tables import own_table

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

ENDS: Final[dict[Runtime, date]] = own_table(__file__, "runtimes.toml")["ends"]


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
