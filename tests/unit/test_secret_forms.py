from __future__ import annotations

import pytest

from infragen.secret_forms import secrets_in

LETTERS = "aB3dE5gH7jK9mN1pQ2rS4tU6vW8xY0zAbCdEfGhIjKlMnOpQrStUvWxYz"
"""As long as any key needs; each key below is put together, so that none stands in this file."""
AWS = "AKIA" + "QYLPMN5HFIQR7XYA"


@pytest.mark.parametrize(
    ("text", "what"),
    [
        (f"id: {AWS}", "an access key of AWS"),
        ("id: ASIA" + "QYLPMN5HFIQR7XYA", "a temporary access key of AWS"),
        ("AIza" + LETTERS[:35], "an API key of Google"),
        ("ghp_" + LETTERS[:36], "a token of GitHub"),
        ("github_pat_" + LETTERS[:22] + "_" + LETTERS, "a token of GitHub"),
        ("glpat-" + LETTERS[:20], "a token of GitLab"),
        ("npm_" + LETTERS[:36], "a token of npm"),
        ("sk_live_" + LETTERS[:24], "a live key of Stripe"),
        ("rk_live_" + LETTERS[:24], "a live key of Stripe"),
        ("xoxb-" + "123456789012-" + LETTERS[:24], "a token of Slack"),
        ("https://hooks.slack.com/services/" + "T01234567/B01234567/" + LETTERS[:24], "a webhook of Slack"),
        (f"SG.{LETTERS[:22]}.{LETTERS[:43]}", "an API key of SendGrid"),
        ("-----BEGIN RSA " + f"PRIVATE KEY-----\n  {LETTERS}", "a private key"),
        ('"-----BEGIN ' + f'PRIVATE KEY-----\\n{LETTERS}"', "a private key"),
        ("Bearer eyJ" + f"{LETTERS[:20]}.eyJ{LETTERS[:20]}.{LETTERS[:30]}", "a JSON web token"),
        ("postgres://app:" + "s3cr3t-9x@db.shop.internal:5432/app", "a password in an address"),
    ],
)
def test_a_well_known_secret_is_seen_for_what_it_is(text: str, what: str) -> None:
    assert [found.what for found in secrets_in(f"x: 1\ny: {text}\n")] == [what]


def test_a_secret_key_is_seen_beside_its_access_key() -> None:
    key = f"{LETTERS[:20]}/{LETTERS[20:39]}"
    text = f"KEY_A: {AWS}\nKEY_B: {key}\n"
    assert [(found.start, found.what) for found in secrets_in(text)] == [
        (text.index(AWS), "an access key of AWS"),
        (text.index(key), "a secret access key of AWS"),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "AKIAIOSFODNN7EXAMPLE",
        "sk_live_" + "x" * 24,
        "sk_test_" + LETTERS[:24],
        "arn:aws:secretsmanager:ap-northeast-1:123456789012:secret:prod/payment-AbCdEf",
        "web@sha256:" + "0123456789abcdef" * 4,
        f"{AWS[:4]}EXAMPLE23456WXYZ: 0123456789abcdef0123456789abcdef01234567",
        'psql "postgres://$DATABASE_USERNAME:$DATABASE_PASSWORD@$DATABASE_HOST/app"',
        "postgres://{user}:{password}@{host}/app",
        "postgres://app:password@db.example.com/app",
        "mysql://dev:development@orders:3306/orders",
        "postgres://app:postgres@127.0.0.1:5432/app",
        "https://shop.example.com:8443/path@v2.html",
        "grep -- '-----BEGIN PRIVATE KEY-----' key.pem",
    ],
)
def test_what_stands_for_a_secret_or_names_one_is_none(text: str) -> None:
    assert list(secrets_in(text)) == []
