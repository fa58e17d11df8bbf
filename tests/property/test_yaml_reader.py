"""Any bytes become plain data or findings, within bounds and at the right places, with libyaml and without."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
import unicodedata
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from tests.conftest import ROOT
from tests.property.catalogue_fields import write
from tests.waiting import PATIENCE

from infragen.diagnostics import InfragenError
from infragen.source import Document, parse, read, yaml12

if TYPE_CHECKING:
    from pathlib import Path
    from types import ModuleType

PIECES = [
    "a", "b: ", "c:\n", "- ", "\n", "\n  ", "\n\n", " ", "\t", "{", "}", "[", "]", ",", ": ", ":", "? ", "&x ", "*x",
    "!t ", "!!str ", "!!int ", "|\n", ">-\n", "|2+\n", "'", '"', "''", '\\"', "\\", "\\u00e9", "\\uD800", "\\x00",
    "#", " # c", "---\n", "...\n", "%YAML 1.1\n", "%TAG ! !x\n", "~", "null", "true", "No", "12", "012",
    "1e3", ".5", "-0", "<<", "=", "@", "`", "生産", "か\u3099", "\u2028", "\u0085", "\ufeff", "\U0001f468", "\r\n",
    "\r", "\x00", "\x7f", "\x1b", "x" * 130,
]  # fmt: skip
texts = st.one_of(st.lists(st.sampled_from(PIECES), max_size=25).map("".join), st.text(max_size=60))
contents = st.one_of(texts.map(lambda text: text.encode("utf-8", "surrogatepass")), st.binary(max_size=60))


def checked(data: Any, depth: int = 0) -> None:
    """Fail unless `data` is plain, of text that a generated file can carry."""
    assert depth <= yaml12.MAX_DEPTH + 1
    if isinstance(data, dict):
        for key, value in data.items():
            checked(key, depth)
            assert isinstance(key, str)
            checked(value, depth + 1)
    elif isinstance(data, list):
        for value in data:
            checked(value, depth + 1)
    elif isinstance(data, str):
        assert unicodedata.is_normalized("NFC", data)
        assert all(character in "\t\n\x85" or unicodedata.category(character) not in ("Cc", "Cs") for character in data)
    else:
        assert data is None or type(data) in (bool, int)


def placed(error: InfragenError, lines: int) -> None:
    """Fail unless every finding has a code of the reader's, what to do, and a place inside the file."""
    for found in error.diagnostics:
        assert found.code in {"S001", "S002", "S003", "S004", "S005", "S007"}
        assert found.hint
        assert found.location is not None
        assert 1 <= found.location.line <= lines + 1
        assert found.location.column >= 1


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("files") / "a.yaml"


@settings(max_examples=400, deadline=None)
@given(content=contents)
@example(content=b"")
@example(content=b"!!str {a: b}")
@example(content=b"a: !!str [b]")
@example(content=b"a: !!map text")
@example(content=b"a: !!seq {b: c}")
@example(content=b"\xff\xfea\x00:\x00 \x001\x00")
@example(content="a: \ud800".encode("utf-8", "surrogatepass"))
def test_any_bytes_are_data_or_findings(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    try:
        document = read(path, "a.yaml")
    except InfragenError as error:
        placed(error, len(content.decode("utf-8", "replace").splitlines()))
    else:
        checked(document.data)
        assert isinstance(document.data, dict)


keys = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), min_size=1, max_size=12).filter(
    lambda text: unicodedata.is_normalized("NFC", text) and text != "<<"
)
scalars = st.one_of(
    st.booleans(),
    st.none(),
    st.integers(-(10**17), 10**17),
    st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), max_size=20).map(
        lambda text: unicodedata.normalize("NFC", text)
    ),
    st.sampled_from(["no", "012345671234", "12:30", "1.50", "null", "true", "", "a\nb", "tab\t", "\u2028"]),
)
data = st.dictionaries(
    keys,
    st.recursive(
        scalars,
        lambda inner: st.lists(inner, min_size=1, max_size=4) | st.dictionaries(keys, inner, min_size=1, max_size=4),
        max_leaves=12,
    ),
    min_size=1,
    max_size=5,
)


