"""How the code of the five systems is released, and the workflows that `infragen ci github` writes for it.

They lie in `workflows/SYSTEM/`, where GitHub does not run them; `make golden` writes them anew. Which branch is an
environment's, and folders that no document names, are ours.
"""

from __future__ import annotations

import sys
from pathlib import Path
from shutil import copytree, rmtree
from tempfile import TemporaryDirectory
from typing import Final

from . import delivery_tracking as d
from .told import release_repository

GOLDEN: Final = Path(__file__).with_name("workflows")
WORKFLOWS: Final = ".github/workflows"
BRANCHES: Final = {"dev": "develop", "prod": "main"}
DELIVERY_BRANCHES: Final = {**d.BRANCHES, "dr": d.BRANCHES["prod"]}
"""Osaka has the images of prod: what is not there cannot be started when Tokyo is gone."""
_, _NPM, _URL, _ = d.TESTS

PIPELINES: Final = {
    "dandori-portal": (
        BRANCHES,
        {f"services/{name}": name for name in ("auth", "business", "web")},
        'load_tests = {"prod" = "peak"}\n',
    ),
    "delivery-tracking": (
        DELIVERY_BRANCHES,
        {**d.BUILDS, "services/route-optimizer": "route-optimizer", "workers/tracking-worker": "worker"},
        f"tests = {{{d.TESTS[0]} = '{_URL}=\"https://$DOMAIN_NAME\" {_NPM}'}}\n",
    ),
    "multicloud": ({"prod": "main"}, {"services/app": "app", "workers/background": "background"}, ""),
    "technova": (BRANCHES, {f"bffs/{name}": name for name in ("internal", "mobile", "partner", "web")}, ""),
    "webapp": (BRANCHES, {"services/backend": "backend"}, ""),
}
"""By system: the branch of each environment, the folder of each image, and further lines of infragen.toml."""


def repository(root: Path, system: str) -> Path:
    """Return a repository with the catalogue and the code of a system, and what infragen writes there for CI."""
    return release_repository(root, system, *PIPELINES[system])


def texts(folder: Path) -> dict[str, str]:
    """Return the workflows in a folder, by their names."""
    return {path.name: path.read_text("utf-8") for path in sorted(folder.iterdir())}


def main() -> int:
    """Write the workflows of all systems."""
    for system in PIPELINES:
        rmtree(GOLDEN / system, ignore_errors=True)
        with TemporaryDirectory() as folder:
            copytree(repository(Path(folder), system) / WORKFLOWS, GOLDEN / system)
    return 0


if __name__ == "__main__":
    sys.exit(main())
