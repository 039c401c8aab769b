"""Coding: the events one sentence tells, as drafts with their parties, status and the words that triggered them."""

from collections.abc import Iterator

import msgspec

from processors.events import grammar
from processors.events.arguments import agent_of, object_classes, sender, target_of
from processors.events.clause import Clause
from processors.events.demands import DEMAND, demanded
from processors.events.drafts import Draft
from processors.events.fallback import complete
from processors.events.grammar import Rule
from processors.events.modality import DROP, background, settled, verb_status
from processors.events.needs import absent, asks, attributive, nobodys, satisfied, silent
from processors.events.nominals import noun_drafts
from processors.events.predicates import COMPLEMENT, COORDINATE, PARTICIPLE, RELATIVE, Predicate
from processors.events.salience import Party
from processors.events.watchdata import Focus

PERSONAL = frozenset({"COERCE", "RETREAT", "SANCTION", "PROTEST", "CONCEDE"})  # done to people at home
FAR = frozenset({"near", "prison", "plane", "passive_with", "list", "aid"})  # needs that look for the object themselves
DESCRIPTIVE = frozenset({"COERCE", "SANCTION", "ACCUSE", "AGREE"})  # whose participles often only describe
WITH = frozenset({"with", "con", "com"})
SILENCED = (asks, attributive, absent, nobodys)  # forms in which a verb tells nothing, whatever its rule
TALK = frozenset({"AGREE", "CONSULT"})  # what a promise is often about, and then no event yet


def code_sentence(clause: Clause) -> list[Draft]:
    """The events of a sentence, in the order of their triggers."""
    drafts: list[Draft] = []
    fired: dict[int, str] = {}
    consumed = clause.content
    for predicate in clause.predicates:
        demand = demanded(clause, predicate)
        if demand is not None:
            fired[predicate.main] = DEMAND.type
            consumed.update(range(predicate.end + 1, predicate.object_end))
            drafts.append(_draft(clause, predicate, DEMAND, *demand, "happened"))
        elif predicate.word.verb_rules:
            drafts.extend(_verb_drafts(clause, predicate, fired, consumed))
    drafts.extend(noun_drafts(clause, consumed, fired))
    return drafts


def _verb_drafts(clause: Clause, predicate: Predicate, fired: dict[int, str], consumed: set[int]) -> Iterator[Draft]:
    if any(one(clause, predicate) for one in SILENCED):
        return
    status = verb_status(clause, predicate, fired)
    for rule in fitting(clause, predicate):
        if status == DROP:
            fired[predicate.main] = rule.type
            consumed.add(predicate.main)
            consumed.update(_consumed(clause, predicate, rule))
            return
        source, target = complete(rule, clause, predicate, *parties(clause, predicate, rule))
        source, target = domestic(rule, source, target, passive=predicate.passive)
        target = at_home(rule, source, target, clause.salience.watch.focus)
        if not satisfied(rule, clause, predicate, source, target):
            continue
        fired[predicate.main] = rule.type
        consumed.update(_consumed(clause, predicate, rule))
        told = rule.status or settled(rule, predicate, status)
        if rule.frame == "recognise" and told == "denied":
            rule, told = msgspec.structs.replace(rule, type="REJECT", frame="not recognise"), "happened"
        yield _draft(clause, predicate, rule, source, target, told)
        if rule.pattern == "each":
            yield _draft(clause, predicate, rule, target, source, told)
        if rule.also and told not in {"hypothetical", "denied"}:
            yield _also(clause, predicate, rule, source, target)
        return


