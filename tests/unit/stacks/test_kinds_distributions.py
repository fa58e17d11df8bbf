"""Distributions: how long what they answer is kept, and how a balancer knows them."""

from __future__ import annotations

import base64
import re
import textwrap
from typing import TYPE_CHECKING

import pytest

from infragen.diagnostics import InfragenError
from infragen.kinds.distributions.model import EXAMPLE_KEY, plain_key
from tests.unit.stacks.systems import DEV, SERVICE, environment, rendered

if TYPE_CHECKING:
    from pathlib import Path

    from tests.unit.stacks.systems import Rendered

FILE = "edge-us-east-1/distribution-site.tf"
POLICIES = "page_policies_distribution_site"


def site(
    tmp_path: Path,
    default: str = "origin: api",
    behaviours: str = "{/api/*: {origin: api, methods: all}}",
    front: str = "",
    dev: str = DEV,
    *,
    hosts: str = "",
    files: str = "",
    web: str = "",
) -> Rendered:
    files = {
        "dev.yaml": dev,
        "services/web.yaml": SERVICE + web,
        "buckets/files.yaml": f"name: files\ntitle: Files\n{files}",
        "balancers/front.yaml": f"""\
name: front
title: Front
reach: cloudfront
{front}routes: {{web: {{service: web{hosts}}}}}
""",
        "distributions/site.yaml": f"""\
name: site
title: Site
origins: {{files: {{bucket: files}}, api: {{balancer: front}}}}
default: {{{default}}}
behaviours: {behaviours}
""",
    }
    return rendered(environment(tmp_path, files))


def kept(found: Rendered) -> list[str]:
    """Return how answers are kept: what `default` says, then each path in CloudFront's order."""
    return [line.split('"')[1] for line in found.files[FILE].splitlines() if line.strip().startswith("cache  ")]


def paths(found: Rendered) -> list[str]:
    return re.findall(r'path += "(.*)"', found.files[FILE])


@pytest.mark.parametrize(
    ("default", "cache"),
    [
        ("origin: files, index: index.html", "pages"),
        ("origin: files, index: index.html, single_page: true", "pages"),
        ("origin: files, index: index.html, cache: optimized", "optimized"),
        ("origin: files", "optimized"),
        ("origin: api", "disabled"),
        ("origin: api, index: index.html", "disabled"),
    ],
)
def test_pages_are_kept_for_a_minute_and_not_for_a_day(tmp_path: Path, default: str, cache: str) -> None:
    """Of a page the name stays the same when its contents change; a browser would show the old one."""
    found = site(tmp_path, default, "{/files/*: {origin: files}, /api/*: {origin: api, methods: all}}")
    assert kept(found)[0] == cache
    assert (POLICIES in found.labels(FILE)) == (cache == "pages")


def test_other_files_and_answers_are_kept_as_before(tmp_path: Path) -> None:
    help_pages = "/help/*: {origin: files, cache: pages}"
    behaviours = f"{{/static/*: {{origin: files}}, /api/*: {{origin: api, methods: all}}, {help_pages}}}"
    found = site(tmp_path, "origin: api", behaviours)
    assert kept(found) == ["disabled", "optimized", "pages", "disabled"]  # default; /static/*, /help/*, /api/*
    assert f"= module.{POLICIES}.cache_policy_id" in found.files[FILE]


TIMED = """{
  /static/*: {origin: files, cache: 365 days},
  /api/master/*: {origin: api, cache: 1 h, shared: true},
  /api/users: {origin: api, cache: 5 min, cache_key: {headers: [Authorization]}},
  /api/teams: {origin: api, cache: 300 s, cache_key: {headers: [AUTHORIZATION, authorization]}},
  /api/board: {origin: api, cache: 1 min, cache_key: {cookies: [session], query_strings: [week]}},
  /api/quiet: {origin: api, cache: 1 min, cache_key: {cookies: [SESSION], query_strings: []}},
  /api/*: {origin: api, methods: all},
}"""
TIMED_POLICIES = "cache_policies_distribution_site"


