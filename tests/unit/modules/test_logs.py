"""What AWS runs for a module writes its log somewhere: it keeps none where nothing says so."""

from __future__ import annotations

from tests.unit.stacks.packaged import installed
from tests.unit.stacks.promises import blocks, every_module, shipped_and_brought

SILENT_WITHOUT = {
    "execute_command_configuration": "log_configuration",
    "service_connect_configuration": "log_configuration",
}
"""Blocks that have AWS run something, and the block in them that says where it writes."""


def test_whatever_aws_runs_beside_a_task_writes_somewhere() -> None:
    seen, silent = set(), []
    with installed():
        templates = shipped_and_brought()
        for module in every_module(templates):
            for block in (inner for top in blocks(templates, module) for inner in top.walk()):
                if block.kind in SILENT_WITHOUT:
                    kind, found = block.kind, {one.kind for one in block.walk()}
                elif block.kind == "dynamic" and block.labels[0] in SILENT_WITHOUT:
                    kind, found = block.labels[0], {one.kind for one in block.walk()}
                else:
                    continue
                seen.add(kind)
                if SILENT_WITHOUT[kind] not in found:
                    silent.append(f"{module}: {block.address}")
    assert (seen, silent) == (set(SILENT_WITHOUT), [])
