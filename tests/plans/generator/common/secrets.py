"""List the made-up secrets of a case, and what terraform's own text does with them.

Usage: secrets.py PLAN HUMAN

Every made-up secret in the corpus begins with FAKE-SECRET-. Of those found in
PLAN (the JSON), "masked" are the ones HUMAN (terraform's text) never prints, so
a report made from the plan must not print them either; "printed" are the ones
the text does print, because their mark was taken off on purpose.
"""

import json
import re
import sys
from pathlib import Path

plan, human = (Path(name).read_text(encoding="utf-8") for name in sys.argv[1:3])
found = sorted(set(re.findall(r"FAKE-SECRET-[A-Z0-9]+(?:-[A-Z0-9]+)*", plan)))


def printed(word):
    return re.search(re.escape(word) + r"(?![A-Z0-9-])", human) is not None


json.dump(
    {"masked": [s for s in found if not printed(s)], "printed": [s for s in found if printed(s)]}, sys.stdout, indent=2
)
sys.stdout.write("\n")
