"""Search domains: where they stand, who may ask them what, and how people make the roles inside."""

from __future__ import annotations

import json
import os
import re
import subprocess
from typing import TYPE_CHECKING

import pytest

from infragen.core.build_context import BuildContext
from infragen.kinds.search_domains import build
from infragen.kinds.search_domains.model import Metadata, read_metadata
from infragen.stacks.build import in_force
from tests.unit.stacks.systems import DEV, SERVICE, environment, job, rendered
from tests.unit.stacks.test_kinds_bastions import BASTION, told

if TYPE_CHECKING:
    from pathlib import Path

    from tests.unit.stacks.systems import Rendered

DOMAIN = 'name: main\ntitle: Main\nversion: "2.19"\nsize: r6g.large.search\nstorage: {size: 100 GB}\n'
FILE = "data/search-domain-main.tf"
THREE = DEV.replace("}\n", ", zones: [ap-northeast-1a, ap-northeast-1c, ap-northeast-1d]}\n")


def of(path: Path, more: str = "", *, dev: str = DEV, uses: str = "", files: dict[str, str] | None = None) -> Rendered:
    service = SERVICE + (f"uses: {{search-domains/main: {{{uses}}}}}\n" if uses else "")
    found = {"search-domains/main.yaml": DOMAIN + more, "services/web.yaml": service, "dev.yaml": dev}
    return rendered(environment(path, found | (files or {})))


@pytest.mark.parametrize(
    ("more", "dev", "zones"),
    [("", DEV, 1), ("nodes: 2\n", DEV, 2), ("nodes: 3\n", DEV, 1), ("nodes: 3\n", THREE, 3), ("nodes: 4\n", THREE, 2),
     ("nodes: 6\nzones: 2\n", THREE, 2)],
)  # fmt: skip
def test_it_stands_in_as_many_zones_as_its_nodes_fill_with_a_subnet_in_each(
    more: str, dev: str, zones: int, tmp_path: Path
) -> None:
    domain = of(tmp_path, more, dev=dev).call(FILE, "search_domain_main")
    assert domain["zone_count"] == str(zones)
    assert domain["subnet_ids"].count("vpc_data_subnet_ids") == zones


def test_the_hours_in_which_aws_may_update_it_are_in_utc_with_the_local_ones_beside(tmp_path: Path) -> None:
    files = {"system.yaml": "schema: 1\nname: demo\ntitle: Demo\ntime_zone: Asia/Tokyo\n"}
    found = of(tmp_path, files=files).files[FILE]
    assert re.search(r'off_peak_start += "13:00" # 22:00-08:00 Asia/Tokyo', found)


def test_who_only_reads_asks_with_post_only_where_a_request_has_a_body(tmp_path: Path) -> None:
    found = of(tmp_path, uses="access: read, why: it looks").files["app/service-web.tf"]
    paths = re.findall(r'search_domain_main_arn\}/([^"]+)"', found)
    assert paths[0] == "*"
    assert {path for path in paths[1:] if not path.startswith("*/")} == {
        "_count", "_mget", "_msearch", "_search", "_search/point_in_time", "_search/scroll",
    }  # fmt: skip
    ended = re.search(r'"es:ESHttpDelete"\]\n *resources = \[(.*)\]', found)
    assert ended
    assert re.findall(r"arn\}/([^\"]+)", ended[1]) == ["_search/point_in_time", "_search/scroll"]
    assert "es:ESHttpPut" not in found


