"""What `infragen explain SYSTEM/ENV` lists as assumed: a value, or figures in it, perhaps by a default of its kind."""

from __future__ import annotations

import re


def is_listed(path: str, text: str) -> bool:
    """Say whether a value, `services.app.sizes`, is among the assumed ones of a listing."""
    steps = [re.escape(step) for step in path.split(".")]
    named = [step if number != 1 else rf"({step}|\*)" for number, step in enumerate(steps)]
    return re.search(rf" {'[.]'.join(named)}([.]\S+)?: ", text) is not None
