"""What secrets look like: keys and tokens of well-known services, passwords in addresses, names of variables."""

import re
from collections.abc import Iterable, Iterator
from typing import Any, Final, NamedTuple

ARN_END: Final = re.compile(r"-[A-Za-z0-9]{6}$")
"""What Secrets Manager puts behind a name in an ARN, or takes for that (its API Reference: GetSecretValue)."""
SECOND_USER: Final = "__2"
"""How the name of a database's user ends, and the key of the secret with its password, that takes turns with another:
no entry's name has two hyphens in a row."""
_KEYS: Final = (
    ("AKIA", r"(?<![A-Z0-9])AKIA[A-Z2-7]{16}(?![A-Z0-9])", "an access key of AWS"),
    ("ASIA", r"(?<![A-Z0-9])ASIA[A-Z2-7]{16}(?![A-Z0-9])", "a temporary access key of AWS"),
    ("AIza", r"\bAIza[\w-]{35}(?![\w-])", "an API key of Google"),
    *((f"gh{one}_", rf"gh{one}_[0-9A-Za-z]{{20,}}", "a token of GitHub") for one in "pousr"),
    ("github_pat_", r"\bgithub_pat_[0-9A-Za-z_]{60,}", "a token of GitHub"),
    ("glpat-", r"\bglpat-[\w-]{20,}", "a token of GitLab"),
    ("npm_", r"\bnpm_[0-9A-Za-z]{36}\b", "a token of npm"),
    ("k_live_", r"\b[sr]k_live_[0-9A-Za-z]{8,}", "a live key of Stripe"),
    ("whsec_", r"\bwhsec_[0-9A-Za-z+/=]{24,}", "a webhook secret of Stripe"),
    ("hvs.", r"\bhvs\.[\w-]{24,}", "a token of Vault"),
    ("sk-ant-", r"\bsk-ant-[\w-]{20,}", "an API key of Anthropic"),
    ("sk-proj-", r"\bsk-proj-[\w-]{20,}", "an API key of OpenAI"),
    ("xox", r"\bxox[abeprs]-[0-9A-Za-z-]{20,}", "a token of Slack"),
    ("xapp-", r"\bxapp-\d-[0-9A-Za-z-]{20,}", "a token of Slack"),
    ("hooks.slack.com", r"\bhooks\.slack\.com/services/T\w{6,}/B\w{6,}/\w{16,}", "a webhook of Slack"),
    ("hooks.slack.com", r"\bhooks\.slack\.com/(?:workflows|triggers)/\w{6,}/[\w/]{16,}", "a webhook of Slack"),
    ("webhook.office.com", r"\bwebhook\.office\.com/webhookb2/[\w@/-]{60,}", "a webhook of Teams"),
    ("/api/webhooks/", r"\bdiscord(?:app)?\.com/api/webhooks/\d{15,}/[\w-]{40,}", "a webhook of Discord"),
    ("AGE-SECRET-KEY-", r"\bAGE-SECRET-KEY-1[02-9AC-HJ-NP-Z]{58}\b", "a private key of age"),
    ("hf_", r"\bhf_[A-Za-z0-9]{30,}\b", "a token of Hugging Face"),
    ("pypi-", r"\bpypi-AgE[\w-]{50,}", "a token of PyPI"),
    ("dckr_", r"\bdckr_[po]at_[\w-]{20,}", "a token of Docker"),
    (".atlasv1.", r"\b[A-Za-z0-9]{10,}\.atlasv1\.[\w-]{50,}", "a token of HCP Terraform"),
    ("glsa_", r"\bglsa_[A-Za-z0-9]{32}_[0-9a-f]{8}\b", "a token of Grafana"),
    ("glc_", r"\bglc_eyJ[\w+/=-]{40,}", "a token of Grafana Cloud"),
    *((f"do{one}_v1_", rf"\bdo{one}_v1_[0-9a-f]{{64}}\b", "a token of DigitalOcean") for one in "opr"),
    *((f"shp{one}_", rf"\bshp{one}_[0-9a-fA-F]{{32}}\b", "a token of Shopify") for one in ("at", "ca", "pa", "ss")),
    ("ATATT3", r"\bATATT3[\w=-]{100,}", "a token of Atlassian"),
    ("NRAK-", r"\bNRAK-[A-Z0-9]{27}\b", "an API key of New Relic"),
    ("PMAK-", r"\bPMAK-[0-9a-f]{24}-[0-9a-f]{34}\b", "an API key of Postman"),
    ("xkeysib-", r"\bxkeysib-[0-9a-f]{64}-\w{16}\b", "an API key of Brevo"),
    (":AA", r"\b\d{8,10}:AA[\w-]{33}(?![\w-])", "a token of Telegram"),
    ("SG.", r"\bSG\.[\w-]{16,}\.[\w-]{16,}", "an API key of SendGrid"),
    ("PRIVATE KEY", r"-----BEGIN [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----(?:\s|\\n)+[A-Za-z0-9+/]{4}", "a private key"),
    ("eyJ", r"\beyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]{20,}", "a JSON web token"),
)
"""What stands in each, its form, and what it is: GitHub Docs, Supported secret scanning patterns; AWS STS API,
GetAccessKeyInfo; RFC 7468, Textual Encodings of PKIX; RFC 7519, JSON Web Token; else each vendor's own form."""
_BESIDE: Final = (
    ("AKIA", (r"(?<![A-Z0-9])AKIA[A-Z2-7]{16}(?![A-Z0-9])(?:[^\n]{0,500}+\n)??[^\n]{0,500}?"
              r"(?<![\w/+-])(?=[a-z0-9/+]*[A-Z])([A-Za-z0-9/+]{40})(?![\w/+=-])"), "a secret access key of AWS"),
    ("://", r"://[^\s/:@{}$<%*\"']*:([^\s/:@{}$<%*\"']{4,})@(?!127\.)[\w-]+\.[\w.-]+", "a password in an address"),
)  # fmt: skip
"""What is a secret beside something else alone, which is its group."""
_PLACEHOLDER: Final = re.compile(
    r"EXAMPLE|(.)\1{5}|^(your|change|replace)|^(pass(word|wd)?|secret|token)$", re.IGNORECASE
)
"""What documentation writes: AWS's own end in `EXAMPLE`."""
_KEY_END: Final = re.compile(r"-----END [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----|\Z")
_IN_SETTINGS: Final = (
    ("://", r"://[^\s/:@{}$<%*\"']*:([^\s/@{}$<%*\"']{4,})@(?!127\.|localhost\b)", "a password in an address"),
    ("=", r"(?i:password|pwd|account_?key|shared_?access_?key)=([^\s;&{}$<%\"']{4,})", "a password among settings"),
)
"""A password in an address, and in the settings of one (JDBC, ODBC, Azure's connection strings)."""
_PASSWORD: Final = re.compile(r"PASSWORDS?|PASSWD|PASSPHRASE|PASSCODE|(?:^|_)(?:PASS|PWD)(?=$|_)")
_NAMED: Final = re.compile(
    rf"{_PASSWORD.pattern}|(?:^|_)(?:SECRETS?|TOKENS?|CREDENTIALS?"
    r"|(?:ACCESS|API|AUTH|ENCRYPTION|MASTER|PRIVATE|SECRET|SIGNING)_?KEYS?)(?=$|_)"
)
"""Words of a variable that say that a secret is in it."""
_MAYBE: Final = re.compile(r"(?:^|_)(?:AUTH|KEYS?|PEPPER|SALT)$|[A-Z]KEY$")
"""Words that say so where the value looks like a key: `STRIPE_KEY`, and not `SORT_KEY: created`."""
_ONLY_ABOUT: Final = re.compile(
    r"_(?:AGE|ALGORITHM|ARN|AUDIENCE|COUNT|DAYS|DIR|ENABLED|ENDPOINT|EXPIRY|FILE|HEADER|HOST|HOURS|ISSUER|LENGTH|LIMIT"
    r"|MINUTES|NAME|PATH|POLICY|PREFIX|REGION|REQUIRED|SECONDS|TIMEOUT|TTL|TYPE|URI|URL|VERSION)$|PUBLIC|PUBLISHABLE"
)
"""Words of a variable that only says something about a secret: where it is kept, how long it holds."""
_NO_SECRET: Final = re.compile(
    r"arn:.*|\.{0,2}/.*|[a-z][a-z0-9+.-]*://.*|\$?\{.*|<.*|true|false|yes|no|on|off|none|null|enabled|disabled|\d{0,3}",
    re.DOTALL | re.IGNORECASE,
)
_FIGURE: Final = re.compile(r"\d+(?:\.\d+)?")
_LIKE_A_KEY: Final = re.compile(r"(?<![A-Za-z0-9+/=])(?=[A-Za-z+/=]*[0-9])(?=[0-9+/=]*[A-Za-z])[A-Za-z0-9+/=]{16,}")
MARKS: Final = tuple(mark for mark, *_ in (*_KEYS, *_BESIDE))
"""What stands in every text that has one of them by its form."""
_ANY_MARK: Final = re.compile("|".join(map(re.escape, {*MARKS, *(mark for mark, *_ in _IN_SETTINGS)})))


