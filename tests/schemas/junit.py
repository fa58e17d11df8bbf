"""JUnit XML as far as infragen writes it: elements, what stands in them, their attributes.

Written from `junit-10.xsd` of the Jenkins xUnit plugin; see README.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["problems"]


@dataclass(frozen=True, slots=True)
class _Element:
    inside: frozenset[str] = frozenset()
    needs: frozenset[str] = frozenset()
    may_have: frozenset[str] = frozenset()
    has_text: bool = False


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_OUTCOME = _Element(may_have=_words("type message"), has_text=True)
_ELEMENTS = {
    "testsuites": _Element(_words("testsuite"), may_have=_words("name time tests failures errors")),
    "testsuite": _Element(
        _words("testcase properties system-out system-err"),
        needs=_words("name tests failures errors"),
        may_have=_words("group time skipped timestamp hostname id package file log url"),
    ),
    "testcase": _Element(
        _words("skipped error failure system-out system-err"),
        needs=_words("name"),
        may_have=_words("time classname group"),
    ),
    "skipped": _OUTCOME,
    "error": _OUTCOME,
    "failure": _OUTCOME,
    "system-out": _Element(has_text=True),
}


def problems(text: str) -> list[str]:
    """Return what is wrong with a document, also with its counts; ParseError when it is no XML."""
    root = ET.fromstring(text.encode())
    found = [] if root.tag == "testsuites" else [f"the root is {root.tag}"]
    return [*found, *(problem for element in root.iter() for problem in _wrong(element))]


def _wrong(element: ET.Element) -> Iterator[str]:
    known = _ELEMENTS.get(element.tag)
    if known is None:
        yield f"no element is called {element.tag}"
        return
    names = set(element.attrib)
    yield from (f"{element.tag} lacks {name}" for name in sorted(known.needs - names))
    yield from (f"{element.tag} has {name}" for name in sorted(names - known.needs - known.may_have))
    yield from (f"{child.tag} stands in {element.tag}" for child in element if child.tag not in known.inside)
    if not known.has_text and ((element.text or "").strip() or any((child.tail or "").strip() for child in element)):
        yield f"text stands in {element.tag}"
    if element.tag == "testsuite":
        yield from _wrong_counts(element)


def _wrong_counts(suite: ET.Element) -> Iterator[str]:
    counted = {
        "tests": "testcase",
        "failures": "testcase/failure",
        "errors": "testcase/error",
        "skipped": "testcase/skipped",
    }
    for name, path in counted.items():
        if int(suite.attrib[name]) != len(suite.findall(path)):
            yield f"{suite.attrib['name']}: {name} is {suite.attrib[name]}, not {len(suite.findall(path))}"
