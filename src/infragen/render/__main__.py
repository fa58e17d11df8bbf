"""`python -m infragen.render` compiles the shipped templates, as `python -m compileall` does modules."""

import sys

from infragen.render.shipped import shipped_templates
from infragen.render.templates import Templates

if __name__ == "__main__":
    sys.dont_write_bytecode = False  # as it is for compileall: whoever calls this wants the code written
    Templates((shipped_templates(),)).compile_all()