class Secret(NamedTuple):
    """A part of a text that is a secret: where it begins, the part, and what it is."""

    start: int
    text: str
    what: str


def _found(forms: Iterable[tuple[str, str, str]], text: str, part: int = 0) -> Iterator[tuple[re.Match[str], str]]:
    for mark, form, what in forms:
        if mark in text:
            yield from ((found, what) for found in re.finditer(form, text) if not _PLACEHOLDER.search(found[part]))


def keys_in(text: str) -> Iterator[Secret]:
    done = 0
    for found, what in _found(_KEYS, text):
        end: re.Match[str] | None = found
        if what == "a private key":
            if found.start() < done:  # it is a part of the one before
                continue
            end = _KEY_END.search(text, found.end())
            done = (end or found).end()
        yield Secret(found.start(), text[found.start() : (end or found).end()], what)


def secrets_in(text: str) -> Iterator[Secret]:
    yield from keys_in(text)
    yield from (Secret(found.start(1), found[1], what) for found, what in _found(_BESIDE, text, 1))


def secrets_of(name: str, value: str) -> Iterator[Secret]:
    """Yield the secrets in the value of a variable, also those that its name tells; `name` may be empty."""
    if _ANY_MARK.search(value):
        yield from secrets_in(value)
        yield from (Secret(found.start(1), found[1], what) for found, what in _found(_IN_SETTINGS, value, 1))
    if name and secret_word(name, value):
        yield Secret(0, value, "a secret by its name")


