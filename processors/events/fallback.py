"""Completing an event that names only one side: from the place, the rest of the sentence, or what came before."""

from processors.events.chunks import Item
from processors.events.clause import Clause
from processors.events.grammar import DET, PREP, Rule
from processors.events.mentions import Mention
from processors.events.predicates import RELATIVE, Predicate
from processors.events.salience import Party

STRICT = frozenset({"both", "target", "visit", "warn", "list"})  # needs that only named parties meet
LOCATED = frozenset({"COERCE", "RETREAT", "PROTEST", "SANCTION", "CONCEDE"})  # done by the state they happen in
JUDGEMENTS = frozenset({"ACCUSE", "SUPPORT", "REJECT"})
ANSWERS = frozenset({"AGREE", "REJECT"})  # given at home where nobody else is named
PLACED = frozenset(
    [
        "in",
        "from",
        "outside",
        "near",
        "inside",
        "across",
        "en",
        "desde",
        "frente a",
        "de",
        "em",
        "no",
        "na",
        "nos",
        "nas",
        "diante da",
    ]
)  # prepositions of the place a state acts in
OWN = frozenset({"convict", "expel", "withdraw"})  # sanctions a state lays on its own people or answers with
OUTSIDE = frozenset({"outside", "near", "frente a", "diante da", "em frente", "ante"})
OUTWARD = frozenset({"COERCE", "ASSAULT", "SANCTION", "MOBILIZE", "AID", "COOPERATE", "THREATEN"})
SEATS = frozenset({"country", "place"})
OPEN_TARGET = frozenset({"PROTEST", "RETREAT", "CONSULT"})  # may well have no second side


def complete(
    rule: Rule, clause: Clause, predicate: Predicate, source: Party | None, target: Party | None
) -> tuple[Party | None, Party | None]:
    """Source and target with a missing side inferred where the rule allows it."""
    if rule.need in STRICT:
        return source, target
    if not _known(source) and (predicate.passive or source is None or rule.pattern == "suffer"):
        source = _missing_source(rule, clause, predicate, target) or source
    elif source is not None and not source.explicit and source.kind == "role" and rule.type in LOCATED:
        source = _place(clause, predicate, "") or source
    if not _known(target):
        target = _missing_target(rule, clause, predicate, source) or target
    return source, _abroad(rule, clause, source, target)


def _abroad(rule: Rule, clause: Clause, source: Party | None, target: Party | None) -> Party | None:
    """The core country named where a state off the watch seems to ask or accuse itself ("exigió su salida")."""
    focus = clause.salience.watch.focus
    outside = source is not None and source.country and source.country not in focus.core | focus.partners
    if rule.type not in {"REQUEST", "ACCUSE"} or not outside or source is None or target is None:
        return target
    core = next((code for code in clause.salience.here if code in focus.core), "")
    return _inferred(clause, core) if core and target.country == source.country else target


def _known(party: Party | None) -> bool:
    return party is not None and bool(party.country or party.id)


def _missing_source(rule: Rule, clause: Clause, predicate: Predicate, target: Party | None) -> Party | None:
    code = target.country if target is not None else ""
    focus = clause.salience.watch.focus
    if rule.type == "SANCTION" and rule.mode not in OWN and code in focus.core and len(focus.partners) == 1:
        return _inferred(clause, next(iter(focus.partners)))
    there = _place(clause, predicate, code)
    if rule.type in LOCATED and (there is not None or rule.pattern == "self"):
        return there or _inferred(clause, _home(clause, code))
    other = _elsewhere(clause, predicate, code, left_first=True, doer=rule.type == "ASSAULT")
    if other is not None:
        return other
    if rule.pattern == "self" and code:
        return _inferred(clause, code)
    return None


def _home(clause: Clause, code: str) -> str:
    """Whose deed it is when nobody is named: the people's own state; for foreigners, the article's."""
    core = clause.salience.watch.focus.core
    return code if code in core else (clause.salience.home() or code)


