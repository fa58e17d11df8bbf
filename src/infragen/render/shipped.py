"""Where the default templates lie."""

from pathlib import Path


def shipped_templates() -> Path:
    """Return the folder of the default templates: inside the installed package, else of the source checkout."""
    package = Path(__file__).resolve().parents[1]
    installed = package / "_templates"
    return installed if installed.is_dir() else package.parents[1] / "templates"