def without_secrets(text: str, name: str = "") -> str:
    """Use the variable's name as well, if in capitals; a text with too many secrets is masked as a whole."""
    found = dict.fromkeys(one.text for one in secrets_of(name if VARIABLE.fullmatch(name) else "", text))
    if len(found) > 1_000:
        return MASK
    for one in found:
        text = text.replace(one, MASK)
    return _ASSIGNED.sub(lambda line: f"{line[1]}{without_secrets(line[3], line[2])}{line[4]}", text)


def masked(value: Any, name: str = "") -> Any:
    if isinstance(value, dict):
        return {key: masked(item, str(key)) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [masked(item, name) for item in value]
    return without_secrets(value, name) if isinstance(value, str) else value


MASK: Final = "(sensitive)"
"""What is shown in the place of a secret."""
VARIABLE: Final = re.compile(r"[A-Z][A-Z0-9_]*")
"""A name in capitals, as variables have one."""
_ASSIGNED: Final = re.compile(r'^([-+ ]?[^\S\n]*"?([A-Z][A-Z0-9_]*)"?\s*[=:]\s*"?)([^"\n]+)("?,?)$', re.MULTILINE)


def secret_word(name: str, value: str) -> re.Match[str] | None:
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|[-.]", "_", name).upper()
    if _NO_SECRET.fullmatch(value) or _ONLY_ABOUT.search(words):
        return None
    found = _NAMED.search(words)
    if found:
        return None if _FIGURE.fullmatch(value) and not is_password(name) else found
    return _MAYBE.search(words) if _LIKE_A_KEY.search(value) and not _PLACEHOLDER.search(value) else None


def is_password(name: str) -> bool:
    return _PASSWORD.search(re.sub(r"(?<=[a-z0-9])(?=[A-Z])|[-.]", "_", name).upper()) is not None
