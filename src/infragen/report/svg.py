"""The terminal report as a picture, for a README."""

import html
import re
from io import StringIO

from rich._export_format import CONSOLE_SVG_FORMAT

from infragen.plan import ChangeSet
from infragen.report.terminal import console_on, print_report
from infragen.text import cells

_TEXT = re.compile(r'(<text [^>]*textLength=")([\d.]+)("[^>]*>)([^<]+)')
_FONT_FACE = re.compile(r"\s*@font-face \{\{.*?\}\}", re.DOTALL)


def render(
    change_set: ChangeSet, target: str, *, width: int = 100, title: str = "infragen", details: bool = False
) -> str:
    console = console_on(StringIO(), width, record=True, force_terminal=True, color_system="truecolor")
    print_report(console, change_set, target, details=details)
    code_format = _FONT_FACE.sub("", CONSOLE_SVG_FORMAT)
    picture = console.export_svg(title=title, code_format=code_format, unique_id="infragen")
    return _TEXT.sub(_stretch, picture)


def _stretch(match: re.Match[str]) -> str:
    """Give a text the width of its columns; rich counts a wide character as one and squeezes the text."""
    before, length, between, content = match.groups()
    text = html.unescape(content)
    if text.isascii():
        return match[0]
    return f"{before}{float(length) * cells(text) / len(text):g}{between}{content}"