@pytest.mark.parametrize(
    ("access", "allowed"), [("read", "read"), ("write", "write"), ("read-write", "crud"), ("logs", "index")]
)
def test_the_script_gives_the_role_of_each_user_what_its_access_says(access: str, allowed: str, tmp_path: Path) -> None:
    script = of(tmp_path, uses=f"access: {access}, why: it looks").files["data/opensearch/main.sh"]
    role, *more = re.findall(r"<<'JSON'\n(.+?)\nJSON", script, re.DOTALL)
    *reads, index = json.loads(role)["index_permissions"]
    patterns = {"read": "*", "logs": "logs-*"}.get(access, "/(?![.]).*/")
    assert (index["index_patterns"], len(more)) == ([patterns], 1 if access == "logs" else 0)
    assert allowed in index["allowed_actions"]
    assert [one["allowed_actions"] for one in reads] == ([["read"]] if access == "read-write" else [])
    assert re.search(rf"arns=\(\n +arn:aws:iam::111122223333:role/\S*web\S*\n\)\ngive infragen-{access} ", script)
    assert "role/demo-dev-main-search-master" in script
    looks = [one for tenant in json.loads(role).get("tenant_permissions", ()) for one in tenant["allowed_actions"]]
    assert looks == (["kibana_all_read"] if access == "read" else [])


def test_who_writes_leaves_the_indexes_of_lines_and_opensearch_s_own_alone(tmp_path: Path) -> None:
    files = job("lines", "uses: {search-domains/main: {access: logs, why: lines}}\n")
    script = of(tmp_path, uses="access: read-write, why: it changes", files=files).files["data/opensearch/main.sh"]
    [pattern] = re.findall(r'"/(.+?)/"', script)
    names = ("orders", "logs", "my-logs-2027", "logs-service-web-2027.01.15", ".kibana_1", ".plugins-ml")
    assert [one for one in names if re.fullmatch(pattern, one)] == ["orders", "logs", "my-logs-2027"]


def test_who_sends_lines_may_write_to_their_indexes_and_ask_nothing(tmp_path: Path) -> None:
    found = of(tmp_path, uses="access: logs, why: lines").files["app/service-web.tf"]
    assert re.findall(r'"es:(\w+)"', found) == ["ESHttpPost"]
    assert re.findall(r'search_domain_main_arn\}/([^"]+)"', found) == ["_bulk"]


CURL = """#!/bin/bash
for part in "$@"; do
  case $part in PUT | POST | GET) method=$part ;; https://*) path=${part#https://host/} ;; esac
done
case $method in PUT) body=$(cat) ;; *) body= ;; esac
printf '%s %s %s\\n' "$method" "$path" "$(tr -d '\\n' <<<"$body")" >>"$ASKED"
case $path in
  _plugins/_ism/policies/*) echo '{"_id":"infragen-logs","_version":2,"_seq_no":7,"_primary_term":3}' ;;
  _cat/*) printf 'logs-service-web-2026.11.28\\norders\\n' ;;
esac
"""
"""Writes down what it is asked, as a domain that has a policy and two indexes."""


@pytest.mark.parametrize(("more", "dev", "replicas"), [("", DEV, 0), ("nodes: 3\n", DEV, 1), ("nodes: 3\n", THREE, 2)])
def test_the_script_says_how_lines_are_kept_and_when_they_are_deleted(
    tmp_path: Path, more: str, dev: str, replicas: int
) -> None:
    found = of(
        tmp_path, f"{more}log_indexes: {{retention: 9 days, shards: 2}}\n", dev=dev, uses="access: logs, why: lines"
    )
    asked = requests(tmp_path, found.files["data/opensearch/main.sh"])
    bodies = {path: json.loads(body) for method, path, body in asked if method == "PUT"}
    template = bodies["_index_template/infragen-logs"]["template"]
    index = template["settings"]["index"]
    assert (index["number_of_shards"], index["number_of_replicas"]) == (2, replicas)
    assert not template["mappings"]["date_detection"]  # no line decides what a key is for the day
    values = [one["mapping"] for part in template["mappings"]["dynamic_templates"] for one in part.values()]
    assert {(one["type"], one["fields"]["number"]["ignore_malformed"]) for one in values} == {("keyword", True)}
    policy = bodies["_plugins/_ism/policies/infragen-logs?if_primary_term=3&if_seq_no=7"]["policy"]
    assert policy["states"][0]["transitions"][0]["conditions"] == {"min_index_age": "9d"}
    assert policy["ism_template"][0]["index_patterns"] == ["logs-*"]
    assert [path for method, path, _ in asked if method == "POST"] == [
        "_plugins/_ism/add/logs-service-web-2026.11.28", "_plugins/_ism/change_policy/logs-service-web-2026.11.28",
    ]  # fmt: skip


