"""Flags in, exit code out. Every command's work is imported when it is called, so that `--help` starts at once."""

from infragen.cli.app import main

__all__ = ["main"]
