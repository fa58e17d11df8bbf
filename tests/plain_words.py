"""Words that our help, rules and hints once had, and nobody in the field uses."""

import re
from typing import Final

ODD: Final = re.compile(r"(?i)\b(?:says?|told|tells?|nobody|stands?|mends?|anew|by now|whoever|an? \w+ an? \w+)\b")
