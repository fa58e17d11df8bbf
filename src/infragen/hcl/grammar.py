"""Whether text that infragen did not write is HCL, expressions and all: python-hcl2 knows the whole grammar."""

from __future__ import annotations


def syntax_error(text: str) -> tuple[str, int, int] | None:
    """Return what is wrong with a text, at which line and column; None for HCL."""
    import hcl2  # a quarter of a second for its grammar
    from lark.exceptions import LarkError, UnexpectedInput

    try:
        hcl2.parses_to_tree(text if text.endswith("\n") else f"{text}\n")
    except LarkError as error:
        line, column = (error.line, error.column) if isinstance(error, UnexpectedInput) else (1, 1)
        found = str(getattr(error, "token", "")).strip()
        message = f"`{found.splitlines()[0]}` is not expected here" if found else "the file ends inside a block"
        return message, max(line, 1), max(column, 1)
    return None
