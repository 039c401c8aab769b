"""Reading an article sentence by sentence: drafts of its events, with dates, places, quantities and speakers."""

import re
from bisect import bisect_left
from collections.abc import Callable, Sequence
from datetime import date
from typing import TypeAlias

import msgspec

from newswatch.records.article import EventPlace
from processors.events.attribution import attribute, quoted_spans
from processors.events.background import (
    clear_judges,
    clear_selves,
    complete_answers,
    complete_judged,
    complete_known,
)
from processors.events.chunks import Item, items_of
from processors.events.clause import Clause
from processors.events.coding import code_sentence
from processors.events.dates import DateMatch, find_dates, resolve
from processors.events.drafts import Draft
from processors.events.grammar import COORD, DAY, LOC, NOTHING, PREP, Word
from processors.events.lexicon import Lexicon
from processors.events.lists import spread
from processors.events.mentions import Mention
from processors.events.model.types import Types
from processors.events.predicates import PARTICIPLE, RELATIVE, Predicate
from processors.events.quantities import DIGIT, Number, find_numbers, holds_numbers
from processors.events.salience import Salience
from processors.events.sentences import split_sentences
from processors.events.sharing import share_beside, share_numbers
from processors.events.verbgroups import find_predicates
from processors.events.watchdata import Watch

SPOKEN = frozenset({"ACCUSE", "REQUEST", "REJECT", "SUPPORT", "THREATEN", "AGREE", "CONSULT"})  # done by saying so
QUALIFYING = frozenset({"the", "a", "an", "its", "their", "his", "her", "this", "that"})
NEAR = 30  # characters between a date and the noun it qualifies ("the January 3 strikes")
SINCE = (
    "since ",
    "desde ",
)  # before a year or month: how long, not when, save right behind the deed ("rotas desde 2019")
LONG = frozenset({"y5", "m3", "m4"})
ADJACENT = 2  # characters
STARTING = re.compile(
    r"\b(?:starting|beginning|effective|as of|scheduled for|a partir d[eo]l?|para el|para o"
    r"|para)(?: on)? $"
)
PLACE_KINDS = frozenset({"city", "capital", "state", "region", "sea", "island", "facility", "border", "seat"})
Revise: TypeAlias = Callable[[Clause, list[Draft]], None]  # looks over a sentence's drafts, and may change them


class Page(msgspec.Struct, frozen=True):
    """An article being read: its text in three spellings (same length), and what it is read with."""

    whole: str
    fold: str
    low: str
    lexicon: Lexicon
    published: date | None
    title: int
    quotes: list[tuple[int, int]]
    revise: Revise | None
    types: Types | None
    lead_end: int


def read_text(
    whole: str, fold: str, low: str, mentions: list[Mention], lexicon: Lexicon, watch: Watch, published: date | None,
    title: int, lead: int, asides: Sequence[tuple[int, int]] = (), revise: Revise | None = None,
    types: Types | None = None,
) -> tuple[list[Draft], int]:  # fmt: skip
    """Drafts of every sentence in order, and where the lead ends. `whole` is title, blank line, text; nothing in
    `asides` is read."""
    sentences = [span for span in split_sentences(whole) if not any(start <= span[0] < end for start, end in asides)]
    lead_end = sentences[min(len(sentences) - 1, lead)][1] if sentences else 0
    page = Page(whole, fold, low, lexicon, published, title, quoted_spans(low), revise, types, lead_end)
    day = published.isoformat() if published is not None else "9"
    salience = Salience(watch, day, lexicon.lang)
    starts = [mention.start for mention in mentions]
    drafts: list[Draft] = []
    for number, (start, end) in enumerate(sentences):
        inside = mentions[bisect_left(starts, start) : bisect_left(starts, end)]
        if not inside and not salience.recent:
            continue
        found = _sentence(page, start, end, inside, salience, drafts)
        for draft in found:
            draft.sentence = number
        drafts.extend(found)
        subject = salience.subject
        for mention in inside:
            salience.note(mention)
        if found and subject is not None and subject.kind == "person" and subject is salience.subject:
            salience.person = subject
    share_beside(drafts, min(lead + 1, len(sentences)), lambda number: _numbers(page, *sentences[number]))
    return drafts, lead_end


def _sentence(
    page: Page, start: int, end: int, mentions: list[Mention], salience: Salience, before: list[Draft]
) -> list[Draft]:
    items = items_of(page.low, start, end, mentions, page.lexicon)
    look = page.types.look(page.fold[start:end], items, lead=start < page.lead_end) if page.types and mentions else None
    if not (look is not None and look.promising) and not any(
        item.word.verb_rules or item.word.noun_rules or item.word.speech for item in items
    ):
        return []
    salience.here = [mention.country for mention in mentions if mention.country]
    predicates = find_predicates(items, page.lexicon.lang, headline=end <= page.title)
    clause = Clause(items, predicates, salience)
    drafts = code_sentence(clause)
    if look is not None:
        drafts = look.decide(clause, drafts, start)
    if drafts and start >= page.title and page.low[end - 1] == "?" and page.low[start] not in '"¿':
        for draft in drafts:
            draft.bare = True  # a question tells nothing new
    quotes = [span for span in page.quotes if span[0] < end and span[1] > start]
    speaker = attribute(clause, drafts, quotes)
    _remember(clause, speaker, salience)
    if drafts:
        _details(page, start, end, clause, drafts)
        complete_known(drafts, salience.watch, page.published)
        complete_judged(drafts)
        if page.revise is not None:
            page.revise(clause, [draft for draft in drafts if not draft.bare])
        clear_selves(drafts, salience.watch)
        clear_judges(drafts)
        complete_answers(clause, drafts, before)
        drafts = spread(clause, drafts)
    return drafts


