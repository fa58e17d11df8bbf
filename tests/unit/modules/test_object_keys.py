"""No object of a module has a key twice: HCL takes the last one, and says nothing."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tests.conftest import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator

TOKEN = re.compile(
    r"""(?P<skipped>"(?:[^"\\]|\\.)*"|(?:\#|//)[^\n]*|<<-?(?P<end>\w+)\n.*?\n\s*(?P=end)\b)"""
    r"""|(?P<open>[{\[(])|(?P<close>[}\])])|(?P<key>(?<=[\s{,])[A-Za-z_][\w-]*(?=\s*=[^=>]))""",
    re.DOTALL,
)


def twice(text: str) -> Iterator[str]:
    """Yield the keys that stand twice between one pair of braces."""
    frames: list[set[str]] = [set()]
    for found in TOKEN.finditer(text):
        if found["open"]:
            frames.append(set())
        elif found["close"]:
            frames.pop()
        elif key := found["key"]:
            if key in frames[-1]:
                yield key
            frames[-1].add(key)


def test_it_finds_one() -> None:
    assert list(twice('locals {\n  a = { user = "1", image = x == y ? { user = 1 } : null }\n}\n')) == []
    assert list(twice('locals {\n  a = {\n    user = "{" # user = 1\n    b = [1]\n    user = null\n  }\n}\n')) == [
        "user"
    ]


def test_no_object_has_a_key_twice() -> None:
    texts = {path.read_text(encoding="utf-8"): path for path in sorted(ROOT.glob("generated/*/*/**/*.tf"))}
    assert len(texts) > 1000
    assert {str(path.relative_to(ROOT)): keys for text, path in texts.items() if (keys := list(twice(text)))} == {}
