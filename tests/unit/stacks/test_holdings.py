"""What a standby holds of each entry, and which kinds have to say so."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from infragen.catalog import Project, load
from infragen.core.expressions import Joined
from infragen.core.kind import Delivery, empty
from infragen.core.network_settings import EXAMPLE_CERTIFICATE
from infragen.core.placeholders import EXAMPLE_CERTIFICATE_BEGINS
from infragen.environment import resolve
from infragen.kinds import kinds
from infragen.stacks.build import draft
from infragen.stacks.standbys import holdings
from infragen.stacks.takeovers import runbook_of
from tests.unit.stacks.systems import rendered
from tests.unit.stacks.test_standbys import project as project  # noqa: PLC0414  # a fixture

FUNCTION = """\
name: shrink
title: Shrink
code: {{bucket: {bucket}, key: shrink-0000000.zip}}
runtime: python3.13
handler: index.handler
memory: 128 MB
timeout: 30 s
log_retention: 14 days
triggers: {{objects: {{files: {{keys: ["original/*"]}}}}}}
"""
PLAIN = "name: {name}\ntitle: {name}\n"


def held(project: Project) -> dict[str, tuple[str, str]]:
    """Return state and words of what the standby holds, by need and entry."""
    catalogue = load(project, "site")
    prod, dr = (resolve(project, catalogue, name).environment() for name in ("prod", "dr"))
    return {f"{one.held.need} {one.owner}": (one.held.state, one.held.has) for one in holdings(prod, dr)}


def states(project: Project) -> dict[str, str]:
    return {what: state for what, (state, _) in held(project).items()}


def write(project: Project, path: str, text: str) -> None:
    file = project.root / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")


def edit(project: Project, path: str, old: str, new: str) -> None:
    file = Path(project.root) / path
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")


def test_each_entry_says_what_a_standby_has_of_it(project: Project) -> None:
    assert states(project) == {
        "names balancers/public": "held",
        "data buckets/files": "held",
        "data databases/main": "lags",
        "keys databases/main": "held",
        "keys secrets/signing": "held",
        "code services/web": "held",
    }


SITE = """\
name: site
title: Site
origins: {api: {balancer: public}}
default: {origin: api, methods: all}
"""


def test_a_balancer_requires_the_header_of_the_primary_s_distribution_where_that_is_replicated(
    project: Project,
) -> None:
    path, dr = "catalog/site/balancers/public.yaml", "environments/site/dr.yaml"
    edit(project, path, "reach: internet", "reach: cloudfront\ncustom_header: {version: 1}")
    write(project, "catalog/site/distributions/site.yaml", SITE)
    edit(project, dr, "follows: prod", "follows: prod\ndistributions: {site: null}")
    assert "keys balancers/public" not in states(project)
    edit(project, path, "{version: 1}", "{version: 1, replication: {region: ap-northeast-3}}")
    assert states(project)["keys balancers/public"] == "held"


def test_devices_keep_their_certificates_where_the_standby_trusts_the_primary_s_root(project: Project) -> None:
    edit(project, "catalog/site/balancers/public.yaml", "reach: internet", "reach: internet\nmutual_tls: true")
    prod, dr = "environments/site/prod.yaml", "environments/site/dr.yaml"
    for path in (prod, dr):
        write(project, path, f"{(project.root / path).read_text('utf-8')}load_balancer: {{mutual_tls: true}}\n")
    assert states(project)["keys balancers/public"] == "missing"
    trusted = EXAMPLE_CERTIFICATE.replace("\n", "\\n")
    edit(project, dr, "{mutual_tls: true}", f'{{mutual_tls: true, also_trusts: ["{trusted}"]}}')
    assert held(project)["keys balancers/public"][0] == "held"
    made = draft(resolve(project, load(project, "site"), "dr").environment())
    told = ["".join(map(str, one.line.value.pieces)) for one in made.outputs if isinstance(one.line.value, Joined)]
    assert any("s3://site-prod-revocations-" in one and "primary.pem" in one for one in told)
    assert f"{EXAMPLE_CERTIFICATE_BEGINS}" in rendered(made.environment).files["edge/mutual-tls.tf"]


GATEWAY = """\
name: api
title: API
purpose: customers
reach: internet
limit: 600 req/min
per: api-key
burst: 20
routes: {web: web}
zone: main
hosts: [api]
"""


def test_people_lead_a_gateway_s_names_to_the_standby_where_both_have_records(project: Project) -> None:
    write(project, "catalog/site/gateways/api.yaml", GATEWAY)
    prod, dr = "environments/site/prod.yaml", "environments/site/dr.yaml"
    assert states(project)["names gateways/api"] == "missing"
    for path, role in ((prod, "primary"), (dr, "secondary")):
        text = (project.root / path).read_text("utf-8")
        write(project, path, f"{text}gateways: {{api: {{failover: {{role: {role}}}}}}}\n")
    assert held(project)["names gateways/api"][0] == "held"
    catalogue = load(project, "site")
    here, there = (resolve(project, catalogue, name).environment() for name in ("prod", "dr"))
    for action, left, taking, shows in (
        ("failover", here, there, "True True"),
        ("failback", there, here, "True False"),
    ):
        book = runbook_of(action, left, taking)  # type: ignore[arg-type]
        named = {one.phase: one for one in book.steps if "-api" in one.what and one.phase in ("names", "undo")}
        first = named["names"].commands[0]
        assert "FullyQualifiedDomainName=='api." in first.text
        assert first.shows == shows
        assert ("undo" in named) is (action == "failover")


def test_the_keys_of_clients_are_copied_by_value_and_counted(project: Project, tmp_path: Path) -> None:
    """The command runs in a shell that has AWS's answers: what it imports has each key, for the plan of its tenant."""
    fields = "clients: {app: App}\nplans: {plus: {limit: 900 req/min}}\ntenants: {acme: plus, globex: default}\n"
    write(project, "catalog/site/gateways/api.yaml", GATEWAY + fields)
    assert held(project)["keys gateways/api"][0] == "held"
    catalogue = load(project, "site")
    here, there = (resolve(project, catalogue, name).environment() for name in ("prod", "dr"))
    [counted] = [one for one in runbook_of("failover", here, there).steps if one.what.startswith("keys of clients")]
    assert counted.commands[0].shows.startswith("3;")
    assert counted.phase == "measure"
    assert "get-api-keys --region ap-northeast-3" in counted.commands[0].text
    copied = [str(one.line.value) for one in draft(there).outputs if "import-api-keys" in str(one.line.value)]
    assert not [one for one in draft(here).outputs if "import-api-keys" in str(one.line.value)]
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin/aws").write_text(AWS, encoding="utf-8")
    (tmp_path / "bin/aws").chmod(0o755)
    for command in copied:
        env = {"PATH": f"{tmp_path}/bin:{os.environ['PATH']}"}
        subprocess.run(["bash", "-c", command], cwd=tmp_path, env=env, check=True)
    assert (tmp_path / "imported").read_text("utf-8").splitlines() == [
        *("name,key,enabled,usageplanIds", "site-prod-api-app,of-app,TRUE,default"),
        *("site-prod-api-tenant-globex,of-globex,TRUE,default",),
        *("name,key,enabled,usageplanIds", "site-prod-api-tenant-acme,of-acme,TRUE,plus"),
    ]


