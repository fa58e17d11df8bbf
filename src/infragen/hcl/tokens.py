"""The tokens of HCL text, and where a bracket's content, a string or a heredoc ends.

As HCL's own scanner has it (hashicorp/hcl, hclsyntax/scan_tokens.rl): a string in quotes is one token, whatever is
inserted into it, and so is a heredoc up to its closing word. Space and comments are none, the end of a line is one.
"""

import re
import sys
from collections.abc import Iterator
from typing import Final, NamedTuple

NAME: Final = r"[^\x00-@\[-^`{-\x7f][^\x00-,./:-@\[-^`{-\x7f]*+"
"""All but ASCII's other characters: a set that is written so compiles in a tenth of the time."""
STRING: Final = r'"(?:[^"\\$%\n]++|\\[^\n]|\$\$\{|%%\{|[$%](?!\{)|[$%]\{[^"{}\n#/<]*+\})*+"'
"""A string, unless what is inserted into it has quotes, braces or comments of its own."""
COMMENT: Final = r"\#[^\n]*+|//[^\n]*+|/\*(?s:.*?)\*/"
BRACKETS: Final = {"{": "}", "[": "]", "(": ")"}
CLOSING: Final = frozenset(BRACKETS.values())
_TOKEN: Final = re.compile(
    rf"([ \t\r]++|{COMMENT})"
    rf"|({NAME}|{STRING}|\d++(?:\.\d++)?+(?:[eE][+-]?\d++)?+|\n|<(?!<)|/(?![/*])|[{{}}\[\](),.=:?!>+*%&|~-])"
    r"|(.)",
    re.DOTALL,
)
_SPACE, _WHOLE, _STARTS = 1, 2, 3
_IN_BRACKETS: Final = re.compile(rf'(?:[^"{{}}\[\]()#/<]++|{STRING}|{COMMENT}|/(?![/*])|<(?!<))*+(.)', re.DOTALL)
_TO_END: Final = re.compile(rf'(?:[^"{{}}\[\]()#/<\n,]++|{STRING}|<(?!<))*+(.)', re.DOTALL)
_NO_START: Final = frozenset("=:?.,>*%&|/+")  # what no expression starts with
_IN_STRING: Final = re.compile(r'(?:[^"\\$%\n]++|\\[^\n]|\$\$\{|%%\{|[$%](?!\{))*+("|[$%]\{)')
_HEREDOC: Final = re.compile(rf"<<-?({NAME})\r?\n")
_IN_HEREDOC: Final = re.compile(r"(?:[^$%\n]++|\$\$\{|%%\{|[$%](?!\{))*+(\n|[$%]\{)")
_ESCAPE: Final = re.compile(r"\\(?:u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|(.))|([$%])\4(?=\{)")
_SURROGATES: Final = range(0xD800, 0xE000)
_LETTERS: Final = {"n": "\n", "r": "\r", "t": "\t"}
DEEPEST: Final = 50
"""How deep blocks, brackets and insertions may be nested: each level costs a pass over the text and some stack."""


class UnreadableError(ValueError):
    """The text is not HCL from `offset` on; `message` describes the problem, if it is known."""

    def __init__(self, offset: int, message: str = "") -> None:
        super().__init__(message or f"not HCL from character {offset} on")
        self.offset = offset
        self.message = message


class Token(NamedTuple):
    """A piece of text, and where it starts."""

    start: int
    text: str

    @property
    def end(self) -> int:
        return self.start + len(self.text)


def tokens(text: str, start: int = 0, end: int | None = None) -> Iterator[Token]:
    """Yield the tokens between two places, each of which stands between tokens; UnreadableError where there is none."""
    at, end = start, len(text) if end is None else end
    while at < end:
        for found in _TOKEN.finditer(text, at, end):
            kind = found.lastindex
            if kind == _WHOLE:
                yield Token(found.start(), found[0])
            elif kind == _STARTS:
                at = end_of(text, found.start())
                yield Token(found.start(), text[found.start() : at])
                break
        else:
            return


