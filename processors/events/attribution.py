"""Attribution: who says it. Speech verbs over clauses and quotations, and "according to"."""

import re
from collections.abc import Iterator

from processors.events import grammar
from processors.events.arguments import agent_of
from processors.events.clause import Clause
from processors.events.drafts import Draft
from processors.events.phrases import noun_phrases
from processors.events.predicates import (
    COMPLEMENT,
    COORDINATE,
    GERUND,
    INFINITIVE,
    MAIN,
    PARTICIPLE,
    RELATIVE,
    Predicate,
)
from processors.events.salience import Party

QUOTED = re.compile(r'"[^"\n]+(?:"|$)', re.MULTILINE)
LONG_QUOTE = 3  # blanks in a quotation; a shorter one marks a word as another's


def quoted_spans(text: str) -> list[tuple[int, int]]:
    """Spans of quotations of more than three words (shorter ones are scare quotes). `text` has straight quotes."""
    spans: list[tuple[int, int]] = []
    for match in QUOTED.finditer(text):
        if text.count(" ", *match.span()) >= LONG_QUOTE:
            spans.append(match.span())
    return spans


def attribute(clause: Clause, drafts: list[Draft], quotes: list[tuple[int, int]]) -> Party | None:
    """Sets who asserts each draft; returns the sentence's speaker, for a quotation that runs on."""
    speakers = list(_speakers(clause))
    source = _according(clause)
    for draft in drafts:
        draft.in_quote = bool(quotes) and any(start <= draft.start < end for start, end in quotes)
        chain = _speech_above(clause, draft)
        if chain is not None:
            said = agent_of(clause.objects(chain), clause) if chain.passive else clause.subject(chain)
            draft.asserted_by, draft.speech_verb = said, chain.word.lemma
        elif draft.in_quote and speakers:
            draft.asserted_by, draft.speech_verb = speakers[0][1], speakers[0][0].word.lemma
        elif source is not None:
            draft.asserted_by, draft.speech_verb = source, "according to"
        elif speakers and _trailing(speakers[-1][0], clause, draft):
            draft.asserted_by, draft.speech_verb = speakers[-1][1], speakers[-1][0].word.lemma
        if draft.asserted_by is None and draft.in_quote:
            draft.asserted_by = clause.salience.speaker
    return speakers[0][1] if speakers else source


def _speakers(clause: Clause) -> Iterator[tuple[Predicate, Party]]:
    for predicate in clause.predicates:
        if predicate.word.speech and predicate.link not in {INFINITIVE, PARTICIPLE}:
            party = agent_of(clause.objects(predicate), clause) if predicate.passive else clause.subject(predicate)
            if party is not None and (party.country or party.id or party.kind in {"role", "actor", "noun"}):
                yield predicate, party


def _speech_above(clause: Clause, draft: Draft) -> Predicate | None:
    """The speech verb whose clause the draft's verb is in."""
    predicate = draft.predicate
    steps = 0
    if predicate is not None and draft.rule.noun and predicate.word.speech:
        return predicate
    while predicate is not None and steps < 6:
        governor = predicate.governor
        if governor is not None and governor.word.speech and predicate.link in {COMPLEMENT, INFINITIVE}:
            return governor
        if predicate.link not in {COMPLEMENT, INFINITIVE, GERUND, COORDINATE, RELATIVE, PARTICIPLE}:
            return None
        predicate, steps = governor, steps + 1
    return None


def _trailing(speech: Predicate, clause: Clause, draft: Draft) -> bool:
    """Whether a sentence ends ", X said": the speech verb is last, without a clause, and after the draft."""
    last = clause.predicates[-1]
    if speech is not last or clause.items[speech.main].start <= draft.start or speech.link not in {MAIN, COMPLEMENT}:
        return False
    before = clause.items[speech.subject_start : speech.start]
    opens = any(item.text in {",", '"'} for item in before) or (
        speech.subject_start and clause.items[speech.subject_start - 1].text in {",", '"'}
    )
    return bool(opens) or any(item.text == "," for item in clause.items[speech.start - 1 : speech.start])


def _according(clause: Clause) -> Party | None:
    if not clause.flags & grammar.ACCORDING:
        return None
    for index, item in enumerate(clause.items):
        if item.mention is None and item.flags & grammar.ACCORDING:
            for chunk in noun_phrases(clause.items, index + 1, min(len(clause.items), index + 12))[:1]:
                return clause.party(chunk)
    return None
