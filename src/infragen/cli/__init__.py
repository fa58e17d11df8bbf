"""Flags in, exit code out. Every command's work is imported when it is called, so that `--help` starts at once."""

import gc
import os

# A command makes much and throws little away: to search all of it for garbage again and again costs a tenth.
gc.set_threshold(1_000_000, 50, 1_000)

os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")  # they are looked for in every distribution

from infragen.cli.console_script import main  # noqa: E402

__all__ = ["main"]