def test_each_time_with_its_key_is_one_policy_that_keeps_no_longer(tmp_path: Path) -> None:
    """Of the document: static files for ever, master data an hour, users 5 minutes, a dashboard one, no real time."""
    found = site(tmp_path, behaviours=TIMED)
    board, quiet = "1min-host-cookie-session-query-week", "1min-host-cookie-session"
    assert found.items(FILE, TIMED_POLICIES, "policies") == {
        "365days": {"ttl": "31536000"},
        "1h-host-query": {"ttl": "3600", "headers": '["Host"]', "all_query_strings": "true"},
        "5min-authorization-host-query": {
            "ttl": "300",
            "headers": '["Authorization", "Host"]',
            "all_query_strings": "true",
        },
        board: {"ttl": "60", "headers": '["Host"]', "cookies": '["session"]', "query_strings": '["week"]'},
        quiet: {"ttl": "60", "headers": '["Host"]', "cookies": '["SESSION"]'},
    }
    assert dict(zip(paths(found), kept(found)[1:], strict=True)) == {
        "/static/*": "365days",
        "/api/master/*": "1h-host-query",
        "/api/users": "5min-authorization-host-query",
        "/api/teams": "5min-authorization-host-query",
        "/api/board": board,
        "/api/quiet": quiet,
        "/api/*": "disabled",
    }
    assert found.call(FILE, "distribution_site")["cache_policies"] == f"module.{TIMED_POLICIES}.ids"
    policy = found.files["modules/cloudfront_cache_policies/main.tf"]
    assert "min_ttl     = 0 " in policy  # the origin's `no-store` counts
    assert policy.count("= each.value.ttl\n") == 2  # default and most


def test_what_is_cached_is_forwarded_by_its_key_alone(tmp_path: Path) -> None:
    """Else one caller would get what another one's cookie, which is not in the key, has asked for."""
    behaviours = site(tmp_path, behaviours=TIMED).call(FILE, "distribution_site")["behaviours"]
    assert re.findall('forward += "(.*)"', behaviours) == ["all-viewer"]


SHARED = """{
  /list: {origin: api, cache: 1 min, shared: true},
  /api/*: {origin: api, methods: all},
}"""


def told(found: Rendered) -> list[str]:
    """Return what of a request is forwarded beside the key: what `default` says, then each path that says it."""
    return re.findall('forward += "(.*)"', found.files[FILE])


def test_a_balancer_sees_the_name_that_the_viewer_called(tmp_path: Path) -> None:
    """Applications build addresses from it, and compare it with `Origin`; what is cached has it in its key."""
    found = site(tmp_path, "origin: api, cache: optimized, shared: true", behaviours=SHARED)
    assert (paths(found), kept(found)) == (["/list", "/api/*"], ["optimized", "1min-host-query", "disabled"])
    assert told(found) == ["host-only", "all-viewer"]


def test_a_balancer_that_routes_by_its_own_names_is_called_by_one_of_them(tmp_path: Path) -> None:
    """The viewer's name would be of no route: the balancer would answer 404."""
    found = site(tmp_path, "origin: files", behaviours=SHARED, hosts=", hosts: [a.example.com]")
    assert told(found) == ["all-viewer-except-host"]
    assert kept(found) == ["optimized", "1min-query", "disabled"]


def test_keys_that_differ_in_case_alone_are_two_policies(tmp_path: Path) -> None:
    one, other = (f"{{origin: api, cache: 1 min, cache_key: {{cookies: [{name}]}}}}" for name in ("id", "ID"))
    found = site(tmp_path, behaviours=f"{{/a: {one}, /b: {other}}}")
    cookies = [policy["cookies"] for policy in found.items(FILE, TIMED_POLICIES, "policies").values()]
    assert sorted(cookies) == ['["ID"]', '["id"]']
    assert len(set(kept(found))) == 3


BALANCER = "edge/balancer-front.tf"
SENT = {"name": '"X-Origin-Verify"', "value": "local.edge.custom_header_front_value"}


def test_routes_take_what_has_the_header_that_the_distribution_sends(tmp_path: Path) -> None:
    found = site(tmp_path, front="custom_header: {version: 3}\n")
    assert found.items(FILE, "distribution_site", "custom_headers") == {"api": SENT}
    required = found.call(BALANCER, "routes_front")["custom_header"].split()
    assert required == [
        "{",
        "name",
        "=",
        SENT["name"],
        "values",
        "=",
        "module.custom_header_front.accepted_values",
        "}",
    ]
    assert found.call(BALANCER, "custom_header_front")["value_version"] == "3"
    published = found.files["edge/outputs.tf"].split('output "custom_header_front_value"')[1]
    assert "  sensitive   = true\n" in published.split("}")[0]


def test_routes_of_services_that_codedeploy_delivers_take_nothing_else_either(tmp_path: Path) -> None:
    delivered = DEV + "services: {web: {blue_green: {shift: canary}}}\n"
    found = site(tmp_path, front="custom_header: {version: 1}\n", dev=delivered)
    assert "custom_header" in found.call(BALANCER, "blue_green_front")