def _missing_target(rule: Rule, clause: Clause, predicate: Predicate, source: Party | None) -> Party | None:
    code = source.country if source is not None else ""
    if rule.pattern in {"self", "state"}:
        return _inferred(clause, code or clause.salience.home())
    if rule.type == "CONSULT" and predicate.passive:
        return _place(clause, predicate, code)
    if rule.type in OPEN_TARGET:
        return None
    judged = _judged(rule, clause, predicate, code)
    if judged is not None:
        return judged
    other = _elsewhere(clause, predicate, code, left_first=False) or _towards_home(rule, clause, code)
    return _inferred(clause, code) if other is None and rule.type in ANSWERS else other


def _towards_home(rule: Rule, clause: Clause, code: str) -> Party | None:
    """What a state abroad does to nobody named is done to the country the article is about."""
    focus, home = clause.salience.watch.focus, clause.salience.home()
    outward = code in focus.partners or rule.type in {"AID", "COOPERATE"}
    meant = bool(code) and code not in focus.core and home in focus.core
    return _inferred(clause, home) if meant and outward and rule.type in OUTWARD else None


def _judged(rule: Rule, clause: Clause, predicate: Predicate, code: str) -> Party | None:
    """Whose deed a relative clause judges: "…, a move Caracas called piracy", "decisión que Caracas repudió"."""
    if rule.type not in JUDGEMENTS:
        return None
    at = clause.predicates.index(predicate)
    chunks = clause.subject_chunks(predicate)
    contact = len(chunks) > 1 and chunks[0].after_comma and chunks[0].noun is not None and not chunks[0].mentions
    if not at or not (predicate.link == RELATIVE or contact):
        return None
    doer = clause.subject(clause.predicates[at - 1])
    return doer if doer is not None and doer.country not in {"", code} else None


def _place(clause: Clause, predicate: Predicate, code: str) -> Party | None:
    """The state a sentence is set in ("detained in Venezuela", "freed from Venezuelan jails"), not `code`."""
    items = clause.items
    nearest: tuple[int, Mention] | None = None
    end = max(predicate.object_end, predicate.end + 1)
    for index in clause.named:
        mention = items[index].mention
        if index >= end:
            break
        if mention is None or not index or not mention.country or mention.country == code:
            continue
        before = _preposition(items, index)
        if mention.actor is not None and not (mention.actor.kind == "government" and before.text in OUTSIDE):
            continue
        if index + 1 < len(items) and "embassy" in items[index + 1].word.classes:
            continue
        if before.mention is None and before.text in PLACED:
            distance = abs(index - predicate.main)
            if nearest is None or distance < nearest[0]:
                nearest = (distance, mention)
    return _from(nearest[1]) if nearest is not None else None


def _preposition(items: list[Item], index: int) -> Item:
    """The word before a name and its articles."""
    steps = range(index - 1, max(-1, index - 4), -1)
    return next((items[at] for at in steps if not items[at].flags & DET or items[at].flags & PREP), items[index])


def _elsewhere(
    clause: Clause, predicate: Predicate, code: str, *, left_first: bool, doer: bool = False
) -> Party | None:
    """Another state named in the sentence: the nearest on the likelier side of the verb, else on the other.

    With `doer`, a place something happened in is none.
    """
    left: list[Mention] = []
    right: list[Mention] = []
    for index in clause.named:
        mention = clause.items[index].mention
        if doer and mention is not None and mention.kind in SEATS and _preposition(clause.items, index).text in PLACED:
            continue
        if mention is not None and mention.country and mention.country != code and not _media(mention):
            (left if index < predicate.main else right).append(mention)
    ordered = [*reversed(left), *right] if left_first else [*right, *reversed(left)]
    return _from(ordered[0]) if ordered else None


def _media(mention: Mention) -> bool:
    return mention.actor is not None and mention.actor.kind == "media"


def _from(mention: Mention) -> Party:
    holder = mention.actor.id if mention.actor is not None else ""
    return Party(mention.name, mention.country, holder, mention.sectors, explicit=False, kind="inferred")


def _inferred(clause: Clause, code: str) -> Party | None:
    country = clause.salience.watch.countries.get(code)
    return Party(country.name, code, explicit=False, kind="inferred") if country is not None else None