def fitting(clause: Clause, predicate: Predicate) -> Iterator[Rule]:
    """The rules of the verb whose object and subject classes fit, in order."""
    classes: set[str] | None = None
    clause.subject(predicate)
    for rule in predicate.word.verb_rules:
        if rule.need == "never" or ((rule.need or rule.type == "ACCUSE") and silent(rule, clause, predicate)):
            continue
        if not rule.objects and not rule.subjects and not rule.excluded:
            yield rule
            continue
        if classes is None:
            classes = object_classes(clause, predicate)
            classes |= _clause_classes(clause, predicate)
        if rule.objects and rule.objects.isdisjoint(classes) and rule.need not in FAR:
            continue
        if not rule.excluded.isdisjoint(classes):
            continue
        if rule.subjects and all(rule.subjects.isdisjoint(chunk.classes) for chunk in clause.subject_chunks(predicate)):
            continue
        yield rule


def _clause_classes(clause: Clause, predicate: Predicate) -> set[str]:
    """Classes that are not words: a promise of something that will no longer be, a clitic object."""
    found: set[str] = set()
    after = clause.items[predicate.end + 1 : predicate.end + 2]
    if clause.flags & grammar.NEG_FUTURE:
        found.add("threat_clause")
    if predicate.aux & grammar.DET or any(item.flags & grammar.PRON for item in after):
        found.add("pronoun")
    return found


def _consumed(clause: Clause, predicate: Predicate, rule: Rule) -> Iterator[int]:
    """Nominal triggers inside what the rule acted on, which are told by the verb."""
    spans = [(predicate.end + 1, predicate.object_end)]
    if predicate.passive:
        spans.append((predicate.subject_start, predicate.subject_end))
    content = rule.type in {"REQUEST", "THREATEN"}
    for start, end in spans:
        for index in range(start, end):
            word = clause.items[index].word
            promised = rule.type == "AGREE" and any(one.type in TALK for one in word.noun_rules)
            told = content or promised or bool(word.classes & rule.objects)
            if word.noun_rules and told and not _judged(clause, rule, index):
                yield index


def _judged(clause: Clause, rule: Rule, index: int) -> bool:
    """Whether a deed stands as what is condemned, which is told too: "condenó las amenazas", not "lo tildó de robo"."""
    chunk = next((one for one in clause.chunks if one.start <= index < one.end), None)
    return rule.type == "ACCUSE" and chunk is not None and not chunk.prep


def parties(clause: Clause, predicate: Predicate, rule: Rule) -> tuple[Party | None, Party | None]:
    """Source and target of a verb under a rule."""
    subject = clause.subject(predicate)
    chunks = clause.chunks if "threat_clause" in rule.objects else clause.objects(predicate)
    if predicate.passive and not (predicate.has(grammar.REFLEXIVE) and subject is not None and subject.country):
        target = subject
        source = agent_of(chunks, clause)
        if target is None or not target.country:
            target = target_of(rule, chunks, clause, source) or target
    else:
        source = subject
        target = target_of(rule, chunks, clause, source)
    if clause.oblique(predicate) and (target is None or not target.country or target == source):
        target = clause.antecedent(predicate) or target
    target = _addressed(clause, predicate, rule, source, target)
    if rule.mode == "deport" and (source is None or not source.country):
        source = sender(clause, chunks) or source
    if rule.pattern == "swap":
        source, target = target, source
    if rule.pattern == "suffer":
        source, target = agent_of(chunks, clause), subject
    if rule.pattern in {"both", "each"} and not (chunks and chunks[0].prep in WITH and chunks[0].mentions):
        source, target = _pair(clause, predicate, source, target)
    return source, target


def _addressed(
    clause: Clause, predicate: Predicate, rule: Rule, source: Party | None, target: Party | None
) -> Party | None:
    """The target, for a request and a mediation the one it turns to."""
    if rule.type == "REQUEST" and (target is None or not target.country or target == source):
        target = _asked(clause, predicate, source) or target
    if rule.mode == "third-party" or rule.type == "REQUEST":
        return _core_one(clause, rule, source, target)
    return target


def _core_one(clause: Clause, rule: Rule, source: Party | None, target: Party | None) -> Party | None:
    """The core country a foreigner mediates for, or asks to free his own people, where the sentence names it."""
    core = clause.salience.watch.focus.core
    if target is None or source is None or not source.country or source.country in core or target.country in core:
        return target
    if rule.type == "REQUEST" and target.country != source.country:
        return target
    named = next((code for code in clause.salience.here if code in core), None)
    return Party(named, named, explicit=False, kind="inferred") if named is not None else target


