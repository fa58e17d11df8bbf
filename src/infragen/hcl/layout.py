"""The layout of `terraform fmt` without terraform: indentation, aligned `=` and comments, no stray blank lines.

Templates are written in the right layout; what rendering disturbs is where a value of several lines stands, and the
alignment and blank lines around a conditional line that vanished. The rules are those of hclwrite's `formatIndent`
and `formatCells` (hashicorp/hcl, hclwrite/format.go): brackets decide the indentation; consecutive lines that assign a
whole expression share a column for `=`; consecutive lines that end in a comment share one for the comment. Spacing
inside a line stays as the template has it. Heredocs and block comments pass untouched.
"""

import re
import unicodedata
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import groupby

from infragen.hcl.literal import with_remarks
from infragen.hcl.tokens import BRACKETS, CLOSING, UnreadableError, tokens

# Nearly every line: a name or key, `=`, and one plain value that holds no template and no bracket.
_PLAIN_ASSIGNMENT = re.compile(r'[ \t]*([\w.-]+|"[^"\\$%]*")[ \t]*=[ \t]*("[^"\\$%]*"|[\w.-]+)[ \t]*')
# Any assignment: the name may be an expression in parentheses, `=` is no part of an operator.
_ASSIGNMENT = re.compile(r'([\w.-]+|"(?:[^"\\]|\\.)*"|\([^=]*\))[ \t]*=(?![=>])[ \t]*(.*)', re.DOTALL)
# The other lines that are everywhere: the start of a block, map or list, and the ends of blocks, maps, lists and calls.
_START = re.compile(r'\w+(?: "[^"\\$%]*")* \{|(?:[\w.-]+|"[^"\\$%]*") = [{\[]')
_ENDS = {"}": -1, "]": -1, ")": -1, "},": -1, "],": -1, "})": -2}
_LONGEST_KEPT = 2**16
"""Characters of a text whose layout is kept: the outputs of a stack of thousands of entries take megabytes."""


def align(text: str) -> str:
    """Lay out as `terraform fmt` does, in linear time; up to half of the texts are another environment's, too."""
    return _aligned(text) if len(text) > _LONGEST_KEPT else _kept(text)


def _aligned(text: str) -> str:
    layout = _Layout()
    for line in with_remarks(text).split("\n"):
        if layout.verbatim:
            layout.lines.append(line)
            if (line.rstrip().endswith("*/")) if layout.verbatim == "*/" else (line.strip() == layout.verbatim):
                layout.verbatim = ""
            continue
        code, name, expression, brackets, comment, heredoc = _line(line)
        if name and not brackets:
            layout.add_assignment(name, expression)
        elif code:
            layout.add_code(code, brackets)
        elif not comment:
            layout.end_run()
            layout.blank = True
            continue
        if comment:
            layout.add_comment(comment, is_alone=not code and not name)
        layout.verbatim = layout.verbatim or heredoc
    return layout.finish()


_kept = lru_cache(maxsize=1024)(_aligned)


@lru_cache(maxsize=16_384)
def _line(line: str) -> tuple[str, str, str, int, str, str]:
    """Return code, name, value, open brackets (negative: closed), comment, heredoc's word; most lines come again."""
    if plain := _PLAIN_ASSIGNMENT.fullmatch(line):
        return "", plain[1], plain[2], 0, "", ""
    stripped = line.strip()
    if brackets := _ENDS.get(stripped) or (1 if _START.fullmatch(stripped) else 0):
        return stripped, "", "", brackets, "", ""
    if not stripped or stripped.startswith(("#", "//", "/*")):
        return "", "", "", 0, stripped, ""
    brackets, comment, heredoc = _scan(stripped)
    code = stripped.removesuffix(comment).rstrip()
    if assignment := _ASSIGNMENT.fullmatch(code):
        return f"{assignment[1]} = {assignment[2]}", assignment[1], assignment[2], brackets, comment, heredoc
    return code, "", "", brackets, comment, heredoc


@dataclass(slots=True)
class _Layout:
    lines: list[str] = field(default_factory=list)
    open_brackets: list[int] = field(default_factory=list)  # one count for each line that has one still open
    indentation: str = ""
    run: list[tuple[int, str, str]] = field(default_factory=list)  # line number, indented name, expression
    run_width: int = 0
    comments: list[tuple[int, str]] = field(default_factory=list)
    blank: bool = False  # a blank line waits for a line that it may separate from the one before
    after_opening: bool = True  # no blank line may follow: the file's start, or a line that opens a bracket
    verbatim: str = ""  # the word that ends the open heredoc or block comment

    def add_assignment(self, name: str, expression: str) -> None:
        if self.blank:
            self._separate()
        name = self.indentation + name
        width = len(name) if name.isascii() else _columns(name)
        self.run_width = max(self.run_width, width)
        lines = self.lines
        self.run.append((len(lines), name, expression))
        lines.append("")
        self.after_opening = False

    def finish(self) -> str:
        self.end_run()
        if self.comments:
            # Comments of consecutive lines stand in one column.
            for _, run in groupby(enumerate(self.comments), key=lambda one: one[1][0] - one[0]):
                ends = [(number, comment, _columns(self.lines[number])) for _, (number, comment) in run]
                column = max(width for *_, width in ends)
                for number, comment, width in ends:
                    self.lines[number] += " " * (column - width + 1) + comment
        return "\n".join(self.lines) + "\n" if self.lines else ""

    def add_comment(self, comment: str, *, is_alone: bool) -> None:
        if not is_alone:
            self.comments.append((len(self.lines) - 1, comment))
            return
        self.end_run()
        self._separate()
        self.lines.append(self.indentation + comment)
        self.after_opening = False
        if comment.startswith("/*") and "*/" not in comment:
            self.verbatim = "*/"

    def add_code(self, code: str, brackets: int) -> None:
        if self.run:
            self.end_run()
        if brackets < 0:
            count = -brackets
            while count > 0 and self.open_brackets:
                innermost = self.open_brackets[-1]
                if count < innermost:
                    self.open_brackets[-1] -= count
                    break
                count -= innermost
                self.open_brackets.pop()
            self.indentation = "  " * len(self.open_brackets)
            self.blank = self.blank and code[0] not in CLOSING
        if self.blank:
            self._separate()
        self.lines.append(self.indentation + code)
        self.after_opening = brackets > 0
        if brackets > 0:
            self.open_brackets.append(brackets)
            self.indentation += "  "

    def _separate(self) -> None:
        if self.blank and not self.after_opening:
            self.lines.append("")
        self.blank = False

    def end_run(self) -> None:
        lines, width = self.lines, self.run_width
        for number, name, expression in self.run:
            padding = width if name.isascii() else width + len(name) - _columns(name)
            lines[number] = f"{name.ljust(padding)} = {expression}"
        self.run.clear()
        self.run_width = 0


def _scan(code: str) -> tuple[int, str, str]:
    """Return what a line has: brackets left open (negative: closed), a comment at its end, a heredoc's closing word."""
    brackets = end = 0
    try:
        for token in tokens(code):
            brackets += (token.text in BRACKETS) - (token.text in CLOSING)
            end = token.end
    except UnreadableError as error:  # a heredoc, or a text that goes on in other lines
        rest = code[error.offset :]
        return brackets, "", rest.lstrip("<-") if rest.startswith("<<") else ""
    rest = code[end:].lstrip()
    return brackets, rest if rest.startswith(("#", "//")) else "", ""


def _columns(text: str) -> int:
    """Count columns as hclwrite does: a combining mark adds none."""
    return sum(not unicodedata.combining(character) for character in text)
