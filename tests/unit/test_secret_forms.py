from __future__ import annotations

import pytest

from infragen.secret_forms import masked, secrets_in, secrets_of

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
        ("https://hooks.slack.com/triggers/" + f"T01234567/1234567890/{LETTERS[:24]}", "a webhook of Slack"),
        ("https://acme.webhook.office.com/webhookb2/" + f"{LETTERS}@{LETTERS}/IncomingWebhook", "a webhook of Teams"),
        ("https://discord.com/api/webhooks/" + f"123456789012345678/{LETTERS}", "a webhook of Discord"),
        (
            "AGE-SECRET-KEY-1" + "QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L" + "QPZRY9X8GF2TVDW0S3JN54KHCE",
            "a private key of age",
        ),
        ("hf_" + LETTERS[:34], "a token of Hugging Face"),
        ("pypi-AgE" + LETTERS, "a token of PyPI"),
        ("dckr_pat_" + LETTERS[:27], "a token of Docker"),
        (LETTERS[:14] + ".atlasv1." + LETTERS + "abc", "a token of HCP Terraform"),
        ("glsa_" + LETTERS[:32] + "_0123abcd", "a token of Grafana"),
        ("glc_eyJ" + LETTERS, "a token of Grafana Cloud"),
        ("dop_v1_" + "0123456789abcdef" * 4, "a token of DigitalOcean"),
        ("shpat_" + "0123456789abcdef" * 2, "a token of Shopify"),
        ("ATATT3" + LETTERS * 2, "a token of Atlassian"),
        ("NRAK-" + "ABCDEFGHIJKLMNOPQRSTUVWXY23", "an API key of New Relic"),
        ("PMAK-" + "0123456789abcdef01234567-" + "0123456789abcdef0123456789abcdef01", "an API key of Postman"),
        ("xkeysib-" + "0123456789abcdef" * 4 + f"-{LETTERS[:16]}", "an API key of Brevo"),
        ("123456789:AA" + LETTERS[:33], "a token of Telegram"),
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


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SMTP_PASS", "swordfish"),
        ("DB_PWD", "123456"),
        ("PGPASSWORD", "swordfish"),
        ("LEGACY_PASSPHRASE", "open sesame"),
        ("paymentToken", "abc123"),
        ("STRIPE_KEY", "sk_test_" + LETTERS[:24]),
        ("SESSION_SALT", "0123456789abcdef0123456789abcdef"),
        ("CACHE_DSN", "redis://app:swordfish@cache:6379/0"),
        ("STORAGE", "DefaultEndpointsProtocol=https;AccountKey=" + LETTERS[:40]),
        ("REPORTS_JDBC", "jdbc:postgresql://db:5432/app?user=app&password=swordfish"),
    ],
)
def test_a_variable_with_a_secret_is_known_by_its_name_or_its_value(name: str, value: str) -> None:
    shown = value
    for secret in secrets_of(name, value):
        shown = shown.replace(secret.text, "")
    assert shown != value
    assert not [part for part in ("swordfish", "123456", "sesame", "abc123", LETTERS[:24]) if part in shown]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SMTP_PASS", ""),
        ("PWD", "/srv/app"),
        ("PASS_THROUGH", "true"),
        ("PASSWORD_MIN_LENGTH", "12"),
        ("PASSWORD_POLICY", "strict"),
        ("BYPASS", "internal"),
        ("COMPASS_HOST", "compass.example.com"),
        ("MAX_TOKENS", "200000"),
        ("TOKEN_URL", "https://id.example.com/token"),
        ("SECRET_ARN", "arn:aws:secretsmanager:ap-northeast-1:111122223333:secret:a-AbCdEf"),
        ("API_KEY", "${API_KEY}"),
        ("SORT_KEY", "created_at"),
        ("S3_KEY", "2024/orders-archive-v1.zip"),
        ("STRIPE_PUBLISHABLE_KEY", "pk_live_" + LETTERS[:24]),
        ("KMS_KEY", "1234abcd-12ab-34cd-56ef-1234567890ab"),
        ("MONKEY", "0123456789abcdef0123456789abcdef"[:10]),
        ("DATABASE_URL", "postgres://app@db.example.com:5432/app"),
    ],
)
def test_a_variable_that_only_sounds_like_one_is_none(name: str, value: str) -> None:
    assert not [*secrets_of(name, value)]


def test_what_is_shown_of_plain_data_has_no_secret_in_it() -> None:
    plain = {"SMTP_PASS": "swordfish", "LOG": "info", "hosts": [f"a {AWS}"], "master_password": "write-only"}
    shown = {"SMTP_PASS": "(sensitive)", "LOG": "info", "hosts": ["a (sensitive)"], "master_password": "write-only"}
    assert masked({"web": plain}) == {"web": shown}
