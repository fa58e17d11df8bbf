"""Planned rules and declared dependencies are a bijection; one entry's change touches that entry's own files."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from infragen.stacks.dependencies import dependencies

from infragen.stacks import security
from tests.unit.stacks.conftest import environment_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from infragen.core.landscape import Environment
    from infragen.stacks.model import Stack

    Rendered = Callable[[Environment, Callable[[Environment], Iterator[Stack]]], dict[str, str]]
    Half = tuple[str, str, str, int]

NEW_SERVICE = """\
name: quality
title: 品質管理API
domain: manufacturing
reason: checks what the shop floor makes
sizes:
  normal: {cpu: 1 vCPU, memory: 2 GB, when: 通常時}
tasks: {min: 1, max: 2}
calls:
  tracking: {access: read, why: it looks at measurements}
  master: null
"""


def expected_halves(environment: Environment) -> Counter[Half]:
    """What AWS must hold, from the dependencies: who may leave to whom, and whom who lets in."""
    halves: Counter[Half] = Counter()
    for found in dependencies(environment):
        halves["egress", found.source, found.target, found.port] += 1
        if found.target not in ("internet", "object-store"):
            halves["ingress", found.source, found.target, found.port] += 1
    return halves


def rendered_halves(files: dict[str, str]) -> Counter[Half]:
    """What the rendered HCL asks for, read back with hcl2."""
    halves: Counter[Half] = Counter()
    for path, text in files.items():
        if path.startswith("security/") and path.endswith(".tf"):
            for label, body in modules(text):
                halves.update(halves_of(label, body))
    return halves


def modules(text: str) -> Iterator[tuple[str, dict[str, Any]]]:
    import hcl2

    for block in hcl2.loads(text).get("module", ()):
        for label, body in block.items():
            yield label.strip('"'), body


def halves_of(label: str, body: dict[str, Any]) -> Iterator[Half]:
    kind = str(body["source"]).strip('"').rpartition("/")[2]
    if kind == "security_group":
        for rule in body["egress"].values():
            yield "egress", end(label), end(rule["security_group_id"]), rule["port"]
        for rule in body["ingress"].values():
            yield "ingress", end(rule["security_group_id"]), end(label), rule["port"]
    elif kind == "security_group_link":
        ends = end(body["source_security_group_id"]), end(body["target_security_group_id"])
        yield "egress", *ends, body["port"]
        yield "ingress", *ends, body["port"]
    elif kind == "security_group_cidr_egress":
        assert body["cidr_block"].strip('"') == "0.0.0.0/0"
        yield "egress", end(body["security_group_id"]), "internet", body["port"]
    elif kind == "security_group_prefix_list_egress":
        yield "egress", end(body["security_group_id"]), "object-store", body["port"]


def end(reference: str) -> str:
    """Turn `${module.service_planning.id}` or a label back into the end it stands for."""
    label = reference.strip('"').removeprefix("${").removesuffix("}").removeprefix("module.").removesuffix(".id")
    if label == "local.network.endpoints_security_group_id":
        return "endpoints"
    for kind, folder in (("service_", "services"), ("bff_", "bffs"), ("database_", "databases"), ("proxy_", "proxies")):
        if label.startswith(kind):
            return f"{folder}/{label.removeprefix(kind).replace('_', '-')}"
    return label.replace("_", "-")


def changed(before: dict[str, str], after: dict[str, str]) -> set[str]:
    return {path for path in before.keys() | after.keys() if before.get(path) != after.get(path)}


def test_rendered_rules_are_the_declared_dependencies_and_nothing_else(
    each_environment: Environment, rendered: Rendered
) -> None:
    built = rendered_halves(rendered(each_environment, security.build))
    declared = expected_halves(each_environment)

    assert not declared - built, "a declared dependency has no rule"
    assert not built - declared, "a rule has no declared dependency"


def test_without_nat_the_rules_are_still_the_dependencies(project: Path, rendered: Rendered) -> None:
    file = project / "environments/technova/dev.yaml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("network:\n", "network:\n  nat: none\n  endpoints: [logs]\n", 1), encoding="utf-8")
    environment = environment_of(project, "dev")

    files = rendered(environment, security.build)

    assert rendered_halves(files) == expected_halves(environment)
    assert "0.0.0.0/0" not in "".join(text for path, text in files.items() if path.startswith("security/"))


def test_a_new_service_adds_its_file_and_changes_those_it_calls(project: Path, rendered: Rendered) -> None:
    before = rendered(environment_of(project, "dev"), security.build)
    (project / "catalog/technova/services/manufacturing/quality.yaml").write_text(NEW_SERVICE, encoding="utf-8")
    after = rendered(environment_of(project, "dev"), security.build)

    assert changed(before, after) == {
        "security/outputs.tf",
        "security/service-auth.tf",
        "security/service-quality.tf",
        "security/service-tracking.tf",
    }


def test_a_removed_call_removes_both_halves_of_its_rule(project: Path, rendered: Rendered) -> None:
    before = rendered(environment_of(project, "dev"), security.build)
    file = project / "catalog/technova/services/manufacturing/planning.yaml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("calls:\n  inventory: {", "calls:\n  inventory: null # {"), encoding="utf-8")
    after = rendered(environment_of(project, "dev"), security.build)

    gone = rendered_halves(before) - rendered_halves(after)
    assert set(gone) == {
        ("egress", "services/planning", "services/inventory", 9443),
        ("ingress", "services/planning", "services/inventory", 9443),
    }
    assert changed(before, after) == {"security/service-planning.tf", "security/service-inventory.tf"}


def test_a_renamed_service_keeps_its_group_and_the_names_of_its_rules(project: Path, rendered: Rendered) -> None:
    before = rendered(environment_of(project, "dev"), security.build)
    file = project / "catalog/technova/services/manufacturing/planning.yaml"
    text = file.read_text(encoding="utf-8").replace("name: planning\n", "name: scheduling\nrenamed_from: planning\n")
    file.with_name("scheduling.yaml").write_text(text, encoding="utf-8")
    file.unlink()
    bff = project / "catalog/technova/bffs/internal.yaml"
    bff.write_text(bff.read_text(encoding="utf-8").replace("  planning: {", "  scheduling: {"), encoding="utf-8")
    after = rendered(environment_of(project, "dev"), security.build)

    own = after["security/service-scheduling.tf"]
    assert 'name        = "technova-dev-planning"' in own
    for label in (
        "service_{}",
        "link_load_balancer_to_service_{}",
        "link_service_{}_to_endpoints",
        "exit_service_{}_to_internet",
    ):
        moved = (
            f"moved {{\n  from = module.{label.format('planning')}\n  to   = module.{label.format('scheduling')}\n}}"
        )
        assert moved in own
    assert "    service-planning = {" in after["security/service-auth.tf"]
    assert "security/service-planning.tf" in before.keys() - after.keys()


def test_a_reason_that_aws_refuses_stays_out_of_the_rule(project: Path, rendered: Rendered) -> None:
    file = project / "catalog/technova/services/manufacturing/planning.yaml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("it reserves materials for the plan", "材料を確保する"), encoding="utf-8")

    files = rendered(environment_of(project, "dev"), security.build)

    assert '"services/planning to services/inventory"' in files["security/service-planning.tf"]


def test_every_module_that_a_file_calls_is_rendered_beside_it(
    each_environment: Environment, rendered: Rendered
) -> None:
    files = rendered(each_environment, security.build)

    called = {
        str(body["source"]).strip('"').removeprefix("../")
        for path, text in files.items()
        if path.startswith("security/")
        for _, body in modules(text)
    }
    assert called == {path.rpartition("/")[0] for path in files if path.startswith("modules/")}
