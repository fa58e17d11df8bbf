"""The bare script: C-speed YAML, Pydantic, Jinja2; writes as many files of the same size as the given tree has."""

from __future__ import annotations

import runpy
import sys
from pathlib import Path

import jinja2

LINE = '  value_{{ n }} = "{{ word }}"\n'


def main(root: Path, name: str, out: Path) -> None:
    template = jinja2.Environment(autoescape=False).from_string(
        '# {{ path }}\nresource "x" "{{ path }}" {\n{% for n in range(lines) %}' + LINE + "{% endfor %}}\n"
    )
    for path in sorted((root / "generated" / name).rglob("*")):
        if path.is_file():
            size = path.stat().st_size
            relative = path.relative_to(root)
            lines = max(1, size // 40)
            text = template.render(path=relative, lines=lines, word="w" * 20)
            target = out / relative
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text[:size].ljust(size), encoding="utf-8")


if __name__ == "__main__":
    sys.argv = [sys.argv[0], sys.argv[1], sys.argv[2], sys.argv[3]]
    runpy.run_path(str(Path(__file__).with_name("bare_validate.py")), run_name="__main__")
    main(Path(sys.argv[1]), sys.argv[2], Path(sys.argv[3]))