def _remember(clause: Clause, speaker: object, salience: Salience) -> None:
    for predicate in clause.predicates[:1]:
        subject = clause.subject(predicate)
        if subject is not None and subject.country and subject.explicit:
            salience.subject = subject
            if subject.kind == "person":
                salience.person = subject
    if speaker is not None:
        from processors.events.salience import Party

        assert isinstance(speaker, Party)
        salience.speaker = speaker


def _details(page: Page, start: int, end: int, clause: Clause, drafts: list[Draft]) -> None:
    items, predicates = clause.items, clause.predicates
    dated = clause.flags & DAY or DIGIT.search(page.low, start, end) is not None
    dates = find_dates(page.fold, start, end, page.lexicon) if dated else []
    for draft in drafts:
        _set_date(page, items, predicates, dates, draft)
        draft.place = _place(items, draft)
    share_numbers(items, _numbers(page, start, end, dates), drafts)


def _numbers(page: Page, start: int, end: int, dates: list[DateMatch] | None = None) -> list[Number]:
    """The quantities of a sentence, given the dates in it where they are known."""
    if not holds_numbers(page.low, start, end, page.lexicon):
        return []
    field, shift = ("title", 0) if start < page.title else ("text", page.title + 2)
    known = find_dates(page.fold, start, end, page.lexicon) if dates is None else dates
    taken = [(match.start, match.end) for match in known]
    return find_numbers(page.low, page.whole, (start, end), page.lexicon, taken, field, shift)


def _set_date(page: Page, items: list[Item], predicates: list[Predicate], dates: list[DateMatch], draft: Draft) -> None:
    if page.published is None or not dates:
        return
    best: tuple[int, DateMatch] | None = None
    for match in dates:
        cost = _date_cost(page, items, predicates, match, draft)
        if cost is not None and (best is None or cost < best[0]):
            best = (cost, match)
    if best is not None:
        future = (draft.status == "announced" and not draft.past) or _starting(page, best[1])
        draft.date = resolve(best[1], page.published, page.lexicon, future=future)


def _date_cost(
    page: Page, items: list[Item], predicates: list[Predicate], match: DateMatch, draft: Draft
) -> int | None:
    """How far a date stands from a draft; None when it belongs to another word."""
    noun = _qualified(page, match)
    if noun is not None and not ("statement" in noun.classes and draft.rule.type in SPOKEN):
        return 0 if 0 <= draft.start - match.end < NEAR else None
    if match.raw.startswith(SINCE) and not match.groups.keys().isdisjoint(LONG):
        return 0 if 0 <= match.start - draft.end <= ADJACENT else None
    owner = _owner(items, predicates, match.start)
    distance = abs(match.start - draft.start)
    if match.start > draft.start and _starting(page, match):
        return distance
    if owner is None or owner is draft.predicate:
        return distance
    if items[owner.main].start > match.start:
        return 200 + distance
    if owner.word.speech:
        told_of = items[owner.main].start > draft.start and draft.status != "announced"
        return None if told_of else 600 + distance
    return _shared_cost(draft, match, distance)


def _starting(page: Page, match: DateMatch) -> bool:
    """Whether a date is when something is to begin ("starting April 2", "a partir de 31 de março")."""
    return STARTING.search(page.fold[max(0, match.start - 16) : match.start]) is not None


def _shared_cost(draft: Draft, match: DateMatch, distance: int) -> int | None:
    """How far a date of another verb stands from a draft: nouns take one right behind them, main clauses any."""
    if draft.rule.noun:
        return 1000 + distance if draft.start < match.start < draft.start + 80 else None
    aside = draft.background or (draft.predicate is not None and draft.predicate.link in {RELATIVE, PARTICIPLE})
    return None if aside else 1500 + distance


def _qualified(page: Page, match: DateMatch) -> Word | None:
    """The noun an English date qualifies ("the January 3 strikes"); None for a date that stands on its own."""
    after = page.low[match.end : match.end + 24]
    before = page.low[max(0, match.start - 12) : match.start].split()
    if page.lexicon.lang != "en" or after[:1] != " " or not after[1:2].isalpha() or "rel" in match.groups:
        return None
    if not before or before[-1] not in QUALIFYING:
        return None
    word = page.lexicon.words.get(after.split()[0].strip(",.;:"), NOTHING)
    return None if word.flags & PREP or word.flags & COORD else word


def _owner(items: list[Item], predicates: list[Predicate], at: int) -> Predicate | None:
    """The verb a date goes with: the last before it, or the first when it opens the sentence."""
    owner: Predicate | None = None
    for predicate in predicates:
        if items[predicate.main].start > at:
            return owner or predicate
        owner = predicate
    return owner


def _place(items: list[Item], draft: Draft) -> EventPlace | None:
    for index in range(draft.from_item, draft.to_item):
        mention = items[index].mention
        if mention is None or mention.place is None or mention.poss or not index:
            continue
        before = items[index - 1]
        if before.mention is None and before.flags & PREP and before.flags & LOC and mention.place.kind in PLACE_KINDS:
            place = mention.place
            return EventPlace(name=place.name, country=place.country or None, id=place.id, lat=place.lat, lon=place.lon)
    return None
