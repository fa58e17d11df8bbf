"""Distributions: Amazon CloudFront before buckets, load balancers and API gateways."""

import base64
import re
from collections.abc import Iterator, Mapping
from typing import Annotated, Any, ClassVar, Final, Literal

from msgspec import Struct
from pydantic import BeforeValidator, Field

from infragen.core.entry import Form, Model, Seconds, Slug, has_form
from infragen.core.measures import Thresholds
from infragen.core.names import short
from infragen.core.placeholders import EXAMPLE_KEY_BEGINS
from infragen.kinds.distributions.paths import covers, ordered
from infragen.kinds.firewalls import Firewall
from infragen.kinds.zones.checks import CheckedEntry
from infragen.kinds.zones.names import Host
from infragen.text import span

REGION: Final = "us-east-1"
"""Where CloudFront takes its certificates and its firewalls from (Amazon CloudFront Developer Guide: Requirements for
using SSL/TLS certificates with CloudFront; AWS WAF Developer Guide: web ACLs of the scope CLOUDFRONT)."""

PathPattern = Annotated[
    str,
    Form(
        r"[/*][A-Za-z0-9_.$/~\"'@:+&*?-]*",
        "a path such as `/api/*`, or `*.pdf`: `*` is any text, also with a `/` in it, and `?` one character",
        255,
    ),
]
"""Amazon CloudFront Developer Guide: Path pattern, 255 characters."""
OriginPath = Annotated[
    str, Form(r"(/[A-Za-z0-9_.~+,=:@%-]+)+", "a folder such as `/production`, without a `/` at its end", 255)
]
"""Amazon CloudFront Developer Guide: Origin path, 255 characters; none that a shell reads, as it stands in commands."""
FileName = Annotated[str, Form(r"[A-Za-z0-9_.~-]+", "a file at the top, such as `index.html`", 255)]


HeaderName = Annotated[str, Form(r"[A-Za-z0-9-]+", "the name of a header, such as `Authorization`", 255)]
CookieName = Annotated[str, Form(r"[A-Za-z0-9!#$%&'+.^_`|~-]+", "the name of a cookie, such as `session`", 255)]
_RSA: Final = bytes.fromhex("30820122300d06092a864886f70d01010105000382010f003082010a0282010100")
_P256: Final = bytes.fromhex("3059301306072a8648ce3d020106082a8648ce3d03010703420004")
"""How keys that CloudFront accepts begin (RFC 5280, SubjectPublicKeyInfo): RSA of 2048 bits, and ECDSA P-256
(Amazon CloudFront API Reference: PublicKey)."""
_LENGTHS: Final = {_RSA: 294, _P256: 91}
_PEM: Final = re.compile(r"\s*+-----BEGIN PUBLIC KEY-----\s([A-Za-z0-9+/=\s]++)-----END PUBLIC KEY-----\s*+")
EXAMPLE_KEY: Final = f"""-----BEGIN PUBLIC KEY-----
{EXAMPLE_KEY_BEGINS}
Gs/SWgjgJ517bL58BVTSy/+UNARWUY8vPfR4EG2eTsADFj6uIW5lluO+GT954j8F
V1Ju8HqGGAhIXTnTe/X+xgKMucMy32BY2cGbRwXEB2qXIWx91JC6Ybs9UYY8+pfZ
7+//s7X1OlAxvn1KFdljrlcnpqnMbnLLQDG24B/Lxk1hk0q8FdE7nxfKrE9i6RXH
kfKP764vc/EUf+5xrbt15DLXYDF0sBrH1HnM5PY4/2w9g8ZTul/4F004AwgtzXZQ
cssWSAm7G+hYdAen9nXyiBcKtJ7RNbvTa6x3aN9FhEM6nGze/xyi6VCWBwtsGlHt
vwIDAQAB
-----END PUBLIC KEY-----
"""
"""A key whose private half nobody has: production with it is refused."""


def plain_key(pem: str) -> str | None:
    """Return the Base64 of a public key without its lines; None for what is none that CloudFront accepts."""
    found = _PEM.fullmatch(pem)
    text = "".join(found[1].split()) if found else ""
    try:
        der = base64.b64decode(text, validate=True)
    except ValueError:
        return None
    is_key = any(der.startswith(start) and len(der) == length for start, length in _LENGTHS.items())
    return text if is_key and (der.startswith(_P256) or der[len(_RSA)] >= _TOP_BIT) else None


_TOP_BIT: Final = 0x80
"""A modulus of 2048 bits has it."""
ParameterName = Annotated[str, Form(r"[A-Za-z0-9_.~-]+", "a parameter of the query string, such as `page`", 255)]
_Policy = Literal["optimized", "disabled", "pages"]