@settings(max_examples=150, deadline=None)
@given(data)
def test_every_value_and_every_key_is_found_where_it_was_written(value: dict[str, Any]) -> None:
    written = write(value)
    found, _ = parse(written.text, "a.yaml")
    document = Document("a.yaml", found, written.text)

    assert found == value
    assert [type(leaf) for leaf in leaves(found)] == [type(leaf) for leaf in leaves(value)], "True is no 1"
    for path, (line, column) in written.values.items():
        place = document.locate(path)
        assert (place.line, place.column) == (line, column), path
        assert document.has(path)
    for path, (line, column) in written.keys.items():
        place = document.locate(path, key=True)
        assert (place.line, place.column) == (line, column), path


@settings(max_examples=100, deadline=None)
@given(data)
def test_json_is_yaml(value: dict[str, Any]) -> None:
    """YAML 1.2 contains JSON, but for characters beyond the first plane, which JSON may write as two halves."""
    assert parse(json.dumps(value, ensure_ascii=False), "a.yaml")[0] == value


@given(data, st.data())
def test_a_key_given_twice_is_told_where_it_is_given_again(value: dict[str, Any], draw: st.DataObject) -> None:
    again = draw.draw(st.sampled_from(sorted(value)))
    first = write(value)
    second = write({again: "x"})
    with pytest.raises(InfragenError) as caught:
        parse(first.text + second.text, "a.yaml")
    (found,) = caught.value.diagnostics
    line, column = second.keys[(again,)]
    assert (found.code, found.location) == (
        "S002",
        type(found.location)("a.yaml", first.text.count("\n") + line, column),
    )


