"""Projects of Google Cloud: who signs in as whom, what that may do, and which sessions of infragen leave them out."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest

from infragen.terraform.providers import left_out
from tests.unit.stacks.systems import SERVICE, environment, job, rendered

if TYPE_CHECKING:
    from pathlib import Path

    from tests.unit.stacks.systems import Rendered

PROJECT = """\
name: google-cloud
title: What Google knows
project: example-demo-ai
number: "481516234210"
location: asia-northeast1
"""
DATA = "datasets: {events: {expires: 90 days}, old-ones: {location: US}}\n"
STACK = "google/google-project-google-cloud.tf"
FUNCTION = "name: tell\ntitle: Tell\nimage: {tag: v1}\nuses: {google-projects/google-cloud: {access: ai}}\n"


def of(path: Path, access: str = "ai", more: str = DATA, files: dict[str, str] | None = None) -> Rendered:
    service = SERVICE + f"uses: {{google-projects/google-cloud: {{access: {access}}}}}\n"
    found = {"google-projects/google-cloud.yaml": PROJECT + more, "services/web.yaml": service}
    return rendered(environment(path, found | (files or {})))


@pytest.mark.parametrize(
    ("access", "roles", "of_data"),
    [
        ("ai", {"roles/aiplatform.user"}, None),
        ("read", {"roles/bigquery.jobUser"}, "roles/bigquery.dataViewer"),
        ("read-write", {"roles/bigquery.jobUser"}, "roles/bigquery.dataEditor"),
        ("all", {"roles/aiplatform.user", "roles/bigquery.jobUser"}, "roles/bigquery.dataEditor"),
    ],
)
def test_a_service_account_may_do_what_access_says(
    access: str, roles: set[str], of_data: str | None, tmp_path: Path
) -> None:
    accounts = of(tmp_path, access).call(STACK, "google_project_google_cloud")["accounts"]
    assert set(re.findall(r'"(roles/[a-zA-Z.]+)"', accounts.partition("dataset_role")[0])) == roles
    assert re.findall(r'dataset_role += "(.+)"', accounts) == ([of_data] if of_data else [])


def test_only_the_roles_of_who_uses_it_sign_in_each_as_what_it_may_do(tmp_path: Path) -> None:
    files = job("export", "uses: {google-projects/google-cloud: {access: read-write}}\n") | job("other")
    accounts = of(tmp_path, files=files).call(STACK, "google_project_google_cloud")["accounts"]
    assert re.findall(r'aws_role_names = \["(.+)"\]', accounts) == ["demo-dev-web-task", "demo-dev-job-export-task"]
    assert "other" not in accounts


def test_a_task_is_told_where_it_signs_in_and_the_ids_of_data_sets_and_nothing_is_secret(tmp_path: Path) -> None:
    found = of(tmp_path, "read").files["app/service-web.tf"]
    assert re.search(r'GOOGLE_CLOUD_PROJECT += "example-demo-ai"', found)
    assert re.search(r'GOOGLE_CLOUD_DATASET_OLD_ONES += "demo_dev_old_ones"', found)
    written = re.search(r"GOOGLE_CLOUD_CREDENTIALS = jsonencode\(\{(.+?)\}\)", found, re.DOTALL)
    assert written is not None
    told = dict(re.findall(r'(\w+) += "(.+)"', written[1]))
    pool = "projects/481516234210/locations/global/workloadIdentityPools/demo-dev-google-cloud"
    assert told["audience"] == f"//iam.googleapis.com/{pool}/providers/aws-tasks"
    assert "demo-dev-google-cloud-read@example-demo-ai.iam" in told["service_account_impersonation_url"]
    assert "key" not in json.dumps(told)


def test_it_is_a_stack_of_its_own_that_reads_from_no_other_and_from_which_none_reads(tmp_path: Path) -> None:
    found = of(tmp_path)
    google = found.stack("google")
    assert google.upstreams == ()
    assert not [stack.name for stack in found.stacks if "google" in stack.upstreams]
    assert 'google = {\n      source  = "hashicorp/google"' in found.files["google/versions.tf"]
    assert "hashicorp/google" not in found.files["app/versions.tf"]


def test_the_way_out_is_open_to_a_task_and_a_function_stays_outside_the_vpc(tmp_path: Path) -> None:
    found = of(tmp_path, files={"functions/tell.yaml": FUNCTION})
    assert "services/web to internet: uses it" in found.files["network/service-web.tf"]
    assert "subnet_ids" not in found.files["app/function-tell.tf"]
    assert "network/function-tell.tf" not in found.files


def test_offline_and_on_the_emulated_aws_it_is_left_out_with_whatever_reads_of_it(tmp_path: Path) -> None:
    found = of(tmp_path)
    assert left_out(found.files, found.stacks) == ("google",)
    reading = [stack.__class__(stack.name, (), ("google",), ()) for stack in found.stacks if stack.name == "app"]
    assert left_out(found.files, (found.stack("google"), *reading)) == ("google", "app")


def test_a_service_account_s_id_fits_in_30_characters_and_differs_for_each_pool(tmp_path: Path) -> None:
    ids = []
    for number, name in enumerate(("google-cloud-of-sales", "google-cloud-of-stock")):
        files = {
            f"google-projects/{name}.yaml": PROJECT.replace("google-cloud", name),
            "services/web.yaml": SERVICE + f"uses: {{google-projects/{name}: {{access: ai}}}}\n",
        }
        found = rendered(environment(tmp_path / str(number), files))
        call = found.call(f"google/google-project-{name}.tf", f"google_project_{name.replace('-', '_')}")
        ids += re.findall(r'\bid += "(.+)"', call["accounts"])
    assert len(set(ids)) == 2
    assert all(len(one) <= 30 and one.startswith("demo-dev-google-") and one.endswith("-ai") for one in ids)


def test_a_project_without_data_sets_has_no_bigquery(tmp_path: Path) -> None:
    call = of(tmp_path, more="").call(STACK, "google_project_google_cloud")
    assert "datasets" not in call
    assert "bigquery" not in call["apis"]