def _kept(value: object) -> object:
    if not (has_form(_Policy, value) or has_form(Seconds, value)):
        raise ValueError("write `optimized`, `disabled`, `pages`, or a time such as `1 h`")
    return value


Cache = Annotated[_Policy | Seconds, BeforeValidator(_kept)]


PREFLIGHT: Final = ("Access-Control-Request-Headers", "Access-Control-Request-Method", "Origin")
"""What a browser asks with before it calls a page of another host (Fetch standard: CORS-preflight request)."""


class CacheKey(Model):
    """What of a request, beside its path, tells cached responses apart. The origin sees that much of it, and no more.

    Amazon CloudFront Developer Guide, Quotas: ten headers, cookies and query strings of a cache policy.
    """

    headers: Annotated[tuple[HeaderName, ...], Field(max_length=9)] = ()
    """Headers, nine at most: `Host` is the tenth."""
    cookies: Annotated[tuple[CookieName, ...], Field(max_length=10)] = ()
    query_strings: Annotated[tuple[ParameterName, ...], Field(max_length=10)] | None = None
    """The parameters of the query string: `[page, sort]`; all of them when left out, and none with `[]`."""


class CachePolicy(Struct, frozen=True, order=True):
    """How long responses are cached, in seconds, and by what of a request; `query_strings` is `*` for all of them."""

    ttl: int
    headers: tuple[str, ...] = ()
    cookies: tuple[str, ...] = ()
    query_strings: tuple[str, ...] = ()

    @property
    def words(self) -> str:
        """A name that says what it is: `5min-authorization-query`."""
        query = ("query",) if self.query_strings == ("*",) else (f"query-{one}" for one in self.query_strings)
        headers = (one for one in self.headers if one not in PREFLIGHT[:2])
        said = (span(self.ttl).replace(" ", ""), *headers, *(f"cookie-{one}" for one in self.cookies), *query)
        return short(re.sub(r"[^a-z0-9]+", "-", "-".join(said).lower()).strip("-"), 40)

    @property
    def seen(self) -> str:
        parts = [f"headers {', '.join(self.headers)}"] if self.headers else []
        parts += [f"cookies {', '.join(self.cookies)}"] if self.cookies else []
        if self.query_strings:
            is_all = self.query_strings == ("*",)
            parts.append("all query strings" if is_all else f"query strings {', '.join(self.query_strings)}")
        return "; ".join(parts) or "nothing"


class Origin(Model):
    """Where CloudFront fetches what is not in its cache: a bucket, a load balancer, or an API gateway."""

    bucket: Slug | None = None
    """A bucket, which only CloudFront can read on the internet."""
    balancer: Slug | None = None
    """A load balancer, `reach: cloudfront`."""
    gateway: Slug | None = None
    """An API gateway, `reach: cloudfront`."""
    path: OriginPath | None = None
    """A prefix for each path: `/production` turns `/logo.png` into `/production/logo.png`."""
    failover: bool = False
    """Fetch from the bucket's copy in another region (`replication`) if the bucket returns 500, 502, 503 or 504, or
    does not respond."""
    host: Host | None = None
    """Which of the balancer's names CloudFront calls; the first that is not a wildcard when left out."""

    @property
    def served(self) -> str:
        """The id of the balancer or the gateway behind it; empty for a bucket."""
        return f"balancers/{self.balancer}" if self.balancer else f"gateways/{self.gateway}" if self.gateway else ""

    @classmethod
    def idle(cls, data: Mapping[str, Any]) -> Mapping[str, str]:
        of_balancer = {} if data.get("balancer") else {"host": "`balancer`"}
        return of_balancer | ({} if data.get("bucket") else {"failover": "`bucket`"})


class Behaviour(Model):
    """How requests for a path are handled."""

    origin: Slug
    """One of `origins`."""
    cache: Cache | None = None
    """`optimized` and `disabled` are AWS's managed cache policies, CachingOptimized (a day, or as the origin's headers
    set; without query strings and cookies) and CachingDisabled; `pages` is the first with a minute instead of a day,
    and has browsers ask again each time; a time such as `1 h` is a policy of its own, which keeps responses that long,
    or as much shorter as the origin's headers say. When left out: `pages` for an `index` in a bucket, `optimized` for
    others in buckets, `disabled` for balancers and gateways."""
    cache_key: CacheKey | None = None
    """What tells responses of a balancer or a gateway apart that are cached for a time, such as `{headers:
    [Authorization]}`; the whole query string when left out. A gateway's have `x-api-key` in it, too."""
    shared: bool = False
    """Every caller gets the same response of a balancer, or all who have one key that of a gateway, so nothing in the
    key has to tell them apart."""
    signed: bool = False
    """Answer only signed URLs and signed cookies, by the keys in `public_keys`."""
    compress: bool = True
    """Compress text (gzip, Brotli) for clients that accept it; if not cached, the origin decides."""
    methods: Literal["read", "options", "all"] = "read"
    """`read`: GET and HEAD; `options`: OPTIONS, too; `all`: also POST, PUT, PATCH and DELETE."""


