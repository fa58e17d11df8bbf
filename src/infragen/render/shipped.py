"""Where the default templates lie."""

from pathlib import Path


def shipped_templates() -> Path:
    package = Path(__file__).resolve().parents[1]
    installed = package / "_templates"
    return installed if installed.is_dir() else package.parents[1] / "templates"