AWS = r"""#!/bin/bash
case "$*" in
  *"get-api-keys --region ap-northeast-1"*)
    for one in app tenant-globex tenant-acme; do
      [[ "$*" == *"-api-$one\""* ]] && printf 'site-prod-api-%s\tof-%s\n' "$one" "${one#tenant-}"
    done; true ;;
  *get-usage-plans*plan-plus*) echo plus ;;
  *get-usage-plans*) echo default ;;
  *"import-api-keys --region ap-northeast-3"*) cat >> imported ;;
esac
"""


def test_only_a_replica_with_an_agreement_is_recent_enough(project: Project) -> None:
    edit(project, "catalog/site/buckets/files.yaml", ", time_control: true", "")
    assert states(project)["data buckets/files"] == "unproved"
    write(project, "catalog/site/buckets/files.yaml", PLAIN.format(name="files"))
    assert states(project)["data buckets/files"] == "missing"


def test_no_copy_of_another_region_loses_nothing_at_all(project: Project) -> None:
    edit(project, "environments/site/prod.yaml", "rpo_hours: 1", "rpo_hours: 0")
    assert {state for what, state in states(project).items() if what.startswith("data")} == {"unproved"}


def test_what_an_environment_leaves_out_is_not_there(project: Project) -> None:
    write(project, "catalog/site/caches/sessions.yaml", "name: sessions\ntitle: Sessions\nengine: valkey\n"
          'version: "8.0"\nsize: cache.t4g.micro\n')  # fmt: skip
    assert held(project)["data caches/sessions"][0] == "missing"
    edit(project, "environments/site/dr.yaml", "follows: prod", "follows: prod\ncaches: {sessions: null}")
    assert held(project)["data caches/sessions"] == ("missing", "nothing: site/dr leaves it out")


