"""From a resolved environment to ordered stacks: files, module calls, outputs and inputs.

One file here a kind of stack; `KINDS` in `build.py` is the table to extend.
"""

from infragen.stacks.build import build
from infragen.stacks.model import Reference, Stack, StackFile

__all__ = ["Reference", "Stack", "StackFile", "build"]
