"""How tests search: `make test` tries the same each time, `make fuzz` something else, and what that finds is kept.

A find is a file below `tests/cases/found/`, and `make test` runs it before what it tries anyway. It has the choices
that Hypothesis made (`choices`), for what it drew cannot always be written down, and what came of them (`example`).
Where the strategies of a test have changed, the same choices are another example: that fails too, so no file stays that
proves nothing. A file goes when an `@example` or a test of its own says the same.
"""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import hypothesis
import pytest
from hypothesis import Phase, settings
from hypothesis.errors import DidNotReproduce
from hypothesis.reporting import default, with_reporter

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

FOLDER = Path("tests", "cases", "found")
"""Below the project's root."""
_CHOICES = re.compile(r"@reproduce_failure\('[^']+', b'([^']+)'\)")
_ARGUMENT = re.compile(r" {4}(\w+)=")

_PHASES = [Phase.explicit, Phase.reuse, Phase.generate, Phase.shrink]
"""All but the one that comments an example: the comments are others each time."""

# A busy machine is no failure: nothing has a deadline. What a profile leaves unsaid is Hypothesis' own, and that is
# derandomized where the environment has CI: each says what it is.
settings.register_profile("same", deadline=None, derandomize=True, phases=_PHASES)
settings.register_profile(
    "fuzz",
    deadline=None,
    derandomize=False,
    database=None,
    phases=_PHASES,
    print_blob=True,
    report_multiple_bugs=False,
)
settings.load_profile("same")


@pytest.hookimpl(wrapper=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> Iterator[None]:
    """Run what was found with a test, then the test."""
    for file in sorted((pyfuncitem.config.rootpath / FOLDER).glob(f"{pyfuncitem.originalname}-*.json")):
        find = json.loads(file.read_text(encoding="utf-8"))
        if find["test"] == pyfuncitem.nodeid and _example_of(pyfuncitem, find["choices"]) != find["example"]:
            pytest.fail(f"{file.name}: its choices are another example by now, so write it as a test", pytrace=False)
    return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[None]:
    """Keep what a random search found; only its failures come with choices."""
    notes: list[str] = getattr(call.excinfo.value, "__notes__", []) if call.excinfo else []
    if isinstance(item, pytest.Function) and (choices := _CHOICES.search("\n".join(notes))):
        seed = item.config.getoption("hypothesis_seed")
        find = {"test": item.nodeid, "seed": seed, "example": _example(item, notes), "choices": choices[1]}
        digest = hashlib.sha256(f"{item.nodeid} {choices[1]}".encode()).hexdigest()[:8]
        folder = item.config.rootpath / FOLDER
        folder.mkdir(parents=True, exist_ok=True)
        text = json.dumps(find, indent=2) + "\n"
        (folder / f"{item.originalname}-{digest}.json").write_text(text, encoding="utf-8")
    return (yield)


def _example_of(item: pytest.Function, choices: str) -> list[str]:
    """Run a test with these choices and return what they are an example of; nothing where they are none by now."""
    test: Any = getattr(item.obj, "__func__", item.obj)
    said: list[str] = []

    def report(text: str) -> None:
        said.append(text)
        default(text)

    hypothesis.reproduce_failure(hypothesis.__version__, choices.encode())(test)
    try:
        with with_reporter(report), pytest.raises(DidNotReproduce):
            item.obj(**{name: item.funcargs[name] for name in item._fixtureinfo.argnames})
    finally:
        test._hypothesis_internal_use_reproduce_failure = None
    return _example(item, said)


def _example(item: pytest.Function, said: Iterable[str]) -> list[str]:
    """Return what Hypothesis says of an example, without the fixtures, which are others each time."""
    example, ours = [], True
    for line in "\n".join(said).partition("\n\n")[0].splitlines():
        if argument := _ARGUMENT.match(line):
            ours = argument[1] not in item._fixtureinfo.argnames
        elif line == ")":
            ours = True
        if ours:
            example.append(line)
    return example
