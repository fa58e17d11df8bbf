"""What holds for all stacks together: who reads what, found out while it was written."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from infragen.hcl.index import Index
from tests.unit.stacks.conftest import environment_of
from tests.unit.stacks.systems import SERVICE, Rendered, environment, rendered

if TYPE_CHECKING:
    from pathlib import Path

_READ = re.compile(r"\blocal\.([a-z0-9_]+)\.([a-z0-9_]+)")
_SHOWN = {"private_ca_root_certificate", "replica_telemetry_name", "zone_main_name_servers",
          "alerts_topic_arn", "balancer_devices_dns_name", "client_authorities_arn",
          "distribution_external_domain_name",
          "distribution_external_id", "gateway_external_invoke_url", "gateway_internal_id",
          "gateway_internal_invoke_url", "gateway_management_invoke_url", "stage_management_execution_arn",
          "nat_gateway_ap_northeast_1a_public_ip",
          "nat_gateway_ap_northeast_1c_public_ip", "nat_gateway_ap_northeast_1d_public_ip"}  # fmt: skip


@pytest.fixture(scope="module", params=["dev", "prod"])
def technova(request: pytest.FixtureRequest, repository: Path) -> Rendered:
    return rendered(environment_of(repository, request.param))


def test_every_output_is_read_or_for_people_to_see(technova: Rendered) -> None:
    published = {
        (stack.identifier, block.labels[0])
        for stack in technova.stacks
        for block in Index(technova.files.get(f"{stack.name}/outputs.tf", "")).blocks
    }
    read = {
        found
        for path, text in technova.bodies().items()
        if path.endswith(".tf") and not path.endswith("/upstream.tf")
        for found in _READ.findall(text)
    }
    assert read <= published
    assert {name for _, name in published - read} <= _SHOWN


def test_upstreams_are_exactly_what_is_read_and_stand_before(technova: Rendered) -> None:
    done: set[str] = set()
    for stack in technova.stacks:
        texts = [text for path, text in technova.bodies().items() if path.startswith(f"{stack.name}/")]
        read = {name.replace("_", "-") for text in texts for name, _ in _READ.findall(text)}
        assert read == set(stack.upstreams)
        assert read <= done
        done.add(stack.name)


def test_every_argument_is_a_variable_and_every_module_is_there(technova: Rendered) -> None:
    for path, text in technova.bodies().items():
        if not path.endswith(".tf"):
            continue
        for call in Index(text).calls:
            folder = call.source.removeprefix("../")
            declared = {block.labels[0] for block in Index(technova.files[f"{folder}/variables.tf"]).blocks}
            assert set(call.arguments) - {"source", "depends_on"} <= declared, (path, call.address)


def test_files_of_entries_collide_with_nothing(tmp_path: Path) -> None:
    """A service is called as a file of every stack is; a database and a service have one name."""
    names = ("backend", "main", "outputs", "providers", "versions", "upstream", "network", "cluster")
    services = {f"services/{name}.yaml": SERVICE.replace("name: web", f"name: {name}") for name in names}
    found = rendered(environment(tmp_path, services))
    assert {f"app/service-{name}.tf" for name in names} <= set(found.files)


def test_a_renamed_entry_keeps_what_it_has(tmp_path: Path) -> None:
    found = rendered(environment(tmp_path, {"services/web.yaml": SERVICE + "renamed_from: site\n"}))
    files = found.files["app/service-web.tf"] + found.files["network/images-service-web.tf"]
    moved = [block for block in Index(files).blocks if block.kind == "moved"]
    assert {tuple(argument.value for argument in block.arguments.values()) for block in moved} == {
        ("module.repository_service_site", "module.repository_service_web"),
        ("module.service_site", "module.service_web"),
    }
    assert found.call("app/service-web.tf", "service_web")["name"] == '"demo-dev-site"'


def test_the_smallest_system_is_small(tmp_path: Path) -> None:
    found = rendered(environment(tmp_path))
    assert len(found.bodies()) <= 15
    assert set(found.draft.stacks) == {"network", "app"}
