"""Flags in, exit code out. Every command's work is imported when it is called, so that `--help` starts at once.

A kept answer is printed without importing Typer or any command.
"""

import gc
import os
import signal
import sys
from typing import NoReturn, TextIO, cast

from infragen.cli.streams import ReaderGoneError, Stream, UnwritableError, discard, lost, opened

# A command makes much and throws little away: to search all of it for garbage again and again costs a tenth.
gc.set_threshold(1_000_000, 50, 1_000)

os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")  # they are looked for in every distribution


def main() -> NoReturn:
    kept = None
    if sys.argv[1:2] in (["validate"], ["render"]):
        from infragen.cli.kept_answer import KeptAnswer

        kept = KeptAnswer(sys.argv[1:])
    out, err = (kept.noting(1), kept.noting(2)) if kept else (None, None)
    sys.stdout = cast("TextIO", Stream(opened(sys.stdout, 1), lost, out))
    # Without stderr it goes on: what is told about the work must not end the work.
    sys.stderr = cast("TextIO", Stream(opened(sys.stderr, 2), lambda _error: discard(2), err))
    try:
        answer = kept.answer() if kept else None
        if answer is None:
            from infragen.cli import app

            code = app.run_once(sys.argv[1:], kept)
        else:
            said, code = answer
            for stream, text in said:
                (sys.stdout if stream == 1 else sys.stderr).write(text)
                sys.stdout.flush()
        sys.stdout.flush()
    except (ReaderGoneError, UnwritableError) as error:
        from infragen.cli import app

        code = app.ended_by(error)
    sys.stderr.flush()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # all is said: one more Ctrl-C would only spoil the exit code
    gc.freeze()  # the interpreter would search everything for garbage once more before it ends
    sys.exit(code)