def leaves(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return [leaf for inner in value.values() for leaf in leaves(inner)]
    return [leaf for inner in value for leaf in leaves(inner)] if isinstance(value, list) else [value]


BOMBS = {
    "lists in lists": lambda n: "a: " + "[" * n + "]" * n,
    "lists that never end": lambda n: "a: " + "[" * n,
    "maps in maps": lambda n: "a: " + "{a: " * n + "1" + "}" * n,
    "dashes": lambda n: "a:\n  " + "- " * n + "x",
    "keys of keys": lambda n: "? " * n,
    "tags": lambda n: "a: " + "!t [ " * n,
    "aliases": lambda n: "a: &x [1]\nb: [" + "*x, " * n + "]",
    "aliases of aliases": lambda n: (
        "l0: &l0 [x, x]\n" + "".join(f"l{i}: &l{i} [*l{i - 1}, *l{i - 1}]\n" for i in range(1, min(n, 5000)))
    ),
    "a list of itself": lambda n: "a: &x [*x" + ", *x" * n + "]",
    "one key": lambda n: "k: 1\n" * n,
    "many keys": lambda n: "".join(f"k{i}: 1\n" for i in range(n)),
    "documents": lambda n: "---\n" * n,
    "one long text": lambda n: "a: " + "x" * n,
    "escapes": lambda n: 'a: "' + "\\n" * n + '"',
    "colons": lambda n: "a" + ": " * n,
    "directives": lambda n: "%YAML 1.2\n" * n + "---\na: 1",
}


@pytest.mark.parametrize("name", BOMBS)
def test_no_text_ends_the_process_or_never_ends(name: str) -> None:
    """200,000 levels ended the process inside libyaml's composer; so this runs in one of its own."""
    text = BOMBS[name](100_000)
    program = (
        "import sys\n"
        "from infragen.diagnostics import InfragenError\n"
        "from infragen.source import parse\n"
        "text = sys.stdin.read()\n"
        "try:\n    parse(text, 'a.yaml')\n"
        "except InfragenError as error:\n    print(error.diagnostics[0].code)\n"
    )
    answer = subprocess.run(
        [sys.executable, "-c", program],
        input=text,
        capture_output=True,
        encoding="utf-8",
        check=True,
        timeout=PATIENCE,  # each takes a second
    )
    assert answer.stdout.strip() != "S001" or name in {"documents", "colons", "directives"}


@pytest.fixture(scope="module")
def fallback() -> ModuleType:
    """The reader as it is where PyYAML was built without libyaml."""
    kept = sys.modules.get("yaml.cyaml")
    sys.modules["yaml.cyaml"] = None  # type: ignore[assignment]
    try:
        spec = importlib.util.spec_from_file_location("infragen_source_yaml12_pure", yaml12.__file__)
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
    finally:
        del sys.modules["yaml.cyaml"]
        if kept is not None:
            sys.modules["yaml.cyaml"] = kept
    return module


def result(module: Any, text: str) -> tuple[Any, list[tuple[Any, ...]]]:
    """Return what a reader makes of a text: its data and the place of every value, or the lines of its findings."""
    try:
        found, root = module.parse(text, "a.yaml")
    except InfragenError as error:
        return None, [(found.code, found.location) for found in error.diagnostics]
    return found, [(node.tag, node.start_mark.line, node.start_mark.column) for node in nodes(root)]


def nodes(node: Any) -> list[Any]:
    if node.id == "scalar":
        return [node]
    inner = [part for item in node.value for part in (item if node.id == "mapping" else (item,))]
    return [node, *(one for part in inner for one in nodes(part))]


def test_both_readers_are_what_they_are_called(fallback: ModuleType) -> None:
    assert fallback._Parser is not yaml12._Parser


def test_both_readers_read_the_whole_repository_alike(fallback: ModuleType) -> None:
    files = [*ROOT.glob("catalog/**/*.yaml"), *ROOT.glob("environments/**/*.yaml")]
    assert len(files) > 40
    for file in files:
        text = file.read_text(encoding="utf-8")
        assert result(fallback, text) == result(yaml12, text), file


@settings(max_examples=100, deadline=None)
@given(value=data)
@example(value={"\ufeff": "\ufeff", "a": 1})
@example(value={"a\ufeff": {"b": ["\ufeffc", "d"]}})
def test_both_readers_read_good_files_alike(fallback: ModuleType, value: dict[str, Any]) -> None:
    for text in (write(value).text, json.dumps(value, ensure_ascii=False)):
        assert result(fallback, text) == result(yaml12, text)


@settings(max_examples=300, deadline=None)
@given(text=texts.filter(lambda text: "\ufeff" not in text))
def test_both_readers_understand_the_same(fallback: ModuleType, text: str) -> None:
    """They differ in which odd texts they refuse (tabs, mostly), and in nothing that both take."""
    mine, other = result(yaml12, text)[0], result(fallback, text)[0]
    assert mine == other or mine is None or other is None


BAD = [
    "a: [1, 2\n", "a: b: c\n", "a:\n\t- b\n", "a: 'open\n", "a: *nowhere\n", "a: 1\n b: 2\n", "a: \x01\n", "", "- a\n",
    "a: 1\n---\nb: 2\n", "a: &x [*x]\n", "a: !!int '1'\n", "? [a]\n: 1\n", "a: &x {b: 1}\nc: {<<: *x}\n",
    "a: 1\na: 2\n", "a: " + "[" * 90 + "]" * 90, "a: " + "[" * 2000, 'a: "\\x1b"\n', 'a: "か\\u3099"\n',
    "a: か\u3099\n", "{\n",
]  # fmt: skip


@pytest.mark.parametrize("text", BAD)
def test_both_readers_refuse_the_same_at_the_same_place(fallback: ModuleType, text: str) -> None:
    mine, other = result(yaml12, text), result(fallback, text)
    assert mine[0] is None
    assert [code for code, _ in mine[1]] == [code for code, _ in other[1]]
    assert [place.line for _, place in mine[1]] == [place.line for _, place in other[1]]


@pytest.mark.parametrize("text", ['a: "\\uD800"\n', 'a: "\\U00110000"\n'])
def test_both_readers_refuse_half_a_character_each_in_its_way(fallback: ModuleType, text: str) -> None:
    for module in (yaml12, fallback):
        found, findings = result(module, text)
        assert found is None
        assert {code for code, _ in findings} <= {"S001", "S007"}
