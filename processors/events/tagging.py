"""Tagging: a title and text to language, relevance, countries, entities and events. Pure; one watch at a time."""

import re
from collections import Counter
from datetime import date

import msgspec

from newswatch.records.article import Entity, Event
from processors.events.assembly import entity_records, event_records
from processors.events.background import complete_domestic
from processors.events.drafts import Draft
from processors.events.lexicon import Lexicon
from processors.events.mentions import Mention, find_mentions
from processors.events.merging import merge
from processors.events.model.revision import reviser
from processors.events.model.types import Types, type_model
from processors.events.reading import Revise, read_text
from processors.events.relevance import beside, judge
from processors.events.watchdata import LANGUAGES, Watch
from processors.extraction.furniture import asides
from processors.folding import folded, lowered, words_only
from processors.language import detect

MAIN_SHARE = 0.15  # of the most named country's mentions: fewer, and not in title or lead, and a country is not listed
DATELINE = re.compile(r"\s*[^\W\d_a-z]{3,}[^\n–—-]{0,40}\((?:[^)\n]{2,40})\)\s*[–—-]")
SHORT = 300  # characters below which a text taken for Catalan is more likely Spanish
LEAD = 2  # sentences whose countries always count


class Tagging(msgspec.Struct, frozen=True):
    """What a text is about; `reason` says what decided relevance. Off the watch it has entities alone.

    `countries` are alpha-3 codes, the most prominent first.
    """

    lang: str
    relevant: bool
    reason: str
    countries: tuple[str, ...] = ()
    entities: tuple[Entity, ...] = ()
    events: tuple[Event, ...] = ()


def tag(
    title: str, text: str, *, published: date | None, lang: str | None, watch: Watch, revise: Revise | None = None,
    types: Types | None = None,
) -> Tagging:  # fmt: skip
    """Tags an article. `published` is the day dates and offices are read against; `lang` a claim, used when supported.

    Evidence offsets count code points of `title` or `text` as given. Never raises for any text.
    `revise` and `types` look over the drafts of every sentence in place of the watch's trained model.
    """
    whole = f"{title}\n\n{text}"
    claimed = (lang or "")[:2].lower()
    found = claimed if claimed in LANGUAGES else detect(text if len(text) > 20 else whole)
    if found == "ca" and len(text) < SHORT:
        found = "es"
    lexicon = watch.lexicons.get(found)
    if lexicon is None:
        return Tagging(found, False, f"no lexicon for language {found}")
    fold = folded(whole)
    plain = words_only(fold)
    beside_story = [(start + len(title) + 2, end + len(title) + 2) for start, end in asides(text)]
    mentions = [
        one for one in find_mentions(whole, plain, found, watch)
        if not any(start <= one.start < end for start, end in beside_story)
    ]  # fmt: skip
    if not mentions:
        return Tagging(found, False, "names nothing of the watch")
    shift = len(title) + 2
    off = beside(mentions, watch.focus, lexicon.implied) if revise is None and types is None else None
    if off is not None:
        return Tagging(found, False, off.reason, entities=entity_records(mentions, whole, shift, published))
    drafts, lead_end = _drafts(
        whole, fold, mentions, lexicon, watch, published, len(title), beside_story, revise, types
    )
    verdict = judge(drafts, mentions, watch.focus, plain, found)
    return Tagging(
        found,
        verdict.relevant,
        verdict.reason,
        _countries(mentions, drafts, lead_end, _dateline(whole, shift)) if verdict.relevant else (),
        entity_records(mentions, whole, shift, published),
        event_records(drafts if verdict.relevant else [], whole, shift, published, watch.focus.historical_days),
    )


def _drafts(
    whole: str,
    fold: str,
    mentions: list[Mention],
    lexicon: Lexicon,
    watch: Watch,
    published: date | None,
    title: int,
    beside_story: list[tuple[int, int]],
    revise: Revise | None,
    types: Types | None,
) -> tuple[list[Draft], int]:
    if watch.model is not None:
        revise = revise or reviser(watch.model)
        types = types or type_model(watch.model)
    drafts, lead_end = read_text(
        whole, fold, lowered(whole), mentions, lexicon, watch, published, title, LEAD, beside_story, revise, types
    )
    merged = merge(drafts)
    complete_domestic(merged, watch)
    return merged, lead_end


def _countries(mentions: list[Mention], drafts: list[Draft], lead_end: int, dateline: range) -> tuple[str, ...]:
    """Countries of title and lead, of events, and those named often; by number of mentions, then by place."""
    mentions = [one for one in mentions if one.start not in dateline and not _speaks_only(one)]
    named = Counter(mention.country for mention in mentions if mention.country)
    if not named:
        return ()
    most = max(named.values())
    lead = {mention.country for mention in mentions if mention.start < lead_end}
    told = Counter(code for draft in drafts for code in draft.countries if code)
    listed = [code for code, count in named.items() if code in lead or count >= max(3, most * MAIN_SHARE)]
    listed.extend(code for code in told if code not in named)  # the doer of "the raid" on Caracas, whom no word names
    first = {mention.country: mention.start for mention in reversed(mentions)}
    return tuple(sorted(listed, key=lambda code: (-named[code] - told[code], first.get(code, lead_end))))


def _dateline(whole: str, shift: int) -> range:
    """Offsets of the text's dateline ("MEXICO CITY, (agency) –"): where it was written, not what it is about."""
    match = DATELINE.match(whole, shift)
    return range(match.start(), match.end()) if match is not None else range(0)


def _speaks_only(mention: Mention) -> bool:
    return mention.actor is not None and mention.actor.kind == "media"
