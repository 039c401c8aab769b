"""Completing an event that names only one side: from the place, the rest of the sentence, or what came before."""

from processors.events.arguments import Clause
from processors.events.grammar import DET, PREP, Rule
from processors.events.mentions import Mention
from processors.events.predicates import Predicate
from processors.events.salience import Party

STRICT = frozenset({"both", "target", "visit", "warn", "list"})  # needs that only named parties meet
LOCATED = frozenset({"COERCE", "RETREAT", "PROTEST", "SANCTION", "CONCEDE"})  # done by the state they happen in
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
    return source, target


def _known(party: Party | None) -> bool:
    return party is not None and bool(party.country or party.id)


def _missing_source(rule: Rule, clause: Clause, predicate: Predicate, target: Party | None) -> Party | None:
    code = target.country if target is not None else ""
    there = _place(clause, predicate, code)
    if rule.type in LOCATED and (there is not None or rule.pattern == "self"):
        return there or _inferred(clause, _home(clause, code))
    other = _elsewhere(clause, predicate, code, left_first=True)
    if other is not None:
        return other
    if rule.pattern == "self" and code:
        return _inferred(clause, code)
    return None


def _home(clause: Clause, code: str) -> str:
    """Whose deed it is when nobody is named: the people's own state; for foreigners, the article's."""
    core = clause.salience.watch.focus.core
    return code if code in core or not code else (clause.salience.home() or code)


def _missing_target(rule: Rule, clause: Clause, predicate: Predicate, source: Party | None) -> Party | None:
    code = source.country if source is not None else ""
    if rule.pattern in {"self", "state"}:
        return _inferred(clause, code or clause.salience.home())
    if rule.type in OPEN_TARGET:
        return None
    other = _elsewhere(clause, predicate, code, left_first=False)
    return _inferred(clause, code) if other is None and rule.type in ANSWERS else other


def _place(clause: Clause, predicate: Predicate, code: str) -> Party | None:
    """The state a sentence is set in ("detained in Venezuela", "freed from Venezuelan jails"), not `code`."""
    items = clause.items
    nearest: tuple[int, Mention] | None = None
    for index, item in enumerate(items):
        mention = item.mention
        if mention is None or not index or not mention.country or mention.country == code or mention.actor is not None:
            continue
        steps = range(index - 1, max(-1, index - 4), -1)
        before = next((items[at] for at in steps if not items[at].flags & DET or items[at].flags & PREP), None)
        if before is not None and before.mention is None and before.text in PLACED:
            distance = abs(index - predicate.main)
            if nearest is None or distance < nearest[0]:
                nearest = (distance, mention)
    return _from(nearest[1]) if nearest is not None else None


def _elsewhere(clause: Clause, predicate: Predicate, code: str, *, left_first: bool) -> Party | None:
    """Another state named in the sentence: the nearest on the likelier side of the verb, else on the other."""
    left: list[Mention] = []
    right: list[Mention] = []
    for index, item in enumerate(clause.items):
        mention = item.mention
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
