"""RawArticle → Article or Rejected: the text of a page without its furniture, and what the page says about itself."""

import re
from collections.abc import Sequence
from datetime import datetime

from newswatch.identity import digest
from newswatch.records.article import Article
from newswatch.records.raw import RawArticle
from newswatch.records.rejected import Rejected
from newswatch.reject_reasons import Reason
from newswatch.settings import ExtractSettings
from processors.extraction import claimed_dates, furniture
from processors.extraction.bylines import byline, names
from processors.extraction.claimed_dates import DateSource
from processors.extraction.page_metadata import PageFacts
from processors.extraction.readings import Nothing, Reading, plain, read
from processors.language import detect

STAGE = "extract"

LONGEST_FALLBACK_TITLE = 120
"""Where nothing names a title, the first sentence up to this many characters is it."""

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]|[\ud800-\udfff]")


def extract(raw: RawArticle, limits: ExtractSettings, *, now: datetime) -> Article | Rejected:
    """The article in `raw`, untagged and without hops, or why there is none. Raises nothing for any input."""
    fault = _oversize(raw, limits)
    reading = fault or read(raw, limits)
    if isinstance(reading, Nothing):
        return rejected(raw, reading.reason, reading.detail, now=now)
    return _article(raw, reading, limits, now) or rejected(
        raw, Reason.NO_TEXT, "only page furniture was found, no article text", now=now
    )


def rejected(raw: RawArticle, reason: Reason, detail: str, *, now: datetime) -> Rejected:
    """`raw` laid aside by this stage; the agent adds the original bytes and where they were read."""
    return Rejected(
        rejected_id=digest("rejected", STAGE, raw.article_id, str(reason)),
        stage=STAGE,
        reason=reason,
        detail=detail[:2000],
        at=now,
        key=raw.article_id,
        article_id=raw.article_id,
        url=raw.url,
        source=raw.source,
        title=raw.title,
        first_seen=raw.first_seen,
    )


def _oversize(raw: RawArticle, limits: ExtractSettings) -> Nothing | None:
    size = max(len(raw.html or ""), len(raw.text or ""))
    if size <= limits.max_html:
        return None
    return Nothing(Reason.TOO_LARGE, f"{size} characters; the limit is {limits.max_html} (setting extract.max_html)")


def _article(raw: RawArticle, reading: Reading, limits: ExtractSettings, now: datetime) -> Article | None:
    """The record, or None when no line is left once the furniture is gone."""
    facts = reading.facts
    title = _clean_words(facts.title or raw.title or "")
    lines = furniture.clean([_CONTROL.sub("", line) for line in reading.lines], title)
    text = _limited(lines, limits.max_text)
    if not any(char.isalpha() for char in text):
        return None
    title = title or _first_sentence(text)
    language = detect(text if len(text) > 60 else f"{title}. {text}")
    date = claimed_dates.choose(_claims(raw, facts, reading.lines), now, month_first=language == "en")
    source = raw.source or facts.outlet
    return Article(
        article_id=raw.article_id,
        url=raw.url,
        title=title,
        text=text,
        language=language,
        first_seen=raw.first_seen,
        fetched_at=raw.fetched_at,
        origin=raw.origin,
        content_hash=content_hash(title, text),
        canonical_url=facts.canonical_url,
        summary=_clean_words(plain(raw.summary or facts.summary or ""))[:2000] or None,
        authors=_authors(raw, facts, reading.lines, source),
        published=date.at if date else None,
        published_source=date.source if date else None,
        published_granularity=date.granularity if date else None,
        source=source,
        source_country=raw.source_country,
        source_owner=raw.source_owner,
        leaning=raw.leaning,
        feed=raw.feed,
        entry_id=raw.entry_id,
        tags=raw.tags,
        media=raw.media,
        body_source=reading.source,
        extractor=reading.extractor,
        http_status=raw.http.status,
        trace=raw.trace,
    )


def content_hash(title: str, text: str) -> str:
    """Equal for articles whose title and text are the same words, whatever their case and white space."""
    return digest("content", " ".join(title.casefold().split()), " ".join(text.casefold().split()))


def _claims(raw: RawArticle, facts: PageFacts, lines: Sequence[str]) -> list[tuple[str, str]]:
    """All claimed dates, most trusted first: the page's marked ones, the record's or feed's, the address, the text."""
    claims = list(facts.dates)
    if raw.published:
        default = DateSource.FEED if raw.feed else DateSource.RECORD
        claims.append((raw.published_source or default, raw.published))
    if in_url := claimed_dates.url_date(facts.canonical_url or "") or claimed_dates.url_date(raw.url):
        claims.append((DateSource.URL, in_url))
    claims += [(DateSource.PAGE_TEXT, line) for line in lines[:4] if len(line) < 90 and any(map(str.isdigit, line))]
    return claims


def _authors(raw: RawArticle, facts: PageFacts, lines: Sequence[str], source: str | None) -> tuple[str, ...]:
    signed = [name for line in (*lines[:4], *lines[-2:]) for name in byline(line)]
    for candidates in (facts.authors, raw.authors, tuple(signed)):
        if found := names(candidates, outlet=source):
            return found
    return ()


def _limited(lines: Sequence[str], limit: int) -> str:
    """The lines joined, cut at the end of a line where that keeps half, so that at most `limit` characters stay."""
    text = "\n".join(lines)
    if len(text) <= limit:
        return text
    end = text.rfind("\n", limit // 2, limit)
    return text[: end if end > 0 else limit]


def _clean_words(words: str) -> str:
    return " ".join(_CONTROL.sub("", words).split())


def _first_sentence(text: str) -> str:
    sentence = re.split(r"(?<=[.!?])\s|\n", text, maxsplit=1)[0]
    if len(sentence) <= LONGEST_FALLBACK_TITLE:
        return sentence
    return sentence[:LONGEST_FALLBACK_TITLE].rsplit(" ", 1)[0] + "…"
