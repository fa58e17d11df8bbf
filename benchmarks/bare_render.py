"""The bare script: C-speed YAML, Pydantic, Jinja2; writes the files that a list names, each of its size."""

from __future__ import annotations

import runpy
import sys
from pathlib import Path

import jinja2

LINE = '  value_{{ n }} = "{{ word }}"\n'


def main(sizes: Path, out: Path) -> None:
    """`sizes` has a line for each file: bytes, a space, a path."""
    template = jinja2.Environment(autoescape=False).from_string(
        '# {{ path }}\nresource "x" "{{ path }}" {\n{% for n in range(lines) %}' + LINE + "{% endfor %}}\n"
    )
    made = set()
    for line in sizes.read_text(encoding="utf-8").splitlines():
        size, path = line.split(" ", maxsplit=1)
        text = template.render(path=path, lines=max(1, int(size) // 40), word="w" * 20)
        target = out / path
        if target.parent not in made:
            target.parent.mkdir(parents=True, exist_ok=True)
            made.add(target.parent)
        target.write_text(text[: int(size)].ljust(int(size)), encoding="utf-8")


if __name__ == "__main__":
    root, system, listed, folder = sys.argv[1:]
    sys.argv = [sys.argv[0], root, system]
    runpy.run_path(str(Path(__file__).with_name("bare_validate.py")), run_name="__main__")
    main(Path(listed), Path(folder))