class Default(Behaviour):
    """How requests that no other path matches are handled."""

    index: FileName | None = None
    """The root object, returned for `/`: `index.html`."""
    single_page: bool = False
    """Return `index` for paths without a file extension, for an application that routes in the browser."""

    @classmethod
    def idle(cls, data: Mapping[str, Any]) -> Mapping[str, str]:
        return {} if data.get("index") else {"single_page": "`index`"}


class Distribution(CheckedEntry):
    """A CloudFront distribution: one address for files in buckets and for what balancers and gateways lead to."""

    KIND: ClassVar = "distributions"
    SINGULAR: ClassVar = "distribution"
    NAMES_ARE_UNIQUE: ClassVar = True
    CERTIFICATE_REGION: ClassVar = REGION

    origins: dict[Slug, Origin] = Field(examples=[{"files": {"bucket": "files"}}])
    """Where it fetches from, by a name of your own: `{assets: {bucket: assets, path: /production}}`."""
    default: Default = Field(examples=[{"origin": "files", "index": "index.html"}])
    """How requests that no path in `behaviours` matches are handled; CloudFront requires it."""
    behaviours: Annotated[
        dict[PathPattern, Behaviour],
        Field(max_length=100, examples=[{"/static/*": {"origin": "files", "methods": "options"}}]),
    ] = Field(default_factory=dict)
    """How requests for certain paths are handled; the most specific path wins: `{/api/*: {origin: api}}`."""
    public_keys: Annotated[tuple[str, ...], Field(max_length=5, examples=[[EXAMPLE_KEY]])] = ()
    """Public keys (PEM; RSA 2048 or ECDSA P-256) that `signed` paths trust, the newest first: users of the distribution
    get its id, and sign with its private key."""
    price_class: Annotated[Literal["100", "200", "all"], BeforeValidator(str)] = "all"
    """Its edge locations: `100` North America, Europe and Israel; `200` also Asia, the Middle East and Africa; `all`
    also South America, Australia and New Zealand."""
    firewall: Firewall | None = None
    alarms: Thresholds = Field(default_factory=dict, examples=[{"errors": {"above": "5 %"}}])

    @classmethod
    def idle(cls, data: Mapping[str, Any]) -> Mapping[str, str]:
        own = {} if data.get("zone") or data.get("hosts") else {"certificate": "`hosts`"}
        return {**super().idle(data), **own}

    @property
    def region(self) -> str:
        return REGION

    def every_behaviour(self) -> Iterator[tuple[tuple[str, ...], Behaviour]]:
        """Begin with the default."""
        yield ("default",), self.default
        for path, behaviour in self.behaviours.items():
            yield ("behaviours", path), behaviour

    def behaviour_of(self, path: str) -> Behaviour:
        first = next((one for one in ordered(self.behaviours) if covers(one, path)), None)
        return self.default if first is None else self.behaviours[first]

    def paths_to(self, origin: str) -> list[str]:
        paths = [path for path, one in self.behaviours.items() if one.origin == origin]
        return [*paths, "/*"] if self.default.origin == origin else paths

    def cache_of(self, behaviour: Behaviour) -> Cache:
        """Return how answers are kept: the names of pages stay the same, what a service says is of one user."""
        if behaviour.cache is not None:
            return behaviour.cache
        origin = self.origins.get(behaviour.origin)
        if origin is not None and origin.served:
            return "disabled"
        return "pages" if isinstance(behaviour, Default) and behaviour.index else "optimized"

    def spelled(self) -> Mapping[str, str]:
        """Map each header of a cache key, in lower case, to how the first one has it: case means nothing."""
        keys = [one.cache_key for _, one in self.every_behaviour() if one.cache_key]
        return {one.lower(): one for key in reversed(keys) for one in reversed(key.headers)}

    def policy_of(self, behaviour: Behaviour, spelled: Mapping[str, str]) -> CachePolicy | None:
        """None for AWS's own policies, and for pages. A bucket's files depend on the path alone."""
        if not isinstance(behaviour.cache, int):
            return None
        origin = self.origins.get(behaviour.origin)
        if origin is None or not origin.served:
            return CachePolicy(behaviour.cache)
        key = behaviour.cache_key or CacheKey()
        return CachePolicy(
            behaviour.cache,
            tuple(spelled[one] for one in sorted({one.lower() for one in key.headers})),
            tuple(sorted(set(key.cookies))),
            ("*",) if key.query_strings is None else tuple(sorted(set(key.query_strings))),
        )
