"""Search domains: where they stand, who may ask them what, and how people make the roles inside."""

from __future__ import annotations

import json
import os
import re
import subprocess
from typing import TYPE_CHECKING

import pytest

from tests.unit.stacks.systems import DEV, SERVICE, environment, rendered
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
        "_count", "_mget", "_msearch", "_search", "_search/scroll",
    }  # fmt: skip
    assert "es:ESHttpDelete" not in found
    assert "es:ESHttpPut" not in found


@pytest.mark.parametrize(
    ("access", "allowed"), [("read", "read"), ("write", "write"), ("read-write", "crud"), ("logs", "write")]
)
def test_the_script_gives_the_role_of_each_user_what_its_access_says(access: str, allowed: str, tmp_path: Path) -> None:
    script = of(tmp_path, uses=f"access: {access}, why: it looks").files["data/opensearch/main.sh"]
    role, *more = re.findall(r"<<'JSON'\n(.+?)\nJSON", script, re.DOTALL)
    [index] = json.loads(role)["index_permissions"]
    assert (index["index_patterns"], len(more)) == ((["logs-*"], 2) if access == "logs" else (["*"], 0))
    assert allowed in index["allowed_actions"]
    assert re.search(rf"arns=\(\n +arn:aws:iam::111122223333:role/\S*web\S*\n\)\ngive infragen-{access} ", script)
    assert "role/demo-dev-main-search-master" in script


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
    (tmp_path / "main.sh").write_text(found.files["data/opensearch/main.sh"], encoding="utf-8")
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
    asked = [line.split(" ", 2) for line in (tmp_path / "asked").read_text(encoding="utf-8").splitlines()]
    bodies = {path: json.loads(body) for method, path, body in asked if method == "PUT"}
    index = bodies["_index_template/infragen-logs"]["template"]["settings"]["index"]
    assert index == {"number_of_shards": 2, "number_of_replicas": replicas}
    policy = bodies["_plugins/_ism/policies/infragen-logs?if_primary_term=3&if_seq_no=7"]["policy"]
    assert policy["states"][0]["transitions"][0]["conditions"] == {"min_index_age": "9d"}
    assert policy["ism_template"][0]["index_patterns"] == ["logs-*"]
    assert [path for method, path, _ in asked if method == "POST"] == [
        "_plugins/_ism/add/logs-service-web-2026.11.28", "_plugins/_ism/change_policy/logs-service-web-2026.11.28",
    ]  # fmt: skip


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
