"""Whether text that infragen did not write is HCL as Terraform takes it, expressions and all.

Files are judged by infragen's own reader. Hand-written ones are read by python-hcl2 too, and both must take them.
"""

import re
from functools import lru_cache
from typing import Final

from infragen.hcl.expressions import Reader, is_name
from infragen.hcl.index import Block, Index
from infragen.hcl.tokens import NAME, STRING, UnreadableError

_LABELS: Final = {
    "action": 2, "check": 1, "data": 2, "ephemeral": 2, "import": 0, "list": 2, "locals": 0, "module": 1, "moved": 0,
    "output": 1, "provider": 1, "removed": 0, "resource": 2, "terraform": 0, "variable": 1,
}  # fmt: skip
"""How many labels each block at the top of a file has (Terraform: Configuration Language)."""
_CONTROL: Final = re.compile(r"(?!\A\ufeff)[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff]")
_GAP: Final = re.compile(r"(?:[ \t]++|/\*(?s:.*?)\*/)*+")
_LINE_END: Final = re.compile(rf"{_GAP.pattern}(?:\n|\#|//|\Z)")
_TO_BRACE: Final = re.compile(rf"{_GAP.pattern}\}}")
_NOT_ASCII: Final = re.compile(r"[^\x00-\x7f]")
_INSERTION: Final = re.compile(r"[$%]\{")
_WORD: Final = re.compile(rf"{STRING}|{NAME}|\d+|[^\n]")


@lru_cache(maxsize=256)
def syntax_error(text: str) -> tuple[str, int, int] | None:
    """Return what is wrong with a text, at which line and column; None for HCL."""
    index = Index(text)
    try:
        _check(index)
    except UnreadableError as error:
        line, column = index.place(min(error.offset, len(text)))
        found = _WORD.match(text, error.offset)
        unexpected = f"`{found[0]}` is not expected here" if found else "the line, or the file, ends too early"
        return error.message or unexpected, line, column
    return None


@lru_cache(maxsize=256)
def second_opinion(text: str) -> tuple[str, int, int] | None:
    """Ask python-hcl2, whose grammar takes a little less than Terraform: ASCII identifiers only."""
    import hcl2  # a quarter of a second for its grammar
    from lark.exceptions import LarkError, UnexpectedInput

    try:
        hcl2.parses_to_tree(_NOT_ASCII.sub("x", text).rstrip("\n") + "\n")
    except LarkError as error:
        line, column = (error.line, error.column) if isinstance(error, UnexpectedInput) else (1, 1)
        found = str(getattr(error, "token", "")).strip()
        where = f" at `{found.splitlines()[0]}`" if found else ""
        return f"python-hcl2, the second reader, does not take this for HCL{where}", max(line, 1), max(column, 1)
    return None


def _check(index: Index) -> None:
    if control := _CONTROL.search(index.text):
        raise UnreadableError(control.start(), f"a control character (U+{ord(control[0]):04X}) is not allowed here")
    for name, argument in index.arguments.items():
        raise UnreadableError(argument.start, f"`{name}` is set outside of a block")
    reader = Reader(index.text)
    for block in index.blocks:
        if (wanted := _LABELS.get(block.kind)) is None:
            raise UnreadableError(block.start, f"Terraform has no block `{block.kind}`")
        if len(block.labels) != wanted:
            raise UnreadableError(block.start, f"a `{block.kind}` block has {wanted} labels, not {len(block.labels)}")
        for one in block.walk():
            _check_block(reader, one)
        _check_end(index.text, block.end + 1, _LINE_END)
    if index.top_problem is not None:
        raise index.top_problem


def _check_block(reader: Reader, block: Block) -> None:
    text = reader.text
    _check_name(block.kind, block.start)
    if _INSERTION.search(text, block.start, block.body_start):
        raise UnreadableError(block.start, "labels are plain text")
    is_one_line = not _LINE_END.match(text, block.body_start)
    for argument in block.arguments.values():
        _check_name(argument.name, argument.start)
        reader.read(argument.value_start, argument.end)
        _check_end(text, argument.end, _TO_BRACE if is_one_line else _LINE_END)
    for one in block.blocks:
        if is_one_line:
            raise UnreadableError(one.start, "a block in another one starts on a new line")
        _check_end(text, one.end + 1, _LINE_END)
    if block.problem is not None:
        raise block.problem


def _check_end(text: str, at: int, end: re.Pattern[str]) -> None:
    if not end.match(text, at):
        found = _GAP.match(text, at)
        raise UnreadableError(found.end() if found else at)


def _check_name(name: str, at: int) -> None:
    if not is_name(name):
        raise UnreadableError(at)