def _asked(clause: Clause, predicate: Predicate, source: Party | None) -> Party | None:
    """Of whom it is asked: the subject of "that …" ("exigiu que Caracas liberte …")."""
    wish = next((one for one in clause.predicates if one.governor is predicate and one.link == COMPLEMENT), None)
    party = clause.subject(wish) if wish is not None else None
    return party if party is not None and party.explicit and party.country and party != source else None


def _pair(
    clause: Clause, predicate: Predicate, source: Party | None, target: Party | None
) -> tuple[Party | None, Party | None]:
    """Two states in the subject of a reciprocal verb ("Cuba and the US agreed")."""
    while predicate.link == COORDINATE and predicate.governor is not None and not clause.subject_chunks(predicate):
        predicate = predicate.governor
    start, end = predicate.subject_start, predicate.subject_end
    mentions = [item.mention for item in clause.items[start:end] if item.mention is not None and item.mention.country]
    for mention in mentions[1:]:
        if mention.country != mentions[0].country:
            return clause.salience.of_mention(mentions[0]), clause.salience.of_mention(mention)
    return source, target


def domestic(
    rule: Rule, source: Party | None, target: Party | None, *, passive: bool
) -> tuple[Party | None, Party | None]:
    """Fills a missing side of an event that states do at home: arrests, releases, protests."""
    if rule.pattern not in {"self", "state"}:
        return source, target
    if target is None or not (target.country or target.id):
        if source is not None and source.country:
            name = target.text if target is not None and target.text else source.name
            target = Party(name, source.country, text=name, explicit=False, kind="inferred")
    elif passive and source is None and target.country and rule.pattern == "self":
        source = Party(target.name, target.country, explicit=False, kind="inferred")
    return source, target


def at_home(rule: Rule, source: Party | None, target: Party | None, focus: Focus) -> Party | None:
    """Unnamed people ("60 people", "the protesters") are the doer's own, save where a partner state deals abroad."""
    if source is None or target is None or target.explicit or target.kind != "role":
        return target
    own = source.country and source.country not in focus.partners and rule.type in PERSONAL
    return msgspec.structs.replace(target, country=source.country) if own else target


def _draft(
    clause: Clause, predicate: Predicate, rule: Rule, source: Party | None, target: Party | None, status: str
) -> Draft:
    items = clause.items
    first, last = items[predicate.start], items[predicate.end]
    return Draft(
        rule=rule, source=source, target=target, status=status, start=items[predicate.main].start, end=last.end,
        trigger=items[predicate.main].text, from_item=predicate.start,
        to_item=max(predicate.end + 1, predicate.object_end),
        predicate=predicate, background=background(clause, predicate),
        past=bool(predicate.word.forms & grammar.PAST) or first is not last, bare=_modifies(clause, predicate, rule),
    )  # fmt: skip


def _modifies(clause: Clause, predicate: Predicate, rule: Rule) -> bool:
    """Whether a bare participle only describes its noun ("prisoners held in Venezuela") beside another verb."""
    if predicate.link != PARTICIPLE or rule.mode == "deport" or rule.type not in DESCRIPTIVE:
        return False
    if agent_of(clause.objects(predicate), clause) is not None:
        return False
    return any(other.link not in {PARTICIPLE, RELATIVE} for other in clause.predicates if other is not predicate)


def _also(clause: Clause, predicate: Predicate, rule: Rule, source: Party | None, target: Party | None) -> Draft:
    assert rule.also is not None
    extra = msgspec.structs.replace(
        rule, id=f"{rule.id}.also", type=rule.also, mode=None, frame="attack", need="", pattern="", also=None
    )
    return _draft(clause, predicate, extra, source, target, "cancelled")