def requests(tmp_path: Path, script: str) -> list[list[str]]:
    """Run a script, and return what it asks the domain: method, path and body."""
    (tmp_path / "main.sh").write_text(script, encoding="utf-8")
    for name, text in {"curl": CURL, "aws": "#!/bin/bash\necho id key token\n"}.items():
        (tmp_path / "bin").mkdir(exist_ok=True)
        (tmp_path / "bin" / name).write_text(text, encoding="utf-8")
        (tmp_path / "bin" / name).chmod(0o755)
    variables = {
        "PATH": f"{tmp_path}/bin:{os.environ['PATH']}",
        "ASKED": str(tmp_path / "asked"),
        "SEARCH_HOST": "host",
    }
    subprocess.run(["bash", tmp_path / "main.sh"], env=variables, check=True, capture_output=True)
    lines = (tmp_path / "asked").read_text(encoding="utf-8").splitlines()
    return [line.split(" ", 2) for line in lines]


SAML = """\
saml:
  admin: search-admins
  edit: ["Editors' group", 編集]
  read: [readers]
  roles_key: groups
  session: 8 h
  metadata: |
    <EntityDescriptor entityID="urn:demo:people" xmlns="urn:oasis:names:tc:SAML:2.0:metadata">
      <IDPSSODescriptor>
        <KeyDescriptor><X509Certificate xmlns="http://www.w3.org/2000/09/xmldsig#">MIIBizCCATGgAwI=</X509Certificate></KeyDescriptor>
        <SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Location="https://login.demo.co.jp"/>
      </IDPSSODescriptor>
    </EntityDescriptor>
"""


def test_people_sign_in_at_their_identity_provider_and_the_policy_admits_what_is_not_signed(tmp_path: Path) -> None:
    found = of(tmp_path, SAML)
    saml = found.call(FILE, "search_domain_main")["saml"]
    said = dict(re.findall(r'^ *(\w+) += "?([^"\n]+?)"?$', saml, re.MULTILINE))
    assert (said["entity_id"], said["roles_key"], said["session_timeout_minutes"]) == (
        "urn:demo:people",
        "groups",
        "480",
    )
    assert said["master_backend_role"] == "search-admins"
    assert 'entityID=\\"urn:demo:people\\"' in saml
    module = found.files["modules/search_domain/main.tf"]
    assert 'Principal = { AWS = var.saml == null ? "arn:aws:iam::${var.account_id}:root" : "*" }' in module


def test_groups_have_the_roles_that_dashboards_takes_and_readers_change_nothing(tmp_path: Path) -> None:
    asked = requests(tmp_path, of(tmp_path, SAML).files["data/opensearch/main.sh"])
    bodies = {path.rpartition("api/")[2]: json.loads(body) for _, path, body in asked}
    given = {path: body["backend_roles"] for path, body in bodies.items() if path.startswith("rolesmapping/")}
    editors, readers = ["Editors' group", "編集"], ["readers"]
    assert given == {
        "rolesmapping/infragen-people-edit": editors,
        "rolesmapping/infragen-people-read": readers,
        "rolesmapping/opensearch_dashboards_user": [*editors, *readers],
        "rolesmapping/opensearch_dashboards_read_only": readers,
    }
    looks = {name: bodies[f"roles/infragen-people-{name}"]["tenant_permissions"] for name in ("edit", "read")}
    assert [one["allowed_actions"] for one in looks["edit"]] == [["kibana_all_write"]]
    assert [one["allowed_actions"] for one in looks["read"]] == [["kibana_all_read"]]