def words(text: str, start: int, end: int) -> tuple[str, ...]:
    has_comments = text.find("/*", start, end) >= 0  # or what looks like one in a heredoc, and is searched to its end
    found = () if has_comments else _TOKEN.findall(text, start, end)
    if has_comments or any(odd for _, _, odd in found):
        return tuple(token.text for token in tokens(text, start, end) if token.text != "\n")
    return tuple(whole for _, whole, _ in found if whole and whole != "\n")


def value_end(text: str, start: int, end: int, *, is_entry: bool) -> int:
    at, before = start, -1
    while found := _TO_END.match(text, at, end):
        at, stop = found.end(), found[1]
        if stop in BRACKETS:
            at = closing(text, at, end, BRACKETS[stop])
        elif stop in {'"', "<"}:
            at = end_of(text, at - 1)
        elif text.startswith("/*", at - 1) and (comment := text.find("*/", at + 1, end)) > 0:
            at, before = comment + 2, at - 1
        elif stop in CLOSING or text.startswith("/*", at - 1):
            raise UnreadableError(at - 1)
        elif stop in {"\n", "#"} or (stop == "," and is_entry) or text.startswith("//", at - 1):
            at -= 1
            break
    else:
        at = end
    if before >= 0 and not text[before:at].partition("*/")[2].strip():
        at = before
    value = text[start:at].rstrip()
    if not value or value[0] in _NO_START:
        raise UnreadableError(start)
    return start + len(value)


def closing_brace(text: str, start: int, depth: int = 0) -> int:
    return closing(text, start, len(text), "}", depth) - 1


def closing(text: str, start: int, end: int, bracket: str, depth: int = 0) -> int:
    """Return where the bracket ends that closes what `start` stands in, `depth` insertions deep."""
    at, opened = start, [bracket]
    while opened:
        if depth + len(opened) > DEEPEST:
            raise UnreadableError(at - 1, f"this is nested deeper than {DEEPEST} levels")
        if (found := _IN_BRACKETS.match(text, at, end)) is None:
            raise UnreadableError(start - 1, f"`{text[start - 1]}` is not closed")
        at, stop = found.end(), found[1]
        if stop in BRACKETS:
            opened.append(BRACKETS[stop])
        elif stop not in CLOSING:
            at = end_of(text, at - 1, depth + len(opened))
        elif opened.pop() != stop:
            raise UnreadableError(at - 1)
    return at


def inserted(token: Token) -> Iterator[Token]:
    text, at = token.text, 0
    if not ("${" in text or "%{" in text):
        return
    heredoc = _HEREDOC.match(text)
    pattern, at = (_IN_HEREDOC, heredoc.end()) if heredoc else (_IN_STRING, 1)
    while found := pattern.match(text, at):
        at = found.end()
        if found[1].endswith("{"):
            end = closing_brace(text, at)
            yield Token(token.start + at, text[at:end])
            at = end + 1


def unescaped(text: str) -> str:
    return _ESCAPE.sub(_said, text)


def _said(escape: re.Match[str]) -> str:
    if code := escape[1] or escape[2]:
        number = int(code, 16)
        return chr(number) if number < _SURROGATES[0] or _SURROGATES[-1] < number <= sys.maxunicode else "\ufffd"
    return _LETTERS.get(escape[3], escape[3]) if escape[3] else escape[4]


def end_of(text: str, start: int, depth: int = 0) -> int:
    """Return where a string or a heredoc ends that no regular expression can tell the end of."""
    if text[start] == '"':
        at = start + 1
        while found := _IN_STRING.match(text, at):
            if found[1] == '"':
                return found.end()
            at = closing_brace(text, found.end(), depth) + 1
        raise UnreadableError(start, "this text has no closing quote on its line")
    if (heredoc := _HEREDOC.match(text, start)) is None:
        raise UnreadableError(start)
    word, line = heredoc[1], heredoc.end()
    at = line
    while found := _IN_HEREDOC.match(text, at):
        at = found.end()
        if found[1] != "\n":
            at = closing_brace(text, at, depth) + 1
        elif text[line:at].strip() == word:
            return line + text[line:at].index(word) + len(word)
        else:
            line = at
    raise UnreadableError(heredoc.end(), f"this text has no closing line `{word}`")