def test_the_header_is_sent_before_it_is_required(tmp_path: Path) -> None:
    found = site(tmp_path, front="custom_header: {version: 1, required: false}\n")
    assert found.items(FILE, "distribution_site", "custom_headers") == {"api": SENT}
    assert "custom_header" not in found.call(BALANCER, "routes_front")


@pytest.mark.parametrize("more", ["distributions: {site: null}\n", "balancers: {front: {reach: internet}}\n"])
def test_without_a_distribution_before_it_a_balancer_requires_no_header(tmp_path: Path, more: str) -> None:
    found = site(tmp_path, front="custom_header: {version: 1}\n", dev=DEV + more)
    assert "custom_header" not in found.call(BALANCER, "routes_front")
    assert "custom_header_front" not in found.labels(BALANCER)


def test_the_log_of_a_firewall_leaves_the_header_out(tmp_path: Path) -> None:
    front = "custom_header: {version: 1}\nfirewall: {managed: [known-bad-inputs]}\n"
    found = site(tmp_path, front=front)
    assert found.call(BALANCER, "web_acl_balancer_front")["custom_header_name"] == '"x-origin-verify"'
    assert "custom_header_name" not in site(tmp_path, front=front.partition("\n")[2]).call(
        BALANCER, "web_acl_balancer_front"
    )


def test_a_balancer_that_cloudfront_calls_by_https_alone_listens_to_nothing_else(tmp_path: Path) -> None:
    named = "certificate: arn:aws:acm:ap-northeast-1:111122223333:certificate/a\nhosts: [front.demo.com]\n"
    found = site(tmp_path, front=named)
    assert found.call(BALANCER, "balancer_front")["source"] == '"../modules/load_balancer_https_only"'
    assert "port              = 80" not in found.files["modules/load_balancer_https_only/main.tf"]
    plain = site(tmp_path)
    assert plain.call(BALANCER, "balancer_front")["source"] == '"../modules/load_balancer_http"'


def test_rules_that_count_on_some_paths_block_elsewhere(tmp_path: Path) -> None:
    """By the labels that AWS's rules leave: the list of its rule groups has each."""
    count = "count: {core: [SizeRestrictions_BODY], sql-injection: [SQLi_BODY]}, count_at: [/api/photos/*, '*.jp?g+']"
    found = site(tmp_path, front=f"firewall: {{managed: [core, sql-injection], {count}}}\n")
    call = found.call(BALANCER, "web_acl_balancer_front")
    assert call["source"] == '"../modules/web_acl_tuned"'
    labels = re.findall(r'"(awswaf:[^"]+)"', call["counted_at"])
    core, sql = (f"awswaf:managed:aws:{one}" for one in ("core-rule-set:SizeRestrictions", "sql-database:SQLi"))
    assert labels == [f"{core}_Body", f"{sql}_Body"]
    assert r'"^(/api/photos/.*|.*\\.jp.g\\+)$"' in call["counted_at"]
    assert "inspected_body" not in call  # 8 KB at a load balancer, which AWS has fixed


def test_more_of_a_body_is_read_where_large_ones_are_let_in(tmp_path: Path) -> None:
    more = "{/api/*: {origin: api, methods: all}}\nfirewall: {managed: [core], count: {core: [SizeRestrictions_BODY]}}"
    assert site(tmp_path, behaviours=more).call(FILE, "web_acl_distribution_site")["inspected_body"] == '"KB_64"'
    less = more.replace("[SizeRestrictions_BODY]", "[GenericLFI_BODY]")
    assert "inspected_body" not in site(tmp_path, behaviours=less).call(FILE, "web_acl_distribution_site")


def test_more_paths_than_a_pattern_takes_are_refused(tmp_path: Path) -> None:
    paths = ", ".join(["/" + "a" * 120] * 5)
    with pytest.raises(InfragenError) as error:
        site(
            tmp_path, front=f"firewall: {{managed: [core], count: {{core: [GenericLFI_BODY]}}, count_at: [{paths}]}}\n"
        )
    assert "512 characters" in str([one.hint for one in error.value.diagnostics])