def test_what_a_plan_shows_of_groups_is_in_the_script_and_no_task_waits_for_it(tmp_path: Path) -> None:
    found = of(tmp_path, SAML)
    users = found.call(FILE, "users_search_domain_main")["users"]
    shown = re.findall(r"^  (?:  )?(infragen-\S+) += {", users, re.MULTILINE)
    ctx = BuildContext(found.environment, in_force(found.environment), "search-domains/main")
    script = build.users_script(found.environment.entries["search-domains"]["main"], ctx)
    assert script.users == dict.fromkeys(shown, ())
    assert shown == ["infragen-people-edit", "infragen-people-read"]


def test_a_browser_comes_to_dashboards_by_the_domain_s_own_name_through_the_tunnel(tmp_path: Path) -> None:
    said = dashboards(of(tmp_path, SAML))
    command = said["sign in to Dashboards while a bastion's way to it is open at 127.0.0.1:8443"]
    assert '--host-resolver-rules="MAP host 127.0.0.1:8443" https://' in command
    what = "register Dashboards at the identity provider: its entity ID (audience), and the address it answers to (ACS)"
    assert said[what] == "echo https://host https://host/_dashboards/_opendistro/_security/saml/acs"
    assert not any("Dashboards" in what for what in dashboards(of(tmp_path / "without")))


def dashboards(found: Rendered) -> dict[str, str]:
    """Return what people are told of a domain, with a word for what only AWS decides."""
    ctx = BuildContext(found.environment, in_force(found.environment), "search-domains/main")
    lines = build.outputs(found.environment.entries["search-domains"]["main"], ctx)
    return {one.what: "".join(getattr(each, "attribute", str(each)) for each in one.pieces) for one in lines}


@pytest.mark.parametrize(
    ("changed", "to", "wrong"),
    [
        ("IDPSSODescriptor", "SPSSODescriptor", "of no identity provider"),
        ("<EntityDescriptor", "<!DOCTYPE a><EntityDescriptor", "document type"),
        ("EntityDescriptor", "EntitiesDescriptor", "it is no `EntityDescriptor`, but `EntitiesDescriptor`"),
        (' entityID="urn:demo:people"', "", "no `entityID`"),
        ("SingleSignOnService", "SingleLogoutService", "no `SingleSignOnService`"),
        ("MIIB", "tls-certificate", "no `X509Certificate`"),
        ("</EntityDescriptor>", "", "it is no XML: no element found"),
    ],
)
def test_metadata_that_aws_would_not_take_is_told_why(changed: str, to: str, wrong: str) -> None:
    text = SAML.partition("metadata: |\n")[2]
    assert read_metadata(text) == Metadata("urn:demo:people")
    assert wrong in read_metadata(text.replace(changed, to)).wrong


def test_nobody_has_a_role_in_a_domain_that_nobody_uses(tmp_path: Path) -> None:
    assert "data/opensearch/main.sh" not in of(tmp_path).files


def test_an_account_s_role_is_another_environment_s_where_that_owns_it(tmp_path: Path) -> None:
    assert "service_linked_role_arn" in of(tmp_path / "a").files[FILE]
    found = of(tmp_path / "b", dev=f"{DEV}owns_account_settings: false\n")
    assert "service_linked_role_arn" not in found.files[FILE]
    assert not [name for name in found.files if "search-role" in name]


def test_people_are_told_the_way_to_it_at_a_port_that_anybody_may_open(tmp_path: Path) -> None:
    files = {"bastions/main.yaml": BASTION.replace("databases/main", "search-domains/main") + "allow: []\n"}
    dev = DEV.replace("10.0.0.0/16}", "10.0.0.0/16, nat: single}")
    said = told(of(tmp_path, dev=dev, uses="why: it looks", files=files))
    assert "portNumber=443,localPortNumber=8443" in said[
        "open a way to search-domains/main at 127.0.0.1:8443, in a shell of its own"
    ]  # fmt: skip
    command = said["make the users of search-domains/main, through that way and as its master user"]
    assert command == "SEARCH_HOST=host bash FILE"
