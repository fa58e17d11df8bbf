"""Zones: made, or there already, with their records."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.unit.stacks.systems import DEV, SERVICE, environment, rendered

if TYPE_CHECKING:
    from pathlib import Path

    from tests.unit.stacks.systems import Rendered

ZONE = "name: main\ntitle: Main\n"
NAMED = DEV + "domain_name: demo.com\n"


def zone(tmp_path: Path, more: str = "", dev: str = NAMED) -> Rendered:
    return rendered(environment(tmp_path, {"dev.yaml": dev, "zones/main.yaml": ZONE + more}))


def test_a_zone_is_made_for_the_environment_s_domain(tmp_path: Path) -> None:
    found = zone(tmp_path)
    assert found.labels("network/zone-main.tf") == {"zone_main"}
    call = found.call("network/zone-main.tf", "zone_main")
    assert (call["domain_name"], call["force_destroy"]) == ('"demo.com"', "true")
    assert 'output "zone_main_name_servers"' in found.files["network/outputs.tf"]


def test_a_domain_of_its_own_wins_over_the_environment_s(tmp_path: Path) -> None:
    found = zone(tmp_path, "domain_name: demo.jp\nrecords: {www: {A: [203.0.113.1]}}\n")
    assert found.call("network/zone-main.tf", "zone_main")["domain_name"] == '"demo.jp"'
    assert found.items("network/zone-main.tf", "records_main", "records").keys() == {"www.demo.jp A"}


def test_records_of_a_zone_that_exists_go_there_and_no_zone_is_made(tmp_path: Path) -> None:
    found = zone(tmp_path, "zone_id: Z123\nrecords: {'@': {MX: [10 mail.demo.com]}, x.demo.com: {A: [203.0.113.1]}}\n")
    assert found.labels("network/zone-main.tf") == {"records_main"}
    assert found.call("network/zone-main.tf", "records_main")["zone_id"] == '"Z123"'
    records = found.items("network/zone-main.tf", "records_main", "records")
    assert records["demo.com MX"] == {
        "name": '"demo.com"', "type": '"MX"', "ttl": "300", "values": '["10 mail.demo.com"]',
    }  # fmt: skip
    assert "x.demo.com A" in records
    assert "zone_main_name_servers" not in found.files.get("network/outputs.tf", "")


def test_a_zone_that_exists_and_has_nothing_here_is_no_file(tmp_path: Path) -> None:
    assert not [path for path in zone(tmp_path, "zone_id: Z123\n").files if "zone-" in path]


def test_a_long_text_is_several_strings_and_quotes_stay_in_it(tmp_path: Path) -> None:
    """A key for signed mail has some 400 characters; a string of a TXT record has 255."""
    found = zone(tmp_path, f"records: {{key: {{TXT: ['{'a' * 254}\"b\\c']}}}}\n")
    value = found.items("network/zone-main.tf", "records_main", "records")["key.demo.com TXT"]["values"]
    assert value == '["' + "a" * 254 + r"\\\"" + r"\"\"" + r'b\\\\c"]'


def test_production_does_not_take_records_of_others_along(tmp_path: Path) -> None:
    found = zone(tmp_path, dev=NAMED + "production: true\n")
    assert found.call("network/zone-main.tf", "zone_main")["force_destroy"] == "false"


def test_a_zone_alone_builds_no_network(tmp_path: Path) -> None:
    found = zone(tmp_path, dev=NAMED + "services: {web: null}\n")
    assert {path.partition("/")[0] for path in found.files} == {"network", "modules"}
    assert {path for path in found.files if path.startswith("network/")} == {
        f"network/{name}.tf" for name in ("backend", "outputs", "providers", "versions", "zone-main")
    }


def test_the_name_servers_of_a_zone_that_nobody_asks_are_the_next_thing_to_do(tmp_path: Path) -> None:
    def told(more: str) -> list[tuple[str, str]]:
        found = zone(tmp_path, more).draft.outputs
        return [(one.line.about, one.line.what) for one in found if one.owner == "zones/main"]

    enter = "enter these name servers for demo.com at your registrar, or as NS record of its parent zone"
    assert told("")[0] == ("next", enter), "an apply looks by itself whether that was done"
    assert told("delegated: false\n")[0] == (
        "next", f"{enter}, then remove `delegated: false` in catalog/demo/zones/main.yaml"
    )  # fmt: skip
    assert told("delegated: true\n")[0] == ("detail", "its name servers")
    assert told("zone_id: Z123\n") == []


def test_a_private_zone_is_of_the_vpc_and_a_balancer_in_it_has_names_and_no_certificate(tmp_path: Path) -> None:
    files = {
        "dev.yaml": NAMED,
        "services/web.yaml": SERVICE + "port: 80\n",
        "zones/inner.yaml": "name: inner\ntitle: Inner\ndomain_name: demo.internal\nprivate: true\n",
        "balancers/inner.yaml": (
            "name: inner\ntitle: Inner\nreach: vpc\nallow: [10.0.0.0/16]\nzone: inner\nhosts: [web]\n"
            "routes: {all: {service: web}}\n"
        ),
    }
    found = rendered(environment(tmp_path, files))
    call = found.call("network/zone-inner.tf", "zone_inner")
    assert (call["source"], call["vpc_id"]) == ('"../modules/dns_private_zone"', "module.vpc.id")
    assert "zone_inner_name_servers" not in found.files["network/outputs.tf"]
    assert found.call("edge/balancer-inner.tf", "balancer_inner")["source"] == '"../modules/load_balancer_http"'
    assert found.items("edge/balancer-inner.tf", "names_inner", "targets").keys() == {"web.demo.internal"}