def test_paths_are_for_rules_on_bodies_alone(tmp_path: Path) -> None:
    def at(rules: str) -> str | None:
        more = f"firewall: {{managed: [core], count: {{core: [{rules}]}}, count_at: [/api/photos/*]}}"
        front = f"{{/api/*: {{origin: api, methods: all}}}}\n{more}"
        return site(tmp_path, behaviours=front).call(FILE, "web_acl_distribution_site").get("counted_at")

    assert at("NoUserAgent_HEADER") is None
    assert "NoUserAgent" not in (at("NoUserAgent_HEADER, GenericLFI_BODY") or "") != ""


@pytest.mark.parametrize("method", ["GET", "PUT", "POST"])
def test_browsers_save_what_people_uploaded_and_open_what_they_did_not(tmp_path: Path, method: str) -> None:
    cors = f"cors: {{origins: [https://shop.example.com], methods: [{method}]}}\n"
    found = site(tmp_path, behaviours="{/files/*: {origin: files}}", files=cors)
    is_saved = method != "GET"
    assert ("download_policy_distribution_site" in found.labels(FILE)) is is_saved
    assert found.files[FILE].count("download = true") == is_saved
    assert ("download_policy_id" in found.call(FILE, "distribution_site")) is is_saved


API = """\
title: API
reach: cloudfront
purpose: callers outside
limit: 600 req/min
per: api-key
burst: 20
clients: {app: the application}
routes: {orders: web}
"""
EDGE = """\
title: Edge
origins: {api: {gateway: api}}
default: {origin: api, methods: all}
behaviours: {/orders/static/*: {origin: api, cache: 1 h, methods: options, shared: true}}
"""


def before_a_gateway(tmp_path: Path, gateway: str = "", edge: str = "", dev: str = DEV, **more: str) -> Rendered:
    files = {"dev.yaml": dev, "services/web.yaml": SERVICE, "gateways/api.yaml": f"{API}{gateway}"}
    files |= {"distributions/site.yaml": f"{EDGE}{edge}", **more}
    return rendered(environment(tmp_path, files))


def policies_of(found: Rendered) -> set[str]:
    (listed,) = re.findall(r"headers += \[(.*?)\]", found.files[FILE], re.DOTALL)
    return set(re.findall('"(.+?)"', listed))


def test_a_gateway_is_called_at_its_stage_and_sees_all_but_the_host(tmp_path: Path) -> None:
    text = before_a_gateway(tmp_path).files[FILE]
    assert 'domain_name = "${local.edge.gateway_api_id}.execute-api.ap-northeast-1.amazonaws.com"' in text
    assert 'path        = "/${local.edge.stage_api_name}"' in text
    assert 'protocol    = "https-only"' in text
    assert text.count('"all-viewer-except-host"') == 1  # of what is not cached


def test_a_gateway_with_a_name_of_its_own_is_called_by_that(tmp_path: Path) -> None:
    zone = {"zones/main.yaml": "title: Z\ndomain_name: demo.example.com\nzone_id: Z0123456789ABCDEFGHIJ\n"}
    text = before_a_gateway(tmp_path, "zone: main\nhosts: [origin]\n", **zone).files[FILE]
    assert re.search(r'domain_name += "origin.demo.example.com"', text)
    assert "execute-api" not in text
    assert "local.edge.stage" not in text


@pytest.mark.parametrize(
    ("gateway", "headers"),
    [
        ("", {"x-api-key"}),
        (
            "preflight: true\n",
            {"x-api-key", "Origin", "Access-Control-Request-Headers", "Access-Control-Request-Method"},
        ),
        (
            "authorizer: {user_pools: ['arn:aws:cognito-idp:us-east-1:111122223333:userpool/us-east-1_AbCdEfGhI']}\n",
            {"x-api-key", "Authorization"},
        ),
    ],
)
def test_nobody_gets_what_is_cached_for_another_key(tmp_path: Path, gateway: str, headers: set[str]) -> None:
    assert policies_of(before_a_gateway(tmp_path, gateway)) == headers


@pytest.mark.parametrize(("gateway", "asks"), [("", True), ("compress: false\n", False)])
def test_brotli_is_asked_for_where_the_gateway_would_compress_what_is_cached(
    tmp_path: Path, gateway: str, asks: bool
) -> None:
    found = before_a_gateway(tmp_path, gateway)
    assert ("cloudfront_brotli_function" in found.files[FILE]) is asks
    assert found.files[FILE].count("brotli   = true") == int(asks)


