"""Offline nothing leaves the machine, and the few questions of the provider are answered on it."""

from __future__ import annotations

import json
import urllib.error
import urllib.request

import pytest

from infragen.terraform.offline import offline_environment
from tests.waiting import PATIENCE

BASE = {
    "PATH": "/bin",
    "AWS_PROFILE": "prod",
    "AWS_SESSION_TOKEN": "real",
    "AWS_ENDPOINT_URL_S3": "https://example.com",
    "https_proxy": "http://proxy.example.com",
    "NO_PROXY": "*",
}


@pytest.fixture
def offline():
    with offline_environment(BASE) as environment:
        yield environment


def ask(url, action=None, proxy=None):
    handlers = [urllib.request.ProxyHandler({"http": proxy, "https": proxy} if proxy else {})]
    headers = {"X-Amz-Target": action} if action else {}
    request = urllib.request.Request(url, data=b"{}" if action else None, headers=headers)
    with urllib.request.build_opener(*handlers).open(request, timeout=PATIENCE) as answer:
        return json.load(answer)


def test_no_account_and_no_proxy_of_before_comes_through(offline):
    assert not {"AWS_PROFILE", "AWS_SESSION_TOKEN", "AWS_ENDPOINT_URL_S3", "https_proxy", "NO_PROXY"} & set(offline)
    assert offline["AWS_ACCESS_KEY_ID"] == "offline"
    assert offline["PATH"].startswith("/bin:")
    assert offline["HTTPS_PROXY"].startswith("http://127.0.0.1:")


def test_passwords_are_drawn_and_secrets_read(offline):
    url = offline["AWS_ENDPOINT_URL"]
    assert ask(url, "secretsmanager.GetRandomPassword")["RandomPassword"]
    assert json.loads(ask(url, "secretsmanager.GetSecretValue")["SecretString"])["password"]
    assert ask(url, "AWSStepFunctions.ValidateStateMachineDefinition")["result"] == "OK"


def test_any_other_call_is_refused_by_name(offline):
    with pytest.raises(urllib.error.HTTPError) as caught:
        ask(offline["AWS_ENDPOINT_URL"], "AmazonEC2.DescribeVpcs")
    assert caught.value.code == 400
    assert "AmazonEC2.DescribeVpcs" in json.load(caught.value)["message"]


@pytest.mark.parametrize("url", ["http://example.com/x", "https://example.com/x"])
def test_another_host_is_refused_at_once(offline, url):
    with pytest.raises(OSError, match="400"):
        ask(url, proxy=offline["HTTPS_PROXY"])


def test_afterwards_nobody_listens():
    with offline_environment(BASE) as environment:
        pass
    with pytest.raises(urllib.error.URLError, match="refused"):
        ask(environment["AWS_ENDPOINT_URL"])
