"""Links of entries: resolved, unwrapped and cleaned into addresses that can be fetched; identity is another form."""

import re
from urllib.parse import parse_qsl, quote, urlencode, urljoin, urlsplit, urlunsplit

MAX_URL = 2048
"""Longest address kept, in characters (Media Cloud's limit)."""
CLICK_PARAMETERS = frozenset(
    {
        "fbclid",
        "gclid",
        "dclid",
        "msclkid",
        "yclid",
        "igshid",
        "mc_cid",
        "mc_eid",
        "ref_src",
        "ns_campaign",
        "ns_mchannel",
    }
)  # added by ad networks, mailers and share buttons; no server needs them to find the page
CLICK_PREFIXES = ("utm_",)
REDIRECTORS: tuple[tuple[re.Pattern[str], str, tuple[str, ...]], ...] = (
    (re.compile(r"(^|\.)google\.[a-z.]+$"), "/url", ("url", "q")),  # Google Alerts and search results
    (re.compile(r"(^|\.)bing\.com$"), "/news/apiclick.aspx", ("url",)),
    (re.compile(r"^l\.facebook\.com$"), "/l.php", ("u",)),
    (re.compile(r"^(www\.)?youtube\.com$"), "/redirect", ("q",)),
    (re.compile(r"^out\.reddit\.com$"), "/", ("url",)),
)  # addresses that carry the real one in a parameter
SHORTENERS = frozenset(
    {
        "t.co",
        "bit.ly",
        "ow.ly",
        "dlvr.it",
        "buff.ly",
        "trib.al",
        "tinyurl.com",
        "is.gd",
        "lnkd.in",
        "goo.gl",
        "feedproxy.google.com",
        "feeds.feedburner.com",
        "rss.feedsportal.com",
        "ift.tt",
        "reut.rs",
        "wapo.st",
    }
)  # hosts whose addresses name another page; the page reached is the article's address
_SPACE = re.compile(r"[\s\x00-\x1f\x7f]+")
_UNSAFE = "!#$%&'()*+,/:;=?@[]~"
AMP_PATH = re.compile(r"(^|/)amp(/|$)|\.amp(\.html?)?$|/amp\.html?$", re.I)
AMP_QUERY = re.compile(r"(^|&)(amp(=1|=true|=|$|&)|outputtype=amp|output=amp)", re.I)
AMP_HOST = re.compile(r"^amp[.-]|\.cdn\.ampproject\.org$", re.I)
PRINT_PATH = re.compile(r"(^|/)(print|imprimir|printer|version-imprimible|print-version)(/|$)|\.print(\.html?)?$", re.I)
PRINT_QUERY = re.compile(
    r"(^|&)(print(=1|=true|=print|=y|=yes|$|&)|view=print|output=print|tmpl=component&print=1)", re.I
)


def resolve(link: str | None, base: str | None) -> str | None:
    """`link` as an absolute http(s) address that can be fetched, or None when it is none.

    White space inside is removed, a missing scheme taken from `base`, redirectors unwrapped, click parameters and the
    fragment dropped, characters that may not stand in an address percent-encoded. Idempotent.
    """
    if not link:
        return None
    text = _SPACE.sub("", link.strip()) if "\n" in link or "\r" in link or "\t" in link else link.strip()
    try:
        if text.rstrip("/").endswith(":"):
            return None
        absolute = urljoin(base, text) if base else text
        return _clean(_unwrapped(absolute))
    except ValueError:
        return None


def _unwrapped(url: str) -> str:
    for _ in range(3):  # a redirector may wrap another
        parts = urlsplit(url)
        inner = _inner(parts.hostname or "", parts.path, parts.query)
        if inner is None:
            return url
        url = inner
    return url


def _inner(host: str, path: str, query: str) -> str | None:
    for pattern, prefix, names in REDIRECTORS:
        if path == prefix and pattern.search(host.lower()):
            values = dict(parse_qsl(query))
            for name in names:
                if values.get(name, "").lower().startswith(("http://", "https://")):
                    return values[name]
    return None


def _clean(url: str) -> str | None:
    parts = urlsplit(url)
    scheme = parts.scheme.lower()
    if scheme not in ("http", "https") or not parts.hostname:
        return None
    _ = parts.port  # raises ValueError for a port that is no number
    userless = parts.netloc.rpartition("@")[2].lower()
    path = quote(_SPACE.sub("%20", parts.path), safe=_UNSAFE) or "/"
    cleaned = urlunsplit((scheme, userless, path, _kept_query(parts.query), ""))
    return cleaned if len(cleaned) <= MAX_URL else None


def _kept_query(query: str) -> str:
    if not query:
        return ""
    kept = [piece for piece in query.split("&") if not _is_click(piece.partition("=")[0].lower())]
    return quote(_SPACE.sub("%20", "&".join(kept)), safe=_UNSAFE)


def _is_click(name: str) -> bool:
    return name in CLICK_PARAMETERS or name.startswith(CLICK_PREFIXES)


def variant(url: str) -> str | None:
    """ "amp" or "print" when the address is that variant of a page, else None."""
    parts = urlsplit(url)
    path, query, host = parts.path, parts.query, parts.hostname or ""
    if AMP_HOST.search(host) or AMP_PATH.search(path) or AMP_QUERY.search(query):
        return "amp"
    if PRINT_PATH.search(path) or PRINT_QUERY.search(query):
        return "print"
    return None


def is_shortened(url: str) -> bool:
    """Whether the address only points to another one."""
    return (urlsplit(url).hostname or "").lower().removeprefix("www.") in SHORTENERS


def host_of(url: str) -> str:
    """The lower-case host of an address; empty when it has none."""
    try:
        return (urlsplit(url).hostname or "").lower()
    except ValueError:
        return ""


def with_parameters(url: str, **values: str) -> str:
    """`url` with parameters added to its query."""
    parts = urlsplit(url)
    query = "&".join(piece for piece in (parts.query, urlencode(values)) if piece)
    return urlunsplit(parts._replace(query=query))