def test_a_gateway_answers_403_to_who_lacks_the_header_and_its_log_has_no_value(tmp_path: Path) -> None:
    found = before_a_gateway(tmp_path, "custom_header: {version: 3}\n")
    text = found.files["edge/gateway-api.tf"]
    assert "value_version = 3" in text
    assert 'source = "../modules/web_acl_header"' in text
    assert "values = module.custom_header_gateway_api.accepted_values" in text
    assert "local.edge.custom_header_gateway_api_value" in found.files[FILE]
    acl = found.files["modules/web_acl_header/main.tf"]
    rules, _, values = acl.partition('resource "aws_wafv2_regex_pattern_set"')
    assert "var.custom_header.values" in values  # a plan hides these, and no rule
    assert "var.custom_header.values" not in rules
    assert "name = nonsensitive(var.custom_header.name)" in values.partition("redacted_fields")[2]


def test_a_gateway_keeps_its_firewall_until_it_requires_the_header(tmp_path: Path) -> None:
    firewall = "firewall: {managed: [core], rate_limit: 3000}\n"
    text = before_a_gateway(tmp_path, f"custom_header: {{required: false}}\n{firewall}").files["edge/gateway-api.tf"]
    assert 'source = "../modules/web_acl"' in text
    assert 'custom_header_name    = "x-origin-verify"' in text
    text = before_a_gateway(tmp_path / "later", f"custom_header: {{}}\n{firewall}").files["edge/gateway-api.tf"]
    assert 'source = "../modules/web_acl_header"' in text
    assert "AWSManagedRulesCommonRuleSet" in text


OTHER_KEY = """-----BEGIN PUBLIC KEY-----
MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEc5V7gsEIwEmCe8XCV+aJ9yZujlPk
gHQUa1RMwZQYv1LhvtfTBNxLW2wkcGaB5ambZSVReDuriToEFXU1UfBtAw==
-----END PUBLIC KEY-----
"""


def signed(tmp_path: Path, *keys: str) -> Rendered:
    written = "".join(f"  - |\n{textwrap.indent(key, '    ')}" for key in keys)
    behaviours = f"{{/files/*: {{origin: files, signed: true}}}}\npublic_keys:\n{written}"
    return site(tmp_path, behaviours=behaviours, web="uses: {distributions/site: {}}\n")


def test_a_signed_path_trusts_all_keys_and_who_uses_the_site_signs_with_the_first(tmp_path: Path) -> None:
    found = signed(tmp_path, OTHER_KEY, EXAMPLE_KEY)
    assert found.files[FILE].count("signed   = true") == 1, "the default path is for everybody"
    keys = found.call(FILE, "key_group_distribution_site")["public_keys"]
    assert re.findall('"(.*?)"', keys) == [plain_key(OTHER_KEY), plain_key(EXAMPLE_KEY)]
    variables = found.files["app/service-web.tf"]
    said = r"SITE_KEY_PAIR_ID += local\.edge_us_east_1\.key_group_distribution_site_key_pair_id"
    assert re.search(said, variables)


def test_white_space_makes_no_other_key(tmp_path: Path) -> None:
    """Another text would be another resource, and another id for who signs."""
    one = "\n".join(["-----BEGIN PUBLIC KEY-----", plain_key(OTHER_KEY) or "", "-----END PUBLIC KEY-----"]) + "\n\n"
    assert signed(tmp_path / "one", one).files[FILE] == signed(tmp_path / "two", OTHER_KEY).files[FILE]


@pytest.mark.parametrize("bits", [1024, 2047, 3072, 4096])
def test_a_key_of_another_length_is_none(bits: int) -> None:
    """Headers as `openssl rsa -pubout` writes them, and a modulus of so many bits."""

    def tlv(tag: int, value: bytes) -> bytes:
        size = len(value)
        length = bytes([size]) if size < 128 else bytes([0x80 + (size.bit_length() + 7) // 8]) + size.to_bytes(
            (size.bit_length() + 7) // 8, "big"
        )  # fmt: skip
        return bytes([tag]) + length + value

    def pem(modulus: int) -> str:
        number = modulus.to_bytes(modulus.bit_length() // 8 + 1, "big")
        inner = tlv(0x30, tlv(2, number) + tlv(2, bytes([1, 0, 1])))
        rsa = tlv(0x30, bytes.fromhex("06092a864886f70d0101010500"))
        text = base64.encodebytes(tlv(0x30, rsa + tlv(3, bytes([0]) + inner))).decode()
        return f"-----BEGIN PUBLIC KEY-----\n{text}-----END PUBLIC KEY-----\n"

    assert plain_key(pem((1 << bits) - 1)) is None
    assert plain_key(pem((1 << 2048) - 1)) is not None
