"""Start the emulated AWS."""

from typing import Annotated

from typer import Option

from infragen.commands import flags
from infragen.terraform.sandbox import STRICT, Sandbox
from infragen.workflow.console import note
from infragen.workflow.target import open_project


def start(
    port: Annotated[
        int | None, flags.option("--port", "PORT", "Loopback port; by default a free one.", min=1024, max=65535)
    ] = None,
    strict: Annotated[
        bool | None,
        Option(
            "--strict/--lenient",
            help=f"Reject what AWS rejects, and simulate delays; {'--strict' if STRICT else '--lenient'} by default.",
        ),
    ] = None,
    seed: Annotated[int | None, flags.option("--seed", "N", "Seed of the simulated delays; 0 by default.")] = None,
    folder: flags.ProjectFolder = flags.HERE,
) -> int:
    project = open_project(folder)
    Sandbox.start(project.root, port, strict=strict, seed=seed)
    note(*Sandbox.status(project.root).detail.splitlines())
    return 0