@pytest.mark.parametrize(("within", "state"), [("", "held"), ("handled_within: 2 h\n", "unproved")])
def test_a_queue_loses_what_waits_longer_than_somebody_is_told_of(project: Project, within: str, state: str) -> None:
    write(project, "catalog/site/queues/mails.yaml", PLAIN.format(name="mails") + within)
    assert states(project)["data queues/mails"] == state
    write(project, "catalog/site/queues/mails.yaml", f"{PLAIN.format(name='mails')}alarms: {{message-age: none}}\n")
    assert states(project)["data queues/mails"] == "unproved"


def test_code_that_lies_in_the_region_that_is_lost_is_no_code(project: Project) -> None:
    path = "environments/site/dr.yaml"
    text = (project.root / path).read_text("utf-8")
    for region, state in (("ap-northeast-1", "missing"), ("ap-northeast-3", "held")):
        image = f"111122223333.dkr.ecr.{region}.amazonaws.com/web"
        write(project, path, f"{text}services: {{web: {{image: {{name: {image}}}}}}}\n")
        assert states(project)["code services/web"] == state


def test_a_function_has_its_code_in_its_region_and_is_started_there(project: Project) -> None:
    write(project, "catalog/site/buckets/code.yaml", PLAIN.format(name="code"))
    write(project, "catalog/site/functions/shrink.yaml", FUNCTION.format(bucket="buckets/code"))
    found = states(project)
    wanted = ("code buckets/code", "code functions/shrink", "events functions/shrink")
    assert [found[what] for what in wanted] == ["held"] * 3
    assert "data buckets/code" not in found
    write(project, "catalog/site/functions/shrink.yaml", FUNCTION.format(bucket="code-of-shrink"))
    assert states(project)["code functions/shrink"] == "missing"


@pytest.mark.parametrize(
    ("old", "new"),
    [("balancers: {public: {failover: {role: secondary}}}", ""), ("zone_id: Z0123456789ABCDEFGHIJ", "")],
)
def test_names_lead_to_a_standby_by_the_primary_s_zone_and_a_record_of_its_own(
    project: Project, old: str, new: str
) -> None:
    edit(project, "environments/site/dr.yaml", old, new)
    assert states(project)["names balancers/public"] == "missing"


@pytest.mark.parametrize(("value", "state"), [("generate: {}\n", "missing"), ("", "unproved")])
def test_what_one_region_signed_is_valid_in_the_other_by_a_replica(project: Project, value: str, state: str) -> None:
    text = f"{PLAIN.format(name='signing')}keys: [key]\n{value}"
    write(project, "catalog/site/secrets/signing.yaml", text)
    assert states(project)["keys secrets/signing"] == state
    write(project, "catalog/site/secrets/signing.yaml", f"{text}replication: {{region: ap-northeast-3}}\n")
    assert states(project)["keys secrets/signing"] == "held"


def test_every_kind_that_keeps_data_or_runs_code_says_what_a_standby_has_of_it() -> None:
    keeps = {
        name
        for name, kind in kinds().items()
        if kind.network.data_tier != "none" or kind.delivery != Delivery() or kind.failover.standby_overrides
    }
    assert not {name for name in keeps if kinds()[name].failover.holds is empty}
